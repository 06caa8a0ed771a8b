"""CSV of any size, block by block: by Arrow where a block is as it should be, else record by record, losing none."""

from __future__ import annotations

import codecs
import csv
import functools
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BufferedReader
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from huiyin.analytics.reading.mapping import NEEDED, find_mapping, headings, known_headings
from huiyin.analytics.reading.rows import (
    GIVEN_BACK_ROWS,
    LONGEST_TEXT,
    NO_ROWS,
    Read,
    Rejected,
    columns_of,
    given_back,
    to_raw,
)
from huiyin.documents import csv_reading
from huiyin.documents.cells import header_key
from huiyin.documents.headers import LOOK_AT_ROWS, NumberedCells, find_header
from huiyin.documents.refusals import FileRefused
from huiyin.documents.sniffing import refuse_what_is_not_text

_SAMPLE = 1 << 20
_FIRST_BLOCK, _BLOCK = 1 << 20, 8 << 20
LONGEST_RECORD = 1 << 20
"""Characters of one record; a longer one is cut out and rejected, so that no line fills the memory."""
_TOO_LONG = f"这一行超过 {LONGEST_RECORD:,} 字"
_UNPAIRED = "引号没有成对"
_TRIES = 50
_MARK, _LINE_FEED = ord('"'), ord("\n")
_MOST_LINES = 1_000
"""Lines of one record; more than that and a quotation mark was left open."""
_SURELY_WRITTEN = 3
"""Bytes of a complaint number; a shorter one may be of a row in which nothing stands."""
_LINE_END = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True)
class Layout:
    """How a file is written: its encoding and delimiter, where its header ends, and how many cells its rows have."""

    encoding: str
    delimiter: str
    ends_with_cr: bool
    """Lines end with a carriage return alone, as old Macs wrote them."""
    header_row: int
    header_lines: int
    """As editors count them: a heading may have several."""
    width: int
    names: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)

    def mapped(self, told: Mapping[str, str] | None = None) -> Layout:
        """With the place of each field; FileRefused where a needed column is not there."""
        return replace(self, places=find_mapping(self.names, told))

    @property
    def lies_as_it_is(self) -> bool:
        """Whether Arrow can read it from where it lies."""
        return self.encoding.startswith("utf-8") and not self.ends_with_cr

    @property
    def headings(self) -> Mapping[str, str]:
        return {name: self.names[place] for name, place in self.places.items()}


def layout_of(path: Path) -> Layout:
    """From the first megabyte; raises FileRefused where no header is found."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        is_whole = not file.read(1)
    encoding = _encoding_of(sample)
    text = sample.decode(encoding, errors="replace")
    if not is_whole:
        text = text[: text.rfind("\n") + 1] or text
    delimiter = csv_reading.delimiter_of(text)
    records = list(islice(_records(text, delimiter), 2 * LOOK_AT_ROWS))
    first: list[NumberedCells] = [
        (number, dict(enumerate(record)))
        for number, (record, _, _) in enumerate(records[:LOOK_AT_ROWS], 1)
        if any(cell.strip() for cell in record)
    ]
    header = find_header(first, (), known_headings())
    if header is None or known_headings().isdisjoint(map(header_key, header.names)):
        refuse_what_is_not_text(sample)
    if header is None:
        raise FileRefused("文件是空的。", code="empty")
    lengths = Counter(len(record) for record, fault, _ in records[header.last_row :] if record and not fault)
    usual, count = lengths.most_common(1)[0] if lengths else (0, 0)
    width = max(usual if 2 * count > lengths.total() else 0, len(records[header.last_row - 1][0]))
    names = ["" for _ in range(width)]
    for name, column in zip(header.names, header.columns, strict=True):
        if column < width:
            names[column] = name
    return Layout(
        encoding=encoding,
        delimiter=delimiter,
        ends_with_cr="\r" in text and "\n" not in text,
        header_row=header.last_row,
        header_lines=sum(lines for _, _, lines in records[: header.last_row]),
        width=width,
        names=tuple(names),
    )


def _encoding_of(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if b"\0" in sample:
        for encoding in ("utf-16-le", "utf-16-be"):
            line = sample[:4096].decode(encoding, errors="ignore")
            if any(word in header_key(line) for field in NEEDED for word in headings()[field]):
                return encoding
    # The first line that is not plain ASCII decides: GB18030 hardly ever passes as UTF-8. In a file of mixed
    # encodings the rows that are not of this one are rejected one by one.
    first = next((line for line in sample.splitlines() if not line.isascii()), b"")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(first)  # it may be cut in the middle of a character
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


@dataclass(frozen=True)
class Block:
    """Some megabytes that end with a record, wherever they are read: as they are, or by their place in the file."""

    layout: Layout
    data: bytes
    skipped: int = 0
    """Rows of the header, which stands before the first block."""
    path: Path | None = None
    start: int = 0
    size: int = 0
    is_too_long: bool = False
    """It stands for one line too long to be a record."""

    def read(self) -> Read:
        """Rows are numbered from 1 within the block."""
        if self.is_too_long:
            return Read(NO_ROWS, [Rejected(self.skipped + 1, "", _TOO_LONG)], self.skipped + 1)
        data = self._data()
        cells = read_fast(data, self.layout)
        if cells is None:
            return read_patiently(data, self.layout, skipped=self.skipped)
        count = self.skipped + len(cells["text"])
        numbers = pa.array(np.arange(self.skipped + 1, count + 1))
        if (pc.min(pc.binary_length(cells["number"])).as_py() or 0) < _SURELY_WRITTEN:
            said = says_something(data, self.layout)
            cells = {field: column.filter(said) for field, column in cells.items()}
            numbers = numbers.filter(said)
        return to_raw(cells, numbers, self.layout.headings, count=count)

    def _data(self) -> pa.Buffer:
        if self.path is None:
            return pa.py_buffer(self.data)
        with pa.OSFile(str(self.path)) as file:  # into Arrow's memory, which is used again
            file.seek(self.start)
            return file.read_buffer(self.size)


def blocks(path: Path, layout: Layout) -> Iterator[Block]:
    """The file in blocks: a small one, so that little waits for it alone, then such of about eight megabytes."""
    skipped = layout.header_row
    with path.open("rb") as file:
        window = _Window(file, layout)
        start = file.tell()
        for end, is_too_long, passed in _ends(window, layout.header_lines):
            behind = window.behind_lines(layout.header_lines, end) if skipped else 0
            if layout.lies_as_it_is and not is_too_long:
                yield Block(layout, b"", skipped, path, start + behind, end - behind)
            else:
                yield Block(layout, window.taken(behind, end), skipped, is_too_long=is_too_long)
            start, skipped = start + passed, 0


class _Window:
    """What is looked at of a file, as UTF-8 with line feeds, in one piece of memory that is used again.

    A fresh one for each block would cost more than the looking. What cannot be read becomes U+FFFD, by which its row
    is told later.
    """

    def __init__(self, file: BufferedReader, layout: Layout) -> None:
        self._file = file
        self._held = bytearray()
        self.size = 0
        self._ends_with_cr = layout.ends_with_cr
        self._decoder = None
        if not layout.lies_as_it_is:
            self._decoder = codecs.getincrementaldecoder(layout.encoding)(errors="replace")
        elif layout.encoding == "utf-8-sig":
            file.seek(len(codecs.BOM_UTF8))

    @property
    def is_last(self) -> bool:
        """Whether nothing of the file is left behind it."""
        return not self._file.peek(1)

    def widen(self, count: int) -> bool:
        """Reads about so many bytes behind those that are there; whether there were any."""
        if self._decoder is not None:
            read = self._file.read(count)
            text = self._decoder.decode(read, final=self.is_last)
            more = (text.replace("\r", "\n") if self._ends_with_cr else text).encode()
            self._held[self.size :] = more
            self.size += len(more)
            return bool(read)
        self._held.extend(bytes(max(0, self.size + count - len(self._held))))
        with memoryview(self._held) as view:
            found = self._file.readinto(view[self.size : self.size + count])
        self.size += found
        return found > 0

    def taken(self, start: int, end: int) -> bytes:
        return bytes(memoryview(self._held)[start:end])

    def behind_lines(self, count: int, end: int) -> int:
        """Where it goes on after so many lines, at most to `end`."""
        ends = [match.end() for match in islice(_LINE_END.finditer(self._held, 0, end), count)]
        return ends[-1] if len(ends) == count else end

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


def _ends(window: _Window, header_lines: int) -> Iterator[tuple[int, bool, int]]:
    """Where blocks end that end with a record, or, marked, 0 for a line too long to be one; how far each goes."""
    size = _FIRST_BLOCK
    while window.widen(size):
        size = _BLOCK
        end = window.size if window.is_last else window.end_of_record()
        if end and window.has_lines(header_lines, end):
            header_lines = 0
            yield end, False, end
            window.drop(end)
        elif window.size >= 2 * _BLOCK:
            passed = 0
            while not (end := window.next_line()):
                passed += window.size
                window.drop(window.size)
                if not window.widen(_BLOCK):
                    break
            if passed + end <= LONGEST_RECORD:
                # It is a mark left open that makes what follows seem one record.
                yield end, False, end
            window.drop(end)
            if passed + end > LONGEST_RECORD:
                yield 0, True, passed + end
    if window.size:
        yield window.size, False, window.size


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
    records = _records(block.to_pybytes().decode(errors="replace"), layout.delimiter, layout.width)
    for number, (record, fault, _) in enumerate(records, skipped + 1):
        if not (fault or any(cell.strip() for cell in record)):
            continue
        if len(record) > layout.width:
            fault = f"列数不对：应有 {layout.width} 列，这一行有 {len(record)} 列"
        if fault:
            found = {field: record[at] for field, at in layout.places.items() if at < len(record)}
            is_told = found and len(rejected) < GIVEN_BACK_ROWS
            rejected.append(Rejected(number, "", fault, written=given_back(found) if is_told else ()))
        else:
            kept.append((number, record))
    cells = columns_of([record for _, record in kept], layout.places)
    numbers = pa.array([number for number, _ in kept], pa.int64())
    read = to_raw(cells, numbers, layout.headings, count=number)
    return read._replace(rejected=sorted([*rejected, *read.rejected], key=lambda each: each.row))


def _records(text: str, delimiter: str, width: int = 0) -> Iterator[tuple[list[str], str, int]]:
    """(fields, fault, lines); a record goes on while its quotation marks are not paired.

    `width`: how many fields one of several lines must have, 0 if that is not known.
    """
    lines = list(io.StringIO(text, newline=""))
    at = 0
    while at < len(lines):
        end = at + 1
        if lines[at].count('"') % 2:
            while end < len(lines) and end - at < _MOST_LINES and lines[end].count('"') % 2 == 0:
                end += 1
            if end == len(lines) or end - at == _MOST_LINES:
                yield [], _UNPAIRED, 1
                at += 1
                continue
            end += 1
        record, fault = _fields("".join(lines[at:end]), delimiter, strict=end - at > 1)
        # Joined by a mark left open and one further down?
        if end - at > 1 and ((width and len(record) != width) or fault == _UNPAIRED):
            record, fault, end = [], _UNPAIRED, at + 1
        yield record, fault, end - at
        at = end


def _fields(record: str, delimiter: str, *, strict: bool) -> tuple[list[str], str]:
    """`strict`: a mark that closes a cell is followed by nothing more of it."""
    if len(record) > LONGEST_RECORD:
        return [], _TOO_LONG
    try:
        return next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=strict), []), ""
    except csv.Error as error:
        is_long = "field larger" in str(error)
        return [], f"有一格超过 {csv.field_size_limit():,} 字" if is_long else _UNPAIRED
