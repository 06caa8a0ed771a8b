"""What a changed policy of the report check would judge otherwise, statement by statement."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import CheckPolicy, Severity, check
from huiyin.language.trying import Tried, compare

SHIPPED = CheckPolicy()
VAGUE = "公司对消防安全工作高度重视。"
PLAIN = "3 月 5 日，公司对 12 栋楼的消防栓逐个试水，2 个不出水，当天更换。"
TEXT = f"{VAGUE}{PLAIN}"


def tried_with(text: str, before: CheckPolicy, after: CheckPolicy) -> Tried:
    return compare(text, check(text, policy=before), check(text, policy=after))


def test_the_same_policy_changes_nothing() -> None:
    tried = tried_with(TEXT, SHIPPED, CheckPolicy())
    assert tried.changes == ()
    assert tried.before == tried.after
    assert tried.statements == 2


def test_a_sentence_that_is_no_longer_stopped_is_told_with_both_bands() -> None:
    (change,) = tried_with(TEXT, SHIPPED, CheckPolicy(block=1.0)).changes
    assert TEXT[change.start : change.end] == VAGUE
    assert change.before is not None
    assert change.after is not None
    assert (change.before.severity, change.after.severity) == (Severity.ERROR, Severity.WARNING)
    assert not change.is_harder


def test_what_is_accepted_under_the_change_has_no_finding_there() -> None:
    (change,) = tried_with(TEXT, SHIPPED, CheckPolicy(ask=1.0, block=1.0)).changes
    assert change.after is None
    (back,) = tried_with(TEXT, CheckPolicy(ask=1.0, block=1.0), SHIPPED).changes
    assert back.before is None
    assert back.is_harder


def test_statements_are_counted_by_their_strongest_finding() -> None:
    tried = tried_with(TEXT, SHIPPED, CheckPolicy(block=1.0))
    assert (tried.before[Severity.ERROR], tried.before[None]) == (1, 1)
    assert (tried.after[Severity.ERROR], tried.after[Severity.WARNING]) == (0, 1)


@settings(max_examples=40)
@given(st.text(alphabet="高度重视，。\n及时处理 3次12|#“”a", max_size=80))
def test_any_text_is_tried_and_the_counts_add_up(text: str) -> None:
    tried = tried_with(text, SHIPPED, CheckPolicy(ask=0.2, block=0.9))
    for counts in (tried.before, tried.after):
        assert sum(counts.values()) == tried.statements
        assert all(count >= 0 for count in counts.values())
    assert all(0 <= change.start < change.end <= len(text) for change in tried.changes)
