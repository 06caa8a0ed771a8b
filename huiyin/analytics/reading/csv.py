"""CSV of any size, block by block: by Arrow where a block is as it should be, else record by record, losing none."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from itertools import islice
from pathlib import Path

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
_MARK = ord('"')
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

    def _data(self) -> pa.Buffer:
        if self.path is None:
            return pa.py_buffer(self.data)
        with pa.OSFile(str(self.path)) as file:  # into Arrow's memory, which is used again
            file.seek(self.start)
            return file.read_buffer(self.size)


def blocks(path: Path, layout: Layout) -> Iterator[Block]:
    """The file in blocks: a small one, so that little waits for it alone, then such of about eight megabytes."""
    skipped = layout.header_row
    is_as_it_lies = layout.encoding.startswith("utf-8")
    with path.open("rb") as file:
        window = _Window(file, layout.encoding)
        start = file.tell()
        for end, is_too_long, passed in _ends(window, layout.header_row):
            if is_as_it_lies and not is_too_long:
                yield Block(layout, b"", skipped, path, start, end)
            else:
                yield Block(layout, window.taken(end), skipped, is_too_long=is_too_long)
            start, skipped = start + passed, 0


class _Window:
    """What is looked at of a file, as UTF-8, in one piece of memory that is used again: a fresh one for each block
    would cost more than the looking. What cannot be read becomes U+FFFD, by which its row is told later."""

    def __init__(self, file: BufferedReader, encoding: str) -> None:
        self._file = file
        self._held = bytearray()
        self.size = 0
        self._decoder = None
        if encoding == "utf-8-sig":
            file.seek(len(codecs.BOM_UTF8))
        elif encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")

    @property
    def is_last(self) -> bool:
        """Whether nothing of the file is left behind it."""
        return not self._file.peek(1)

    def widen(self, count: int) -> bool:
        """Reads about so many bytes behind those that are there; whether there were any."""
        if self._decoder is not None:
            read = self._file.read(count)
            more = self._decoder.decode(read, final=self.is_last).encode()
            self._held[self.size :] = more
            self.size += len(more)
            return bool(read)
        self._held.extend(bytes(max(0, self.size + count - len(self._held))))
        with memoryview(self._held) as view:
            found = self._file.readinto(view[self.size : self.size + count])
        self.size += found
        return found > 0

    def taken(self, end: int) -> bytes:
        return bytes(memoryview(self._held)[:end])

    def drop(self, end: int) -> None:
        """The window begins there."""
        rest = self._held[end : self.size]
        self._held[: len(rest)] = rest
        self.size = len(rest)

    def has_lines(self, count: int, end: int) -> bool:
        return count == 0 or self._held.count(b"\n", 0, end) >= count

    def next_line(self) -> int:
        """Where the second line begins; 0 if there is none."""
        return self._held.find(b"\n", 0, self.size) + 1

    def end_of_record(self) -> int:
        """Where the last record ends that is seen whole: after a line end outside quotation marks; 0 if none is."""
        end = last = self._held.rfind(b"\n", 0, self.size) + 1
        for _ in range(_TRIES):
            if not end or self._marks(end) % 2 == 0:
                return end
            end = self._held.rfind(b"\n", 0, self._held.rfind(b'"', 0, end)) + 1
        return last

    def _marks(self, end: int) -> int:
        return int(np.count_nonzero(np.frombuffer(self._held, np.uint8, end) == _MARK))


def _ends(window: _Window, header_rows: int) -> Iterator[tuple[int, bool, int]]:
    """Where a block ends in the window that ends with a record, or, marked, 0 for a line too long to be one; how far
    each goes."""
    size = _FIRST_BLOCK
    while window.widen(size):
        size = _BLOCK
        end = window.size if window.is_last else window.end_of_record()
        if end and window.has_lines(header_rows, end):
            header_rows = 0
            yield end, False, end
            window.drop(end)
        elif window.size >= 2 * _BLOCK:
            passed = 0
            while not (end := window.next_line()):
                passed += window.size
                window.drop(window.size)
                if not window.widen(_BLOCK):
                    break
            window.drop(end)
            yield 0, True, passed + end
    if window.size:
        yield window.size, False, window.size


def read_fast(block: pa.Buffer, layout: Layout, *, skip: int = 0) -> dict[str, pa.Array] | None:
    """Field → cells of a block without its first `skip` rows; None if a single row is not as it should be."""
    if not np.frombuffer(block, np.uint8).min():
        return None
    names = [f"c{at}" for at in range(layout.width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=block.size + 1, column_names=names, skip_rows=skip
            ),
            # The block is one of Arrow's too, so it need not look for a line end that is no cell's.
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter, newlines_in_values=False, ignore_empty_lines=False
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


def read_patiently(block: pa.Buffer, layout: Layout, *, skipped: int) -> Read:
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


def _records(block: pa.Buffer, layout: Layout) -> Iterator[tuple[list[str], str]]:
    """(fields, fault); a record goes on while its quotation marks are not paired."""
    lines = list(io.StringIO(block.to_pybytes().decode("utf-8", errors="replace"), newline=""))
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
