"""The files given back: rows that were not taken with why, all rows with what was remarked of them, an empty table.

Mended, the rows that were not taken are imported like any other file.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePath

from huiyin.apps.imports import kinds
from huiyin.apps.imports.models import Import, RejectedRow
from huiyin.apps.imports.reading import (
    REASON_HEADER,
    REMARK_HEADER,
    ROW_HEADER,
    open_kept,
    usable_headers,
)
from huiyin.documents.cells import from_json
from huiyin.documents.refusals import FileRefused
from huiyin.documents.writing import Sheet, Value, write_csv, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class ErrorFile:
    """A file to hand over."""

    name: str
    content_type: str
    data: bytes


def error_file(import_: Import) -> ErrorFile:
    """XLSX; CSV where a cell is longer than Excel can hold."""
    kept = _kept(import_)
    header = [*(import_.headers[i] for i in kept), REASON_HEADER, ROW_HEADER]
    rows: list[list[Value]] = []
    for rejected in import_.rejected.all():
        cells: list[Value] = [from_json(rejected.cells[i]) for i in kept]
        rows.append([*cells, _why(rejected), rejected.number])
    return _file(import_, "未导入", "未导入的行", header, rows)


def remark_file(import_: Import) -> ErrorFile:
    """Every row of the file with what was remarked of it, or why it is not taken; in the same formats."""
    kept = _kept(import_)
    header = [*(import_.headers[i] for i in kept), REMARK_HEADER, REASON_HEADER, ROW_HEADER]
    remarks = {
        number: "、".join(remark.words) for remark in import_.remarks.all() for number in remark.numbers
    }
    reasons = {rejected.number: _why(rejected) for rejected in import_.rejected.all()}
    rows: list[list[Value]] = [
        [*(row.values[i] for i in kept), remarks.get(row.number), reasons.get(row.number), row.number]
        for row in open_kept(import_, kinds.get(import_.kind)).rows()
    ]
    return _file(import_, "核查意见", "全部行", header, rows)


def _kept(import_: Import) -> list[int]:
    """Where the columns stand that are not ours."""
    theirs = set(usable_headers(import_.headers))
    return [i for i, name in enumerate(import_.headers) if name in theirs]


def _why(rejected: RejectedRow) -> str:
    return "；".join(f"{label}：{sentence}" if label else sentence for label, sentence in rejected.reasons)


def _file(import_: Import, end: str, sheet: str, header: list[str], rows: list[list[Value]]) -> ErrorFile:
    name = f"{PurePath(import_.original_name).stem}-{end}"
    out = io.BytesIO()
    try:
        write_xlsx(out, [Sheet(sheet, header, rows)])
    except FileRefused:
        out = io.BytesIO()
        write_csv(out, header, rows)
        return ErrorFile(f"{name}.csv", "text/csv; charset=utf-8", out.getvalue())
    return ErrorFile(f"{name}.xlsx", XLSX, out.getvalue())


def blank_table(kind_name: str) -> ErrorFile:
    """An empty table with the columns a kind knows, to be filled in."""
    kind = kinds.get(kind_name)
    out = io.BytesIO()
    write_xlsx(out, [Sheet(kind.label, [field.label for field in kind.fields], [])])
    return ErrorFile(f"{kind.label}-空表.xlsx", XLSX, out.getvalue())
