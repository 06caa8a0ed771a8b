"""A meeting with 500 phones on loopback: `python -m bench live_meeting`.

First everybody only follows (every answer a 304), then for five minutes the hall follows, supports and asks, then a
part of it has a peer's habit: the whole list every 500 ms, without a tag, on the same server. The server's tree and
PostgreSQL are pinned to two cores, the hall elsewhere where there are more; else its own processor time is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psycopg

from bench.clients import Ask, once
from bench.phones import Plan
from bench.processes import Server, cpu_seconds, pin, wait_for_quiet
from bench.requests import ROOT, Ground, wait_until_it_answers
from huiyin.integrations.postgres import SUPERUSER

PHONES, EVERY = 500, 3.0
SUPPORTS, QUESTIONS = 20.0, 2.0
QUIET_SECONDS, PEER_SECONDS = 45, 30
PEER_PHONES, PEER_EVERY = 60, 0.5
SLOWEST_MS, MOST_CORES = 200.0, 0.6
CORES = (0, 1)


@dataclass(frozen=True)
class Measured:
    """One part of the evening: what the hall saw, and the processor seconds of each side."""

    plan: Plan
    seen: dict[str, dict[str, list[float]]]
    statuses: dict[str, int]
    supported: list[list[int]]
    asked: list[str]
    bytes_read: int
    server: float
    postgres: float
    hall: float
    seconds: float

    @property
    def cores(self) -> float:
        """Of server and PostgreSQL together, on average."""
        return (self.server + self.postgres) / self.seconds

    def slowest(self, kind: str, share: float) -> float:
        """The time within which this share of the answers came, in ms."""
        times = sorted(self.seen["milliseconds"].get(kind, [0.0]))
        return times[min(len(times) - 1, int(share * len(times)))]


def play(ground: Ground, server: Server, plan: Plan) -> Measured:
    path = ground.folder / "plan.json"
    path.write_text(json.dumps(asdict(plan)))
    postgres = ground.postgres
    before = cpu_seconds(server.process.pid), cpu_seconds(postgres)
    begun = time.monotonic()
    hall = subprocess.Popen(
        [sys.executable, "-m", "bench.phones", str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    if elsewhere := set(range(os.cpu_count() or 1)) - set(CORES):
        os.sched_setaffinity(hall.pid, elsewhere)
    out, _ = hall.communicate(timeout=plan.seconds + 120)
    took = time.monotonic() - begun
    assert hall.returncode == 0, "the hall broke off; see above"
    told = json.loads(out)
    return Measured(
        plan=plan,
        seen={"milliseconds": told["milliseconds"]},
        statuses=told["statuses"],
        supported=told["supported"],
        asked=told["asked"],
        bytes_read=told["bytes_read"],
        server=cpu_seconds(server.process.pid) - before[0],
        postgres=cpu_seconds(postgres) - before[1],
        hall=told["cpu_seconds"],
        seconds=took,
    )


def lost(ground: Ground, evening: Measured, people: list[int]) -> list[str]:
    """What was acknowledged and is not stored exactly once, in words."""
    meeting = evening.plan.meeting
    with psycopg.connect(ground.cluster.url(SUPERUSER)) as connection:
        asked = [key for (key,) in connection.execute(
            "SELECT idempotency_key FROM meetings_question WHERE meeting_id = %s AND idempotency_key IS NOT NULL",
            [meeting],
        )]  # fmt: skip
        supported = list(connection.execute(
            "SELECT person_id, question_id FROM meetings_support WHERE meeting_id = %s AND person_id IS NOT NULL",
            [meeting],
        ))  # fmt: skip
        (last,), (rows,) = (
            connection.execute(
                "SELECT last_number FROM meetings_pulse WHERE meeting_id = %s", [meeting]
            ).fetchone(),
            connection.execute(
                "SELECT count(*) FROM meetings_question WHERE meeting_id = %s", [meeting]
            ).fetchone(),
        )
    wrong = []
    if missing := set(evening.asked) - set(asked):
        wrong.append(f"{len(missing)} acknowledged questions are not stored")
    if len(asked) != len(set(asked)):
        wrong.append("a question is stored twice")
    wanted = {(people[at], question) for at, question in evening.supported}
    if missing_pairs := wanted - set(supported):
        wrong.append(f"{len(missing_pairs)} acknowledged supports are not stored")
    if len(supported) != len(set(supported)):
        wrong.append("a support is stored twice")
    if last != rows:
        wrong.append(f"{last} numbers were given out for {rows} questions")
    return wrong


def failures(evening: Measured) -> dict[str, int]:
    """Answers that are an error, by kind and status."""
    return {name: count for name, count in evening.statuses.items() if int(name.split()[1]) >= 400}


def row(name: str, evening: Measured) -> str:
    polls = evening.seen["milliseconds"].get("poll", [])
    rate = len(polls) / evening.seconds
    return (
        f"| {name} | {len(evening.plan.sessions)} × every {evening.plan.every:g} s | {rate:.0f} | "
        f"{statistics.median(polls):.1f} | {evening.slowest('poll', 0.95):.1f} | {evening.cores:.2f} | "
        f"{evening.postgres / evening.seconds:.2f} | {evening.hall / evening.seconds:.2f} | "
        f"{evening.bytes_read / 1e6:.1f} |"
    )


def main(arguments: list[str] | None = None) -> int:
    """0 if every target is met and nothing acknowledged was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench live_meeting", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--phones", type=int, default=PHONES)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
    folder.chmod(0o755)
    ground = Ground(folder, 0)
    try:
        site = ground.fill_site("bench.filling_meeting", str(options.phones))
        server = ground.serve_site()
        wait_until_it_answers(server)
        pin(server.process.pid, CORES)
        pin(ground.postgres, CORES)
        plan = Plan(server.port, int(site["meeting"]), site["sessions"], QUIET_SECONDS, EVERY)
        once(server.port, Ask(plan.polled))
        play(ground, server, replace(plan, seconds=10))  # every thread has its connection
        wait_for_quiet([ground.postgres])
        quiet = play(ground, server, plan)
        evening = play(
            ground, server,
            replace(plan, seconds=options.minutes * 60, supports_a_second=SUPPORTS, questions_a_second=QUESTIONS),
        )  # fmt: skip
        peer = play(
            ground, server,
            replace(
                plan, seconds=PEER_SECONDS, every=PEER_EVERY, sessions=plan.sessions[:PEER_PHONES],
                asks_with_etag=False, path=f"/meetings/{plan.meeting}/ask",
            ),
        )  # fmt: skip
        return tell(ground, quiet, evening, peer, site["people"])
    finally:
        ground.stop()
        shutil.rmtree(folder, ignore_errors=True)


def tell(ground: Ground, quiet: Measured, evening: Measured, peer: Measured, people: list[int]) -> int:
    print("| | phones | polls/s | median ms | p95 ms | cores | of them PostgreSQL | the hall's own | MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    print(row("only following (304)", quiet))
    print(row("following, supporting, asking", evening))
    print(row("a peer's habit", peer))
    a_phone = peer.cores / len(peer.plan.sessions), evening.cores / len(evening.plan.sessions)
    print(f"\nA phone with a peer's habit costs {a_phone[0] / a_phone[1]:.1f} times one of ours.")
    print(f"Acknowledged: {len(evening.supported)} supports, {len(evening.asked)} questions.")
    print(
        f"p95 of a support {evening.slowest('support', 0.95):.1f} ms, "
        f"of a question {evening.slowest('ask', 0.95):.1f} ms."
    )
    wrong = lost(ground, evening, people)
    wrong += [f"{count} answers {name}" for name, count in (failures(quiet) | failures(evening)).items()]
    for kind in ("poll", "support", "ask"):
        if (p95 := evening.slowest(kind, 0.95)) >= SLOWEST_MS:
            wrong.append(f"p95 of {kind} is {p95:.0f} ms, not below {SLOWEST_MS:.0f}")
    if quiet.cores > MOST_CORES:
        wrong.append(f"polling alone takes {quiet.cores:.2f} cores, more than {MOST_CORES}")
    print("\n".join(f"**missed**: {each}" for each in wrong) or "All targets met, nothing lost.")
    return 1 if wrong else 0
