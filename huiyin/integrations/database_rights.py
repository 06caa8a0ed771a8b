"""What the web role may do: change rows of ordinary tables, only add to the history (ADR 0002)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg import sql

# The history: rows are added and read, never changed (domain.md §5). Triggers refuse even the owner.
APPEND_ONLY_TABLES = ("audit_event", "audit_anchor", "audit_anchorhead")
# Which migrations ran is the owner's business.
READ_ONLY_TABLES = ("django_migrations",)
# Any number that other programs on the same database are unlikely to use: "huiyin" on a phone's keys.
MIGRATION_LOCK = 484946


def role_of(url: str) -> str:
    """As what an address signs in to the database; asked there, since addresses may leave it to other settings."""
    with psycopg.connect(url) as connection:
        return connection.info.user


def may_migrate(url: str) -> bool:
    """Whether this role has the rights of the tables' owner, or may make them in an empty database."""
    with psycopg.connect(url) as connection:
        owned = connection.execute(
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('public.django_migrations')"
        ).fetchone()
        empty = "SELECT has_schema_privilege('public', 'CREATE')"
        return bool((owned or connection.execute(empty).fetchone() or (False,))[0])


@contextlib.contextmanager
def migrating_alone(owner_url: str) -> Iterator[None]:
    """Hold the migration lock, so that two machines deployed at once do not migrate side by side."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        yield


def grant_web_rights(owner_url: str, web_role: str) -> None:
    """Give the web role its rights on everything the migrations made, in one transaction."""
    role = sql.Identifier(web_role)
    with psycopg.connect(owner_url) as connection:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {role}",
        ):
            connection.execute(sql.SQL(statement).format(role=role))
        for table in APPEND_ONLY_TABLES:
            _revoke(connection, table, role, "UPDATE, DELETE, TRUNCATE")
        for table in READ_ONLY_TABLES:
            _revoke(connection, table, role, "INSERT, UPDATE, DELETE, TRUNCATE")


def _revoke(connection: psycopg.Connection, table: str, role: sql.Identifier, rights: str) -> None:
    if connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone() == (None,):
        return
    connection.execute(
        sql.SQL("REVOKE {} ON {} FROM {}").format(sql.SQL(rights), sql.Identifier("public", table), role)
    )
