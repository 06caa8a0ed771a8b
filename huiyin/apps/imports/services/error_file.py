"""The file of rows that were not taken: the same columns, and why. Mended, it is imported like any other."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePath

from huiyin.apps.imports import kinds
from huiyin.apps.imports.models import Import
from huiyin.apps.imports.reading import REASON_HEADER, ROW_HEADER, usable_headers
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
    kept = [i for i, name in enumerate(import_.headers) if name in set(usable_headers(import_.headers))]
    header = [*(import_.headers[i] for i in kept), REASON_HEADER, ROW_HEADER]
    rows: list[list[Value]] = []
    for rejected in import_.rejected.all():
        cells: list[Value] = [from_json(rejected.cells[i]) for i in kept]
        why = "；".join(f"{label}：{sentence}" if label else sentence for label, sentence in rejected.reasons)
        rows.append([*cells, why, rejected.number])
    stem = PurePath(import_.original_name).stem
    out = io.BytesIO()
    try:
        write_xlsx(out, [Sheet("未导入的行", header, rows)])
    except FileRefused:
        out = io.BytesIO()
        write_csv(out, header, rows)
        return ErrorFile(f"{stem}-未导入.csv", "text/csv; charset=utf-8", out.getvalue())
    return ErrorFile(f"{stem}-未导入.xlsx", XLSX, out.getvalue())


def blank_table(kind_name: str) -> ErrorFile:
    """An empty table with the columns a kind knows, to be filled in."""
    kind = kinds.get(kind_name)
    out = io.BytesIO()
    write_xlsx(out, [Sheet(kind.label, [field.label for field in kind.fields], [])])
    return ErrorFile(f"{kind.label}-空表.xlsx", XLSX, out.getvalue())
