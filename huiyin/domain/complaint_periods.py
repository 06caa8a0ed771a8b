"""Periods of complaints: a month, a quarter, a year, each with the one before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from huiyin.domain.errors import RuleBroken
from huiyin.domain.months import last_of_month

_WRITTEN = re.compile(r"(?P<year>(?:19|20)\d{2})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class ComplaintPeriod:
    """`first` counts months from year 0; `length` is 1, 3 or 12."""

    first: int
    length: int

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(
            f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(self.first, self.first + self.length)
        )

    @property
    def before(self) -> ComplaintPeriod:
        return ComplaintPeriod(self.first - self.length, self.length)

    @property
    def first_month(self) -> date:
        return _month(self.first)

    @property
    def last_month(self) -> date:
        return _month(self.first + self.length - 1)

    @property
    def last_day(self) -> date:
        return last_of_month(self.last_month)

    @property
    def year_to_its_end(self) -> ComplaintPeriod:
        """The twelve months that end with it, for its trend."""
        return ComplaintPeriod(self.first + self.length - 12, 12)

    @property
    def words(self) -> str:
        """2026年6月, 2026年第二季度, 2026年."""
        year, month = divmod(self.first, 12)
        return {
            12: f"{year}年",
            3: f"{year}年第{'一二三四'[month // 3]}季度",
            1: f"{year}年{month + 1}月",
        }[self.length]

    def __str__(self) -> str:
        year, month = divmod(self.first, 12)
        return {12: f"{year}", 3: f"{year}-Q{month // 3 + 1}", 1: f"{year}-{month + 1:02d}"}[self.length]


def read_period(written: str) -> ComplaintPeriod:
    """2025, 2025-Q3 or 2025-07; raises RuleBroken for anything else."""
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise RuleBroken("时期写作 2025、2025-Q3 或 2025-07。", code="period_unreadable")
    first = int(match["year"]) * 12
    if match["quarter"]:
        return ComplaintPeriod(first + 3 * (int(match["quarter"]) - 1), 3)
    if match["month"]:
        return ComplaintPeriod(first + int(match["month"]) - 1, 1)
    return ComplaintPeriod(first, 12)


def month_of(day: date) -> ComplaintPeriod:
    return ComplaintPeriod(day.year * 12 + day.month - 1, 1)


class Earlier(Enum):
    """Whether a period can be set against the one before it."""

    WHOLE = "whole"
    INCOMPLETE = "incomplete"
    NOTHING = "nothing"


@dataclass(frozen=True)
class StoredMonths:
    """The months that hold complaints: `ComplaintPeriod.first` → the first and the last day, None where unknown."""

    days: Mapping[int, tuple[date, date] | None]

    @classmethod
    def of(cls, rows: Iterable[tuple[date, date | None, date | None]]) -> StoredMonths:
        """(any day of the month, first day, last day)."""
        return cls({month_of(day).first: (a, b) if a and b else None for day, a, b in rows})

    def held(self, period: ComplaintPeriod) -> list[date]:
        """The months of the period that hold complaints, by their first days."""
        return [_month(at) for at in range(period.first, period.first + period.length) if at in self.days]

    def periods(self, length: int) -> list[ComplaintPeriod]:
        """Months (1), quarters (3) or years (12) that hold complaints, the newest first."""
        return [ComplaintPeriod(at, length) for at in sorted({at - at % length for at in self.days})[::-1]]

    def newest(self, today: date) -> ComplaintPeriod | None:
        """The newest month that has begun; without one the newest there is."""
        months = self.periods(1)
        return next((each for each in months if each.first_month <= today), next(iter(months), None))

    def usual(self, today: date) -> ComplaintPeriod | None:
        """The month the public reads: the newest whole one; None where there is none yet."""
        return next((month for month in self.periods(1) if self.is_whole(month, today)), None)

    def whole(self, period: ComplaintPeriod, today: date) -> list[date]:
        """Those of `held` that are whole: five days are no month."""
        return [month for month in self.held(period) if self.is_whole(month_of(month), today)]

    def last_day(self, period: ComplaintPeriod) -> date | None:
        """Until when it holds complaints, where that is known."""
        told = [
            days[1] for at in range(period.first, period.first + period.length) if (days := self.days.get(at))
        ]
        return max(told, default=None)

    def is_whole(self, period: ComplaintPeriod, today: date) -> bool:
        """Whether it is over, and no month of it is missing, nor more than GAP at either end of one.

        A district has complaints every day: where there are none for days at the end of a month, a file is missing.
        """
        return period.last_day < today and all(
            at in self.days and _is_covered(_month(at), self.days[at])
            for at in range(period.first, period.first + period.length)
        )

    def earlier(self, period: ComplaintPeriod, today: date) -> Earlier:
        """What can be said against the period before."""
        if not self.held(period.before):
            return Earlier.NOTHING
        return Earlier.WHOLE if self.is_whole(period.before, today) else Earlier.INCOMPLETE


GAP = timedelta(days=3)


def _is_covered(month: date, days: tuple[date, date] | None) -> bool:
    return days is None or (days[0] <= month + GAP and days[1] >= last_of_month(month) - GAP)


def _month(at: int) -> date:
    return date(at // 12, at % 12 + 1, 1)
