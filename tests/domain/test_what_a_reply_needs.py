"""What a reply needs before it is sent: each rule of the table, and the sentence that says what to write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiyin.domain.errors import RuleBroken
from huiyin.domain.reply_rules import PATTERN, RULES, ReplyFacts, check_may_be_sent

FULL = ReplyFacts(
    length=40, says_nothing="", has_photos=True, is_spoken=False, has_reason_for_no_photos=False
)


def test_a_reply_that_says_something_and_shows_it_may_be_sent() -> None:
    check_may_be_sent(FULL)
    assert all(rule.is_met(FULL) for rule in RULES)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"length": 9}, "reply.short", "text"),
        ({"says_nothing": "只说了收到。"}, "reply.empty", "text"),
        ({"says_nothing": "只说了收到。", "is_spoken": True}, "reply.empty", "text"),
        ({"has_photos": False}, "reply.no_evidence", "no_evidence_reason"),
    ],
)
def test_what_is_refused_is_told_beside_its_field(changes: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_may_be_sent(replace(FULL, **changes))  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == (code, field)
    assert str(refused.value).endswith(("。", "”"))


@pytest.mark.parametrize("instead", [{"is_spoken": True}, {"has_reason_for_no_photos": True}])
def test_a_spoken_answer_or_a_reason_stands_in_for_photos(instead: dict[str, bool]) -> None:
    check_may_be_sent(replace(FULL, has_photos=False, **instead))
    assert not RULES[-1].is_met(replace(FULL, has_photos=False))


def test_an_empty_reply_is_refused_with_what_to_write_and_a_pattern() -> None:
    with pytest.raises(RuleBroken) as refused:
        check_may_be_sent(replace(FULL, says_nothing="只说了收到：请写明查到了什么。"))
    assert "只说了收到：请写明查到了什么。" in str(refused.value)
    assert str(refused.value).endswith(PATTERN)
