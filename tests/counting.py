"""How many queries something takes: the same for few rows and for many, which a budget alone cannot tell."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as done:
        call()
    return len(done)


def rows_locked(table: str, call: Callable[[], object], *, before: str = "") -> list[int]:
    """The keys of the rows of a table in the order in which `call` locks them; only until it touches `before`."""
    with CaptureQueriesContext(connection) as done:
        call()
    steps = [query["sql"] for query in done.captured_queries]
    if before:
        steps = steps[: next(at for at, sql in enumerate(steps) if before in sql)]
    key = re.compile(rf'"{table}"."id" = (\d+) .*FOR NO KEY UPDATE OF "{table}"', re.DOTALL)
    found = [key.search(sql) for sql in steps]
    return list(dict.fromkeys(int(each[1]) for each in found if each))
