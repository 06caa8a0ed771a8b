"""A sentence to fill in keeps the matter of the one it stands for, or none is offered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language.rewording import BLANK, pattern_for
from huiyin.language.rules import Rule, shipped_rules


@pytest.mark.parametrize(
    ("clause", "figure", "pattern"),
    [
        ("水箱清洗 2", "2", "水箱清洗 2 ＿"),
        ("收缴率 95，比去年高", "95", "收缴率 95 ＿，比去年高"),
        ("保养【数据1】，补种 300", "300", "保养【数据1】，补种 300 ＿"),
    ],
)
def test_a_figure_without_a_unit_keeps_its_sentence(clause: str, figure: str, pattern: str) -> None:
    assert pattern_for("R-NUM-01", clause, figure) == pattern


@pytest.mark.parametrize(
    ("clause", "pattern"),
    [
        ("尽快解决漏水问题", "＿ 月 ＿ 日前解决漏水问题，由 ＿ 负责"),
        ("我们将尽快更换老旧水泵", "我们将在 ＿ 月 ＿ 日前更换老旧水泵，由 ＿ 负责"),
        ("工程部将于近期检修门禁", "工程部将在 ＿ 月 ＿ 日前检修门禁"),
        ("我们会尽快", ""),
    ],
)
def test_a_plan_without_a_day_gets_one_and_keeps_its_words(clause: str, pattern: str) -> None:
    assert pattern_for("R-PLAN-01", clause, clause) == pattern


@pytest.mark.parametrize(
    ("rule", "clause"),
    [
        ("R-EXAG-90", "受到居民好评"),
        ("R-VAGUE-05", "电梯运行平稳"),
        ("R-VAGUE-06", "公共收益按规定使用"),
        ("R-VAGUE-90", "大家有目共睹"),
        ("R-NUM-02", "共办结报修 129 件"),
        ("R-NOPE-99", "对小区水箱进行了清洗"),
    ],
)
def test_nothing_is_offered_that_speaks_of_something_else(rule: str, clause: str) -> None:
    assert pattern_for(rule, clause, clause) == ""


def test_an_example_of_the_same_matter_is_offered_with_a_blank_for_every_figure() -> None:
    pattern = pattern_for("R-VAGUE-09", "对小区水箱进行了清洗", "清洗")
    assert "水箱" in pattern
    assert BLANK in pattern
    assert not any(char.isdecimal() for char in pattern)


def test_whoever_is_praised_may_be_asked() -> None:
    assert pattern_for("R-EXAG-04", "受到居民一致好评", "一致好评").startswith("＿ 月发出问卷")


@pytest.mark.parametrize(
    "rule", [rule for rule in shipped_rules() if rule.id not in ("R-NUM-01", "R-PLAN-01")]
)
def test_no_example_names_a_period_that_may_be_another_than_the_reports(rule: Rule) -> None:
    assert "半年" not in pattern_for(rule.id, rule.good, "")


@given(st.sampled_from([rule.id for rule in shipped_rules()]), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_clause_gets_a_pattern_with_a_blank_or_none(rule: str, clause: str) -> None:
    pattern = pattern_for(rule, clause, clause[:2])
    assert pattern == "" or BLANK in pattern
