"""One file of complaints, whatever its kind: batches of RAW and the rows that cannot be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.reading import parquet
from huiyin.analytics.reading.csv.blocks import blocks
from huiyin.analytics.reading.csv.layout import layout_of
from huiyin.analytics.reading.mapping import NEEDED, find_mapping, known_headings, likely_places, refuse_data
from huiyin.analytics.reading.rows import NO_ROWS, Read, Ready, Rejected, columns_of, to_raw
from huiyin.analytics.reading.times import timely
from huiyin.analytics.schema import RAW
from huiyin.documents.refusals import FileRefused, Limits
from huiyin.documents.sniffing import OLE_MAGIC
from huiyin.documents.spreadsheets import Table, open_tables

Piece = tuple[pa.RecordBatch, list[Rejected]]
SPREADSHEET_LIMITS = Limits(
    max_bytes=300_000_000,
    max_unpacked_bytes=3_000_000_000,
    max_rows=1_048_576,
    max_total_chars=600_000_000,
)
_SHEET_ROWS_AT_ONCE = 8_192
_PACKED = 5


class Unread(Protocol):
    """A part of a file that any process can read."""

    def read(self) -> Read: ...


class Look(NamedTuple):
    """What the first look at a file tells: its headings, and which of them each field likely stands under."""

    headers: tuple[str, ...]
    mapping: dict[str, str]


def look_at(path: Path, limits: Limits = SPREADSHEET_LIMITS) -> Look:
    """Raises FileRefused for a file that is no table or has no headings; no row is read."""
    kind = _kind_of(path)
    if kind == "parquet":
        headers = parquet.headers_of(path)
    elif kind == "spreadsheet":
        headers = _sheets(path, limits)[0].headers
    else:
        headers = layout_of(path).names
    refuse_data(headers)
    headers = tuple(name.replace("\0", "") for name in headers)  # no database takes it
    return Look(headers, {field: headers[at] for field, at in likely_places(headers).items()})


def parts_of(path: Path, *, told: Mapping[str, str] | None = None) -> Iterator[Unread]:
    """The file in parts, in their order; raises FileRefused for a file that is no table.

    `told`: field → heading of the file, before what is found by heading.
    """
    kind = _kind_of(path)
    if kind == "parquet":
        yield from parquet.parts(path, told)
    elif kind == "spreadsheet":
        yield from _spreadsheet(path, told)
    else:
        yield from blocks(path, layout_of(path).mapped(told))


def size_of(files: Iterable[Path]) -> int:
    """Bytes of complaints, roughly: what is packed has five times as many as the file."""
    sizes = [(path, path.stat().st_size) for path in files]
    return sum(size * (1 if _kind_of(path) == "csv" else _PACKED) for path, size in sizes if size)


def read_complaints(
    path: Path, *, told: Mapping[str, str] | None = None, until: datetime | None = None
) -> Iterator[Piece]:
    """Batches of RAW with what was rejected beside each; raises FileRefused for a file that is no table.

    `until`: the last moment it may name (times.end_of_day); without it times are not judged.
    """
    for read in read_parts(path, told=told, until=until):
        yield read.batch, read.rejected


def read_parts(
    path: Path, *, told: Mapping[str, str] | None = None, until: datetime | None = None
) -> Iterator[Read]:
    """As `read_complaints`, with what else is to be said of each part; rows are numbered in the file."""
    before = 0
    for part in parts_of(path, told=told):
        read = part.read()
        read = read if until is None else timely(read, until)
        numbers = pc.add(read.batch.column("row"), before)
        yield read._replace(
            batch=read.batch.set_column(read.batch.schema.get_field_index("row"), RAW.field("row"), numbers),
            rejected=[replace(each, row=each.row + before) for each in read.rejected],
        )
        before += read.rows


def _kind_of(path: Path) -> str:
    """What is neither is taken for a CSV, whose reading says what it is instead."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise FileRefused("文件是空的。", code="empty")
    if head.startswith(b"PAR1"):
        return "parquet"
    return "spreadsheet" if head.startswith((b"PK", OLE_MAGIC)) else "csv"


def _sheets(path: Path, limits: Limits = SPREADSHEET_LIMITS) -> list[Table]:
    """Those with content: first the one that is most like a list of complaints, the others in their order."""
    found = list(open_tables(path, known_headers=known_headings(), limits=limits))
    if not found:
        raise FileRefused("表格里没有内容。", code="empty")
    main = next((table for table in found if set(NEEDED) <= set(likely_places(table.headers))), found[0])
    return [main, *(table for table in found if table is not main)]


def _spreadsheet(path: Path, told: Mapping[str, str] | None) -> Iterator[Ready]:
    """Rows of a further sheet are counted on behind those before it; what is wrong with one says where it stands."""
    main, *others = _sheets(path)
    yield from _rows_of(main, find_mapping(main.headers, told))
    for table in others:
        before = 0
        for part in _rows_of(table, _places_of(table, told)):
            read = part.read()
            said = [
                replace(each, where=f"工作表“{table.sheet}”第 {each.row + before} 行")
                for each in read.rejected
            ]
            yield Ready(read._replace(rejected=said))
            before += read.rows


def _places_of(table: Table, told: Mapping[str, str] | None) -> dict[str, int]:
    """Of a further sheet: without what it has no column for; empty if a needed one is among that."""
    has = {field: name if name in table.headers else "" for field, name in (told or {}).items()}
    places = likely_places(table.headers, has)
    return places if set(NEEDED) <= set(places) else {}


def _rows_of(table: Table, places: Mapping[str, int]) -> Iterator[Ready]:
    """All are rejected where nothing is known to have a place."""
    rows = table.rows()
    headings = {field: table.headers[place] for field, place in places.items()}
    before = 0
    while some := list(islice(rows, _SHEET_ROWS_AT_ONCE)):
        numbers = pa.array([row.number - before for row in some], pa.int64())
        count = some[-1].number - before
        if places:
            cells = columns_of([row.values for row in some], places)
            yield Ready(to_raw(cells, numbers, headings, count=count))
        else:
            missing = f"这张工作表没有{'、'.join(NEEDED.values())}两列"
            rejected = [Rejected(number, "", missing) for number in numbers.to_pylist()]
            yield Ready(Read(NO_ROWS, rejected, count, {}))
        before = some[-1].number
