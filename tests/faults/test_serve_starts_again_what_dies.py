"""SIGKILL to each part of a running site: it comes back by itself, and the rest goes on."""

from __future__ import annotations

import os
import signal

from tests.serving import ServedSite, is_alive, kill, until


def test_web_task_and_database_processes_come_back_after_sigkill(site: ServedSite) -> None:
    task = site.task_processes()[0]
    kill(task)
    seconds = until(lambda: bool(site.task_processes()) and site.task_processes()[0] != task, 20, site.told)
    print(f"task process back after {seconds:.1f} s")

    web = site.web_processes()
    for pid in web:
        kill(pid)
    until(lambda: len(set(site.web_processes()) - set(web)) == 2, 30, site.told)
    site.wait_until_it_answers()

    master = site.web_master()
    kill(master)
    until(lambda: not is_alive(master), 5)
    site.wait_until_it_answers()
    assert site.web_master() != master

    database = site.postgres_process()
    kill(database)
    until(lambda: not is_alive(database), 5)
    seconds = until(
        lambda: site.status("/verify") == 200 and site.postgres_process() != database, 60, site.told
    )
    print(f"database back after {seconds:.1f} s")


def test_sigterm_stops_everything_in_order(site: ServedSite) -> None:
    below = site.descendants()
    assert len(below) >= 5  # gunicorn and two workers, the task process, PostgreSQL
    assert site.stop() == 0
    assert [pid for pid in below if is_alive(pid)] == []


def test_nothing_outlives_a_killed_supervisor_and_it_starts_again(site: ServedSite) -> None:
    assert site.process is not None
    below = site.descendants()
    os.kill(site.process.pid, signal.SIGKILL)
    site.process.wait(10)
    until(lambda: not [pid for pid in below if is_alive(pid)], 30)
    site.start()
    assert site.status("/verify") == 200
