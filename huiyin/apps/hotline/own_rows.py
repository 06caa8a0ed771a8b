"""Which complaints of the store are an import's own still, and which are there at all (Arrow is loaded then)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from huiyin.apps.hotline.asking import everything_stored

if TYPE_CHECKING:
    import pyarrow.compute as pc


def own_numbers(store_id: str) -> frozenset[str]:
    """Those that no later file has replaced."""
    import pyarrow.compute as pc

    return _numbers_where(pc.field("import_id") == store_id)


def held_numbers(numbers: Collection[str]) -> frozenset[str]:
    """Those of these that the store holds, in whichever month."""
    import pyarrow.compute as pc

    return _numbers_where(pc.field("number").isin(sorted(numbers)))


def _numbers_where(wanted: pc.Expression) -> frozenset[str]:
    store = everything_stored()
    tables = (store.table_of(month, ["number"], where=wanted) for month in store.months())
    return frozenset(number for table in tables for number in table["number"].to_pylist())
