"""How often something is usual in a period, at which service level, for how many lifts."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.metric_frequencies import Period, due_count
from huiyin.domain.policy_metrics import Metric, MetricsPolicy
from huiyin.domain.policy_reader import PolicyInvalid
from huiyin.domain.policy_reports import Holds, ReportsPolicy
from huiyin.domain.policy_schema import read_policy_file
from tests.domain.calendars import POLICIES

HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
QUARTER = Period(date(2026, 4, 1), date(2026, 6, 30))


def text_of(name: str) -> str:
    return (POLICIES / f"{name}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def catalogue() -> MetricsPolicy:
    return cast("MetricsPolicy", read_policy_file(text_of("metrics")).values)


def rules() -> ReportsPolicy:
    return cast("ReportsPolicy", read_policy_file(text_of("reports-2026-12-02")).values)


# (metric, level, period, how many units, usual)
USUAL = [
    ("E01", 3, HALF, 6, 72),  # 181 days ÷ 15 = 12 for each of six lifts
    ("E01", 3, QUARTER, 6, 36),
    ("E01", 3, HALF, None, None),  # nobody has counted the lifts
    ("E01", 3, HALF, 0, 0),
    ("E06", 3, HALF, None, 1),
    ("E06", 3, QUARTER, None, None),  # a half-yearly thing is not due in a quarter
    ("E08", 5, HALF, None, 6),
    ("E08", 1, HALF, None, 2),
    ("E10", 3, HALF, None, None),
    ("C03", 4, HALF, None, 181),
    ("C03", 3, HALF, None, 50),  # 25 whole weeks, twice each
    ("C04", 5, HALF, None, 362),
    ("O02", 3, HALF, None, 181 * 12),
    ("F04", 3, HALF, 40, 240),
    ("W01", None, HALF, None, 181),  # a contract without a level is read as the lowest
    ("E04", 5, HALF, None, None),
    ("M01", 5, HALF, None, None),
]


@pytest.mark.parametrize(("code", "level", "period", "units", "usual"), USUAL)
def test_the_usual_count(
    code: str, level: int | None, period: Period, units: int | None, usual: int | None
) -> None:
    assert due_count(catalogue().metric(code), level, period, units) == usual


@pytest.mark.parametrize(
    ("from_on", "to_on", "months"),
    [
        (date(2026, 1, 1), date(2026, 6, 30), 6),
        (date(2026, 1, 1), date(2026, 6, 29), 5),
        (date(2026, 1, 15), date(2026, 2, 14), 1),
        (date(2026, 1, 15), date(2026, 2, 13), 0),
        (date(2025, 12, 1), date(2026, 2, 28), 3),
    ],
)
def test_only_whole_months_count(from_on: date, to_on: date, months: int) -> None:
    assert Period(from_on, to_on).months == months


@given(st.sampled_from(catalogue().metrics), st.sampled_from([1, 2, 3, 4, 5, None]), st.integers(1, 400))
def test_a_longer_period_never_owes_less(metric: Metric, level: int | None, days: int) -> None:
    start = date(2026, 1, 1)
    shorter, longer = (Period(start, start + timedelta(days=length)) for length in (days - 1, days))
    one, other = (due_count(metric, level, period, 3) for period in (shorter, longer))
    assert (one is None and other is None) or (one or 0) <= (other or 0)


def test_the_catalogue_holds_75_metrics_each_in_a_section_of_the_report() -> None:
    metrics = catalogue().metrics
    assert len(metrics) == 75
    assert {each.section for each in metrics} <= {each.code for each in rules().sections}


def test_no_metric_claims_to_be_a_legal_duty() -> None:
    for metric in catalogue().metrics:
        assert not any(word in metric.note for word in ("必须", "应当", "法定", "强制")), metric.code
        assert metric.note.endswith("。")


def test_what_is_required_is_in_the_catalogue_and_grows_with_the_level() -> None:
    catalogued = {each.code for each in catalogue().metrics}
    before: set[str] = set()
    for level in (1, 2, 3, 4, 5):
        required = set(rules().required_metrics(level))
        assert before <= required <= catalogued
        before = required
    assert rules().required_metrics(None) == rules().required_metrics(1)


def test_a_report_has_six_sections_in_the_order_of_the_mechanism() -> None:
    assert [each.label for each in rules().sections] == [
        "服务履约",
        "收支账本",
        "诉求办理",
        "垃圾分类",
        "问题困难",
        "下步计划与承诺",
    ]
    assert rules().section_holding(Holds.COMMITMENTS).code == "plans"
    assert rules().period_months == 6


def test_a_level_cannot_have_two_frequencies_and_every_source_weighs_something() -> None:
    twice = text_of("metrics").replace('unit = "months", levels = [4, 5] }', 'unit = "months" }', 1)
    with pytest.raises(PolicyInvalid, match="只能有一个频次"):
        read_policy_file(twice)
    no_phone = text_of("reports").replace('source = "phone"', 'source = "qr"', 1)
    with pytest.raises(PolicyInvalid, match="出现了两次"):
        read_policy_file(no_phone)
