"""How a home is said: 6号楼2单元302, 六号楼 2-302 and 06 / 02 / 302 are one household, counted once (domain.md §4)."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_BETWEEN = re.compile(r"号楼|单元|[号楼栋幢座门室#\-‐–—/\\.、，,\s]+")
_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SAID = re.compile(rf"[{''.join(_DIGITS)}]?十?[{''.join(_DIGITS)}]?")


class Home(NamedTuple):
    building: str
    unit: str
    room: str


def home_said(building: str, unit: str, room: str) -> Home:
    """The home in one spelling; what was not said is empty. Building and unit may stand in front of the room."""
    buildings, units, rooms = (_parts(each) for each in (building, unit, room))
    if not rooms and len(buildings) == 3:
        buildings, rooms = [], buildings
    known_unit = (units or buildings[1:2] or [""])[0]
    before: list[str] = []
    if len(rooms) == 3 or (len(rooms) == 2 and _is_unit(rooms[0], known_unit, rooms[1])):
        before, rooms = rooms[:-1], rooms[-1:]
    return Home(
        building=(buildings or before[:-1] or [""])[0],
        unit=known_unit or (before or [""])[-1],
        room="-".join(rooms),
    )


def _is_unit(first: str, known_unit: str, room: str) -> bool:
    """2-302 names a unit, 1203-1 a part of a flat."""
    return first == known_unit if known_unit else len(first) < min(3, len(room))


def _parts(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).casefold().rpartition("院")[2]
    return [_plain(part) for part in _BETWEEN.split(folded) if part]


def _plain(part: str) -> str:
    """ "06" → "6", "十二" → "12"; what says more than a number stays as it is."""
    if part.isdecimal():
        return str(int(part))
    if not _SAID.fullmatch(part):
        return part
    tens, ten, ones = part.rpartition("十")
    return str((_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0))
