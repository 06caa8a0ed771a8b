"""The person of a session: who never had a role costs no look for one, and a role counts from the next page on."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.apps.people.services import grant_role
from huiyin.domain.access import Role
from tests.people import Cast, a_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_nobody_looks_for_the_roles_of_a_resident(cast: Cast, client: Client) -> None:
    sign_in(client, cast.resident)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/desk").status_code == 404
    assert not any('FROM "people_roleassignment"' in query["sql"] for query in asked.captured_queries)


def test_a_role_given_while_somebody_is_signed_in_counts_at_once(cast: Cast, client: Client) -> None:
    sign_in(client, cast.resident)
    assert client.get("/desk").status_code == 404
    cast.resident.display_name = "白露"
    cast.resident.save()
    grant_role(
        person=cast.resident, role=Role.COMMUNITY_WORKER, place=cast.community, by=cast.by_street_officer
    )
    assert client.get("/desk").status_code == 200
