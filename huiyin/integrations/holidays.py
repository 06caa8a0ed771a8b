"""The announced Chinese holidays as the chinesecalendar package knows them, year by year."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache

from chinese_calendar import constants

from huiyin.domain.holidays import AnnouncedYear


@cache
def announced_years() -> dict[int, AnnouncedYear]:
    """Every year the package holds; it raises for later ones when asked itself, so its lists are read instead."""
    holidays: defaultdict[int, set[date]] = defaultdict(set)
    workdays: defaultdict[int, set[date]] = defaultdict(set)
    for day in constants.holidays:
        holidays[day.year].add(day)
    for day in constants.workdays:
        workdays[day.year].add(day)
    return {
        year: AnnouncedYear(frozenset(days), frozenset(workdays[year])) for year, days in holidays.items()
    }
