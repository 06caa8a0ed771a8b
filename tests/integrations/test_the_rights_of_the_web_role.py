"""The web role changes ordinary rows, only adds to the history, and migrates nothing (ADR 0002)."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from huiyin.integrations.database_rights import APPEND_ONLY_TABLES, READ_ONLY_TABLES

in_database = pytest.mark.django_db


def rights(table: str) -> set[str]:
    wanted = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"has_table_privilege('{table}', '{each}')" for each in wanted))
        return {name for name, held in zip(wanted, cursor.fetchone(), strict=True) if held}


@in_database
def test_tests_run_as_the_web_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("huiyin_web",)


@in_database
def test_it_owns_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relowner = 'huiyin_web'::regrole")
        assert cursor.fetchall() == []


@in_database
@pytest.mark.parametrize("table", APPEND_ONLY_TABLES)
def test_to_the_history_it_may_only_add(table: str) -> None:
    assert rights(table) == {"SELECT", "INSERT"}


@in_database
@pytest.mark.parametrize("table", READ_ONLY_TABLES)
def test_what_was_migrated_it_may_only_read(table: str) -> None:
    assert rights(table) == {"SELECT"}


@in_database
def test_every_other_table_it_may_change_but_never_truncate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()} - {*APPEND_ONLY_TABLES, *READ_ONLY_TABLES}
    assert {name: rights(name) for name in tables} == {
        name: {"SELECT", "INSERT", "UPDATE", "DELETE"} for name in tables
    }


def test_a_table_of_a_later_migration_is_usable_at_once(
    fresh_database: str, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute("CREATE TABLE later (id bigserial PRIMARY KEY)")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO later DEFAULT VALUES RETURNING id")
        assert cursor.fetchone() == (1,)
