"""A number in a report is tied to what it counts, its unit and its period; what claims nothing is left alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import find_claims
from huiyin.language.claim_periods import Period
from tests.costs import assert_grows_with_length
from tests.language import told_claims as told


def found(text):
    return find_claims(text, told.metrics(), report=told.REPORT)


def f1_of(sentences):
    right = named = 0
    for sentence in sentences:
        said = Counter(map(told.as_told, found(sentence.text)))
        right += sum((said & Counter(sentence.claims)).values())
        named += sum(said.values()) + len(sentence.claims)
    return 2 * right / named


@pytest.mark.parametrize("name", ["claims", "claims_fresh", "claims_last", "claims_sealed"])
def test_metric_value_unit_and_period_are_right_in_nine_of_ten(name):
    assert f1_of(told.sentences(name)) >= 0.9


def test_the_set_asked_for_is_large_enough():
    assert len(told.sentences()) >= 150


def test_the_sentence_of_the_design_is_a_claim_of_e01():
    (claim,) = found("全年电梯维保 96 次，每部每 15 天一次")
    assert (claim.metric, claim.value, claim.unit, claim.period) == ("E01", 96, "次", told.REPORT)
    assert "全年电梯维保 96 次，每部每 15 天一次"[claim.start : claim.end] == "96 次"
    assert claim.written_period == "全年"


def test_a_share_says_what_it_is_of():
    (claim,) = found("物业费收缴率 92.3%（应收 1,200 户，实收 1,108 户）。")
    assert (claim.numerator, claim.denominator, claim.denominator_label) == (1108, 1200, "户")


def test_a_count_says_for_how_many_lifts():
    (claim,) = found("8 部电梯全年维保 192 次。")
    assert (claim.denominator, claim.denominator_label) == (8, "部电梯")


def test_a_number_that_is_about_is_less_sure():
    sure, about = found("清理楼道堆物 86 处。")[0], found("清理楼道堆物约 86 处。")[0]
    assert about.is_about
    assert about.confidence < sure.confidence


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("小区 6 部电梯应保养 168 次，做了 165 次。", ["165 次"]),
        ("化粪池检查 6 次，应为 6 次，清掏 2 次。", ["6 次", "2 次"]),
        ("配电室应巡视 183 次，实际 180 次。", ["180 次"]),
        ("应急演练之外，消防演练 2 次。", ["2 次"]),
        ("泵房巡视 180 次，夏天跳泵 2 次。", ["180 次"]),
        ("清出楼道堆物 53 处，涉及 28 个楼层。", ["53 处"]),
        ("公共收益进账 8.1 万元，花了 5.3 万元。", ["8.1 万元"]),
        ("> 电梯维保 3 次。\n电梯维保 12 次。", ["12 次"]),
    ],
)
def test_what_is_owed_spent_or_counted_of_something_else_claims_nothing(text, claimed):
    assert [text[claim.start : claim.end] for claim in found(text)] == claimed


def test_hours_of_people_are_a_unit_of_their_own():
    (claim,) = found("桶站值守 3433 人时。")
    assert (claim.metric, claim.value, claim.unit) == ("W05", 3433, "人时")


@pytest.mark.parametrize("about", ["16 分钟左右", "16 分钟上下", "约 16 分钟"])
def test_a_number_is_about_so_many_whether_it_is_said_before_or_behind(about):
    (claim,) = found(f"电梯困人，到场{about}。")
    assert (claim.value, claim.is_about) == (16, True)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("全年电梯维保 96 次。", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        ("今年防火检查 8 次。", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        ("今年以来防火检查 8 次。", dt.date(2026, 1, 1), dt.date(2026, 9, 30)),
        ("今年 5 月防火检查 1 次。", dt.date(2026, 5, 1), dt.date(2026, 5, 31)),
        ("2025 年全年防火检查 12 次。", dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
        ("本期防火检查 8 次。", dt.date(2026, 4, 1), dt.date(2026, 9, 30)),
        ("防火检查 8 次。", dt.date(2026, 4, 1), dt.date(2026, 9, 30)),
    ],
)
def test_the_year_is_more_than_the_half_year_of_a_report(text, first, last):
    half = Period(dt.date(2026, 4, 1), dt.date(2026, 9, 30))
    (claim,) = find_claims(text, told.metrics(), report=half)
    assert claim.period == Period(first, last)


def test_a_report_of_a_year_tells_of_its_own_year():
    turned = Period(dt.date(2025, 10, 1), dt.date(2026, 9, 30))
    (claim,) = find_claims("全年防火检查 12 次。", told.metrics(), report=turned)
    assert claim.period == turned


def test_a_metric_that_has_no_words_yet_is_found_by_its_name():
    metric = told.Metric("Z01", "喷泉水池换水", ("次",))
    (claim,) = find_claims("本期喷泉水池换水 8 次。", [metric], report=told.REPORT)
    assert (claim.metric, claim.value) == ("Z01", Decimal(8))


def test_in_a_report_over_the_turn_of_the_year_a_month_is_of_the_right_year():
    winter = Period(dt.date(2026, 10, 1), dt.date(2027, 3, 31))
    (claim,) = find_claims("2 月清掏化粪池 3 次。", told.metrics(), report=winter)
    assert claim.period == Period(dt.date(2027, 2, 1), dt.date(2027, 2, 28))


def test_full_width_figures_keep_their_place():
    text = "★全年电梯维保９６次。"
    (claim,) = found(text)
    assert (claim.value, text[claim.start : claim.end]) == (96, "９６次")


PIECES = st.sampled_from(
    [
        "电梯维保",
        "96次",
        "全年",
        "，",
        "。",
        "\n",
        "每部",
        "1,200",
        "户",
        "90%",
        "计划",
        "《",
        "》",
        "“",
        "”",
        "2026年",
        "3月",
        "至",
        "去年",
        "水箱清洗",
        "两",
        "万",
        "元",
        "|",
        "第一季度",
        "吨",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_claims_that_lie_inside_it(text):
    for claim in found(text):
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.period.first <= claim.period.last
        assert 0 < claim.confidence <= 1


@pytest.mark.parametrize("piece", ["电梯维保 96 次，", "去年 5 次", "应收 1 户实收 1 户", "《“", "共3次。"])
def test_one_endless_line_costs_no_more_than_its_length(piece):
    assert_grows_with_length(
        lambda length: found("去年增加到" + piece * (length // len(piece))), 1_500, 12_000
    )
