"""Processor time of a request, server and PostgreSQL together, against a bare Django in the same run.

Rounds are interleaved: each round measures every page once, ours and the floor's, so that whatever else the machine
does falls on both. Shown are medians over the rounds with the lowest and the highest; targets are ratios to the floor.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.clients import Ask, once, run
from bench.processes import Server, cpu_seconds, wait_for_quiet
from huiyin.integrations.postgres import DATABASE, OWNER_ROLE, SUPERUSER, WEB_ROLE, Cluster

ROOT = Path(__file__).parent.parent
FLOOR = "floor"
WSGI = "huiyin.config.wsgi:application"


@dataclass(frozen=True)
class Scenario:
    """One page, where it is served, how many requests a round takes, and what it may cost against which floor."""

    name: str
    server: str
    asks: tuple[Ask, ...]
    count: int
    floor: str = ""
    target: float = 0.0

    def stream(self) -> Iterator[Ask]:
        return itertools.cycle(self.asks)


class Ground:
    """A private cluster, the filled databases, and three servers: the floor, the site, the site without its shelf."""

    def __init__(self, folder: Path, cases: int) -> None:
        self.folder, self.cases = folder, cases
        self.cluster = Cluster(folder / "postgres")
        self.cluster.start()
        with psycopg.connect(self.cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {FLOOR}")
        self.servers: dict[str, Server] = {}
        self.site = {
            "DATABASE_URL": self.cluster.url(WEB_ROLE),
            "DATABASE_OWNER_URL": self.cluster.url(OWNER_ROLE),
            "HUIYIN_EMBEDDED": "1",
            "HUIYIN_VAR": str(folder / "var"),
            "HUIYIN_SECRET_KEY": "only for measuring, never anywhere else, fifty letters",
            "DJANGO_SETTINGS_MODULE": "huiyin.config.settings",
        }
        self.floor = {
            "FLOOR_DATABASE_URL": self.cluster.url(SUPERUSER, FLOOR),
            "DJANGO_SETTINGS_MODULE": "bench.floor.settings",
        }

    def fill(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Sessions and numbers of the floor and of the site."""
        floor = json.loads(self._python(["-m", "bench.floor.filling", str(self.cases)], self.floor))
        self._tidy(FLOOR)
        return floor, self.fill_site("bench.filling", str(self.cases))

    def fill_site(self, module: str, *arguments: str) -> dict[str, Any]:
        """What the module prints after it filled the site's database."""
        self._python(["-m", "huiyin.config.cli", "prepare"], self.site)
        filled: dict[str, Any] = json.loads(self._python(["-m", module, *arguments], self.site))
        self._tidy(DATABASE)
        return filled

    def serve(self) -> None:
        self.serve_site()
        log = self.folder / "servers.log"
        self.servers["floor"] = Server("bench.floor.wsgi:application", self.floor, log)
        self.servers["unshelved"] = Server(WSGI, {**self.site, "HUIYIN_PUBLIC_PAGE_SECONDS": "0"}, log)

    def serve_site(self) -> Server:
        self.servers["site"] = Server(WSGI, self.site, self.folder / "servers.log")
        return self.servers["site"]

    def stop(self) -> None:
        for server in self.servers.values():
            server.stop()
        self.cluster.stop()

    @property
    def postgres(self) -> int:
        assert self.cluster.process is not None
        return self.cluster.process.pid

    def _tidy(self, database: str) -> None:
        with psycopg.connect(self.cluster.url(SUPERUSER, database), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def _python(self, arguments: list[str], environment: dict[str, str]) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def scenarios(floor: dict[str, str], site: dict[str, object]) -> list[Scenario]:
    cases = [f"/cases/{number}" for number in site["cases"]]  # type: ignore[attr-defined]
    secretary, estate = str(site["secretary"]), str(site["estate"])
    officer = str(site["officer"])
    # Not where the desk's list is measured: that one would grow from round to round.
    asked_at = str(site["other_estate"])
    question = {
        "estate": asked_at,
        "text": "6号楼东侧楼道灯不亮，老人晚上不敢下楼。",
        "kind": "question",
        "is_new": "1",
    }
    entry = {
        "title": "楼道灯不亮",
        "text": "6号楼东侧楼道灯不亮，老人晚上不敢下楼。",
        "place": str(floor["place"]),
    }
    desk = f"/desk/cases?estate={estate}&state=open&list=short_term"
    live = f"/meetings/{site['meeting']}/live?part=ask"
    ours = "site"
    return [
        Scenario("floor list", "floor", (Ask("/entries"),), 300),
        Scenario("public ledger", "unshelved", (Ask("/cases"),), 300, "floor list", 2.0),
        Scenario("public ledger, kept page", ours, (Ask("/cases"),), 1500, "floor list", 0.25),
        Scenario(
            "desk list with filters", ours, (Ask(desk, session=secretary),), 200, "floor list", 2.5
        ),
        Scenario(
            "desk list of the whole district", ours, (Ask("/desk/cases?state=open&list=short_term", session=officer),),
            200, "floor list",
        ),
        Scenario(
            "floor detail", "floor", tuple(Ask(f"/entries/26-{n:06d}") for n in range(20)), 400
        ),
        Scenario(
            "case", "unshelved", tuple(Ask(path) for path in cases), 400, "floor detail", 2.5
        ),
        Scenario(
            "floor create", "floor", (Ask("/new", 302, entry, str(floor["session"])),), 300
        ),
        Scenario(
            "submit a question", ours,
            tuple(Ask(f"/ask?estate={asked_at}", 303, question, resident) for resident in site["residents"]), 300,
            "floor create", 3.0,
        ),
        Scenario("floor JSON poll", "floor", (Ask("/poll"),), 800),
        Scenario(
            "public ledger, unchanged (304)", ours,
            (Ask("/cases", asks_again=True),), 1500, "floor JSON poll",
        ),
        Scenario(
            "report", "unshelved", (Ask(f"/reports/{site['report']}"),), 200, "floor detail"
        ),
        Scenario(
            "meeting that is live", "unshelved", (Ask(f"/meetings/{site['meeting']}"),), 200, "floor detail"
        ),
        Scenario(
            "poll of a live meeting", ours, (Ask(live),), 1500, "floor JSON poll", 2.0
        ),
        Scenario(
            "poll, unchanged (304)", ours, (Ask(live, asks_again=True),), 1500, "floor JSON poll", 1.0
        ),
    ]  # fmt: skip


def only(word: str, asked: list[Scenario]) -> list[Scenario]:
    floors = {scenario.floor for scenario in asked if word in scenario.name}
    return [scenario for scenario in asked if word in scenario.name or scenario.name in floors]


def measure(ground: Ground, scenario: Scenario) -> tuple[float, float]:
    """Milliseconds of processor time a request, of the server's tree and of PostgreSQL's."""
    server = ground.servers[scenario.server]
    before = cpu_seconds(server.process.pid), cpu_seconds(ground.postgres)
    run(server.port, scenario.stream, scenario.count)
    after = cpu_seconds(server.process.pid), cpu_seconds(ground.postgres)
    return (
        (after[0] - before[0]) * 1000 / scenario.count,
        (after[1] - before[1]) * 1000 / scenario.count,
    )


def spread(values: list[float], digits: int = 2) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def report(found: dict[str, list[tuple[float, float]]], asked: list[Scenario]) -> tuple[str, bool]:
    """The table as Markdown, and whether every target is met."""
    whole = {name: [sum(pair) for pair in pairs] for name, pairs in found.items()}
    lines = ["| Page | CPU ms a request | of it PostgreSQL | × floor | target |", "|---|---|---|---|---|"]
    is_met = True
    for scenario in asked:
        parts = spread([postgres for _, postgres in found[scenario.name]])
        ratio = target = ""
        if scenario.floor:
            # Each round against the floor of the same round.
            ratios = [own / low for own, low in zip(whole[scenario.name], whole[scenario.floor], strict=True)]
            ratio = f"{spread(ratios)} {scenario.floor}"
            if scenario.target:
                fits = statistics.median(ratios) <= scenario.target
                is_met = is_met and fits
                target = f"≤ {scenario.target:g} {'met' if fits else '**missed**'}"
        lines.append(f"| {scenario.name} | {spread(whole[scenario.name])} | {parts} | {ratio} | {target} |")
    return "\n".join(lines), is_met


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="pages whose name holds this word, with their floors")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
    folder.chmod(0o755)
    ground = Ground(folder, options.cases)
    try:
        floor, site = ground.fill()
        ground.serve()
        for server in ground.servers.values():
            wait_until_it_answers(server)
        asked = only(options.only, scenarios(floor, site))
        for scenario in asked:  # every thread has its connection, every template is read
            run(ground.servers[scenario.server].port, scenario.stream, 100)
        wait_for_quiet([ground.postgres])
        found: dict[str, list[tuple[float, float]]] = {scenario.name: [] for scenario in asked}
        for number in range(1, options.rounds + 1):
            for scenario in asked:
                found[scenario.name].append(measure(ground, scenario))
            print(f"round {number} of {options.rounds}", file=sys.stderr)
        text, is_met = report(found, asked)
        print(f"{options.cases:,} cases, {options.rounds} rounds: median (lowest–highest)\n\n{text}")
        return 0 if is_met else 1
    finally:
        ground.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_it_answers(server: Server, timeout: float = 60) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            once(server.port, Ask("/"))
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
