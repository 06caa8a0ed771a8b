"""Checking and writing files in the worker; both may run twice without harm."""

from __future__ import annotations

from django.db import close_old_connections
from django.db.utils import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from huiyin.apps.imports import services

# The database was away, however long: try again soon, and go on after the last committed batch.
AGAIN = RetryStrategy(wait=5, retry_exceptions={OperationalError, InterfaceError})


@app.task(name="imports.check", retry=AGAIN)
def check(import_id: int) -> None:
    """Judge every row of a large file."""
    close_old_connections()
    services.check_import(import_id)


@app.task(name="imports.run", retry=AGAIN)
def run(import_id: int) -> None:
    """Write the rows that are left."""
    close_old_connections()
    services.run_import(import_id)
