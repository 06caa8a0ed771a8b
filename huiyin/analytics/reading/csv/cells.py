"""The cells of a block: all at once by Arrow, or record by record where a single one is not as it should be."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from huiyin.analytics.reading.csv.layout import Layout
from huiyin.analytics.reading.csv.records import records_of
from huiyin.analytics.reading.rows import (
    GIVEN_BACK_ROWS,
    LONGEST_NUMBER,
    LONGEST_TEXT,
    Read,
    Rejected,
    columns_of,
    given_back,
    to_raw,
)
from huiyin.domain.complaint_numbers import number_of

_MARK, _LINE_FEED = ord('"'), ord("\n")


def read_fast(block: pa.Buffer, layout: Layout) -> dict[str, pa.Array] | None:
    """Field → cells of a block; None if a single row is not as it should be."""
    if not block.size or not np.frombuffer(block, np.uint8).min() or not layout.delimiter.isascii():
        return None
    try:
        table = _table_of(block, layout, list(layout.places.values()))
    except pa.ArrowInvalid:
        return None
    # combine_chunks copies a single chunk too.
    cells = {
        field: column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        for field, column in zip(layout.places, table.columns, strict=True)
    }
    # A quotation mark that was left open makes one long cell of many rows, or of a few.
    is_long = (pc.max(pc.binary_length(cells["text"])).as_py() or 0) > LONGEST_TEXT
    return None if is_long or _may_have_swallowed(block, layout.delimiter, table.num_rows) else cells


def _table_of(block: pa.Buffer, layout: Layout, places: Sequence[int]) -> pa.Table:
    """These columns of a block, one row a line; raises ArrowInvalid if one is not as it should be."""
    names = [f"c{at}" for at in range(layout.width)]
    return arrow_csv.read_csv(
        pa.BufferReader(block),
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=block.size + 1, column_names=names),
        # The block is one of Arrow's too, so it need not look for a line end that is no cell's.
        parse_options=arrow_csv.ParseOptions(
            delimiter=layout.delimiter, newlines_in_values=False, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[names[at] for at in places],
            strings_can_be_null=False,
            check_utf8=True,
        ),
    )


def says_something(block: pa.Buffer, layout: Layout) -> pa.Array:
    """For each row of a block that was read fast whether anything stands in it, mapped or not: others are no rows."""
    table = _table_of(block, layout, range(layout.width))
    written = [pc.not_equal(pc.utf8_trim_whitespace(column), "") for column in table.columns]
    return functools.reduce(pc.or_, written).combine_chunks()


def _may_have_swallowed(block: pa.Buffer, delimiter: str, rows: int) -> bool:
    """Whether there are more lines than rows, and words go on behind a mark that should close them."""
    data = np.frombuffer(block, np.uint8)
    if np.count_nonzero(data == _LINE_FEED) <= rows:
        return False
    closing = np.flatnonzero(data == _MARK)[1::2]
    behind = data[closing[closing < len(data) - 1] + 1]
    return not np.isin(behind, np.frombuffer(f'{delimiter}\r\n"'.encode(), np.uint8)).all()


def read_patiently(block: pa.Buffer, layout: Layout, *, skipped: int) -> Read:
    """The block record by record, numbered from `skipped` + 1.

    An open quotation mark, a line of any length, a wrong byte costs only its own row.
    """
    kept: list[tuple[int, list[str]]] = []
    rejected: list[Rejected] = []
    number = skipped
    records = records_of(block.to_pybytes().decode(errors="replace"), layout.delimiter, layout.width)
    for number, (record, fault, _) in enumerate(records, skipped + 1):
        if not (fault or any(cell.strip() for cell in record)):
            continue
        if len(record) > layout.width:
            fault = f"列数不对：应有 {layout.width} 列，这一行有 {len(record)} 列"
        if fault:
            found = {field: record[at] for field, at in layout.places.items() if at < len(record)}
            is_told = found and len(rejected) < GIVEN_BACK_ROWS
            told = number_of(found.get("number", ""))[:LONGEST_NUMBER]
            rejected.append(Rejected(number, told, fault, written=given_back(found) if is_told else ()))
        else:
            kept.append((number, record))
    cells = columns_of([record for _, record in kept], layout.places)
    numbers = pa.array([number for number, _ in kept], pa.int64())
    read = to_raw(cells, numbers, layout.headings, count=number)
    return read._replace(rejected=sorted([*rejected, *read.rejected], key=lambda each: each.row))
