"""Which days a report is about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.errors import RuleBroken
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.months import months_later
from huiyin.domain.report_periods import check_begins_a_month, cut, whole_period

HALF = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 1), 6, date(2026, 7, 1)),
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_some_months_later_is_the_same_day_or_the_last_of_the_month(
    day: date, months: int, later: date
) -> None:
    assert months_later(day, months) == later


def test_half_a_year_from_january_ends_on_the_30_of_june() -> None:
    assert whole_period(date(2026, 1, 1), 6) == HALF


@given(st.dates(date(2020, 1, 1), date(2050, 12, 31)).map(lambda day: day.replace(day=1)))
def test_one_period_follows_the_other_without_a_gap(begins: date) -> None:
    first = whole_period(begins, 6)
    second = whole_period(months_later(begins, 6), 6)
    assert (second.from_on - first.to_on).days == 1
    assert first.months == second.months == 6


@given(st.dates(date(2020, 1, 1), date(2050, 12, 31)), st.integers(1, 24))
def test_a_period_of_some_months_has_as_many_whatever_day_it_begins(begins: date, months: int) -> None:
    whole = whole_period(begins, months)
    assert whole.months == months
    assert Period(begins, whole.to_on - timedelta(days=1)).months < months


# (service from, service to, from, to): the part of the first half-year
CUT = [
    (date(2024, 1, 1), None, date(2026, 1, 1), date(2026, 6, 30)),
    (date(2024, 1, 1), date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), None, date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 2, 10), date(2026, 2, 10), date(2026, 2, 10), date(2026, 2, 10)),
    (date(2024, 1, 1), date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30)),
]


@pytest.mark.parametrize(("starts", "ends", "from_on", "to_on"), CUT)
def test_each_company_reports_the_days_it_served(
    starts: date, ends: date | None, from_on: date, to_on: date
) -> None:
    assert cut(HALF, starts, ends) == Period(from_on, to_on)


@pytest.mark.parametrize(
    ("starts", "ends"), [(date(2026, 7, 1), None), (date(2024, 1, 1), date(2025, 12, 31))]
)
def test_who_served_on_no_day_of_it_has_nothing_to_report(starts: date, ends: date | None) -> None:
    with pytest.raises(RuleBroken, match="没有服务过"):
        cut(HALF, starts, ends)


def test_the_first_period_begins_with_a_month() -> None:
    check_begins_a_month(date(2026, 1, 1))
    with pytest.raises(RuleBroken, match="1 日开始"):
        check_begins_a_month(date(2026, 1, 2))
