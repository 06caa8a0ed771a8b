"""Which periods hold complaints, which are whole, and which may be set against the one before."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.domain.complaint_measures import MEASURES, per_thousand_households
from huiyin.domain.complaint_periods import Earlier, StoredMonths, read_period

TODAY = date(2026, 11, 28)


def stored(*months: tuple[str, int, int] | str) -> StoredMonths:
    """ "2026-05", or with the first and the last day that hold complaints."""
    rows: list[tuple[date, date | None, date | None]] = []
    for told in months:
        month, first, last = (told, 0, 0) if isinstance(told, str) else told
        day = date.fromisoformat(f"{month}-01")
        rows.append((day, day.replace(day=first), day.replace(day=last)) if first else (day, None, None))
    return StoredMonths.of(rows)


@pytest.mark.parametrize(
    ("period", "months", "is_whole"),
    [
        ("2026-10", ["2026-10"], True),
        ("2026-10", [("2026-10", 1, 31)], True),
        ("2026-10", [("2026-10", 4, 28)], True),
        ("2026-10", [("2026-10", 5, 31)], False),
        ("2026-10", [("2026-10", 1, 27)], False),
        ("2026-10", ["2026-09"], False),
        ("2026-11", ["2026-11"], False),
        ("2026-Q3", ["2026-07", "2026-08", "2026-09"], True),
        ("2026-Q3", ["2026-07", "2026-09"], False),
        ("2026-Q3", ["2026-07", ("2026-08", 9, 31), "2026-09"], False),
        ("2025", [f"2025-{month:02d}" for month in range(1, 13)], True),
        ("2025", [f"2025-{month:02d}" for month in range(2, 13)], False),
        ("2026", [f"2026-{month:02d}" for month in range(1, 13)], False),
    ],
)
def test_a_period_is_whole_if_it_is_over_and_nothing_of_it_is_missing(
    period: str, months: list[tuple[str, int, int] | str], is_whole: bool
) -> None:
    assert stored(*months).is_whole(read_period(period), TODAY) is is_whole


@pytest.mark.parametrize(
    ("months", "earlier"),
    [
        (["2026-10"], Earlier.NOTHING),
        (["2026-09", "2026-10"], Earlier.WHOLE),
        ([("2026-09", 10, 30), "2026-10"], Earlier.INCOMPLETE),
    ],
)
def test_a_period_is_set_against_a_whole_one_only(
    months: list[tuple[str, int, int] | str], earlier: Earlier
) -> None:
    assert stored(*months).earlier(read_period("2026-10"), TODAY) is earlier


def test_periods_that_hold_complaints_come_newest_first_and_no_others() -> None:
    found = stored("2024-05", "2026-01", "2026-10")
    assert [[str(each) for each in found.periods(length)] for length in (1, 3, 12)] == [
        ["2026-10", "2026-01", "2024-05"],
        ["2026-Q4", "2026-Q1", "2024-Q2"],
        ["2026", "2024"],
    ]
    assert found.held(read_period("2026")) == [date(2026, 1, 1), date(2026, 10, 1)]


def test_the_newest_month_is_one_that_has_begun() -> None:
    assert str(stored("2026-09", "2026-11", "2036-11").newest(TODAY)) == "2026-11"
    assert str(stored("2036-11").newest(TODAY)) == "2036-11"
    assert stored().newest(TODAY) is None


def test_a_count_per_thousand_households_is_a_measure_of_its_own() -> None:
    measure = per_thousand_households(MEASURES["complaints"])
    assert (measure.code, measure.name) == ("complaints_per_thousand_households", "诉求量（每千户）")
    assert measure.formula.startswith("期内受理的诉求件数，× 1,000 ÷ 户数；户数是有诉求的各月户数的平均")
    assert measure.version == MEASURES["complaints"].version + 1
