"""What a maintenance record must say: something that is counted, so much of it, on days the company served."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from huiyin.domain.errors import RuleBroken
from huiyin.domain.maintenance_records import (
    Terms,
    checked_count,
    checked_days,
    checked_unit,
    overlaps,
    recordable,
    recordable_units,
)
from huiyin.domain.metric_frequencies import Period
from tests.domain.test_metric_frequencies import catalogue

TERMS = Terms(date(2026, 1, 1), date(2026, 9, 30), date(2026, 6, 30), 31)


def test_shares_money_and_what_the_system_counts_itself_are_not_recorded() -> None:
    codes = {each.code for each in recordable(catalogue(), {"S08"})}
    assert {"E01", "W02", "F06", "S01", "O03"} <= codes
    assert not codes & {"E19", "S02", "M01", "M02", "M03", "S08"}
    assert recordable_units(catalogue().metric("S06")) == ("件",)
    assert recordable_units(catalogue().metric("F06")) == ("次", "人")


def test_a_unit_is_one_of_the_metrics_and_the_first_by_itself() -> None:
    assert checked_unit(catalogue().metric("F06"), "") == "次"
    assert checked_unit(catalogue().metric("F06"), " 人 ") == "人"
    with pytest.raises(RuleBroken, match="的单位是次、人"):
        checked_unit(catalogue().metric("F06"), "户")
    with pytest.raises(RuleBroken, match="不用逐条记录"):
        checked_unit(catalogue().metric("M01"), "%")


@pytest.mark.parametrize(
    ("count", "unit", "says"),
    [
        (None, "次", "请写数量"),
        (Decimal(-1), "次", "请写数量"),
        (Decimal("NaN"), "次", "请写数量"),
        (Decimal("1.5"), "次", "是整数"),
        (Decimal("1.555"), "kg", "最多写两位小数"),
        (Decimal(10) ** 9, "kg", "太大"),
    ],
)
def test_a_count_is_a_number_that_can_be(count: Decimal | None, unit: str, says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        checked_count(count, unit)


def test_what_is_measured_has_decimals_and_nothing_done_is_nought() -> None:
    assert checked_count(Decimal("12.5"), "kg") == Decimal("12.50")
    assert checked_count(Decimal(0), "次") == 0


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (None, None, "请写日期"),
        (date(2026, 3, 5), date(2026, 3, 4), "不能早于"),
        (date(2026, 7, 1), None, "日期在将来"),
        (date(2025, 12, 31), None, "还没有开始"),
        (date(2026, 3, 1), date(2026, 4, 1), "最多概括 31 天"),
    ],
)
def test_days_lie_in_the_contract_and_are_few(first: date | None, last: date | None, says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        checked_days(first, last, TERMS)


def test_one_day_or_a_month_is_a_record_and_after_the_contract_nothing_is() -> None:
    assert checked_days(date(2026, 3, 5), None, TERMS).days == 1
    assert checked_days(date(2026, 3, 1), date(2026, 3, 31), TERMS).days == 31
    ended = Terms(date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 30), 31)
    with pytest.raises(RuleBroken, match="已经结束"):
        checked_days(date(2026, 4, 1), None, ended)


def test_days_meet_where_they_share_one() -> None:
    march, its_last = Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 3, 31), date(2026, 4, 2))
    assert overlaps(march, its_last)
    assert overlaps(its_last, march)
    assert not overlaps(march, Period(date(2026, 4, 1), date(2026, 4, 1)))
