"""The attacker owns the site, the database and every download; a citizen owns the checker, a clock, perhaps a code.

Each test is one forgery that fits in itself. It is found (exit code 1), cannot pass for unchanged (exit code 2), or is
named in docs/explanation/verify.md as what nobody can find.
"""

from __future__ import annotations

import copy
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain import chain
from huiyin.domain.case_workflow import LABELS
from tests.domain.citizen import (
    BEGAN,
    CHECKER,
    SITE,
    SOON_AFTER,
    Files,
    a_site,
    an_event,
    check,
    is_found,
    moment_of,
    rechained,
)

STREAM = "case/26-0001-738"
ANCHORED = SITE.seen[-1][STREAM]
NEWEST = SITE.anchors[-1]
KEPT = (f"{NEWEST['day']}={NEWEST['code']}",)
YOUNG = "case/26-0009-738"


def forged_history(**changes: Any) -> Files:
    """The whole case told anew, as if it had begun after the newest anchor."""
    after = moment_of(NEWEST["made_at"]) + timedelta(minutes=5)
    events = copy.deepcopy(SITE.events[STREAM])
    for event in events:
        event |= {"recorded_at": f"{after.isoformat()}.000000Z", "public": {"due_on": "2030-01-01"}}
    return {**SITE.history(STREAM), "events": rechained(events), "open_texts": {}} | changes


def with_made_at(at: int, made_at: str) -> list[Files]:
    """The anchors with one time changed and everything after it hashed anew."""
    anchors = copy.deepcopy(SITE.anchors)
    anchors[at]["made_at"] = made_at
    for place in range(at, len(anchors)):
        document = {name: anchors[place][name] for name in chain.ANCHOR_FIELDS}
        document["previous_hash"] = anchors[place - 1]["hash"] if place else chain.GENESIS
        hash_ = chain.anchor_hash(document)
        anchors[place] = {**document, "hash": hash_, "code": chain.short_code(hash_)}
    return anchors


def a_young_site() -> Any:
    """A case that was registered after the newest anchor."""
    site = a_site()
    site.add(YOUNG, 2, 3)
    return site


# --- a case that is told anew ---------------------------------------------------------------------------------


def test_a_case_told_anew_without_a_proof_cannot_pass() -> None:
    assert "?" in check(forged_history(proof=None), SITE.anchor_list(), kept=KEPT)[:1]
    assert is_found(check(forged_history(proof=None), SITE.anchor_list(), SITE.heads(), kept=KEPT))


def test_a_case_told_anew_with_its_old_proof_is_found() -> None:
    assert "被整串改写" in check(forged_history(), SITE.anchor_list(), kept=KEPT)


@given(st.integers(-1, len(SITE.seen[-1])), st.integers(-1, len(SITE.seen[-1])))
def test_no_two_leaves_prove_that_an_anchored_case_is_young(one: int, other: int) -> None:
    """Every pair of true leaves, at their true places: none leaves room for a name that is among them."""
    size = len(SITE.seen[-1])
    before = SITE.way(one) if 0 <= one < size else None
    after = SITE.way(other) if 0 <= other < size else None
    proof = {"anchor": NEWEST["number"], "before": before, "after": after}
    assert "证明不成立" in check(forged_history(proof=proof), SITE.anchor_list(), kept=KEPT)


@pytest.mark.parametrize("lie", ["index", "name", "hash", "number", "path"])
def test_a_neighbour_that_is_not_in_the_anchor_proves_nothing(lie: str) -> None:
    at = sorted(SITE.seen[-1]).index(STREAM)
    before, after = SITE.way(at - 1), SITE.way(at + 1)
    before |= {
        "index": {"index": at},
        "name": {"name": "case/26-0000-999"},
        "hash": {"hash": "0" * 64},
        "number": {"number": 1 + before["number"]},
        "path": {"path": before["path"][:-1]},
    }[lie]
    proof = {"anchor": NEWEST["number"], "before": before, "after": after}
    assert "证明不成立" in check(forged_history(proof=proof), SITE.anchor_list())


def test_a_case_that_is_young_passes_with_its_two_neighbours() -> None:
    site = a_young_site()
    assert site.proof(YOUNG)["after"] is None
    assert check(site.history(YOUNG), site.anchor_list()) == ""
    assert check(site.history(YOUNG), site.anchor_list(), site.heads()) == ""


def test_a_young_case_dated_before_the_anchor_is_found() -> None:
    site = a_young_site()
    history = site.history(YOUNG)
    history["events"][0]["recorded_at"] = f"{BEGAN.replace(tzinfo=None).isoformat()}.000000Z"
    history |= {"events": rechained(history["events"]), "open_texts": {}}
    assert "后来补进去" in check(history, site.anchor_list())


@pytest.mark.parametrize(
    "lookalike", [f"{STREAM}\u200b", f"{STREAM} ", STREAM.replace("a", "а"), f"{STREAM}\n"]
)
def test_a_name_that_only_looks_like_the_cases_is_found(lookalike: str) -> None:
    """Under such a name the case would be young, with a true proof of it."""
    events = rechained([{**event, "stream": lookalike} for event in forged_history()["events"]])
    forged = {**forged_history(), "stream": lookalike, "events": events, "proof": SITE.proof(lookalike)}
    assert "看起来像另一串的名字" in check(forged, SITE.anchor_list())


# --- anchors ----------------------------------------------------------------------------------------------------


def test_an_anchor_dated_before_its_day_is_found() -> None:
    """Else an event could be added later with a date before the anchor that lacks it."""
    anchors = with_made_at(-1 % len(SITE.anchors), "2020-01-01T00:00:00.000000Z")
    assert "那时还没到这一天" in check({**SITE.anchor_list(), "anchors": anchors})


def test_an_anchor_dated_before_the_one_before_it_is_found() -> None:
    """A day that was missed is made up late: the next cannot have been made before."""
    late = (BEGAN + timedelta(days=9)).replace(tzinfo=None).isoformat()
    anchors = with_made_at(1, f"{late}.000000Z")
    assert "早于前一次存档" in check({**SITE.anchor_list(), "anchors": anchors})


def test_missed_days_made_up_at_one_moment_are_no_break() -> None:
    anchors = with_made_at(1, SITE.anchors[2]["made_at"])
    assert check({**SITE.anchor_list(), "anchors": anchors}) == ""


def test_old_anchors_with_their_old_history_cannot_pass_for_today() -> None:
    """The tail and every newer anchor cut off: all that is left fits."""
    old = SITE.as_of(2)
    then = moment_of(old.anchors[-1]["made_at"])
    assert check(old.history(STREAM), old.anchor_list(), now=then + timedelta(days=2)) == ""
    late = check(old.history(STREAM), old.anchor_list(), now=then + timedelta(days=2, seconds=1))
    assert late.startswith("?")
    assert "已经超过两天" in late


def test_anchors_of_the_future_cannot_pass() -> None:
    assert "比您电脑的时间晚" in check(SITE.anchor_list(), now=SOON_AFTER - timedelta(days=3))


def test_no_anchors_at_all_cannot_pass() -> None:
    for proof in (None, SITE.proof(STREAM)):
        message = check({**SITE.history(STREAM), "proof": proof}, {**SITE.anchor_list(), "anchors": []})
        assert "?还没有任何存档" in message


def test_what_is_broken_is_said_even_where_something_else_cannot_be_checked() -> None:
    spoiled = SITE.history("case/26-0002-738")
    spoiled["events"][0]["actor"] = "别人"
    message = check(
        SITE.as_of(2).history(STREAM), spoiled, SITE.anchor_list(), now=SOON_AFTER.replace(year=2030)
    )
    assert "case/26-0002-738 第 1 条" in message
    assert is_found(message)


# --- files that are innocent -----------------------------------------------------------------------------------


def test_files_of_two_days_are_no_break() -> None:
    yesterday = SITE.as_of(2)
    then = moment_of(yesterday.anchors[-1]["made_at"])
    for files in (
        (yesterday.history(STREAM), SITE.anchor_list()),
        (SITE.history(STREAM), yesterday.anchor_list()),
        ({**yesterday.history(STREAM), "proof": None}, SITE.anchor_list()),
    ):
        assert check(*files, now=then + timedelta(days=1)).startswith("?")
    newer = check(yesterday.anchor_list(), SITE.heads(), now=then + timedelta(days=1))
    assert newer.startswith("?anchors.json 里还没有")
    assert "比您留存的" in check(yesterday.anchor_list(), kept=KEPT, now=then + timedelta(days=1))


def test_files_kept_for_years_are_checked_as_of_the_day_they_were_downloaded() -> None:
    assert check(SITE.history(STREAM), SITE.anchor_list(), now=CHECKER.end_of_day("2026-06-04")) == ""
    assert check(SITE.history(STREAM), SITE.anchor_list(), now=SOON_AFTER.replace(year=2030)).startswith("?")


# --- what nobody can find: docs/explanation/verify.md says so ---------------------------------------------------


def test_an_event_added_within_the_hour_of_grace_is_not_found() -> None:
    history = SITE.history(STREAM)
    history["events"] = history["events"][:ANCHORED]
    made_at = moment_of(NEWEST["made_at"]).replace(tzinfo=UTC)
    last = history["events"][-1]["hash"]
    history["events"].append(an_event(STREAM, ANCHORED + 1, last, made_at - timedelta(minutes=59)))
    assert check(history, SITE.anchor_list()) == ""
    history["events"][-1] = an_event(STREAM, ANCHORED + 1, last, made_at - timedelta(minutes=61))
    assert "后来补进去" in check(history, SITE.anchor_list())


def test_what_came_after_the_newest_anchor_is_not_found() -> None:
    history = SITE.history(STREAM)
    history["events"] = history["events"][:ANCHORED]
    assert check(history, SITE.anchor_list()) == ""


def test_a_text_left_out_is_said() -> None:
    """Nobody can tell a text that must be masked from one that is held back: the checker says which are not there."""
    lines = CHECKER.check(
        [(file["format"], file) for file in ({**SITE.history(STREAM), "open_texts": {}}, SITE.anchor_list())],
        now=SOON_AFTER,
    )
    assert "第 1 条答复没有公开原文" in "\n".join(lines)


def test_an_event_that_tells_an_earlier_time_than_it_was_recorded_is_said() -> None:
    """Only the time of recording is proven; a late reply cannot pass quietly for an early one."""
    history = SITE.history(STREAM)
    history["events"][-1]["occurred_at"] = "2026-05-01T01:00:00.000000Z"
    history["events"] = rechained(history["events"])
    lines = CHECKER.check([(file["format"], file) for file in (history, SITE.anchor_list())], now=SOON_AFTER)
    assert (
        f"第 {len(history['events'])} 条写的时间是 2026-05-01 09:00，其实到 2026-06-04 09:06 才记录"
        in "\n".join(lines)
    )


def test_texts_cannot_write_over_what_the_checker_says() -> None:
    history = SITE.history(STREAM)
    text = "好了\r\n没有发现改动\x1b[2K\u202e"
    salt, digests = "5a" * 16, history["events"][-1]["digests"]
    digests["text.reply"] = chain.secret_digest("text.reply", text, salt)
    history["events"] = rechained(history["events"])
    history["open_texts"] = {str(len(history["events"])): {"reply": {"text": text, "salt": salt}}}
    lines = CHECKER.check([(file["format"], file) for file in (history, SITE.anchor_list())], now=SOON_AFTER)
    assert lines[-1].endswith("：好了⏎没有发现改动\\u001b[2K\\u202e")


def test_the_records_are_told_in_words_to_compare_with_the_page() -> None:
    history = SITE.history(STREAM)
    standing = {
        "status": "replied",
        "first_due_at": "2026-06-30T15:59:59.000000Z",
        "due_at": "2026-07-05T15:59:59.000000Z",
    }
    last = history["events"][-2]["hash"]
    history["events"][-1] = an_event(STREAM, len(history["events"]), last, BEGAN + timedelta(days=4))
    history["events"][-1]["public"] |= standing
    history["events"] = rechained(history["events"])
    lines = "\n".join(
        CHECKER.check([(file["format"], file) for file in (history, SITE.anchor_list())], now=SOON_AFTER)
    )
    assert "等提问人确认，最初期限 2026-06-30 23:59，现在期限 2026-07-05 23:59。请与网页对照" in lines
    assert f"第 1 条的原文（reply）：{STREAM} 第1次答复" in lines


def test_the_checker_knows_the_names_of_all_states() -> None:
    assert {str(status): label for status, label in LABELS.items()} == CHECKER.STATUSES
