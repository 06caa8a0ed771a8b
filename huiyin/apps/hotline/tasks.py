"""The bulk work, in the worker: each task waits for a child process, and may run twice without harm."""

from __future__ import annotations

from django.db import close_old_connections
from django.db.utils import IntegrityError, InterfaceError, OperationalError
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from huiyin.apps.hotline import services
from huiyin.apps.hotline.asking import StoreBusy
from huiyin.integrations.children import ChildDied

_SOON, _LATER, _OFTEN_ENOUGH = 15, 60, 5


class _Again(BaseRetryStrategy):
    """The database was away, or another process writes the store: soon again, however long it takes. A child that died
    may have been one too many on the machine, and somebody may enter the same at once: a few times."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, (OperationalError, InterfaceError, StoreBusy)):
            return RetryDecision(retry_in={"seconds": _SOON})
        if isinstance(exception, (ChildDied, IntegrityError)) and job.attempts < _OFTEN_ENOUGH:
            return RetryDecision(retry_in={"seconds": _LATER})
        return None


AGAIN = _Again()


@app.task(name="hotline.check", retry=AGAIN)
def check(import_id: int) -> None:
    """Judge every row of a file."""
    close_old_connections()
    services.check_import_file(import_id)


@app.task(name="hotline.store", retry=AGAIN)
def store(import_id: int) -> None:
    """Take a file into the store."""
    close_old_connections()
    services.store_import(import_id)


@app.task(name="hotline.undo", retry=AGAIN)
def undo(import_id: int) -> None:
    """Take an import out of the store."""
    close_old_connections()
    services.take_back(import_id)


@app.task(name="hotline.attribute_again", retry=AGAIN)
def attribute_again(released: str = "", estate: str = "", claimed: str = "") -> None:
    """Find the estates of complaints that write a name claimed since, or one an estate bears no more."""
    close_old_connections()
    services.attribute_again(released, estate, claimed)


@app.task(name="hotline.correct", retry=AGAIN)
def correct() -> None:
    """Let what people decided of complaints count in the store."""
    close_old_connections()
    services.apply_corrections()


@app.task(name="hotline.settle_doubt", retry=AGAIN)
def settle_doubt(doubt_id: int) -> None:
    """Correct the complaints that one decision was about."""
    close_old_connections()
    services.settle_doubt(doubt_id)


@app.task(name="hotline.topics", retry=AGAIN)
def find_topics() -> None:
    """Find the topics of every estate, after the store has changed."""
    close_old_connections()
    services.find_topics()


@app.task(name="hotline.follow_up", retry=AGAIN)
def follow_up(import_id: int) -> None:
    """Complaints that become cases by rule, and call-backs of those that are."""
    close_old_connections()
    services.follow_up(import_id)
