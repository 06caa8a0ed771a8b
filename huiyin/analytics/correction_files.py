"""A file of corrections, or one correction in words: a column a field, an empty cell leaves it as it is."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from huiyin.analytics.corrections import Corrections, Decision
from huiyin.documents.cells import cell_text, header_key
from huiyin.documents.refusals import FileRefused
from huiyin.documents.spreadsheets import open_table
from huiyin.domain.complaint_numbers import number_of
from huiyin.domain.errors import RuleBroken
from huiyin.language.complaints.categories import CATEGORIES

_WORDS = Path(__file__).with_name("correction_headings.toml")
Cells = Mapping[str, str]


@dataclass
class Read:
    """`decisions` by the row they stand in; `rejected`: row, number, reason."""

    count: int = 0
    decisions: dict[int, Decision] = field(default_factory=dict)
    rejected: list[tuple[int, str, str]] = field(default_factory=list)


@cache
def _lists() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    with _WORDS.open("rb") as file:
        lists = tomllib.load(file)
    headings = {
        name: tuple(header_key(word) for word in (name, *words)) for name, words in lists["headings"].items()
    }
    return {"headings": headings, "words": {name: tuple(words) for name, words in lists["words"].items()}}


def read_corrections(path: Path, before: Corrections, estates: Collection[str]) -> Read:
    """Each row with what stood before it; raises FileRefused if the file has no number or nothing to correct."""
    known = {word for words in _lists()["headings"].values() for word in words}
    table = open_table(path, known_headers=known)
    keys = [header_key(name) for name in table.headers]
    places = {
        name: next(keys.index(word) for word in words if word in keys)
        for name, words in _lists()["headings"].items()
        if any(word in keys for word in words)
    }
    if "number" not in places or len(places) == 1:
        raise FileRefused(
            "更正表要有“工单编号”，和“小区编码”“物业类”“类别”里的至少一列。文件的列有：%(names)s。",
            code="missing_columns",
            names="、".join(table.headers),
        )
    read = Read()
    rows_of: dict[str, int] = {}
    for row in table.rows():
        cells = {name: cell_text(row.values[at]).strip() for name, at in places.items()}
        if not any(cells.values()):
            continue
        read.count += 1
        number = cells["number"] = number_of(cells["number"])
        try:
            if number in rows_of:
                raise RuleBroken("工单编号与第 %(row)s 行重复", row=rows_of[number])
            read.decisions[row.number] = decision_of(cells, before, estates)
        except RuleBroken as refusal:
            read.rejected.append((row.number, number, str(refusal)))
        rows_of.setdefault(number, row.number)
    return read


def decision_of(cells: Cells, before: Corrections, estates: Collection[str]) -> Decision:
    """What stands decided of the complaint after this; raises RuleBroken with what is wrong in it."""
    if not cells["number"]:
        raise RuleBroken("缺少工单编号")
    told = {name: word for name, word in cells.items() if word and name != "number"}
    if not told:
        raise RuleBroken("没有写要更正什么")
    decision = before.decision(cells["number"])
    if word := told.get("estate_code"):
        placed = not _says("as_read", word)
        code = word if placed and not _says("nowhere", word) else None
        if code is not None and code not in estates:
            raise RuleBroken("小区名单里没有“%(estate)s”", estate=code)
        decision = replace(decision, placed=placed, estate_code=code)
    if word := told.get("property_related"):
        decision = replace(decision, property_related=_yes_or_no(word))
    if word := told.get("category"):
        decision = replace(decision, category=_category(word))
    return decision


def _says(meaning: str, word: str) -> bool:
    return word.lower() in _lists()["words"][meaning]


def _yes_or_no(word: str) -> bool | None:
    if _says("as_read", word):
        return None
    if not (_says("yes", word) or _says("no", word)):
        raise RuleBroken("物业类应写“是”或“否”，这里是“%(word)s”", word=word)
    return _says("yes", word)


def _category(word: str) -> str | None:
    """By its name or its code."""
    if _says("as_read", word):
        return None
    name = CATEGORIES.get(word, word)
    if name not in CATEGORIES.values():
        raise RuleBroken("没有“%(word)s”这个类别", word=word)
    return name
