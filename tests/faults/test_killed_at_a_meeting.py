"""SIGKILL while a hall full of phones asks, while the meeting is closed, and while letters are printed for it."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from tests import given_reports
from tests.faults.persistent import Line, NoAnswer
from tests.faults.preparing import told
from tests.serving import ServedSite, command_of, kill, until

BEGINNING = given_reports.COLLECTING
"""What is prepared has not happened before the site was there: its anchors would say so."""
SERVED_WITH = ("--prepared",)
PHONES = 20
QUESTIONS_EACH = 5
"""As many as the policy lets one person ask at a meeting."""
QUESTIONS_BETWEEN_KILLS = 30
INTO_THE_CLOSING = 0.3
"""Seconds after its first write; a hundred cases take longer."""
HOMES = 150
BALANCE = """
SELECT count(*), count(*) FILTER (WHERE outcome = 'case'), count(*) FILTER (WHERE outcome = 'merged'),
       count(*) FILTER (WHERE outcome = 'rejected'), count(DISTINCT case_id)
FROM meetings_question WHERE meeting_id = %s AND direction = 'to_company'
"""
TO_RESIDENTS = "SELECT count(*) FROM meetings_question WHERE meeting_id = %s AND direction = 'to_residents'"
# Whoever has written something and not committed it.
WRITES = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'huiyin_web' AND backend_xid IS NOT NULL"


@dataclass
class Phone:
    """Sends its questions one after the other, each with its own key until it is acknowledged."""

    line: Line
    session: str
    meeting: int
    name: int
    sent: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    def ask_everything(self) -> None:
        for number in range(QUESTIONS_EACH):
            key = str(uuid.uuid4())
            form = {
                "text": f"{self.name} 号住户第 {number + 1} 问：{number + 1} 号楼什么时候修？",
                "building": f"{self.name}",
                "nickname": f"住户{self.name}",
                "idempotency_key": key,
            }
            try:
                status, _ = self.line.send(f"/meetings/{self.meeting}/ask", form, self.session)
            except NoAnswer as silence:
                self.refused.append(str(silence))
                continue
            if status == 303:
                self.sent.add(key)
            else:
                self.refused.append(f"{key}: {status}")
        self.line.hang_up()


@pytest.mark.slow
def test_a_burst_of_questions_and_the_closing_survive_the_web_being_killed(site: ServedSite) -> None:
    with (
        at_rest(site),  # an anchor made between two moments of this clock would rightly complain
        psycopg.connect(site.database_url("postgres"), autocommit=True) as database,
    ):
        hall: dict[str, Any] = told(site, f"a_full_hall({PHONES})")
        meeting, secretary = hall["meeting"], hall["secretary"]

        def row(query: str, *values: Any) -> Any:
            return database.execute(query, values or None).fetchone()

        phones = [Phone(Line(site.port), session, meeting, at) for at, session in enumerate(hall["sessions"])]
        killed = kill_while_they_ask(site, phones)
        assert [each for phone in phones for each in phone.refused] == []
        sent = set().union(*(phone.sent for phone in phones))
        assert len(sent) == PHONES * QUESTIONS_EACH
        asked = hall["asked"] + len(sent)
        keys = "SELECT array_agg(idempotency_key), array_agg(number ORDER BY number) FROM meetings_question"
        there, numbers = row(keys)
        assert sent <= set(there)
        assert numbers == list(range(1, asked + 1)), "a question is there twice, or a number was lost"
        assert row("SELECT last_number FROM meetings_pulse")[0] == asked

        desk, line = f"/desk/meetings/{meeting}", Line(site.port)
        # The clock of this site stands: no time has passed, and ending so early needs its public reason.
        ending = {"idempotency_key": str(uuid.uuid4()), "reason": "天黑了，改天再开一次。"}
        assert line.send(f"{desk}/console/end_questions", ending, secretary)[0] == 303
        before = row("SELECT count(*) FROM ledger_case")[0]
        key = {"idempotency_key": str(uuid.uuid4())}
        answers: list[int] = []
        closing = threading.Thread(
            target=lambda: answers.append(line.send(f"{desk}/close", key, secretary)[0]), daemon=True
        )
        closing.start()
        until(lambda: row(WRITES)[0] > 0, 20, site.told)
        time.sleep(INTO_THE_CLOSING)
        for pid in site.web_processes():
            kill(pid)
        until(lambda: row(WRITES)[0] == 0, 20, site.told)
        if line.broken == 0:  # not sent again yet
            assert row("SELECT phase FROM meetings_meeting")[0] == "closed"
            assert row("SELECT count(*) FROM ledger_case")[0] == before
        closing.join(60)
        assert answers == [303]
        assert line.broken >= 1, "the closing was over before the kill"

        total, cases, merged, rejected, different = row(BALANCE, meeting)
        assert total == asked - row(TO_RESIDENTS, meeting)[0] == cases + merged + rejected == different
        assert min(merged, rejected) > 0
        assert row("SELECT count(*) FROM ledger_case")[0] == before + total
        assert row("SELECT phase FROM meetings_meeting")[0] == "minutes_open"
        assert line.send(f"{desk}/close", key, secretary)[0] == 409, "it is closed once"
        assert row("SELECT count(*) FROM ledger_case")[0] == before + total
        assert row("SELECT count(*) FROM meetings_minutes")[0] == 1
        line.hang_up()
        verified = site.run("verify").strip().splitlines()[-1]
    print(
        f"{killed} web processes killed while {len(phones)} phones asked {len(sent)} questions; closing killed once, "
        f"then {total} = {cases} + {merged} + {rejected}; {verified}"
    )


@contextmanager
def at_rest(site: ServedSite) -> Iterator[None]:
    """The task process stands still meanwhile."""
    tasks = site.task_processes()
    for pid in tasks:
        os.kill(pid, signal.SIGSTOP)
    yield
    for pid in tasks:
        os.kill(pid, signal.SIGCONT)


def kill_while_they_ask(site: ServedSite, phones: list[Phone]) -> int:
    """All web processes after every so many questions; how many."""
    threads = [threading.Thread(target=phone.ask_everything, daemon=True) for phone in phones]
    for thread in threads:
        thread.start()
    killed = turn = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.01)
        if sum(len(phone.sent) for phone in phones) < (turn + 1) * QUESTIONS_BETWEEN_KILLS:
            continue
        turn += 1
        for pid in site.web_processes():
            kill(pid)
            killed += 1
    assert turn >= PHONES * QUESTIONS_EACH // QUESTIONS_BETWEEN_KILLS - 1
    return killed


def printing(site: ServedSite) -> list[int]:
    """The process that prints letters right now."""
    return [pid for pid in site.descendants() if "rating_letters" in command_of(pid)]


@pytest.mark.slow
def test_a_worker_killed_while_it_prints_letters_leaves_no_half_file_and_prints_them_once(
    site: ServedSite,
) -> None:
    with at_rest(site):
        pile = told(site, f"a_pile_of_letters({HOMES})")
    files = site.folder / "var" / "media" / "letters"
    with psycopg.connect(site.database_url("postgres"), autocommit=True) as database:

        def row(query: str, *values: Any) -> Any:
            return database.execute(query, values or None).fetchone()

        until(lambda: bool(printing(site)), 30, site.told)
        (press,) = printing(site)
        kill(site.task_processes()[0])
        kill(press)  # it would only find that nobody listens any more
        assert row("SELECT state, file_key FROM meetings_letterpile WHERE id = %s", pile) == ("waiting", "")
        assert row("SELECT count(*) FROM meetings_ratingtoken")[0] == 0
        assert list(files.glob("*")) == []

        # How long the silence of a dead worker lasts until it is noticed is told by test_a_killed_worker.py.
        database.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        began = time.monotonic()
        state = "SELECT state FROM meetings_letterpile WHERE id = %s"
        until(lambda: row(state, pile)[0] == "ready", 75, site.told)
        seconds = time.monotonic() - began
        (file,) = files.glob("*")
        assert file.read_bytes().startswith(b"%PDF-")
        assert file.read_bytes().rstrip().endswith(b"%%EOF")
        assert row("SELECT count(*), count(DISTINCT household_id) FROM meetings_ratingtoken") == (
            HOMES,
            HOMES,
        )
        done = "SELECT count(*) FROM audit_event WHERE kind = 'meetings.letters_issued'"
        assert row(done)[0] == 1
    print(f"{HOMES} letters printed once, {seconds:.0f} s after the worker was killed")
