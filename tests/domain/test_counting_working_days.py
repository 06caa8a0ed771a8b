"""Calendars built from announced years, gaps in them, and counting over them."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.domain.holidays import (
    AnnouncedYear,
    ProvisionalRule,
    build_calendar,
    next_working_day,
    working_day_on_or_after,
    working_days_after,
    working_days_between,
)
from tests.domain.calendars import calendar

RULE = ProvisionalRule(frozenset({(1, 1), (10, 1)}), frozenset({date(2027, 2, 6), date(2028, 1, 26)}))
Y2026 = AnnouncedYear(frozenset({date(2026, 1, 1), date(2026, 1, 2)}), frozenset({date(2026, 1, 4)}))
Y2028 = AnnouncedYear(frozenset({date(2028, 1, 3)}), frozenset())


def test_a_list_after_a_gap_is_not_yet_announced() -> None:
    built = build_calendar({2026: Y2026, 2028: Y2028}, RULE)
    assert built.announced_through == date(2026, 12, 31)
    assert built.is_working_day(date(2028, 1, 3))


def test_an_announced_year_replaces_the_table_of_the_rule() -> None:
    announced_2027 = AnnouncedYear(frozenset({date(2027, 1, 1)}), frozenset({date(2027, 2, 6)}))
    built = build_calendar({2026: Y2026, 2027: announced_2027}, RULE)
    assert built.is_working_day(date(2027, 2, 6))
    assert built.announced_through == date(2027, 12, 31)


def test_years_before_the_first_list_rest_on_weekends_and_fixed_days() -> None:
    built = build_calendar({2026: Y2026}, RULE)
    assert not built.is_working_day(date(2025, 1, 1))
    assert built.is_working_day(date(2025, 1, 2))
    assert not built.is_provisional(date(2025, 1, 2))


def test_a_calendar_needs_an_announced_year() -> None:
    with pytest.raises(ValueError, match="at least one"):
        build_calendar({}, RULE)


@pytest.mark.parametrize(
    ("after", "through", "count"),
    [
        ("2026-06-15", "2026-06-15", 0),
        ("2026-06-15", "2026-06-14", 0),
        ("2026-06-15", "2026-06-16", 1),
        ("2026-06-18", "2026-06-22", 1),  # 端午 19–21
        ("2026-02-13", "2026-02-24", 2),  # 春节: only Saturday 14 (make-up) and Tuesday 24
        ("2025-12-31", "2026-12-31", 248),
    ],
)
def test_working_days_between_leave_out_the_first_day(after: str, through: str, count: int) -> None:
    between = working_days_between(date.fromisoformat(after), date.fromisoformat(through), calendar())
    assert between == count


def test_the_next_working_day_is_after_and_on_or_after_may_be_the_day_itself() -> None:
    friday, monday = date(2026, 6, 12), date(2026, 6, 15)
    assert next_working_day(friday, calendar()) == monday
    assert working_day_on_or_after(friday, calendar()) == friday
    assert working_day_on_or_after(date(2026, 6, 13), calendar()) == monday
    with pytest.raises(ValueError, match="at least 1"):
        working_days_after(friday, 0, calendar())
