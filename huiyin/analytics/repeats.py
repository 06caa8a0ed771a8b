"""Complaints that repeat: the same caller again, the same words from many, the same matter after it was closed.

Three different marks, none of which hides another (domain.md §6). All are told within an estate and with a time; a
complaint without an estate or a time repeats nothing.

- `repeat_group`: nearly the same words at the same estate in the same month, from several callers; who calls is known.
  Sixteen min-hashes over triples of Chinese characters, in four bands of four; a pair of one band counts if half of the
  sixteen agree.
- `same_caller_before`: the same caller, estate and category within the days before.
- `recurrence`: the same matter came within the days before and had been closed when this one came. That is the same
  caller, estate and category; or nearly the same words at the same estate in the same month, whoever calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.columns import Order, codes_of, encoded, in_order, moments_of, texts_of
from huiyin.analytics.numbers import Keys, keys_of

LEAST_ALIKE = 8
"""Of the sixteen min-hashes of a pair: half of them stands for half of all triples shared."""
FEWEST_TRIPLES = 6
_DAY = 86_400_000
_SPREAD = np.uint64(0x9E3779B97F4A7C15)

Looked = ("estate_code", "category", "caller_key", "received_at", "closed_at")
"""Columns that are looked at in the days before a month."""


class Matters(NamedTuple):
    """Complaints of known callers at known estates, by estate and time; `keys`: equal for the same caller, estate and
    category. 24 bytes a complaint."""

    rows: Order
    keys: Keys
    received: npt.NDArray[np.int64]
    closed: npt.NDArray[np.int64]


def matters_of(table: pa.Table) -> Matters:
    """Of a month, from its columns `Looked`."""
    rows = in_order(encoded(table["estate_code"]), table["received_at"])
    return _matters_of(table, rows)


def _matters_of(table: pa.Table, rows: Order) -> Matters:
    """`rows`: all of them by estate and time."""
    estates, categories = encoded(table["estate_code"]), encoded(table["category"])
    callers = _callers_of(table)
    rows = rows[(callers[rows] != 0) & _is_somewhere(table)[rows]]
    keys = _words_as_keys(estates)[rows] * _SPREAD ^ _words_as_keys(categories)[rows]
    return Matters(
        rows,
        keys * _SPREAD ^ callers[rows].view(np.uint64),
        moments_of(table["received_at"], 0)[rows],
        moments_of(table["closed_at"])[rows],
    )


def _callers_of(table: pa.Table) -> npt.NDArray[np.int64]:
    """0 where the caller is not known."""
    callers: npt.NDArray[np.int64] = pc.fill_null(table["caller_key"], 0).to_numpy()
    return callers


def _is_somewhere(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Whether estate and time are known."""
    known = pc.and_(table["estate_code"].is_valid(), table["received_at"].is_valid())
    is_somewhere: npt.NDArray[np.bool_] = known.to_numpy()
    return is_somewhere


def _words_as_keys(column: pa.DictionaryArray) -> Keys:
    """Of each row; 0 where there is no word."""
    keys = np.append(keys_of(column.dictionary), np.uint64(0))
    of_rows: Keys = keys[codes_of(column)]
    return of_rows


def mark_repeats(
    table: pa.Table,
    before: Sequence[Matters],
    *,
    days: int,
    let_go: Callable[[], None] = lambda: None,
) -> pa.Table:
    """The month with its three columns filled; `before`: the matters of the months before it, in their order.

    The order of the rows does not matter: of two of one moment the one with the smaller key is the earlier. `let_go`
    is called when some of the texts have been read.
    """
    from huiyin.analytics import kernels

    count = table.num_rows
    again, recurred = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    numbers = keys_of(table["number"])
    order = in_order(table["estate_code"], table["received_at"], among_equals=numbers)
    all_of_them = [*before, _matters_of(table, order)]
    ours = all_of_them[-1].rows
    same_caller, closed_before = np.zeros(len(ours), np.bool_), np.zeros(len(ours), np.bool_)
    keys, received, closed = (
        np.concatenate([each[at] for each in all_of_them]) for at in range(1, len(Matters._fields))
    )
    kernels.look_back(keys, received, closed, days * _DAY, len(keys) - len(ours), same_caller, closed_before)
    again[ours], recurred[ours] = same_caller, closed_before
    groups = alike_groups(table, order, numbers, let_go)
    ours = order[groups[order] != 0]
    ignored, closed_before = np.zeros(len(ours), np.bool_), np.zeros(len(ours), np.bool_)
    received, closed = moments_of(table["received_at"], 0)[ours], moments_of(table["closed_at"])[ours]
    kernels.look_back(groups[ours].view(np.uint64), received, closed, days * _DAY, 0, ignored, closed_before)
    recurred[ours] |= closed_before
    groups = _of_several(groups, _callers_of(table))
    marks = {
        "repeat_group": pa.array(groups, pa.int64(), mask=groups == 0),
        "same_caller_before": pa.array(again),
        "recurrence": pa.array(recurred),
    }
    for name, column in marks.items():
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
    return table


def min_hashes(
    texts: pa.ChunkedArray, wanted: npt.NDArray[np.bool_], let_go: Callable[[], None] = lambda: None
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int32]]:
    """(sixteen min-hashes, number of triples) of each wanted text, over its Chinese characters alone."""
    from huiyin.analytics import kernels

    signatures, triples = np.zeros((len(texts), kernels.HASHES), np.uint16), np.zeros(len(texts), np.int32)
    start = 0
    for piece in texts.chunks:
        here = slice(start, start + len(piece))
        kernels.min_hashes(*texts_of(piece), wanted[here], signatures[here], triples[here])
        start += len(piece)
        let_go()
    return signatures, triples


def _of_several(groups: npt.NDArray[np.int64], callers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Groups that at least two different callers are in, 0 for others."""
    told = np.flatnonzero((groups != 0) & (callers != 0))
    told = told[np.lexsort((callers[told], groups[told]))]
    of, by = groups[told], callers[told]
    several = np.unique(of[1:][(of[1:] == of[:-1]) & (by[1:] != by[:-1])])
    return np.where(np.isin(groups, several), groups, 0)


def alike_groups(
    table: pa.Table, order: Order, numbers: Keys, let_go: Callable[[], None] = lambda: None
) -> npt.NDArray[np.int64]:
    """For each complaint the smallest key of its group, 0 where nothing at its estate is like it.

    `order`: by estate and time; of two that are alike the earlier one is met first. `numbers`: the keys of the numbers.
    """
    from huiyin.analytics import kernels

    count = table.num_rows
    signatures, triples = min_hashes(table["text"], _is_somewhere(table), let_go)
    signatures, parents = signatures[order], np.arange(count)
    estates = codes_of(encoded(table["estate_code"]))
    kernels.join_alike(
        estates[order],
        triples[order] >= FEWEST_TRIPLES,
        signatures,
        signatures.view(np.uint64),
        LEAST_ALIKE,
        parents,
    )
    keys = (numbers >> np.uint64(1)).astype(np.int64)
    groups = np.empty(count, np.int64)
    groups[order] = kernels.smallest_keys(parents, keys[order])
    return groups
