"""One printed bulletin as the template draws it: the three lists from its frozen lines, the first of each shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiyin.apps.ledger.models import Bulletin
from huiyin.apps.ledger.selectors import bulletin_lines
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import LIST_LABELS

LINES_OF_A_PAGE = 11
LETTERS_OF_A_LINE = 14
LETTERS_OF_A_LEAD = 4
"""So much fits on one A4 page in 16 pt; the other matters are counted and stand behind the QR code."""
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

    @property
    def height(self) -> int:
        """Printed lines, the households in brackets included."""
        letters = len(self.title) + (7 if self.me_too else 0)
        return max(-(-letters // LETTERS_OF_A_LINE), -(-len(self.lead) // LETTERS_OF_A_LEAD))


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
    rows = [[_line(each, estate) for each in told["lists"].get(key.value, [])] for key in LIST_LABELS]
    shown = [len(lines) for lines in rows] if is_whole else first_of_each(rows)
    return Sheet(
        lists=[
            SheetList(numeral, label, lines[:count], len(lines))
            for numeral, label, lines, count in zip(NUMERALS, LIST_LABELS.values(), rows, shown, strict=True)
        ],
        confirmed=[_line(each, estate) for each in told["confirmed"]],
        registered=told.get("registered"),
        as_of=datetime.fromisoformat(told["as_of"]),
        is_whole=is_whole,
    )


def first_of_each(lists: list[list[Line]]) -> list[int]:
    """How many of each list stand on one page: in turn one more of each, while there is room."""
    shown = [0] * len(lists)
    room = LINES_OF_A_PAGE
    grows = True
    while grows:
        grows = False
        for at, lines in enumerate(lists):
            if shown[at] == len(lines):
                continue
            needed = lines[shown[at]].height
            if needed <= room:
                shown[at] += 1
                room -= needed
                grows = True
    return shown


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
