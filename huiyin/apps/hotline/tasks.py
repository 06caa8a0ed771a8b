"""The bulk work, in the worker: each task waits for a child process, and may run twice without harm."""

from __future__ import annotations

from django.db import close_old_connections
from django.db.utils import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from huiyin.apps.hotline import services
from huiyin.apps.hotline.asking import StoreBusy

# The database was away, or the command line writes the store: try again soon.
AGAIN = RetryStrategy(
    max_attempts=40, wait=15, retry_exceptions={OperationalError, InterfaceError, StoreBusy}
)


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
def attribute_again(released: str = "", estate: str = "") -> None:
    """Find the estates of complaints that write a name claimed since, or one an estate bears no more."""
    close_old_connections()
    services.attribute_again(released, estate)


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
