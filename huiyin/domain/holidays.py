"""Which days are working days in China: announced years are facts passed in, later years a marked rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AnnouncedYear:
    """One year's list of the State Council: days off, and weekend days worked in exchange (调休)."""

    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True)
class ProvisionalRule:
    """What holds before a year is announced: weekends and the days of rest fixed by law, no exchanges.

    `yearly` are (month, day) pairs that never move; `dated` those that follow the moon or the sun, from a table.
    Source: Measures on Holidays for National Festivals and Memorial Days, 2024 revision, Art. 2.
    """

    yearly: frozenset[tuple[int, int]]
    dated: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Calendar:
    """Answers "is this a working day?" for every date; only answers after `announced_through` are provisional."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    announced_through: date
    yearly: frozenset[tuple[int, int]] = field(default=frozenset())

    @cached_property
    def _year_is_listed(self) -> frozenset[int]:
        return frozenset(day.year for day in self.holidays)

    def is_working_day(self, day: date) -> bool:
        if day in self.workdays:
            return True
        if day.weekday() >= SATURDAY or day in self.holidays:
            return False
        if day > self.announced_through or day.year not in self._year_is_listed:
            return (day.month, day.day) not in self.yearly
        return True

    def is_provisional(self, day: date) -> bool:
        return day > self.announced_through


def build_calendar(announced: Mapping[int, AnnouncedYear], rule: ProvisionalRule) -> Calendar:
    """Join the announced years and the rule for the others into one calendar.

    Announced means without a gap: a list for 2028 while 2027 is missing leaves 2027 and later provisional.
    A dated day of rest counts only in years that are not announced, where the list may have moved it.
    """
    if not announced:
        raise ValueError("a calendar needs at least one announced year")
    last = min(announced)
    while last + 1 in announced:
        last += 1
    known = [announced[year] for year in announced if year <= last]
    return Calendar(
        holidays=_union(year.holidays for year in known) | {day for day in rule.dated if day.year > last},
        workdays=_union(year.workdays for year in known),
        announced_through=date(last, 12, 31),
        yearly=rule.yearly,
    )


def working_days_after(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day`; `day` itself never counts (Civil Code Art. 201)."""
    if count < 1:
        raise ValueError("count must be at least 1")
    while count:
        day += ONE_DAY
        count -= calendar.is_working_day(day)
    return day


def working_days_between(after: date, through: date, calendar: Calendar) -> int:
    """How many working days lie after `after`, up to and including `through`; 0 when `through` is not later."""
    return sum(
        calendar.is_working_day(after + timedelta(days=offset))
        for offset in range(1, (through - after).days + 1)
    )


def next_working_day(day: date, calendar: Calendar) -> date:
    """The first working day after `day`."""
    return working_days_after(day, 1, calendar)


def working_day_on_or_after(day: date, calendar: Calendar) -> date:
    return day if calendar.is_working_day(day) else next_working_day(day, calendar)


def _union(sets: Iterable[frozenset[date]]) -> frozenset[date]:
    return frozenset().union(*sets)
