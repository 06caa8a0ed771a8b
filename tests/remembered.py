"""Rows made once through the services and put back for the next test: making the cast took a third of the time."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import Generic, TypeVar

import psycopg
from django.db import connection
from psycopg import sql

from tests import prepared_cluster

Made = TypeVar("Made")
SCHEMA = sql.Identifier("remembered")
_NO_ROWS = 21
"""Bytes of a binary copy that holds none: its head and its end."""


class Remembered(Generic[Made]):
    """What `make` adds to a database without people and places, with its rows, for each database of this process.

    Under a clock that a test has set it is made anew, as it is where something stands in the database already, and
    where what is made stays.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self.make = make
        self._kept: dict[str, tuple[bytes, sql.Composed]] = {}

    def __call__(self) -> Made:
        if "HUIYIN_NOW" in os.environ or not connection.in_atomic_block or _is_begun():
            return self.make()
        name = str(connection.settings_dict["NAME"])
        if name not in self._kept:
            first = _transaction()
            made = self.make()
            self._kept[name] = (pickle.dumps(made), _keep(_rows(since=first), name))
            return made
        pickled, put_back = self._kept[name]
        with connection.cursor() as cursor:
            cursor.execute(put_back)
        restored: Made = pickle.loads(pickled)
        return restored


def _is_begun() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM people_person) OR EXISTS (SELECT FROM places_area)")
        return bool(cursor.fetchone()[0])


def _transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def _rows(*, since: int) -> dict[str, bytes]:
    """Binary copies of the rows that this transaction added, savepoints included."""
    cursor = connection.connection.cursor()
    found = {}
    for table in connection.introspection.table_names():
        wanted = f'SELECT * FROM "{table}" WHERE xmin::text::bigint >= {since}'
        with cursor.copy(f"COPY ({wanted}) TO STDOUT (FORMAT BINARY)") as copy:
            data = b"".join(bytes(part) for part in copy)
        if len(data) > _NO_ROWS:
            found[table] = data
    return found


def _keep(rows: dict[str, bytes], database: str) -> sql.Composed:
    """Lay the rows beside the site's tables; the statement that puts them all back, past triggers and foreign keys."""
    with psycopg.connect(prepared_cluster.superuser_url(database)) as keeper:
        keeper.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(SCHEMA))
        counted = keeper.execute(
            "SELECT count(*) FROM pg_proc WHERE pronamespace = 'remembered'::regnamespace"
        )
        (shelf,) = counted.fetchone() or (0,)
        steps = []
        for table, data in rows.items():
            theirs, ours = sql.Identifier("public", table), sql.Identifier("remembered", f"{shelf}_{table}")
            keeper.execute(sql.SQL("CREATE TABLE {} (LIKE {})").format(ours, theirs))
            with keeper.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(ours)) as copy:
                copy.write(data)
            steps.append(sql.SQL("INSERT INTO {} SELECT * FROM {};").format(theirs, ours))
        name = sql.Identifier("remembered", f"put_back_{shelf}")
        body = sql.SQL("BEGIN {} END").format(sql.SQL(" ").join(steps)).as_string(keeper)
        keeper.execute(
            sql.SQL(
                "CREATE FUNCTION {}() RETURNS void LANGUAGE plpgsql SECURITY DEFINER"
                " SET session_replication_role = replica AS {}"
            ).format(name, sql.Literal(body))
        )
        keeper.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO PUBLIC").format(SCHEMA))
    return sql.SQL("SELECT {}()").format(name)
