"""Writing tables so that opening them is safe everywhere and reading them again gives the same values."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

import xlsxwriter

from huiyin.documents.cells import cell_text, guard, unguard
from huiyin.documents.refusals import FileRefused

Value = str | int | Decimal | dt.datetime | dt.date | dt.time | None
XLSX_CELL_CHARS = 32_767
_FIRST_SURE_DAY = dt.date(1900, 3, 1)  # before it Excel counts a day that never was


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: a header, rows of values, and column widths in characters (guessed when missing)."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = ()


def write_xlsx(target: str | os.PathLike[str] | IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write in constant memory. Text is always text; numbers of more than 15 digits, which Excel would round, too.

    Raises FileRefused for a cell longer than Excel can hold; `write_csv` takes it.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    path = os.fspath(target) if isinstance(target, (str, os.PathLike)) else target
    with xlsxwriter.Workbook(path, options) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#E7F0EE", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        number = book.add_format({"valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            page.freeze_panes(1, 0)
            for column, name in enumerate(sheet.header):
                width = sheet.widths[column] if column < len(sheet.widths) else min(40, 2 * len(name) + 6)
                page.set_column(column, column, width)
                page.write_string(0, column, _fitting(name), head)
            for at, row in enumerate(sheet.rows, start=1):
                for column, value in enumerate(row):
                    if isinstance(value, dt.datetime) and _is_exact(value):
                        page.write_datetime(at, column, value, moment)
                    elif (
                        isinstance(value, dt.date)
                        and not isinstance(value, dt.datetime)
                        and value >= _FIRST_SURE_DAY
                    ):
                        page.write_datetime(at, column, dt.datetime.combine(value, dt.time()), day)
                    elif isinstance(value, (int, Decimal)) and _keeps_its_digits(value):
                        page.write_number(at, column, value, number)
                    elif value is not None and (plain := as_text(value)):
                        page.write_string(at, column, _fitting(guard(plain)), text)


def write_csv(target: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """UTF-8 with BOM, so that Excel and WPS do not guess; every field that could run is guarded."""
    stream = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)  # so that no text is taken for a delimiter
    writer.writerow([guard(name) for name in header])
    for row in rows:
        writer.writerow(["" if value is None else _csv_text(value) for value in row])
    stream.detach()


def as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return cell_text(value)


def _csv_text(value: Value) -> str:
    text = as_text(value)
    return text if isinstance(value, (int, Decimal)) else guard(text)


def _fitting(text: str) -> str:
    if len(text.encode("utf-16-le")) // 2 > XLSX_CELL_CHARS:
        raise FileRefused(
            "有一格文字超过 %(max)s 字，Excel 放不下，请改导出 CSV。",
            code="cell_too_long",
            max=XLSX_CELL_CHARS,
        )
    return text


def _is_exact(value: dt.datetime) -> bool:
    return value.tzinfo is None and value.microsecond == 0 and value.date() >= _FIRST_SURE_DAY


def _keeps_its_digits(value: int | Decimal) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) < 10**15
    return value.is_finite() and len(value.as_tuple().digits) <= 15 and abs(value) < 10**15


def without_rows(written: bytes, column: str, words: Collection[str]) -> bytes:
    """CSV in UTF-8 whose cells are guarded, without the rows that have one of these words in this heading's column.

    Fields stay quoted as they were. Raises FileRefused if it cannot be read.
    """
    rows = _rows_of(written)
    if not rows or column not in rows[0]:
        return written
    at = rows[0].index(column)
    left = [row for row in rows if unguard(row[at]) not in words]
    return written if left == rows else _as_csv(left, like=written)


def changed_cells(
    written: bytes, columns: Collection[str], change: Callable[[str], str]
) -> tuple[bytes, int]:
    """CSV in UTF-8 whose cells are guarded, with the cells under these headings as `change` makes them, and how many
    rows that changed.

    Fields stay quoted as they were. Raises FileRefused if it cannot be read.
    """
    rows = _rows_of(written)
    places = {at for row in rows[:1] for at, name in enumerate(row) if unguard(name) in columns}
    after = [
        [_changed(cell, change) if at in places else cell for at, cell in enumerate(row)] for row in rows[1:]
    ]
    count = sum(one != other for one, other in zip(rows[1:], after, strict=True))
    return (_as_csv([*rows[:1], *after], like=written), count) if count else (written, 0)


def _changed(cell: str, change: Callable[[str], str]) -> str:
    plain = unguard(cell)
    after = change(plain)
    return cell if after == plain else guard(after)


def _rows_of(written: bytes) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused("文件读不出来：编码不是 UTF-8，或有一格太长。", code="unreadable") from error


def _as_csv(rows: Sequence[Sequence[str]], *, like: bytes) -> bytes:
    """Every field is quoted where the first one of `like` is."""
    is_quoted = like.removeprefix(codecs.BOM_UTF8).startswith(b'"')
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL).writerows(rows)
    return out.getvalue().encode("utf-8-sig")
