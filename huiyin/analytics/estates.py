"""The list of estates that complaints are attributed to, as a file or as rows."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from huiyin.documents.cells import cell_text, header_key
from huiyin.documents.refusals import FileRefused, Limits
from huiyin.documents.spreadsheets import open_table

_WORDS = Path(__file__).with_name("estate_headings.toml")
_LIMITS = Limits(max_rows=300_000, max_total_chars=100_000_000)
_BETWEEN = re.compile(r"[;；|、/\n]+")
_COUNT = re.compile(r"(\d+)(?:\.0+)?\s*户?")


@dataclass(frozen=True)
class Estate:
    """`area_code` of 6, 9 or 12 digits; `households` 0 where it is not known; of addresses road and number count."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    area_code: str = ""
    company: str = ""
    households: int = 0
    addresses: tuple[str, ...] = ()


@cache
def _headings() -> Mapping[str, tuple[str, ...]]:
    with _WORDS.open("rb") as file:
        return {
            field: tuple(header_key(word) for word in (field, *words))
            for field, words in tomllib.load(file)["headings"].items()
        }


def read_estates(path: Path) -> list[Estate]:
    """Estates of a CSV or XLSX file with at least code and name; raises FileRefused with what is wrong and where."""
    known = {word for words in _headings().values() for word in words}
    table = open_table(path, known_headers=known, limits=_LIMITS)
    keys = [header_key(name) for name in table.headers]
    places = {
        field: next(keys.index(word) for word in words if word in keys)
        for field, words in _headings().items()
        if any(word in keys for word in words)
    }
    if missing := [
        word for field, word in (("code", "小区编码"), ("name", "小区名称")) if field not in places
    ]:
        raise FileRefused(
            "小区名单里找不到%(what)s这一列。文件的列有：%(names)s。",
            code="missing_columns",
            what="、".join(missing),
            names="、".join(table.headers),
        )
    found: dict[str, Estate] = {}
    for row in table.rows():
        cells = {field: cell_text(row.values[at]).strip() for field, at in places.items()}
        if not cells["code"] or not cells["name"]:
            raise FileRefused("小区名单第 %(row)s 行缺编码或名称。", code="estate_incomplete", row=row.number)
        estate = _estate(cells, row.number)
        found[estate.code] = _joined(found[estate.code], estate) if estate.code in found else estate
    return list(found.values())


def _estate(cells: Mapping[str, str], row: int) -> Estate:
    return Estate(
        code=cells["code"],
        name=cells["name"],
        aliases=_parts(cells.get("aliases", "")),
        area_code=re.sub(r"\D", "", cells.get("area_code", "")),
        company=cells.get("company", ""),
        households=_households(cells.get("households", ""), row),
        addresses=tuple(filter(None, [cells.get("address", "")])),
    )


def _households(cell: str, row: int) -> int:
    if not cell:
        return 0
    number = _COUNT.fullmatch(cell.replace(",", ""))
    if number is None:
        raise FileRefused(
            "小区名单第 %(row)s 行的户数“%(cell)s”不是一个数。",
            code="estate_households",
            row=row,
            cell=cell[:20],
        )
    return int(number[1])


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _BETWEEN.split(cell) if part.strip())


def _joined(one: Estate, other: Estate) -> Estate:
    """The same code twice: a further name is an alias."""
    names: Sequence[str] = [name for name in (*one.aliases, other.name, *other.aliases) if name != one.name]
    addresses = tuple(dict.fromkeys([*one.addresses, *other.addresses]))
    return replace(one, aliases=tuple(dict.fromkeys(names)), addresses=addresses)
