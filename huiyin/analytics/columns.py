"""Columns of complaints as arrays of numbers, and the order in which the rows of a month lie."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Order = npt.NDArray[np.int64]
"""Which row comes where: row order[i] becomes row i."""
_NEVER = np.iinfo(np.int64).max


def texts_of(column: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """(bytes, offsets) of strings, uncopied: text i is data[offsets[i] : offsets[i + 1]]."""
    if not len(column):
        return np.empty(0, np.uint8), np.zeros(1, np.int32)
    _, offsets, data = column.buffers()
    start = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(data or b"", np.uint8), start


def chunks_of(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def encoded(column: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of words in one piece, with one dictionary."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    return column


def codes_of(column: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    """Places in the dictionary, -1 where there is none."""
    codes: npt.NDArray[np.int32] = pc.fill_null(column.indices.cast(pa.int32()), -1).to_numpy()
    return codes


def without_unused_words(table: pa.Table) -> pa.Table:
    """With one dictionary for each column of words, and in it no word but those of its rows: not those of rows it was
    parted from.
    """
    table = table.unify_dictionaries()
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type) and table.num_rows:
            column = table[field.name].combine_chunks()
            table = table.set_column(at, field, _with_used_words(column).cast(field.type))
    return table


def _with_used_words(column: pa.DictionaryArray) -> pa.DictionaryArray:
    codes, count = codes_of(column), len(column.dictionary)
    is_used = np.zeros(count + 1, np.bool_)  # the last is that of no word
    is_used[codes] = True
    if is_used[:count].all():
        return column
    places = (np.cumsum(is_used) - 1).astype(np.int32)
    words = column.dictionary.filter(pa.array(is_used[:count]))
    return pa.DictionaryArray.from_arrays(pa.array(places[codes], mask=codes < 0), words)


def moments_of(column: pa.Array | pa.ChunkedArray, missing: int = _NEVER) -> npt.NDArray[np.int64]:
    """Milliseconds."""
    moments: npt.NDArray[np.int64] = pc.fill_null(column.cast(pa.int64()), missing).to_numpy()
    return moments


def in_order(
    estates: pa.Array | pa.ChunkedArray,
    received_at: pa.Array | pa.ChunkedArray,
    *,
    among_equals: npt.NDArray[np.uint64] | None = None,
) -> Order:
    """By estate, then time, so that what a page asks for lies together; then by `among_equals`, else as they are."""
    column = encoded(estates)
    count = len(column.dictionary)
    ranks = np.zeros(count + 1, np.uint16 if count < 1 << 16 else np.uint32)  # the last is that of no estate
    ranks[pc.sort_indices(column.dictionary).to_numpy()] = np.arange(1, count + 1)
    ranks = ranks[codes_of(column)]
    received = moments_of(received_at, 0)
    order: Order = np.argsort(ranks, kind="stable")
    of, at = ranks[order], received[order]
    if ((of[1:] == of[:-1]) & (at[1:] < at[:-1])).any():
        order = np.lexsort((received, ranks))
    if among_equals is not None:
        of, at = ranks[order], received[order]
        equal = np.flatnonzero((of[1:] == of[:-1]) & (at[1:] == at[:-1]))
        places = np.union1d(equal, equal + 1)
        rows = order[places]
        order[places] = rows[np.lexsort((among_equals[rows], received[rows], ranks[rows]))]
    return order


def picked(column: pa.ChunkedArray, rows: Order) -> pa.Array | pa.ChunkedArray:
    """These texts, one or more, from wherever their pieces lie; in several pieces where one cannot hold so many
    bytes."""
    starts = np.cumsum([0, *map(len, column.chunks)])
    piece_of = np.searchsorted(starts, rows, side="right").astype(np.int32) - 1
    by_piece = np.argsort(piece_of, kind="stable")
    ends = np.searchsorted(piece_of[by_piece], np.arange(column.num_chunks), side="right")
    found, begin = [], 0
    for piece, start, end in zip(column.chunks, starts, ends, strict=False):
        if end > begin:
            found.append(_taken(piece, rows[by_piece[begin:end]] - start))
        begin = end
    where = np.empty(len(rows), np.int64)
    where[by_piece] = np.arange(len(rows))
    try:
        return pa.concat_arrays(found).take(pa.array(where))
    except pa.ArrowInvalid:  # more than two gigabytes
        if len(rows) < 2:
            raise
        middle = len(rows) // 2
        halves = [chunks_of(picked(column, each)) for each in (rows[:middle], rows[middle:])]
        return pa.chunked_array([*halves[0], *halves[1]])


def _taken(piece: pa.Array, rows: Order) -> pa.Array:
    first, last = int(rows[0]), int(rows[-1])
    if last - first == len(rows) - 1 and (np.diff(rows) == 1).all():
        return piece.slice(first, len(rows))
    return piece.take(pa.array(rows))
