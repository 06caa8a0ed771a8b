"""CSV of any size, block by block: by Arrow where a block is as it should be, else record by record, losing none."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from huiyin.analytics.reading.mapping import find_mapping, headings
from huiyin.analytics.reading.rows import LONGEST_TEXT, Read, Rejected, columns_of, to_raw
from huiyin.documents import csv_reading
from huiyin.documents.headers import LOOK_AT_ROWS, NumberedCells, find_header
from huiyin.documents.refusals import FileRefused

_SAMPLE = 1 << 20
_FIRST_BLOCK, _BLOCK = 1 << 20, 8 << 20
LONGEST_RECORD = 1 << 20
"""Characters of one record; a longer one is cut out and rejected, so that no line fills the memory."""
_TOO_LONG = f"这一行超过 {LONGEST_RECORD:,} 字"
_UNPAIRED = "引号没有成对"
_TRIES = 50
_MOST_LINES = 1_000
"""Lines of one record; more than that and a quotation mark was left open."""


@dataclass(frozen=True)
class Layout:
    """How a file is written: encoding, delimiter, the row of the header, the place of each field."""

    encoding: str
    delimiter: str
    header_row: int
    width: int
    places: Mapping[str, int]


def layout_of(path: Path, told: Mapping[str, str] | None = None) -> Layout:
    """From the first megabyte; raises FileRefused where no header, or a needed column, is found."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        is_whole = not file.read(1)
    encoding = _encoding_of(sample)
    text = sample.decode(encoding, errors="replace")
    if not is_whole:
        text = text[: text.rfind("\n") + 1] or text
    delimiter = csv_reading.delimiter_of(text)
    lines = list(islice(io.StringIO(text, newline=None), LOOK_AT_ROWS))
    first: list[NumberedCells] = [
        (at, dict(enumerate(_cells(line, delimiter)))) for at, line in enumerate(lines, 1)
    ]
    known = frozenset(word for words in headings().values() for word in words)
    header = find_header([(at, cells) for at, cells in first if cells], (), known)
    if header is None:
        raise FileRefused("文件是空的。", code="empty")
    names = ["" for _ in range(max(header.columns) + 1)]
    for name, column in zip(header.names, header.columns, strict=True):
        names[column] = name
    columns = find_mapping(names, told)
    return Layout(encoding, delimiter, header.last_row, len(names), columns.places)


def _encoding_of(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    # The first line that is not plain ASCII decides: GB18030 hardly ever passes as UTF-8. In a file of mixed
    # encodings the rows that are not of this one are rejected one by one.
    first = next((line for line in sample.splitlines() if not line.isascii()), b"")
    try:
        first.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


@dataclass(frozen=True)
class Block:
    """Some megabytes that end with a record, wherever they are read: as they are, or by their place in the file."""

    layout: Layout
    data: bytes
    skipped: int = 0
    """Rows of the header, in the first block."""
    path: Path | None = None
    start: int = 0
    size: int = 0
    is_too_long: bool = False
    """It stands for one line too long to be a record."""

    def read(self) -> Read:
        """Rows are numbered from 1 within the block."""
        if self.is_too_long:
            raw, _ = to_raw(columns_of([], self.layout.places), pa.array([], pa.int64()))
            return Read(raw, [Rejected(1, "", _TOO_LONG)], 1)
        data = self._data()
        cells = read_fast(data, self.layout, skip=self.skipped)
        if cells is None:
            return read_patiently(data, self.layout, skipped=self.skipped)
        count = self.skipped + len(cells["text"])
        raw, rejected = to_raw(cells, pa.array(np.arange(self.skipped + 1, count + 1)))
        return Read(raw, rejected, count)

    def _data(self) -> bytes:
        if self.path is None:
            return self.data
        with self.path.open("rb") as file:
            file.seek(self.start)
            return file.read(self.size)


def blocks(path: Path, layout: Layout) -> Iterator[Block]:
    """The file in blocks: a small one, so that little waits for it alone, then such of about eight megabytes."""
    is_first = True
    is_as_it_lies = layout.encoding.startswith("utf-8")
    with path.open("rb") as file:
        decoded = _in_utf8(file, layout.encoding)
        start = file.tell()
        for data, is_too_long, passed in _blocks(decoded, layout.header_row):
            skipped, is_first = layout.header_row if is_first else 0, False
            if is_as_it_lies and not is_too_long:
                yield Block(layout, b"", skipped, path, start, len(data))
            else:
                yield Block(layout, data, skipped, is_too_long=is_too_long)
            start += passed


def _in_utf8(file: BinaryIO, encoding: str) -> BinaryIO:
    """The file as UTF-8; what cannot be read becomes U+FFFD, by which its row is told later."""
    if encoding == "utf-8-sig":
        file.seek(len(codecs.BOM_UTF8))
    if encoding.startswith("utf-8"):
        return file
    return cast("BinaryIO", codecs.EncodedFile(file, "utf-8", encoding, errors="replace"))


def _blocks(file: BinaryIO, header_rows: int) -> Iterator[tuple[bytes, bool, int]]:
    """Blocks that end with a record, and, marked, what stands for a line too long to be one; how far each goes."""
    rest, more = b"", file.read(_FIRST_BLOCK)
    while more:
        block, more = rest + more, file.read(_BLOCK)
        end = _end_of_record(block) if more else len(block)
        if end and block.count(b"\n", 0, end) >= header_rows:
            rest, header_rows = block[end:], 0
            yield block[:end], False, end
        elif len(block) < 2 * _BLOCK:
            rest = block
        else:
            passed = len(block)
            while more and b"\n" not in more:
                passed += len(more)
                more = file.read(_BLOCK)
            end = more.find(b"\n") + 1
            rest, more = more[end:], more and file.read(_BLOCK)
            yield b"", True, passed + end
    if rest:
        yield rest, False, len(rest)


def _end_of_record(block: bytes) -> int:
    """Where the last record ends that is seen whole: after a line end outside quotation marks; 0 if none is."""
    end = block.rfind(b"\n") + 1
    for _ in range(_TRIES):
        if not end or block.count(b'"', 0, end) % 2 == 0:
            return end
        end = block.rfind(b"\n", 0, block.rfind(b'"', 0, end)) + 1
    return block.rfind(b"\n") + 1


def read_fast(block: bytes, layout: Layout, *, skip: int = 0) -> dict[str, pa.Array] | None:
    """Field → cells of a block without its first `skip` rows; None if a single row is not as it should be."""
    if b"\0" in block:
        return None
    names = [f"c{at}" for at in range(layout.width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=len(block) + 1, column_names=names, skip_rows=skip
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=[names[at] for at in layout.places.values()],
                strings_can_be_null=False,
                check_utf8=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    # combine_chunks copies a single chunk too.
    cells = {
        field: column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        for field, column in zip(layout.places, table.columns, strict=True)
    }
    # A quotation mark that was left open makes one long cell of many rows.
    return cells if (pc.max(pc.binary_length(cells["text"])).as_py() or 0) <= LONGEST_TEXT else None


def read_patiently(block: bytes, layout: Layout, *, skipped: int) -> Read:
    """The block record by record.

    An open quotation mark, a line of any length, a wrong byte costs only its own row.
    """
    kept: list[tuple[int, list[str]]] = []
    rejected: list[Rejected] = []
    number = 0
    for number, (record, fault) in enumerate(_records(block, layout), 1):
        if number <= skipped or not (fault or any(cell.strip() for cell in record)):
            continue
        if len(record) > layout.width:
            fault = f"列数不对：应有 {layout.width} 列，这一行有 {len(record)} 列"
        if fault:
            rejected.append(Rejected(number, "", fault))
        else:
            kept.append((number, record))
    cells = columns_of([record for _, record in kept], layout.places)
    raw, faulty = to_raw(cells, pa.array([number for number, _ in kept], pa.int64()))
    return Read(raw, sorted([*rejected, *faulty], key=lambda each: each.row), number)


def _records(block: bytes, layout: Layout) -> Iterator[tuple[list[str], str]]:
    """(fields, fault); a record goes on while its quotation marks are not paired."""
    lines = list(io.StringIO(block.decode("utf-8", errors="replace"), newline=""))
    at = 0
    while at < len(lines):
        end = at + 1
        if lines[at].count('"') % 2:
            while end < len(lines) and end - at < _MOST_LINES and lines[end].count('"') % 2 == 0:
                end += 1
            if end == len(lines) or end - at == _MOST_LINES:
                yield [], _UNPAIRED
                at += 1
                continue
            end += 1
        record, fault = _fields("".join(lines[at:end]), layout.delimiter)
        if end - at > 1 and len(record) != layout.width:  # joined by a mark left open and one further down
            record, fault, end = [], _UNPAIRED, at + 1
        yield record, fault
        at = end


def _fields(record: str, delimiter: str) -> tuple[list[str], str]:
    if len(record) > LONGEST_RECORD:
        return [], _TOO_LONG
    try:
        return next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter), []), ""
    except csv.Error:
        return [], f"有一格超过 {csv.field_size_limit():,} 字"
