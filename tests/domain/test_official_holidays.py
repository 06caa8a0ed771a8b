"""The calendar against the State Council's lists, copied by hand from its notices.

国办发明电〔2023〕7号 (2024), 国办发明电〔2024〕12号 (2025), notice of 4 November 2025 (2026).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.calendars import calendar

# (first day off, last day off, weekend days worked in exchange)
OFFICIAL = {
    2024: [
        ("元旦", "01-01", "01-01", []),
        ("春节", "02-10", "02-17", ["02-04", "02-18"]),
        ("清明节", "04-04", "04-06", ["04-07"]),
        ("劳动节", "05-01", "05-05", ["04-28", "05-11"]),
        ("端午节", "06-10", "06-10", []),
        ("中秋节", "09-15", "09-17", ["09-14"]),
        ("国庆节", "10-01", "10-07", ["09-29", "10-12"]),
    ],
    2025: [
        ("元旦", "01-01", "01-01", []),
        ("春节", "01-28", "02-04", ["01-26", "02-08"]),
        ("清明节", "04-04", "04-06", []),
        ("劳动节", "05-01", "05-05", ["04-27"]),
        ("端午节", "05-31", "06-02", []),
        ("国庆节、中秋节", "10-01", "10-08", ["09-28", "10-11"]),
    ],
    2026: [
        ("元旦", "01-01", "01-03", ["01-04"]),
        ("春节", "02-15", "02-23", ["02-14", "02-28"]),
        ("清明节", "04-04", "04-06", []),
        ("劳动节", "05-01", "05-05", ["05-09"]),
        ("端午节", "06-19", "06-21", []),
        ("中秋节", "09-25", "09-27", []),
        ("国庆节", "10-01", "10-07", ["09-20", "10-10"]),
    ],
}
# Working days of each year by that list: weekdays − weekdays off + weekend days worked.
WORKING_DAYS = {2024: 251, 2025: 248, 2026: 248}


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


@pytest.mark.parametrize("year", OFFICIAL)
def test_every_day_of_the_year_is_as_the_state_council_announced(year: int) -> None:
    off = {day for _, first, last, _ in OFFICIAL[year] for day in _days(_day(year, first), _day(year, last))}
    worked = {_day(year, text) for *_, texts in OFFICIAL[year] for text in texts}
    for day in _days(date(year, 1, 1), date(year, 12, 31)):
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert calendar().is_working_day(day) is expected, day
        assert not calendar().is_provisional(day)


@pytest.mark.parametrize(("year", "count"), WORKING_DAYS.items())
def test_the_year_has_as_many_working_days_as_the_list_leaves(year: int, count: int) -> None:
    days = _days(date(year, 1, 1), date(year, 12, 31))
    assert sum(calendar().is_working_day(day) for day in days) == count


@pytest.mark.parametrize("year", OFFICIAL)
def test_days_worked_in_exchange_lie_on_weekends(year: int) -> None:
    for *_, texts in OFFICIAL[year]:
        assert all(_day(year, text).weekday() >= 5 for text in texts)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2027-01-01", "元旦"),
        ("2027-02-05", "除夕"),
        ("2027-02-08", "正月初三"),
        ("2027-04-05", "清明"),
        ("2027-05-01", "劳动节，周六"),
        ("2027-06-09", "端午"),
        ("2027-09-15", "中秋"),
        ("2027-10-01", "国庆节"),
        ("2030-02-04", "正月初二"),
        ("2035-10-02", "国庆节"),
        ("2040-05-01", "劳动节，表里没有的年份"),
    ],
)
def test_days_of_rest_fixed_by_law_hold_in_years_not_announced(day: str, name: str) -> None:
    assert not calendar().is_working_day(date.fromisoformat(day)), name
    assert calendar().is_provisional(date.fromisoformat(day))


def test_a_year_not_announced_has_no_exchanged_days() -> None:
    assert calendar().is_working_day(date(2027, 2, 9))
    assert not calendar().is_working_day(date(2027, 2, 13))
