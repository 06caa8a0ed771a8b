"""SIGKILL to the worker, and to PostgreSQL, in the middle of an import: it goes on, and every row is there once."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

from tests.faults.preparing import told
from tests.serving import ServedSite, kill, until

ROWS = 1200
AFTER = 500
"""So many rows are committed when the process is killed: behind the first batch, before the two others."""
PROGRESS = (
    "SELECT state, rows_done, created_count, unchanged_count, rows_bad FROM imports_import WHERE id = %s"
)


class Progress:
    """One import as the database has it; a connection of its own each time, as the server may be away."""

    def __init__(self, site: ServedSite, number: int) -> None:
        self.site, self.number = site, number

    def ask(self, query: str, *values: Any) -> Any:
        with psycopg.connect(self.site.database_url(), autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query, values or None).fetchone()

    def now(self) -> tuple[str, int, int, int, int]:
        row: tuple[str, int, int, int, int] = self.ask(PROGRESS, self.number)
        return row

    def is_beyond(self, rows: int) -> bool:
        try:
            return self.now()[1] > rows
        except psycopg.OperationalError:
            return False

    def is_done(self) -> bool:
        try:
            return self.now()[0] == "done"
        except psycopg.OperationalError:
            return False


def begun(site: ServedSite) -> tuple[Progress, int]:
    """An import in the midst of being written, and how many cases there were before it."""
    before = Progress(site, 0).ask("SELECT count(*) FROM ledger_case")[0]
    progress = Progress(site, told(site, f"start_import({ROWS}, {str(site.folder)!r})"))
    deadline = time.monotonic() + 60
    while not progress.is_beyond(AFTER - 1):
        assert time.monotonic() < deadline, site.told()
        time.sleep(0.02)
    return progress, before


def check(progress: Progress, before: int) -> None:
    """Every row of the file is one case with its one beginning; the balance says so too; the history holds."""
    state, done, created, unchanged, bad = progress.now()
    assert (state, done, created, unchanged, bad) == ("done", ROWS, ROWS, 0, 0)
    cases, numbers, keys = progress.ask(
        "SELECT count(*), count(DISTINCT number), count(DISTINCT file_key) FROM ledger_case"
    )
    assert cases == numbers == keys == before + ROWS
    (given_out,) = progress.ask("SELECT sum(last) FROM ledger_numbercounter")
    assert given_out == cases, "a number was given out for nothing"
    begun_, ended = progress.ask(
        "SELECT count(*) FILTER (WHERE kind = 'ledger.case_imported'), "
        "count(*) FILTER (WHERE kind = 'imports.done' AND stream = %s) FROM audit_event",
        f"imports/{progress.number}",
    )
    assert (begun_, ended) == (cases, 1)


@pytest.mark.slow
def test_an_import_goes_on_within_a_minute_after_its_worker_is_killed(site: ServedSite) -> None:
    progress, before = begun(site)
    at_kill = time.monotonic()
    kill(site.task_processes()[0])
    time.sleep(0.3)  # what it had sent to the database before it died is committed by now or never
    state, done, *_ = progress.now()
    assert state == "running"
    assert done < ROWS
    until(lambda: progress.is_beyond(done), 60 - (time.monotonic() - at_kill), site.told)
    again = time.monotonic() - at_kill
    until(progress.is_done, 60, site.told)
    check(progress, before)
    attempts = progress.ask(
        "SELECT attempts FROM procrastinate_jobs WHERE task_name = 'imports.run' AND lock = %s",
        f"imports/{progress.number}",
    )[0]
    assert attempts >= 1
    print(f"worker killed after {done} of {ROWS} rows; went on after {again:.1f} s; {ROWS} cases, each once")


@pytest.mark.slow
def test_an_import_goes_on_after_postgresql_is_killed(site: ServedSite) -> None:
    progress, before = begun(site)
    at_kill = time.monotonic()
    kill(site.postgres_processes()[0])
    until(lambda: progress.is_beyond(0), 60, site.told)
    back = time.monotonic() - at_kill
    done = progress.now()[1]
    until(progress.is_done, 75, site.told)
    check(progress, before)
    whole = time.monotonic() - at_kill
    verified = site.run("verify").strip().splitlines()[-1]
    print(
        f"PostgreSQL killed in mid-import; it answered again after {back:.1f} s with {done} of {ROWS} rows, "
        f"all {ROWS} cases once after {whole:.1f} s; {verified}"
    )
