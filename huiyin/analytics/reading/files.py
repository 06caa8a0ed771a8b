"""One file of complaints, whatever its kind: batches of RAW and the rows that cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from huiyin.analytics.reading import csv
from huiyin.analytics.reading.mapping import find_mapping, headings
from huiyin.analytics.reading.rows import Read, Rejected, columns_of, to_raw
from huiyin.analytics.reading.times import timely
from huiyin.analytics.schema import RAW
from huiyin.documents.refusals import FileRefused, Limits
from huiyin.documents.sniffing import OLE_MAGIC
from huiyin.documents.spreadsheets import open_table

Piece = tuple[pa.RecordBatch, list[Rejected]]
_ROWS_AT_ONCE = 65_536
SPREADSHEET_LIMITS = Limits(
    max_bytes=300_000_000,
    max_unpacked_bytes=3_000_000_000,
    max_rows=1_048_576,
    max_total_chars=600_000_000,
)
_SHEET_ROWS_AT_ONCE = 8_192


class Unread(Protocol):
    """A part of a file that any process can read."""

    def read(self) -> Read: ...


@dataclass(frozen=True)
class Ready:
    """A part that is read already."""

    made: Read

    def read(self) -> Read:
        return self.made


def parts_of(path: Path, *, told: Mapping[str, str] | None = None) -> Iterator[Unread]:
    """The file in parts, in their order; raises FileRefused for a file that is no table.

    `told`: field → heading of the file, before what is found by heading.
    """
    kind = _kind_of(path)
    if kind == "parquet":
        yield from _parquet(path, told)
    elif kind == "spreadsheet":
        yield from _spreadsheet(path, told)
    else:
        yield from csv.blocks(path, csv.layout_of(path, told))


def read_complaints(
    path: Path, *, told: Mapping[str, str] | None = None, until: datetime | None = None
) -> Iterator[Piece]:
    """Batches of RAW with what was rejected beside each; raises FileRefused for a file that is no table.

    `until`: the last moment it may name (times.end_of_day); without it times are not judged.
    """
    before = 0
    for part in parts_of(path, told=told):
        read = part.read()
        batch, rejected, rows = read if until is None else timely(read, until)
        numbers = pc.add(batch.column("row"), before)
        yield (
            batch.set_column(batch.schema.get_field_index("row"), RAW.field("row"), numbers),
            [replace(each, row=each.row + before) for each in rejected],
        )
        before += rows


def _kind_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise FileRefused("文件是空的。", code="empty")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK", OLE_MAGIC)):
        return "spreadsheet"
    if head.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x7fELF")
    ):
        raise FileRefused("这不是表格文件，这里收 CSV、XLSX、XLS 和 Parquet。", code="not_a_table")
    return "csv"


def _parquet(path: Path, told: Mapping[str, str] | None) -> Iterator[Ready]:
    try:
        file = parquet.ParquetFile(path)
        names = file.schema_arrow.names
        places = find_mapping(names, told).places
        for batch in file.iter_batches(_ROWS_AT_ONCE, columns=[names[at] for at in places.values()]):
            cells = {
                field: batch.column(batch.schema.get_field_index(names[at])) for field, at in places.items()
            }
            numbers = pa.array(range(1, batch.num_rows + 1), pa.int64())
            yield Ready(Read(*to_raw(cells, numbers), batch.num_rows))
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise FileRefused("文件已损坏，打不开。请重新导出后再试。", code="damaged") from error


def _spreadsheet(path: Path, told: Mapping[str, str] | None) -> Iterator[Ready]:
    known = {word for words in headings().values() for word in words}
    table = open_table(path, known_headers=known, limits=SPREADSHEET_LIMITS)
    places = find_mapping(table.headers, told).places
    rows = table.rows()
    before = 0
    while some := list(islice(rows, _SHEET_ROWS_AT_ONCE)):
        cells = columns_of([row.values for row in some], places)
        numbers = pa.array([row.number - before for row in some], pa.int64())
        yield Ready(Read(*to_raw(cells, numbers), some[-1].number - before))
        before = some[-1].number
