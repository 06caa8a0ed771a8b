"""The rows of tests/access_table.py that are about a meeting, each asked at one in its phase, made once for all."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access_table import ROLES, TABLE
from tests.asking_as import cookies_of_everybody, status_for
from tests.given_meetings import a_cast_with_meeting
from tests.people import Cast

Told = tuple[Cast, dict[str, SimpleCookie]]


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Told]:
    """The cast with a meeting in one phase, and everybody's session, for all rows about it; rolled back in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast, _meeting = a_cast_with_meeting(request.param)
        yield cast, cookies_of_everybody(cast)
        transaction.set_rollback(True)


# Sorted, so that each phase is made once.
ABOUT_A_MEETING = sorted((row.phase, name) for name, row in TABLE.items() if row.phase)


@pytest.mark.parametrize(("told", "name"), ABOUT_A_MEETING, indirect=["told"])
def test_every_role_gets_the_status_in_the_table(name: str, told: Told) -> None:
    row, (cast, cookies) = TABLE[name], told
    with transaction.atomic():
        url = reverse(name, kwargs=row.args(cast)) + row.query
        got = {role: status_for(role, cookies[role], url, row) for role in ROLES}
        transaction.set_rollback(True)
    assert got == {role: row.status_of(role) for role in ROLES}
