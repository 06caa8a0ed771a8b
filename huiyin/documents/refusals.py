"""The sentence a person reads when a file is not taken, and the limits behind it."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.domain.errors import RuleBroken


class FileRefused(RuleBroken):
    """The file cannot be read as a table; the message says why and what to do instead."""


@dataclass(frozen=True)
class Limits:
    """How large a table may be; callers pass their own where the defaults do not fit."""

    max_bytes: int = 30_000_000
    max_unpacked_bytes: int = 250_000_000
    max_entries: int = 1_000
    max_ratio: int = 300
    max_rows: int = 50_000
    max_columns: int = 200
    max_cell_chars: int = 32_767
    max_total_chars: int = 100_000_000


def too_many_rows(limits: Limits) -> FileRefused:
    return FileRefused(
        "表格超过 %(max)s 行，请拆成几个文件分别导入。", code="too_many_rows", max=limits.max_rows
    )


def too_many_columns(limits: Limits) -> FileRefused:
    return FileRefused(
        "表格超过 %(max)s 列，请删去用不到的列再上传。", code="too_many_columns", max=limits.max_columns
    )


def cell_too_long(row: int, limits: Limits) -> FileRefused:
    return FileRefused(
        "第 %(row)s 行有一格超过 %(max)s 字，请缩短后再上传。",
        code="cell_too_long",
        row=row,
        max=limits.max_cell_chars,
    )
