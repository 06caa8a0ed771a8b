"""Rows printed as a table for people, as CSV or as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence

from huiyin.documents.cells import guard

FORMATS = ("table", "csv", "json")
Row = Mapping[str, object]


def as_text(rows: Sequence[Row], form: str) -> str:
    """Rows of the same columns as a table for people, CSV or JSON."""
    if form == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=2, default=str)
    names = list(rows[0]) if rows else []
    if form == "csv":
        out = _Lines()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_guarded(row[name]) for name in names] for row in rows)
        return "".join(out.lines).rstrip("\n")
    cells = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in cells
    )


class _Lines:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def _guarded(value: object) -> str:
    """For a spreadsheet: no words of a caller are run as a formula."""
    return guard(value) if isinstance(value, str) else _cell(value)


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
