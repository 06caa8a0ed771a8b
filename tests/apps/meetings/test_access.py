"""The rows of tests/access_table.py that are about a meeting, each asked at one in its phase, made once for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access_table import TABLE
from tests.asking_as import Sessions
from tests.given_meetings import a_cast_with_meeting
from tests.people import Cast

Told = tuple[Cast, Sessions]


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Told]:
    """The cast with a meeting in one phase, and everybody's session, for all rows about it; rolled back in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast, _meeting = a_cast_with_meeting(request.param)
        yield cast, Sessions.of(cast)
        transaction.set_rollback(True)


# Sorted, so that each phase is made once.
ABOUT_A_MEETING = sorted((row.phase, name) for name, row in TABLE.items() if row.phase)


@pytest.mark.parametrize(("told", "name"), ABOUT_A_MEETING, indirect=["told"])
def test_every_role_gets_the_status_in_the_table(name: str, told: Told) -> None:
    cast, sessions = told
    sessions.check_row(name, cast)
