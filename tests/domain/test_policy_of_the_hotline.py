"""The hotline's policy: every category the classifier knows, in the ledger's words, and what becomes a case."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from huiyin.domain.policy_deadlines import DeadlinesPolicy
from huiyin.domain.policy_hotline import HotlinePolicy
from huiyin.domain.policy_reader import PolicyInvalid
from huiyin.domain.policy_schema import read_policy_file
from huiyin.domain.policy_words import CategoriesPolicy
from tests.domain.calendars import POLICIES


def values_of(path: Path) -> object:
    return read_policy_file(path.read_text(encoding="utf-8")).values


POLICY = cast("HotlinePolicy", values_of(POLICIES / "hotline-2026-12-02.toml"))
LIMITS = cast("DeadlinesPolicy", values_of(POLICIES / "deadlines.toml"))
LEDGER = cast("CategoriesPolicy", values_of(POLICIES / "categories.toml"))


def test_every_category_leads_to_that_of_the_ledger_of_the_same_name() -> None:
    assert {each.label: LEDGER.category(each.ledger_category).label for each in POLICY.categories} == {
        each.label: each.label for each in POLICY.categories
    }
    assert len(POLICY.categories) == len(LEDGER.categories) == 24


def test_a_rule_names_categories_that_there_are() -> None:
    (rule,) = POLICY.case_rules
    assert POLICY.labels_of(rule) == ("消防与通道", "电梯")
    (nth,), (again,) = POLICY.nth_rules, POLICY.recurrence_rules
    for repeats in (nth, again):
        assert len(POLICY.labels_of(repeats)) == len(repeats.categories)
    assert (nth.nth, nth.days) == (5, 30)


def test_the_words_of_urgency_of_the_rules_lead_to_time_limits_that_there_are() -> None:
    known = {each.code: each.label for each in LIMITS.urgent}
    assert {each.urgent_class: each.label for each in POLICY.urgent_words}.items() <= known.items()
    assert {word for rule in POLICY.case_rules for word in rule.urgencies} <= {
        each.word for each in POLICY.urgent_words
    }
    assert (POLICY.urgent_class_of(" 特急 "), POLICY.urgent_class_of("一般")) == ("two_hours", "")


def test_heat_is_computed_by_the_weights_of_the_policy() -> None:
    weights = POLICY.heat.weights
    assert (weights.volume, weights.many, weights.half_life_in_days) == (30, 10, 30)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            'code = "many_at_estate"',
            'code = "urgent_safety"',
            r"nth_rules\[0\].code：“urgent_safety”出现了两次",
        ),
        ('word = "紧急"', 'word = "特急"', r"urgent_words\[1\].word：“特急”出现了两次"),
        (
            'code = "after_closing"',
            'code = "comes_again_after_closing"',
            r"recurrence_rules\[0\].code：最长 20 个字符",
        ),
    ],
)
def test_a_new_version_says_nothing_twice_and_no_code_that_a_case_cannot_keep(
    was: str, becomes: str, said: str
) -> None:
    text = (POLICIES / "hotline-2026-12-02.toml").read_text(encoding="utf-8")
    assert text.count(was) == 1
    with pytest.raises(PolicyInvalid, match=said):
        read_policy_file(text.replace(was, becomes))
