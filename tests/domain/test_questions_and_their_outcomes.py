"""A question has exactly one outcome: asked = cases + merged + rejected (domain.md §4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.errors import RuleBroken
from huiyin.domain.question_balance import Standing, balance
from huiyin.domain.question_workflow import (
    EDGES,
    IN_PUBLIC,
    LABELS,
    PENDING,
    QuestionStatus,
    allows,
    outcome_of,
    target_of,
)

statuses = st.sampled_from(list(QuestionStatus))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("shown", "case"),
        ("held", "case"),
        ("answered", "case"),
        ("deferred", "case"),
        ("hidden", "case"),
        ("merged", "merged"),
        ("rejected", "rejected"),
    ],
)
def test_only_what_a_person_merged_or_rejected_is_no_case_of_its_own(status: str, outcome: str) -> None:
    assert outcome_of(status) == outcome


def test_every_status_is_left_again_before_the_closing() -> None:
    assert {source for edge in EDGES for source in edge.sources} == set(QuestionStatus)
    assert set(LABELS) == set(QuestionStatus)


def test_what_nobody_has_read_is_not_in_public() -> None:
    assert {QuestionStatus.HELD, QuestionStatus.HIDDEN}.isdisjoint(IN_PUBLIC)


def test_a_refusal_says_where_the_question_stands() -> None:
    with pytest.raises(RuleBroken, match="这个问题现在是“已合并”"):
        target_of("answer", "merged")
    assert not allows("answer", "merged")
    assert allows("answer", "deferred")


def test_a_meeting_in_figures() -> None:
    standing = [
        Standing(each)
        for each in ["answered", "answered", "deferred", "hidden", "shown", "held", "merged", "rejected"]
    ]
    counted = balance(8, standing)
    assert (counted.cases, counted.answered, counted.hidden) == (4, 2, 1)
    assert (counted.merged, counted.rejected, counted.pending) == (1, 1, 2)
    assert counted.adds_up
    assert not counted.is_even


def test_what_the_company_asks_stands_beside_the_balance() -> None:
    counted = balance(
        3, [Standing("answered", "case"), Standing("shown", "", "to_residents"), Standing("shown")]
    )
    assert (counted.asked, counted.cases, counted.pending, counted.to_residents) == (2, 1, 1, 1)
    assert counted.adds_up


def test_minutes_of_before_that_keep_their_figures() -> None:
    counted = balance(2, [Standing("answered", "case"), Standing("answered", "case", "to_residents")])
    assert (counted.asked, counted.cases, counted.to_residents) == (2, 2, 0)
    assert counted.is_even


@given(st.lists(statuses, max_size=40))
def test_the_balance_is_even_once_every_question_has_its_outcome(all_of_them: list[QuestionStatus]) -> None:
    counted = balance(len(all_of_them), (Standing(each, outcome_of(each)) for each in all_of_them))
    assert counted.is_even
    assert counted.asked == counted.cases + counted.merged + counted.rejected


@given(st.lists(statuses, max_size=40))
def test_until_then_what_waits_is_counted_apart(all_of_them: list[QuestionStatus]) -> None:
    counted = balance(len(all_of_them), (Standing(each) for each in all_of_them))
    assert counted.adds_up
    assert counted.pending == sum(each in PENDING for each in all_of_them)


@given(st.lists(statuses, min_size=1, max_size=40))
def test_a_question_that_vanished_is_seen(all_of_them: list[QuestionStatus]) -> None:
    counted = balance(len(all_of_them), (Standing(each, outcome_of(each)) for each in all_of_them[1:]))
    assert not counted.is_even
