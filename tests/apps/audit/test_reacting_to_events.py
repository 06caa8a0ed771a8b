"""Reactions: deferred with the event, delivered at least once, their effect in the database once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.periodic import PeriodicRegistry

from huiyin.apps.audit.models import Delivery, Event, StreamHead
from huiyin.apps.audit.reactions import on, react
from huiyin.apps.audit.services import record
from huiyin.apps.audit.subscriptions import forget
from huiyin.domain.access import SYSTEM

NAME = "tests.note"


class Note:
    """A reaction whose effect can be counted in the database, and which can be told to fail."""

    def __init__(self) -> None:
        self.runs = 0
        self.failures_left = 0

    def __call__(self, event: Event) -> None:
        self.runs += 1
        StreamHead.objects.create(stream=f"note/{event.id}-{self.runs}", leaf="", number=0, hash="")
        if self.failures_left:
            self.failures_left -= 1
            raise ConnectionError("the gateway is away")


@pytest.fixture
def note(monkeypatch: pytest.MonkeyPatch) -> Iterator[Note]:
    # Twenty past every sixth hour a worker would try what failed once more, also one of these tests.
    monkeypatch.setattr(app, "periodic_registry", PeriodicRegistry())
    effect = Note()
    on("tests.happened", "tests.happened_too", name=NAME)(effect)
    yield effect
    forget(NAME)


def an_event(now: datetime, kind: str = "tests.happened") -> Event:
    return record(kind=kind, stream="case/26-0001-000", by=SYSTEM, now=now, public={})


def effects() -> int:
    return StreamHead.objects.filter(stream__startswith="note/").count()


def jobs() -> list[tuple[str, dict[str, object]]]:
    found = ProcrastinateJob.objects.filter(task_name="audit.react").order_by("id")
    return list(found.values_list("status", "args"))


def run_worker() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)


@pytest.mark.django_db
def test_one_job_for_each_reaction_that_waits(note: Note, now: datetime) -> None:
    event = an_event(now)
    an_event(now, kind="tests.something_else")
    too = an_event(now, kind="tests.happened_too")
    assert jobs() == [("todo", {"reaction": NAME, "event_id": number}) for number in (event.id, too.id)]


def test_no_job_without_the_change(fresh_database: str, note: Note, now: datetime) -> None:
    with transaction.atomic():
        an_event(now)
        transaction.set_rollback(True)
    assert jobs() == []


@pytest.mark.django_db
def test_a_job_that_comes_twice_has_one_effect(note: Note, now: datetime) -> None:
    event = an_event(now)
    assert react(NAME, event.id) is True
    assert react(NAME, event.id) is False
    assert (note.runs, effects()) == (1, 1)
    assert Delivery.objects.get().event_id == event.id


def test_two_workers_at_once_have_one_effect(fresh_database: str, note: Note, now: datetime) -> None:
    with transaction.atomic():
        event = an_event(now)
    done: list[bool] = []

    def work() -> None:
        done.append(react(NAME, event.id))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [False, False, False, True]
    assert effects() == 1


def test_a_reaction_that_fails_is_tried_again(
    fresh_database: str, note: Note, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The worker's thread keeps its connection; here it has to go with the database.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    note.failures_left = 1
    with transaction.atomic():
        an_event(now)
    run_worker()
    assert (note.runs, effects(), Delivery.objects.count()) == (1, 0, 0)
    job = ProcrastinateJob.objects.get(task_name="audit.react")
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    run_worker()
    assert (note.runs, effects(), Delivery.objects.count()) == (2, 1, 1)
    assert [status for status, _ in jobs()] == ["succeeded"]


def test_a_reaction_that_was_given_up_is_not_lost(
    fresh_database: str, note: Note, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    note.failures_left = 2
    with transaction.atomic():
        an_event(now)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 7")  # the next failure is the last
    run_worker()
    assert [status for status, _ in jobs()] == ["failed"]
    for status, delivered in (("failed", 0), ("succeeded", 1)):
        app.configure_task("audit.react_again").defer(timestamp=0)
        run_worker()
        while "todo" in [found for found, _ in jobs()]:
            run_worker()  # what was put back while the last was already leaving
        assert [found for found, _ in jobs()] == [status]
        assert Delivery.objects.count() == effects() == delivered
    assert note.runs == 3


def test_what_a_reaction_records_is_gone_with_its_jobs_if_the_reaction_fails(
    fresh_database: str, note: Note, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job deferred by a task is in the task's transaction, although the worker has connections of its own."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)

    def fails_after_recording(event: Event) -> None:
        an_event(now)
        raise RuntimeError("too late")

    on("tests.begins", name="tests.fails_after_recording")(fails_after_recording)
    try:
        with transaction.atomic():
            an_event(now, kind="tests.begins")
        run_worker()
    finally:
        forget("tests.fails_after_recording")
    assert note.runs == 0
    assert [job["reaction"] for _, job in jobs()] == ["tests.fails_after_recording"]


@pytest.mark.django_db
def test_a_reaction_nobody_declared_fails_visibly(now: datetime) -> None:
    with pytest.raises(KeyError):
        react("tests.gone", an_event(now).id)


def test_a_name_is_used_for_one_reaction_only(note: Note) -> None:
    with pytest.raises(ValueError, match=NAME):
        on("tests.other", name=NAME)(note)
