"""Web processes get SIGKILL while 20 residents send 2,000 questions and retry: what a resident read is there, once."""

from __future__ import annotations

import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import psycopg
import pytest

from huiyin.domain.case_numbers import number_for
from tests.faults.persistent import Line, NoAnswer
from tests.faults.preparing import told
from tests.serving import ServedSite, kill

RESIDENTS = 20
QUESTIONS_EACH = 100
QUESTIONS_A_DAY = 25
"""Fewer than the policy lets one person ask: each resident is four people in turn."""
QUESTIONS_BETWEEN_KILLS = 120
SERVED_WITH = ("--prepared", "--workers", "0")
"""No task process: telling the residents comes after their questions are there, and would take a third of the time."""


@dataclass
class Resident:
    """Sends one question after the other; each again with its own key until it is acknowledged."""

    line: Line
    sessions: list[str]
    estate: str
    name: int
    read: dict[str, str] = field(default_factory=dict)
    """What this resident was told: the key of a question → the number it got."""
    refused: list[str] = field(default_factory=list)

    def ask_everything(self) -> None:
        for number in range(QUESTIONS_EACH):
            key = str(uuid.uuid4())
            form = {
                "estate": self.estate,
                "text": f"{self.name} 号住户第 {number} 件：{number % 9 + 1} 号楼东侧楼道灯不亮。",
                "kind": "question",
                "is_new": "1",
                "idempotency_key": key,
            }
            session = self.sessions[number // QUESTIONS_A_DAY]
            try:
                status, location = self.line.send(f"/ask?estate={self.estate}", form, session)
            except NoAnswer as silence:
                self.refused.append(f"question {number}: {silence}")
                continue
            if status == 303 and location.startswith("/cases/"):
                self.read[key] = location.removeprefix("/cases/")
            else:
                self.refused.append(f"question {number}: {status} {location}")
        self.line.hang_up()


def kill_web_processes(site: ServedSite, residents: list[Resident], threads: list[threading.Thread]) -> int:
    """A web process after every so many questions, each fourth time all of them; how many were killed."""
    chance, killed, turn = random.Random(1), 0, 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.01)
        if sum(len(resident.read) for resident in residents) < (turn + 1) * QUESTIONS_BETWEEN_KILLS:
            continue
        turn += 1
        living = site.web_processes()
        for pid in living if turn % 4 == 0 else chance.sample(living, min(1, len(living))):
            kill(pid)
            killed += 1
    return killed


@pytest.mark.slow
@pytest.mark.xdist_group("killed while asking")  # busy to the end, unlike the others
def test_every_question_a_resident_was_told_of_is_there_exactly_once(site: ServedSite) -> None:
    prepared = told(site, f"signed_in_residents({RESIDENTS * QUESTIONS_EACH // QUESTIONS_A_DAY})")
    residents = [
        Resident(Line(site.port), prepared["sessions"][name::RESIDENTS], prepared["estate"], name)
        for name in range(RESIDENTS)
    ]
    began = time.monotonic()
    threads = [threading.Thread(target=resident.ask_everything, daemon=True) for resident in residents]
    for thread in threads:
        thread.start()
    killed = kill_web_processes(site, residents, threads)
    seconds = time.monotonic() - began

    read = {key: number for resident in residents for key, number in resident.read.items()}
    broken = sum(resident.line.broken for resident in residents)
    assert [sentence for resident in residents for sentence in resident.refused] == []
    assert len(read) == RESIDENTS * QUESTIONS_EACH
    with psycopg.connect(site.database_url()) as connection:
        rows = connection.execute("SELECT idempotency_key, number, id FROM ledger_case").fetchall()
        there = {key: number for key, number, _ in rows}
        assert len(there) == len(rows)
        assert read.items() <= there.items(), (
            "somebody was told a number that is not there, or is another one"
        )
        # Keys nobody read an answer to may not exist: every resident went on until told.
        assert there == read

        ((year, last),) = connection.execute("SELECT year, last FROM ledger_numbercounter").fetchall()
        assert set(there.values()) == {number_for(year, n) for n in range(1, last + 1)}, (
            "a gap in the numbers"
        )

        (askers,) = connection.execute("SELECT count(*) FROM ledger_asker").fetchone() or (0,)
        witnessed = connection.execute(
            "SELECT count(*), count(DISTINCT stream) FROM audit_event WHERE kind = 'ledger.case_registered'"
        ).fetchone()
        assert (askers, witnessed) == (len(rows), (len(rows), len(rows)))
    assert killed >= 10
    verified = site.run("verify").strip().splitlines()[-1]
    print(
        f"{len(read)} questions by {RESIDENTS} residents in {seconds:.0f} s, {killed} web processes killed, "
        f"{broken} attempts without an answer; {len(rows)} cases, each told number there once, "
        f"numbers 1–{last} without gap; {verified}"
    )
