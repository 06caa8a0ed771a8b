"""How many queries something takes: the same for few rows and for many, which a budget alone cannot tell."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as done:
        call()
    return len(done)
