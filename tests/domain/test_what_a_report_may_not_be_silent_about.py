"""Which topics a report must answer, and what counts as an answer (domain.md §3, Silence)."""

from __future__ import annotations

import pytest

from huiyin.domain.silence import (
    ANSWERS,
    DUTIES,
    Answer,
    Duty,
    Raised,
    Said,
    SilenceRules,
    answer_of,
    duty_of,
)

RULES = SilenceRules(top=5, households=3)

# (place in the list, households, why it must be answered)
OWED: list[tuple[int, int, Duty | None]] = [
    (1, 0, Duty.TOP),
    (5, 0, Duty.TOP),
    (5, 9, Duty.TOP),
    (6, 0, None),
    (6, 2, None),
    (6, 3, Duty.HOUSEHOLDS),
    (40, 12, Duty.HOUSEHOLDS),
]


@pytest.mark.parametrize(("rank", "households", "duty"), OWED)
def test_the_heaviest_topics_and_those_of_several_homes_must_be_answered(
    rank: int, households: int, duty: Duty | None
) -> None:
    found = duty_of(Raised(rank, households), RULES)
    assert (found.code if found else None) == duty


def test_a_policy_may_ask_for_none_by_weight_and_for_every_one_of_a_home() -> None:
    assert duty_of(Raised(1, 0), SilenceRules(top=0, households=1)) is None
    found = duty_of(Raised(1, 1), SilenceRules(top=0, households=1))
    assert found is not None
    assert found.code is Duty.HOUSEHOLDS


# (what the report says, how far that is an answer, whether it may be handed in with it)
SAYINGS: list[tuple[Said, Answer, bool]] = [
    (Said(in_passage=True), Answer.PASSAGE, True),
    (Said(in_words=True, is_mentioned=True), Answer.WORDS, True),
    (Said(is_pointed_at=True), Answer.POINTED, True),
    (Said(is_mentioned=True), Answer.MENTIONED, False),
    (Said(), Answer.SILENT, False),
    # What was found counts before what the company says of itself.
    (Said(in_passage=True, in_words=True, is_pointed_at=True, is_mentioned=True), Answer.PASSAGE, True),
    (Said(in_words=True, is_pointed_at=True, is_mentioned=True), Answer.WORDS, True),
    (Said(is_pointed_at=True, is_mentioned=True), Answer.POINTED, True),
]


@pytest.mark.parametrize(("said", "answer", "is_answer"), SAYINGS)
def test_an_answer_says_what_was_will_or_cannot_be_done(said: Said, answer: Answer, is_answer: bool) -> None:
    rule = answer_of(said)
    assert (rule.code, rule.is_answer) == (answer, is_answer)


def test_the_tables_name_each_rule_once_and_say_it_in_words() -> None:
    assert [rule.code for rule in DUTIES] == list(Duty)
    assert [rule.code for rule in ANSWERS] == list(Answer)
    for rule in DUTIES:
        assert "%" not in rule.words % {"top": 5, "households": 3}
