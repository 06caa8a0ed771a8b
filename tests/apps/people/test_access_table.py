"""Every URL of the site stands in the access table, and every role gets the status written there."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from huiyin.apps.imports import kinds
from huiyin.web.returning import page_at
from tests.access_table import ROLES, TABLE, UNDOABLE, Row
from tests.asking_as import cookies_of_everybody, status_for
from tests.people import Cast, a_cast, sign_in


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
def cookies(cast: Cast) -> dict[str, SimpleCookie]:
    return cookies_of_everybody(cast)


# Meetings take longer to make: they are made once, in tests/apps/meetings/test_access.py.
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.phase])
def test_every_role_gets_the_status_in_the_table(
    name: str, cast: Cast, cookies: dict[str, SimpleCookie]
) -> None:
    row = TABLE[name]
    with transaction.atomic():
        url = reverse(name, kwargs=row.args(cast)) + row.query
        got = {role: status_for(role, cookies[role], url, row) for role in ROLES}
        transaction.set_rollback(True)
    assert got == {role: row.status_of(role) for role in ROLES}


@pytest.mark.parametrize("role", ROLES[3:])
def test_without_the_second_factor_every_desk_page_leads_to_it(role: str, cast: Cast) -> None:
    with transaction.atomic():
        client = sign_in(Client(), getattr(cast, role), second_factor=False)
        for name, row in TABLE.items():
            if ":desk_" in name and row.data is None:
                answer = client.get(reverse(name, kwargs=row.args(cast)))
                assert answer.status_code == 302
                assert answer.headers["Location"].startswith("/sign-in/second-factor/new?next=/desk")
        transaction.set_rollback(True)


def test_an_address_that_only_takes_forms_leads_to_a_page(
    cast: Cast, cookies: dict[str, SimpleCookie]
) -> None:
    """Whoever opens it, or has to sign in before sending, is brought to a page that can be looked at."""
    client = Client()
    client.cookies = SimpleCookie(cookies["secretary"])
    seen = 0
    for name, row in TABLE.items():
        if row.data is None:
            continue
        with transaction.atomic():
            url = reverse(name, kwargs=row.args(cast))
            answer = client.get(url)
            if answer.status_code == 405:
                seen += 1
                assert "这一页不能直接打开" in answer.text, name
                assert client.get(page_at(url)).status_code in (200, 302, 303, 404), name
                assert page_at(url) != url
                assert f'href="{page_at(url)}">' in answer.text
            transaction.set_rollback(True)
    assert seen > 25
