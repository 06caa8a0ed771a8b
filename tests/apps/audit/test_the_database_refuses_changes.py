"""What was recorded cannot be changed through the site, nor by the owner of the tables."""

from __future__ import annotations

from datetime import datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from huiyin.apps.audit.anchoring import make_anchor
from huiyin.apps.audit.services import record
from huiyin.domain.access import SYSTEM

TABLES = ["audit_event", "audit_anchor", "audit_anchorhead"]
CHANGES = ["UPDATE {} SET hash = hash", "DELETE FROM {}", "DELETE FROM {} WHERE false", "TRUNCATE {} CASCADE"]


@pytest.fixture
def something_recorded(now: datetime) -> None:
    with transaction.atomic():
        record(kind="tests.case_registered", stream="case/26-0001-000", by=SYSTEM, now=now, public={})
        make_anchor(now.date(), now=now)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.django_db
def test_the_site_itself_may_only_read_and_add(something_recorded: None, table: str, change: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", TABLES)
def test_the_owner_is_refused_too(owner_connection: psycopg.Connection, table: str, change: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed or removed"):
        owner_connection.execute(change.format(table).encode())


@pytest.mark.parametrize("table", TABLES)
def test_a_session_that_calls_itself_a_replica_is_refused(
    owner_connection: psycopg.Connection, table: str
) -> None:
    enabled = owner_connection.execute(
        "SELECT tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
    ).fetchall()
    assert enabled == [("A",)]


@pytest.mark.django_db
def test_the_web_role_owns_none_of_the_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relowner = current_user::regrole AND relname LIKE 'audit%%'"
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize(
    "leaf", ["'sealed/' || repeat('0', 64)", "''", "'case/26-0002-000'", "'Case/26-0001-000'", "'sealed/x'"]
)
@pytest.mark.django_db
def test_a_case_cannot_be_renamed_out_of_the_public_list(something_recorded: None, leaf: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE audit_streamhead SET leaf = {leaf} WHERE stream = 'case/26-0001-000'")


@pytest.mark.django_db
def test_two_streams_cannot_have_one_name_which_would_stop_all_anchors(now: datetime) -> None:
    for person in (1, 2):
        record(kind="tests.consent_given", stream=f"person/{person}", by=SYSTEM, now=now, public={})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE audit_streamhead SET leaf = (SELECT leaf FROM audit_streamhead WHERE stream = 'person/2')
               WHERE stream = 'person/1'"""
        )
    make_anchor(now.date(), now=now)
