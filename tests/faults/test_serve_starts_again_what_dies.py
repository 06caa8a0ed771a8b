"""SIGKILL to each part of a running site: it comes back by itself, and the rest goes on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.serving import ServedSite, command_of, is_alive, kill, until

LAST_REQUESTS = 45
"""Seconds: gunicorn, told to stop, lets requests finish for up to 30."""


def test_what_answers_requests_does_not_know_the_owner_of_the_tables(site: ServedSite) -> None:
    for pid in [*site.web_masters(), *site.web_processes(), *site.task_processes()]:
        told = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        assert [each for each in told if each.startswith(b"DATABASE_")] == [
            f"DATABASE_URL={site.database_url()}".encode()
        ]


def test_web_task_and_database_processes_come_back_after_sigkill(site: ServedSite) -> None:
    tasks = site.task_processes()
    kill(tasks[0])
    seconds = until(lambda: site.task_processes() not in ([], tasks), 20, site.told)
    print(f"task process back after {seconds:.1f} s")

    workers = site.web_processes()
    for worker in workers:
        kill(worker)
    until(lambda: len(set(site.web_processes()) - set(workers)) == len(workers), 30, site.told)
    site.wait_until_it_answers()

    masters = site.web_masters()
    kill(masters[0])
    until(lambda: site.web_masters() not in ([], masters), 20, site.told)
    site.wait_until_it_answers()

    databases = site.postgres_processes()
    kill(databases[0])
    until(lambda: site.postgres_processes() not in ([], databases), 30, site.told)
    seconds = until(lambda: site.status("/verify") == 200, 30, site.told)
    print(f"pages back {seconds:.1f} s after the database")


def test_nothing_outlives_a_killed_supervisor_and_it_starts_again(site: ServedSite) -> None:
    assert site.process is not None
    below = site.descendants()
    os.kill(site.process.pid, signal.SIGKILL)
    site.process.wait(10)
    commands = {pid: command_of(pid) for pid in below}

    def left() -> dict[int, str]:
        return {pid: command for pid, command in commands.items() if is_alive(pid)}

    until(lambda: not left(), LAST_REQUESTS, lambda: f"still alive: {left()}\n{site.told()}")
    site.start()
    assert site.status("/verify") == 200


def test_sigterm_stops_everything_in_order(site: ServedSite) -> None:
    below = site.descendants()
    assert len(below) >= 5  # gunicorn and two workers, the task process, PostgreSQL
    assert site.stop() == 0
    assert [pid for pid in below if is_alive(pid)] == []
