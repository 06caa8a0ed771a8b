"""One printed bulletin as the template draws it: the three lists from its frozen lines, the first of each shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiyin.apps.ledger.models import Bulletin
from huiyin.apps.ledger.selectors import bulletin_lines
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import LIST_LABELS

SHOWN_OF_A_LIST = 3
"""So many of each list fit on one A4 page in 16 pt; the others are counted and stand behind the QR code."""
NUMERALS = "一二三"


@dataclass(frozen=True)
class Line:
    number: str
    title: str
    building: str
    lead: str
    me_too: int
    first_due: date
    due: date
    is_overdue: bool
    is_replied: bool


@dataclass(frozen=True)
class SheetList:
    numeral: str
    label: str
    lines: list[Line]
    count: int

    @property
    def rest(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Sheet:
    lists: list[SheetList]
    confirmed: list[Line]
    registered: int | None
    """How many were registered in the month; None on a sheet frozen before that was counted."""
    as_of: datetime
    is_whole: bool

    @property
    def open_count(self) -> int:
        return sum(row.count for row in self.lists)

    @property
    def is_cut(self) -> bool:
        return not self.is_whole and (bool(self.confirmed) or any(row.rest for row in self.lists))


def sheet_of(bulletin: Bulletin, *, now: datetime, is_whole: bool) -> Sheet:
    """The frozen lines of an issued bulletin, else the lists as they stand now."""
    told = bulletin.lines or bulletin_lines(bulletin.estate, month=bulletin.month, now=now)
    estate = bulletin.estate.name
    lists = []
    for numeral, (key, label) in zip(NUMERALS, LIST_LABELS.items(), strict=True):
        lines = told["lists"].get(key.value, [])
        shown = lines if is_whole else lines[:SHOWN_OF_A_LIST]
        lists.append(SheetList(numeral, label, [_line(each, estate) for each in shown], len(lines)))
    return Sheet(
        lists=lists,
        confirmed=[_line(each, estate) for each in told["confirmed"]],
        registered=told.get("registered"),
        as_of=datetime.fromisoformat(told["as_of"]),
        is_whole=is_whole,
    )


def _line(told: dict[str, Any], estate: str) -> Line:
    return Line(
        number=told["number"],
        title=told["title"],
        building=told["building"],
        # The sheet hangs in the estate: company and estate are known there, the line says who.
        lead=told["lead"].rsplit(" ", 1)[-1].removeprefix(estate),
        me_too=told.get("me_too", 0),
        first_due=date.fromisoformat(told["first_due_on"]),
        due=date.fromisoformat(told["due_on"]),
        is_overdue=told["is_overdue"],
        is_replied=told["status"] == Status.REPLIED,
    )
