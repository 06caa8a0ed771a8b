"""Periods of complaints: a month, a quarter, a year, each with the one before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
