"""Tables of complaints: several made one, one parted by the numbers of its rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiyin.analytics.numbers import Keys, keys_of
from huiyin.analytics.schema import KEPT


def together(tables: Iterable[pa.Table]) -> pa.Table:
    """One table with one dictionary for each column of words; each has all columns of KEPT, or the same ones."""
    return joined(tables).unify_dictionaries().combine_chunks()


def joined(tables: Iterable[pa.Table]) -> pa.Table:
    """One table, nothing of it copied."""
    return pa.concat_tables(
        [table.cast(pa.schema([KEPT.field(name) for name in table.column_names])) for table in tables]
    )


def are_among(table: pa.Table, keys: Keys) -> npt.NDArray[np.bool_]:
    """For each complaint whether its number is one of these."""
    return np.isin(keys_of(table["number"]), keys)


def parted(table: pa.Table, keys: Keys | None) -> tuple[pa.Table, pa.Table]:
    """(rows with other numbers, rows with one of these)."""
    if keys is None or not table.num_rows:
        return table, table.slice(0, 0)
    among = are_among(table, keys)
    return table.filter(pa.array(~among)), table.filter(pa.array(among))
