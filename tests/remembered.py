"""Rows made once through the services and put back for the next test: making the cast took a third of the time."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import psycopg
from django.db import connection, transaction
from psycopg import sql

from tests import prepared_cluster

Made = TypeVar("Made")
Ground = TypeVar("Ground")
Asked = ParamSpec("Asked")
Shelved = tuple[bytes, sql.Composed]
"""What was made, pickled, and the statement that puts its rows back."""
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
        self._kept: dict[str, Shelved] = {}

    def __call__(self) -> Made:
        if "HUIYIN_NOW" in os.environ or not connection.in_atomic_block or _is_begun():
            return self.make()
        name = str(connection.settings_dict["NAME"])
        if name not in self._kept:
            first = _transaction()
            made = self.make()
            self._kept[name] = (pickle.dumps(made), _keep(_rows(since=first), name))
        else:
            made = _put_back(self._kept[name])
        _ground.update({id(self): _written()})
        return made

    def then(
        self, make: Callable[Concatenate[Ground, Asked], Made]
    ) -> Callable[Concatenate[Ground, Asked], Made]:
        """`make(ground, …)` adds to what this one has made, or changes it; what it did is put back the third time.

        Wherever anything but a session was written in between it is made, and so is what `make` itself calls.
        """
        wanted: dict[Any, int] = {}
        kept: dict[Any, Shelved] = {}

        @wraps(make)
        def made_or_put_back(ground: Ground, *args: Asked.args, **kwargs: Asked.kwargs) -> Made:
            if _ground.get(id(self)) != _written():
                return make(ground, *args, **kwargs)
            _ground.clear()
            key = (str(connection.settings_dict["NAME"]), *args, *sorted(kwargs.items()))
            if key in kept:
                return _put_back(kept[key])
            wanted[key] = wanted.get(key, 0) + 1
            if wanted[key] == 1:
                return make(ground, *args, **kwargs)
            with transaction.atomic():
                first = _savepoint()
                made = make(ground, *args, **kwargs)
            kept[key] = (pickle.dumps(made), _keep(_rows(since=first), key[0], change=True))
            return made

        return made_or_put_back


_ground: dict[int, tuple[int, int]] = {}
"""How much the transaction of the test had written when what was remembered stood there."""


def _written() -> tuple[int, int]:
    """This transaction, and what it has written so far except sessions, taken back or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id()::text::bigint, coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint"
            " FROM pg_stat_xact_user_tables WHERE relname <> 'django_session'"
        )
        xact, count = cursor.fetchone()
        return int(xact), int(count)


def _put_back(shelved: Shelved) -> Any:
    pickled, statement = shelved
    with connection.cursor() as cursor:
        cursor.execute(statement)
    return pickle.loads(pickled)


def _is_begun() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM people_person) OR EXISTS (SELECT FROM places_area)")
        return bool(cursor.fetchone()[0])


def _transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def _savepoint() -> int:
    """Its number, which is above that of all that was written before: a savepoint gets one with the first lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person ORDER BY id LIMIT 1 FOR UPDATE")
        cursor.execute("SELECT xmax::text::bigint FROM people_person WHERE id = %s", cursor.fetchone())
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


def _instead(table: str) -> sql.Composable:
    """What is done where a row of that key stands already; none does where the database refuses every change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'A'", [table])
        if cursor.fetchone() is not None:
            return sql.SQL("")
        key = connection.introspection.get_primary_key_column(cursor, table)
        described = connection.introspection.get_table_description(cursor, table)
    changed = [
        sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(column.name))
        for column in described
        if column.name != key
    ]
    return sql.SQL("ON CONFLICT ({}) DO UPDATE SET {}").format(
        sql.Identifier(key), sql.SQL(", ").join(changed)
    )


def _keep(rows: dict[str, bytes], database: str, *, change: bool = False) -> sql.Composed:
    """Lay the rows beside the site's tables; the statement that puts them all back, past triggers and foreign keys.

    Some may `change` rows that stand there by then.
    """
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
            instead = _instead(table) if change else sql.SQL("")
            steps.append(sql.SQL("INSERT INTO {} SELECT * FROM {} {};").format(theirs, ours, instead))
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
