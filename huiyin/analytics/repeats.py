"""Complaints that repeat: the same caller again, the same words from many, the same matter after it was closed.

Three different marks, none of which hides another (domain.md §6). All are told within an estate; a complaint without
an estate repeats nothing.

- `repeat_group`: nearly the same words at the same estate in the same month, whoever calls. Sixteen min-hashes over
  triples of Chinese characters, in four bands of four; a pair of one band counts if half of the sixteen agree.
- `same_caller_before`: the same caller, estate and category within the days before.
- `recurrence`: the same matter (same caller and category, or same group) came within the days before and had been
  closed when this one came.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.numbers import keys_of

HASHES, BANDS = 16, 4
LEAST_ALIKE = 8
"""Of the sixteen min-hashes of a pair: half of them stands for half of all triples shared."""
FEWEST_TRIPLES = 6
_NEVER = np.iinfo(np.int64).max

Looked = ("estate_code", "category", "caller_key", "received_at", "closed_at")
"""Columns that are looked at in the days before a month."""


def mark_repeats(table: pa.Table, before: pa.Table, *, days: int) -> pa.Table:
    """The month with its three columns filled; `before` holds the columns `Looked` of the days before it.

    The order of the rows does not matter.
    """
    count = table.num_rows
    groups = repeat_groups(table)
    both = (
        pa.concat_tables([before.select(Looked), table.select(Looked)]).unify_dictionaries().combine_chunks()
    )
    estates, categories = _codes(both["estate_code"]), _codes(both["category"])
    callers = pc.fill_null(both["caller_key"], 0).to_numpy()
    received, closed = _moments(both["received_at"], 0), _moments(both["closed_at"], _NEVER)
    same_group = np.concatenate([np.zeros(before.num_rows, np.int64), groups])
    matters = estates.astype(np.int64) * 1_000 + categories
    called = (callers != 0) & (estates >= 0)
    again = np.zeros(len(received), np.bool_)
    closed_before = np.zeros(len(received), np.bool_)
    order = np.lexsort((received, callers, matters))
    order = order[called[order]]
    _look_back(order, matters, callers, received, closed, days * 86_400_000, again, closed_before)
    grouped = np.lexsort((received, same_group))
    grouped = grouped[same_group[grouped] != 0]
    ignored = np.zeros(len(received), np.bool_)
    _look_back(grouped, same_group, same_group, received, closed, days * 86_400_000, ignored, closed_before)
    marks = {
        "repeat_group": pa.array(groups, pa.int64(), mask=groups == 0),
        "same_caller_before": pa.array(again[-count:] if count else again[:0]),
        "recurrence": pa.array(closed_before[-count:] if count else closed_before[:0]),
    }
    for name, column in marks.items():
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
    return table


def repeat_groups(table: pa.Table) -> npt.NDArray[np.int64]:
    """For each complaint the smallest key of its group, 0 where nothing at its estate is like it."""
    texts = table["text"].combine_chunks()
    estates = _codes(table["estate_code"])
    keys = keys_of(table["number"].combine_chunks())
    signatures, triples = min_hashes(texts)
    able = (estates >= 0) & (triples >= FEWEST_TRIPLES)
    parents = np.arange(len(estates))
    wide = signatures.reshape(len(estates), BANDS, HASHES // BANDS)
    for band in range(BANDS):
        values = estates.astype(np.uint64) + np.uint64(1)
        for at in range(HASHES // BANDS):
            values = (values * np.uint64(0x9E3779B97F4A7C15)) ^ wide[:, band, at]
        order = np.argsort(values, kind="stable")
        order = order[able[order]]
        _join_alike(order, values, estates, signatures, parents)
    groups: npt.NDArray[np.int64] = _smallest_keys(parents, (keys >> np.uint64(1)).astype(np.int64))
    return groups


def min_hashes(texts: pa.Array) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
    """(count × 16 min-hashes, number of triples) of each text, over its Chinese characters alone."""
    count = len(texts)
    signatures = np.zeros((count, HASHES), np.uint64)
    triples = np.zeros(count, np.int32)
    if count:
        _, offsets, data = texts.buffers()
        bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + count + 1]
        _min_hashes(np.frombuffer(data, np.uint8), bounds, signatures, triples)
    return signatures, triples


@numba.njit(nogil=True, cache=True)
def _min_hashes(data: Any, bounds: Any, signatures: Any, triples: Any) -> None:
    """One hash a triple: its upper bits say which of the sixteen it may be the smallest of."""
    empty = np.uint64(0xFFFFFFFFFFFFFFFF)
    for row in range(len(triples)):
        smallest = signatures[row]
        smallest[:] = empty
        first = np.uint64(0)
        second = np.uint64(0)
        found = 0
        seen = 0
        at = bounds[row]
        end = bounds[row + 1]
        while at < end:
            byte = data[at]
            if byte < 0x80:
                at += 1
                continue
            if byte >= 0xF0:
                at += 4
                continue
            if byte < 0xE0:
                at += 2
                continue
            if at + 2 >= end:
                break
            third = (
                (np.uint64(byte & 0x0F) << np.uint64(12))
                | (np.uint64(data[at + 1] & 0x3F) << np.uint64(6))
                | np.uint64(data[at + 2] & 0x3F)
            )
            at += 3
            if third < 0x4E00 or third > 0x9FFF:
                continue
            seen += 1
            if seen >= 3:
                value = (first << np.uint64(32)) | (second << np.uint64(16)) | third
                value *= np.uint64(0x9E3779B97F4A7C15)
                value ^= value >> np.uint64(29)
                value *= np.uint64(0xBF58476D1CE4E5B9)
                value ^= value >> np.uint64(32)
                which = value >> np.uint64(60)
                if value < smallest[which]:
                    smallest[which] = value
                found += 1
            first = second
            second = third
        triples[row] = found
        if found:  # a place without a hash borrows the next one's
            for place in range(16):
                if smallest[place] == empty:
                    step = 1
                    while smallest[(place + step) % 16] == empty:
                        step += 1
                    smallest[place] = smallest[(place + step) % 16] + np.uint64(step)


@numba.njit(nogil=True, cache=True)
def _root(parents: Any, at: int) -> int:
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at


@numba.njit(nogil=True, cache=True)
def _join_alike(order: Any, values: Any, estates: Any, signatures: Any, parents: Any) -> None:
    """Join each complaint to the first of its band, and to the one before it, where they are alike enough."""
    first = 0
    for at in range(1, len(order)):
        row = order[at]
        if values[order[first]] != values[row]:
            first = at
            continue
        for other in (order[first], order[at - 1]):
            if estates[other] != estates[row]:
                continue
            alike = 0
            for which in range(HASHES):
                if signatures[other, which] == signatures[row, which]:
                    alike += 1
            if alike >= LEAST_ALIKE:
                one, two = _root(parents, other), _root(parents, row)
                if one != two:
                    parents[max(one, two)] = min(one, two)


@numba.njit(nogil=True, cache=True)
def _smallest_keys(parents: Any, keys: Any) -> Any:
    count = len(parents)
    sizes = np.zeros(count, np.int32)
    smallest = np.full(count, _NEVER)
    for row in range(count):
        root = _root(parents, row)
        sizes[root] += 1
        smallest[root] = min(smallest[root], max(keys[row], 1))
    groups = np.zeros(count, np.int64)
    for row in range(count):
        root = _root(parents, row)
        if sizes[root] > 1:
            groups[row] = smallest[root]
    return groups


@numba.njit(nogil=True, cache=True)
def _look_back(
    order: Any, matters: Any, people: Any, received: Any, closed: Any, at_most: int, again: Any, recurred: Any
) -> None:
    """Rows by matter, person and time: who came before, and whether that was closed by then."""
    for at in range(1, len(order)):
        row = order[at]
        back = at - 1
        while back >= 0 and at - back <= 64:
            other = order[back]
            if (
                matters[other] != matters[row]
                or people[other] != people[row]
                or received[row] - received[other] > at_most
            ):
                break
            again[row] = True
            if closed[other] <= received[row]:
                recurred[row] = True
                break
            back -= 1


def _codes(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Dictionary places, -1 where there is none."""
    indices = column.combine_chunks().indices.cast(pa.int64())
    codes: npt.NDArray[np.int64] = pc.fill_null(indices, -1).to_numpy()
    return codes


def _moments(column: pa.ChunkedArray, missing: int) -> npt.NDArray[np.int64]:
    moments: npt.NDArray[np.int64] = pc.fill_null(column.cast(pa.int64()), missing).to_numpy()
    return moments
