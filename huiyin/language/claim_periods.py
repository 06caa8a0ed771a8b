"""The period a number is told for: the nearest before it in its line, else that of the report."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

from huiyin.language.dates import TimeKind, find_times
from huiyin.language.numerals import whole_number


@dataclass(frozen=True)
class Period:
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class PeriodMention:
    """text[start:end] stands for these days."""

    start: int
    end: int
    period: Period


_N = r"\d{1,2}|十[一二]?|[一二三四五六七八九]"
_MONTHS = re.compile(rf"(?P<from>{_N})\s*月?\s*(?:至|到|-|—|–|~|～)+\s*(?P<to>{_N})\s*月(?!\s*\d)")
_DAYS = re.compile(
    r"(?P<m1>\d{1,2})\s*月\s*(?P<d1>\d{1,2})\s*[日号]?\s*(?:至|到|-|—|–|~|～)+\s*(?:(?P<m2>\d{1,2})\s*月\s*)?(?P<d2>\d{1,2})\s*[日号]"
)
_DAY = re.compile(r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]")
_MONTH = re.compile(rf"^\D{{0,6}}?(?P<m>{_N})\s*月(?:份|[底末])?")
_QUARTER = re.compile(r"(?P<q>[一二三四1-4])\s*季度")
_HALF = re.compile(r"(?P<h>[上下])半年")
_UP_TO = re.compile(r"截[至止]到?\s*$")
_BEGUN = re.compile(r"^\s*(?:起|以来|开始)")
_LAST_YEAR = re.compile(r"^(?:去年|上一?年)")
_THE_REPORT = re.compile(r"^本期(?!.*[季半月])")
_THE_YEAR = re.compile(r"^(?:今年|本年|全年|当年)(?!.*[季半月])")
_WHOLE_YEAR = "全年"
_DAYS_OF_A_YEAR = 364
"""A report that covers as many tells of a year of its own."""
_RANGE_BEFORE = re.compile(rf"(?:{_N})\s*(?:月)?\s*(?:至|到|-|—|–|~|～)+\s*$")


def find_periods(text: str, report: Period) -> list[PeriodMention]:
    """Every mention in a folded text that can be told in days, in order."""
    found: list[PeriodMention] = []
    for time in find_times(text):
        if time.kind in (TimeKind.FREQUENCY, TimeKind.DURATION):
            continue
        start = time.start
        before = _RANGE_BEFORE.search(text, max(0, start - 8), start)
        if before is not None:
            start = before.start()
        written = text[start : time.end]
        known = Period(time.first, time.last) if time.first and time.last and before is None else None
        period = known or _resolved(written, report)
        if period is None or period.first > period.last:
            continue
        if _UP_TO.search(text, max(0, start - 4), start) or written.startswith("截"):
            period = Period(min(report.first, period.last), period.last)
        elif _BEGUN.match(text[time.end : time.end + 3]):
            period = Period(period.first, report.last if period.first <= report.last else period.last)
        elif found and written == _WHOLE_YEAR and not text[found[-1].end : start].strip():
            start, period = found[-1].start, found[-1].period  # 2025 年全年
        found.append(PeriodMention(start, time.end, period))
    return found


def _resolved(written: str, report: Period) -> Period | None:
    if _THE_REPORT.match(written):
        return report
    if _THE_YEAR.match(written):
        return _year_of_the_report(report)
    year = report.first.year
    if _LAST_YEAR.match(written):
        year -= 1
        written = written.partition("年")[2]
        if not any(mark in written for mark in "季半月"):
            return Period(dt.date(year, 1, 1), dt.date(year, 12, 31))
    if half := _HALF.search(written):
        first = 1 if half["h"] == "上" else 7
        return _months(year, first, first + 5)
    if quarter := _QUARTER.search(written):
        first = 3 * _numbered(quarter["q"]) - 2
        return _months(year, first, first + 2)
    if days := _DAYS.search(written):
        first_month = int(days["m1"])
        return _period(
            _day(year, first_month, int(days["d1"])),
            _day(year, int(days["m2"] or first_month), int(days["d2"])),
        )
    if months := _MONTHS.search(written):
        return _months(year, _numbered(months["from"]), _numbered(months["to"]))
    if day := _DAY.search(written):
        on = _day(_year_of(int(day["m"]), report, year), int(day["m"]), int(day["d"]))
        return _period(on, on)
    if month := _MONTH.search(written):
        number = _numbered(month["m"])
        return _months(_year_of(number, report, year), number, number)
    return None


def _year_of_the_report(report: Period) -> Period:
    """今年, 全年: the year of the calendar in which the report ends, more than a report of half a year tells."""
    if (report.last - report.first).days >= _DAYS_OF_A_YEAR:
        return report
    return Period(dt.date(report.last.year, 1, 1), dt.date(report.last.year, 12, 31))


def _year_of(month: int, report: Period, year: int) -> int:
    """A report from October to March: March is of its second year."""
    return year + 1 if report.last.year > report.first.year and month < report.first.month else year


def _months(year: int, first: int, last: int) -> Period | None:
    if not 1 <= first <= last <= 12:
        return None
    return Period(dt.date(year, first, 1), dt.date(year, last, monthrange(year, last)[1]))


def _period(first: dt.date | None, last: dt.date | None) -> Period | None:
    return Period(first, last) if first and last else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _numbered(written: str) -> int:
    return whole_number(written) or 0
