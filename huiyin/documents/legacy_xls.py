"""Old XLS files, read by calamine in a child process with capped memory: a hostile one takes down only the child."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from huiyin.documents.cells import Cell, from_json, number_text, to_json
from huiyin.documents.refusals import FileRefused, Limits, too_many_columns, too_many_rows
from huiyin.documents.xlsx_reading import Merge, damaged

_MEMORY_BYTES = 1 << 30
_SECONDS = 60


@dataclass
class LegacyWorkbook:
    """All rows of every visible sheet, as the child handed them over."""

    sheets: dict[str, list[tuple[int, dict[int, Cell]]]]
    ranges: dict[str, list[Merge]]


def read(data: bytes, limits: Limits) -> LegacyWorkbook:
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "huiyin.documents.legacy_xls",
                str(limits.max_rows),
                str(limits.max_columns),
            ],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused("这个 .xls 太复杂，读不完。请另存为 .xlsx 再上传。", code="too_slow") from error
    if done.returncode != 0:
        raise damaged()
    answer = json.loads(done.stdout)
    if answer.get("refused") == "rows":
        raise too_many_rows(limits)
    if answer.get("refused") == "columns":
        raise too_many_columns(limits)
    return LegacyWorkbook(
        sheets={
            name: [(number, {int(c): from_json(v) for c, v in cells.items()}) for number, cells in rows]
            for name, rows in answer["sheets"].items()
        },
        ranges={name: [(a, b, c, d) for a, b, c, d in ranges] for name, ranges in answer["merges"].items()},
    )


def _cell(value: Any) -> Cell | None:
    if value == "":
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(repr(value))
    if hasattr(value, "total_seconds"):
        total = round(value.total_seconds())
        return f"{total // 3600}:{total % 3600 // 60:02d}:{total % 60:02d}"
    cell: Cell = value
    return cell


def _main() -> None:
    import resource

    import python_calamine

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    max_rows, max_columns = int(sys.argv[1]), int(sys.argv[2])
    book = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    answer: dict[str, Any] = {"sheets": {}, "merges": {}}
    visible = [m.name for m in book.sheets_metadata if m.visible is python_calamine.SheetVisibleEnum.Visible]
    for name in visible or book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        if sheet.height > max_rows + 50:
            answer = {"refused": "rows"}
            break
        if left + sheet.width > max_columns:
            answer = {"refused": "columns"}
            break
        rows = []
        for offset, values in enumerate(sheet.to_python(skip_empty_area=True)):
            cells = {left + i: to_json(c) for i, v in enumerate(values) if (c := _cell(v)) is not None}
            if cells:
                rows.append((top + offset + 1, cells))
        answer["sheets"][name] = rows
        answer["merges"][name] = [(a + 1, b, c + 1, d) for (a, b), (c, d) in (sheet.merged_cell_ranges or [])]
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
