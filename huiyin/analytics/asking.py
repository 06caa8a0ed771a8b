"""Asking a store: the cube and the estates as tables of one DuckDB connection; measures are given to it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.cube import EMPTY_CUBE
from huiyin.analytics.estates import Estate
from huiyin.analytics.measures.places import ESTATES, estates_table, placed
from huiyin.analytics.store import Store

if TYPE_CHECKING:
    import ibis.expr.operations as ops
    import ibis.expr.types as ir

_PLACE = "_estates.arrow"


def keep_estates(store: Store, estates: Iterable[Estate]) -> None:
    """Beside the complaints, so that they can be ranked without the list they were attributed by.

    A code that is listed no more stays as it was last told, for complaints that bear it.
    """
    change, listed = store.change(), estates_table(estates)
    before = kept_estates(store)
    gone = before.filter(pc.invert(pc.is_in(before["code"], value_set=listed["code"])))
    change.put_table(_PLACE, pa.concat_tables([listed, gone]))
    store.commit(change, store.imports)


def kept_estates(store: Store) -> pa.Table:
    """Those a store was last told (ESTATES), none if it never was."""
    kept = store.own_table(_PLACE)
    return ESTATES.empty_table() if kept is None else kept


class Asker:
    """The numbers of a store as they are when it is made; `cube` is placed (see measures.places)."""

    def __init__(self, store: Store, months: Iterable[str] | None = None) -> None:
        import ibis  # takes a second: complaints are taken in without it

        self._connection = ibis.duckdb.connect(threads=2)
        self._translated: dict[ops.Node, tuple[str, pa.Schema]] = {}
        wanted = store.months() if months is None else [month for month in months if store.holds(month)]
        parts = [store.own_table(f"_cube/{month}.arrow") for month in wanted]
        found = [part for part in parts if part is not None]
        self.months = tuple(wanted)
        with (
            self._given("listed", kept_estates(store)) as listed,
            self._given("counted", pa.concat_tables(found) if found else EMPTY_CUBE) as counted,
        ):
            self.estates = self._kept("estates", listed)
            self.cube = self._kept("cube", placed(counted, self.estates))
        self.as_of = store.as_of

    # A table is named to Ibis by its schema: what Ibis would ask DuckDB for it with, DuckDB deprecates.

    @contextlib.contextmanager
    def _given(self, name: str, table: pa.Table) -> Iterator[ir.Table]:
        import ibis

        raw = self._connection.con
        raw.register(name, table)
        yield ibis.table(ibis.Schema.from_pyarrow(table.schema), name=name)
        raw.unregister(name)

    def _kept(self, name: str, asked: ir.Table) -> ir.Table:
        """What is asked, worked out once, as a table of the engine's own: it is not handed over with each question."""
        import ibis

        self._connection.con.execute(f"CREATE TABLE {name} AS {self._connection.compile(asked)}")
        return ibis.table(asked.schema(), name=name)

    def rows(self, table: ir.Table) -> list[dict[str, object]]:
        """What is asked; a question that was asked before is not translated again."""
        question = table.op()
        if question not in self._translated:
            self._translated[question] = self._connection.compile(table), table.schema().to_pyarrow()
        sql, schema = self._translated[question]
        found: list[dict[str, object]] = (
            self._connection.con.sql(sql).to_arrow_table().cast(schema).to_pylist()
        )
        return found
