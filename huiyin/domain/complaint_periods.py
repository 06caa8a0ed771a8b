"""Periods of complaints: a month, a quarter, a year, each with the one before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from huiyin.domain.errors import RuleBroken

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


def periods_between(first: date, last: date, length: int) -> list[ComplaintPeriod]:
    """Months (1), quarters (3) or years (12) that lie in part between two days, the latest first."""
    begin, end = month_of(first).first, month_of(last).first
    return [ComplaintPeriod(at, length) for at in range(end - end % length, begin - length, -length)]


def usual_period(newest: date | None, today: date) -> ComplaintPeriod:
    """The month that is shown unless another is asked for: the newest one with complaints that is over.

    A month that runs is compared with no whole one; it is shown where there is nothing before it.
    """
    before = ComplaintPeriod(month_of(today).first - 1, 1)
    return min(month_of(newest), before, key=lambda each: each.first) if newest else before


def _month(at: int) -> date:
    return date(at // 12, at % 12 + 1, 1)
