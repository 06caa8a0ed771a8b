"""Asking a store: the cube and the estates as tables of one DuckDB connection; measures are given to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

from huiyin.analytics.cube import EMPTY_CUBE
from huiyin.analytics.estates import Estate
from huiyin.analytics.measures.places import ESTATES, estates_table, placed
from huiyin.analytics.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

_PLACE = "_estates.arrow"


def keep_estates(store: Store, estates: Iterable[Estate]) -> None:
    """Beside the complaints, so that they can be ranked without the list they were attributed by."""
    change = store.change()
    change.put_table(_PLACE, estates_table(estates))
    store.commit(change, store.imports)


class Asker:
    """The numbers of a store as they are when it is made; `cube` is placed (see measures.places)."""

    def __init__(self, store: Store, months: Iterable[str] | None = None) -> None:
        import ibis  # takes a second: complaints are taken in without it

        self._connection = ibis.duckdb.connect(threads=2)
        wanted = store.months() if months is None else [month for month in months if store.holds(month)]
        parts = [store.own_table(f"_cube/{month}.arrow") for month in wanted]
        found = [part for part in parts if part is not None]
        self.months = tuple(wanted)
        estates = store.own_table(_PLACE)
        estates = ESTATES.empty_table() if estates is None else estates
        self.estates = self._put("estates", estates)
        counted = self._put("counted", pa.concat_tables(found) if found else EMPTY_CUBE)
        self.cube = self._kept("cube", placed(counted, self.estates))
        self.as_of = store.as_of

    # A table is named to Ibis by its schema: what Ibis would ask DuckDB for it with, DuckDB deprecates.

    def _put(self, name: str, table: pa.Table) -> ir.Table:
        """A table of the engine's own, so that it is not handed over with each question."""
        import ibis

        raw = self._connection.con
        raw.register("given", table)
        raw.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608 - our own names
        raw.unregister("given")
        return ibis.table(ibis.Schema.from_pyarrow(table.schema), name=name)

    def _kept(self, name: str, asked: ir.Table) -> ir.Table:
        """What is asked, worked out once."""
        import ibis

        self._connection.con.execute(f"CREATE TABLE {name} AS {self._connection.compile(asked)}")
        return ibis.table(asked.schema(), name=name)

    def rows(self, table: ir.Table) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self._connection.to_pyarrow(table).to_pylist()
        return found
