"""From an import to its rows: the kept file opened again, columns under the names of fields, each row judged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from huiyin.apps.imports.kinds import CheckedRow, ImportKind, Reason, RowRefused
from huiyin.apps.imports.models import Import, RejectedRow
from huiyin.apps.imports.values import values_of
from huiyin.documents.cells import header_key, to_json
from huiyin.documents.refusals import FileRefused, Limits
from huiyin.documents.spreadsheets import Row, Table, open_table
from huiyin.integrations.storage import store

# Columns of the files we give back; recognised and passed over when such a file is imported. None is called as people
# call a column of their own: 核查意见 is what an office wrote itself, and stays.
REASON_HEADER = "未导入原因"
REMARK_HEADER = "系统核查意见"
ROW_HEADER = "原文件行号"
_OURS = frozenset(header_key(name) for name in (REASON_HEADER, REMARK_HEADER, ROW_HEADER))


@dataclass(frozen=True)
class Judged:
    """A row and the verdict on it: `checked` or `reasons`."""

    row: Row
    checked: CheckedRow | None
    reasons: Sequence[Reason] = ()


def open_bytes(data: bytes, kind: ImportKind, sheet: str = "") -> Table:
    limits = Limits(max_rows=kind.max_rows)
    return open_table(data, sheet=sheet, known_headers=kind.known_headers, limits=limits)


def open_kept(import_: Import, kind: ImportKind) -> Table:
    if not import_.file_key:
        raise FileRefused("原文件已按保存期限删除，请重新上传。", code="file_removed")
    try:
        with store().open(import_.file_key) as file:
            data = file.read()
    except FileNotFoundError as error:
        raise FileRefused("原文件不在了，请重新上传。", code="file_removed") from error
    return open_bytes(data, kind, import_.sheet)


def usable_headers(headers: Sequence[str]) -> list[str]:
    """The headers without the columns our own files added."""
    return [name for name in headers if header_key(name) not in _OURS]


def signature_of(headers: Sequence[str]) -> str:
    """The same for the same columns in the same order, those of our own files apart."""
    keys = "\n".join(header_key(name) or name for name in usable_headers(headers))
    return hashlib.sha256(keys.encode()).hexdigest()


def judged_rows(
    import_: Import, kind: ImportKind, table: Table, context: Any, *, after: int = 0
) -> Iterator[Judged]:
    """Every row after number `after`, judged in order; nothing is written."""
    at = {name: index for index, name in enumerate(table.headers)}
    columns = {key: at[header] for key, header in import_.mapping.items() if header in at}
    for row in table.rows():
        if row.number > after:
            yield _judge(kind, columns, row, context)


def _judge(kind: ImportKind, columns: dict[str, int], row: Row, context: Any) -> Judged:
    if row.surplus:
        sentence = f"这一行比表头多出 {row.surplus} 格，可能错了位：请检查文字里的分隔符。"
        return Judged(row, None, [("", sentence)])
    cells = {key: row.values[index] for key, index in columns.items()}
    values, reasons = values_of(kind.fields, cells)
    if reasons:
        return Judged(row, None, reasons)
    try:
        return Judged(row, CheckedRow(row.number, kind.check(values, context)))
    except RowRefused as refusal:
        return Judged(row, None, refusal.reasons)


def rejected_row(import_: Import, kind: ImportKind, row: Row, reasons: Sequence[Reason]) -> RejectedRow:
    """The row to keep: cells as they stood in the file, reasons under the names the person knows."""
    named = [[import_.mapping.get(key) or kind.label_of(key), sentence] for key, sentence in reasons]
    cells = [to_json(cell) for cell in row.values]
    return RejectedRow(import_row=import_, number=row.number, cells=cells, reasons=named)
