"""The shared labelled messages, where they are present; nothing of them is kept here."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

SHARED = Path(os.environ.get("HUIYIN_SHARED", Path(__file__).resolve().parents[2].parent / "shared" / "data"))


def need(*names: str) -> None:
    for name in names:
        if not (SHARED / name).exists():
            pytest.skip(f"{SHARED / name} is not here: set HUIYIN_SHARED to the folder with the shared data")


@cache
def messages() -> dict[int, tuple[str, str]]:
    """Number → title and text of the real messages."""
    found: dict[int, tuple[str, str]] = {}
    for name in ("real/messages.xlsx", "real/messages_with_replies.xlsx"):
        head, *rows = CalamineWorkbook.from_path(SHARED / name).get_sheet_by_index(0).to_python()
        number, title, text = (head.index(column) for column in ("留言编号", "留言主题", "留言详情"))
        for row in rows:
            found[int(row[number])] = str(row[title]).strip(), str(row[text]).strip()
    return found


def rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (SHARED / name).read_text(encoding="utf-8").splitlines() if line]
