"""The rows of tests/access_table.py that are about a meeting, each asked at one in its phase, made once for all."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access_table import ROLES, TABLE, Row
from tests.given_meetings import a_cast_with_meeting
from tests.people import Cast, sign_in


def status_for(role: str, cast: Cast, url: str, row: Row) -> int:
    """Ask as that role and undo whatever it changed."""
    client = Client()
    if role != "anonymous":
        sign_in(client, getattr(cast, role))
    client.cookies = SimpleCookie(client.cookies)
    with transaction.atomic():
        answer = client.get(url) if row.data is None else client.post(url, row.data)
        transaction.set_rollback(True)
    return int(answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.phase])
def test_every_role_gets_the_status_in_the_table(name: str) -> None:
    row = TABLE[name]
    cast, _meeting = a_cast_with_meeting(row.phase)
    url = reverse(name, kwargs=row.args(cast)) + row.query
    assert {role: status_for(role, cast, url, row) for role in ROLES} == {
        role: row.status_of(role) for role in ROLES
    }
