"""Every URL of the site stands in the access table, and every role gets the status written there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from huiyin.apps.imports import kinds
from tests.access_table import ROLES, TABLE, UNDOABLE, Row
from tests.asking_as import Sessions
from tests.people import Cast, a_cast


def urls(resolver: URLResolver, space: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """(route, name) of every page, as `reverse` knows it."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from urls(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space, route)
        elif isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name}"


def names() -> set[str]:
    """One name for each route: the first, which is ours; allauth's own names for the same page come later."""
    first: dict[str, str] = {}
    for route, name in urls(get_resolver()):
        first.setdefault(route, name)
    return set(first.values())


def test_every_url_stands_in_the_table() -> None:
    assert names() - set(TABLE) == set(), "add a row to tests/access_table.py, by hand, from domain.md §2"


def test_the_table_holds_no_url_that_is_gone() -> None:
    assert set(TABLE) - names() == set()


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_every_row_has_a_status_for_every_role(row: Row) -> None:
    assert len(row.statuses.split()) == len(ROLES)


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """One cast for all rows, in a transaction that is rolled back in the end."""
    kinds.register(UNDOABLE)
    with django_db_blocker.unblock(), transaction.atomic():
        yield a_cast()
        transaction.set_rollback(True)
    kinds.forget(UNDOABLE.name)


@pytest.fixture(scope="module")
def sessions(cast: Cast) -> Sessions:
    return Sessions.of(cast)


# What a row is about takes longer to make than a page to ask for, so all that is to be seen there is seen at once.
# Meetings take longest: each phase is made once, in tests/apps/meetings/test_access.py.
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.phase])
def test_every_role_gets_the_status_in_the_table(name: str, cast: Cast, sessions: Sessions) -> None:
    sessions.check_row(name, cast)
