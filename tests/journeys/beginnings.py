"""What a journey's database holds before anybody has done anything: laid aside once, brought back for the next file."""

from __future__ import annotations

import psycopg
from psycopg import sql

from tests import prepared_cluster

KEPT = "beginning"
# The task process lives on, with its heartbeat and what it looks after by itself.
TABLES = """
SELECT tablename FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'django_migrations' AND NOT starts_with(tablename, 'procrastinate_')
"""
# What refuses to be changed refuses it to everybody.
GUARDS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A' ORDER BY 1, 2"
JOBS = "procrastinate_jobs WHERE queue_name <> 'care'"


class Beginning:
    """The rows of a database as they are now. Numbers that were given out since are not given out again."""

    def __init__(self, database: str) -> None:
        self._address = prepared_cluster.superuser_url(database)
        steps = []
        with psycopg.connect(self._address) as keeper:
            keeper.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(KEPT)))
            for (table,) in keeper.execute(TABLES).fetchall():
                theirs, ours = sql.Identifier("public", table), sql.Identifier(KEPT, table)
                keeper.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(ours, theirs))
                steps.append(sql.SQL("DELETE FROM {};").format(theirs))
                steps.append(sql.SQL("INSERT INTO {} SELECT * FROM {};").format(theirs, ours))
            guards = keeper.execute(GUARDS).fetchall()
        off, on = (
            [
                sql.SQL("ALTER TABLE {} {} TRIGGER {};").format(
                    sql.Identifier(table), sql.SQL(word), sql.Identifier(guard)
                )
                for table, guard in guards
            ]
            for word in ("DISABLE", "ENABLE ALWAYS")
        )
        self._steps = sql.SQL(" ").join([*off, *steps, *on])

    def is_brought_back(self) -> bool:
        """In one transaction, past triggers and foreign keys; False, and nothing is done, while a task is at work."""
        with psycopg.connect(self._address) as keeper:
            keeper.execute("LOCK TABLE procrastinate_jobs IN EXCLUSIVE MODE")
            if keeper.execute(f"SELECT FROM {JOBS} AND status = 'doing'").fetchone():
                return False
            keeper.execute("SET session_replication_role = replica")
            keeper.execute(f"DELETE FROM {JOBS}")
            keeper.execute(self._steps)
        return True
