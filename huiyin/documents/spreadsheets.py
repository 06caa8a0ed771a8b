"""Tables people bring, whatever program wrote them: `open_table`. Tables they take away: `writing`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from huiyin.documents import csv_reading, legacy_xls
from huiyin.documents.cells import Cell, header_key, is_blank, unguard
from huiyin.documents.headers import LOOK_AT_ROWS, Header, Merge, NumberedCells, find_header
from huiyin.documents.refusals import FileRefused, Limits, too_many_rows
from huiyin.documents.sniffing import kind_of
from huiyin.documents.xlsx_reading import Workbook

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Row:
    """One row under the header: its number in the file (from 1), a cell per header, and how many cells stand beyond."""

    number: int
    values: tuple[Cell, ...]
    surplus: int = 0


@dataclass(frozen=True)
class Table:
    """A table with a header; `rows()` streams from the start each time it is called."""

    headers: tuple[str, ...]
    header_row: int
    format: str  # xlsx, xls, csv
    sheet: str
    sheets: tuple[str, ...]
    _rows: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        return self._rows()


def open_table(
    source: str | os.PathLike[str] | bytes,
    *,
    sheet: str = "",
    known_headers: Iterable[str] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """Open the first sheet with content, or the one that is asked for, of XLSX, XLS or CSV; see `open_tables`."""
    for table in open_tables(source, sheet=sheet, known_headers=known_headers, limits=limits):
        return table
    raise FileRefused("表格里没有内容。", code="empty")


def open_tables(
    source: str | os.PathLike[str] | bytes,
    *,
    sheet: str = "",
    known_headers: Iterable[str] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Table]:
    """Each visible sheet with content of XLSX, XLS or CSV, known by its content; raises FileRefused with a sentence.

    Text comes as it stands (guards against formulas undone, nothing trimmed), numbers as exact text,
    dates and times as such. A value merged downwards counts for each of its rows.
    """
    data = source if isinstance(source, bytes) else _read(Path(source), limits)
    kind = kind_of(data, limits)
    read, merges_of, sheets = _source(kind, data, limits)
    known = frozenset(header_key(name) for name in known_headers)
    for name in [sheet] if sheet in sheets else sheets:
        first = list(islice(read(name), LOOK_AT_ROWS))
        merges = merges_of(name)
        if header := find_header([_unguarded(row) for row in first], merges, known):
            rows = partial(_rows_of, read, name, header, merges, limits)
            yield Table(header.names, header.last_row, kind, name, tuple(sheets), rows)


def _rows_of(
    read: Callable[[str], Iterator[NumberedCells]],
    name: str,
    header: Header,
    merges: Iterable[Merge],
    limits: Limits,
) -> Iterator[Row]:
    return _rows(read(name), header, _downward(merges), limits)


def _read(path: Path, limits: Limits) -> bytes:
    with path.open("rb") as file:
        return file.read(limits.max_bytes + 1)


def _source(
    kind: str, data: bytes, limits: Limits
) -> tuple[Callable[[str], Iterator[NumberedCells]], Callable[[str], list[Merge]], list[str]]:
    if kind == "xlsx":
        book = Workbook(data, limits)
        return book.rows, book.merges, list(book.sheets)
    if kind == "xls":
        old = legacy_xls.read(data, limits)
        return lambda name: iter(old.sheets[name]), old.ranges.__getitem__, list(old.sheets)
    text, _ = csv_reading.decode(data)
    delimiter = csv_reading.delimiter_of(text)

    def rows(_: str) -> Iterator[NumberedCells]:
        for number, record in csv_reading.rows(text, delimiter, limits):
            yield number, dict(enumerate(record))

    return rows, lambda _: [], ["CSV"]


def _unguarded(row: NumberedCells) -> NumberedCells:
    return row[0], {c: unguard(v) if isinstance(v, str) else v for c, v in row[1].items()}


def _downward(merges: Iterable[Merge]) -> dict[int, list[Merge]]:
    by_row: dict[int, list[Merge]] = {}
    for merge in merges:
        if merge[2] > merge[0]:
            by_row.setdefault(merge[0], []).append(merge)
    return by_row


def _rows(
    source: Iterable[NumberedCells], header: Header, downward: dict[int, list[Merge]], limits: Limits
) -> Iterator[Row]:
    width = max(header.columns) + 1
    running: dict[int, tuple[int, Cell]] = {}  # column → (last row, value) of a merge passing through
    count = chars = 0
    for number, raw in source:
        cells = _unguarded((number, raw))[1]
        own = any(not is_blank(cell) for cell in cells.values())
        for _, left, bottom, _ in downward.get(number, ()):
            if left in cells:
                running[left] = (bottom, cells[left])
        if number <= header.last_row or not own:
            continue
        for column, (bottom, value) in list(running.items()):
            if number > bottom:
                del running[column]
            else:
                cells.setdefault(column, value)
        count += 1
        if count > limits.max_rows:
            raise too_many_rows(limits)
        chars += sum(len(cell) for cell in cells.values() if isinstance(cell, str))
        if chars > limits.max_total_chars:
            raise FileRefused("表格里的文字太多，请拆成几个文件分别导入。", code="too_much_text")
        surplus = sum(column >= width and not is_blank(cell) for column, cell in cells.items())
        yield Row(number, tuple(cells.get(column, "") for column in header.columns), surplus)
