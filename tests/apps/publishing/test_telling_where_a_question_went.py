"""Who asked at a meeting hears where the question went: in the ledger, merged, not taken up, not shown; each once."""

from __future__ import annotations

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.reactions import react
from huiyin.apps.meetings.models import Meeting, Question
from huiyin.apps.meetings.services import close, moderate, run
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.wording import TOLD
from tests.given_meetings import (
    CHARGING,
    CLOSING,
    END,
    FLOOR,
    MINUTE,
    SPOKEN,
    a_cast_with_meeting,
    a_held_question,
    a_paper_question,
    a_question,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db
THEN = FLOOR + 5 * MINUTE


@pytest.fixture
def hall() -> tuple[Cast, Meeting]:
    return a_cast_with_meeting("questions")


def closed(cast: Cast, meeting: Meeting) -> None:
    """The meeting is closed, and the reactions run twice, as after a worker was killed."""
    by = cast.actor("secretary")
    run.end_questions(meeting, by=by, now=END)
    close.close_meeting(meeting, by=by, now=CLOSING)
    for _ in range(2):
        for event in Event.objects.order_by("pk"):
            if event.kind == "meetings.question_recorded":
                react("publishing.tell_outcome_of_question", event.pk)
            elif event.kind in TOLD:
                react("publishing.tell_askers", event.pk)


def told(question: Question) -> list[tuple[str, str, str]]:
    """(channel, kind, words) of all that this asker was told."""
    question.refresh_from_db()
    rows = Message.objects.filter(asker__case=question.case).order_by("pk")
    return [(each.channel, each.kind.partition(".")[2], each.body) for each in rows]


def test_a_question_that_became_a_case_is_told_with_its_number_and_its_day(
    hall: tuple[Cast, Meeting],
) -> None:
    cast, meeting = hall
    question = a_question(cast, meeting)
    closed(cast, meeting)
    ((channel, kind, words),) = told(question)
    assert (channel, kind) == ("in_site", "question_recorded")
    assert words.startswith(f"您在报告会上提的第 1 问已记入台账，编号 {question.case.number}，期限 8月")


def test_who_left_a_phone_is_called_and_who_left_nothing_gets_a_slip(hall: tuple[Cast, Meeting]) -> None:
    cast, meeting = hall
    paper, phone = a_paper_question(cast, meeting), a_held_question(cast, meeting)
    for question in (paper, phone):
        if question.is_held:
            moderate.let_through(question, by=cast.actor("community_worker"), now=THEN)
    closed(cast, meeting)
    for question, way in ((paper, "call"), (phone, "slip")):
        ((channel, kind, words),) = told(question)
        assert (channel, kind) == (way, "question_recorded")
        assert question.case.number in words


def test_a_question_that_was_not_taken_up_is_told_with_the_reason_and_the_way_out(
    hall: tuple[Cast, Meeting],
) -> None:
    cast, meeting = hall
    question = a_question(cast, meeting)
    moderate.reject(
        question,
        by=cast.actor("secretary"),
        reason_code="not_property_service",
        note="是供热公司的事",
        now=THEN,
    )
    closed(cast, meeting)
    messages = told(question)
    assert {kind for _channel, kind, _words in messages} == {"question_recorded"}
    words = messages[0][2]
    assert words.startswith("您在报告会上提的第 1 问没有受理，理由：")
    assert "是供热公司的事。编号" in words
    assert words.endswith("15 天内可以向街镇提出异议。")


def test_a_hidden_question_is_told_once_with_the_reason_and_the_number(hall: tuple[Cast, Meeting]) -> None:
    cast, meeting = hall
    hidden, paper = a_question(cast, meeting), a_paper_question(cast, meeting)
    for question in (hidden, paper):
        moderate.hide(question, by=cast.actor("secretary"), reason_code="personal_data", now=THEN)
    closed(cast, meeting)
    (by_phone, *others) = told(hidden)
    assert "第 1 问没有展示原文，理由：原文里有别人的姓名" in by_phone[2]
    assert f"编号 {hidden.case.number}。" in by_phone[2]
    assert {kind for _channel, kind, _words in others} <= {"question_recorded"}
    assert [channel for channel, _kind, _words in told(paper)] == ["call"]


def test_a_hidden_question_that_was_rejected_names_both_reasons(hall: tuple[Cast, Meeting]) -> None:
    cast, meeting = hall
    question = a_question(cast, meeting)
    by = cast.actor("secretary")
    moderate.hide(question, by=by, reason_code="personal_data", now=THEN)
    moderate.reject(question, by=by, reason_code="not_property_service", note="是供热公司的事", now=THEN)
    closed(cast, meeting)
    words = told(question)[0][2]
    assert "没有受理，理由：" in words
    assert "原文没有展示，理由：原文里有别人的姓名" in words


def test_an_answer_on_the_spot_and_a_merge_are_told_by_the_ledger(hall: tuple[Cast, Meeting]) -> None:
    cast, meeting = hall
    by = cast.actor("secretary")
    first = a_question(cast, meeting)
    same = a_question(cast, meeting, by=cast.actor("neighbour"), text=CHARGING)
    moderate.answer_on_the_spot(first, by=by, text=SPOKEN, answered_by="梁小禾", now=THEN)
    moderate.merge(same, into=first, by=by, now=THEN)
    closed(cast, meeting)
    kinds = {kind for _channel, kind, _words in told(first)}
    assert "case_replied" in kinds
    assert not kinds & {"question_recorded", "case_registered"}
    kinds = {kind for _channel, kind, _words in told(same)}
    assert "case_merged" in kinds
    assert not kinds & {"question_recorded", "case_registered"}


def test_a_reason_of_any_length_leaves_room_for_the_number(hall: tuple[Cast, Meeting]) -> None:
    cast, meeting = hall
    question = a_question(cast, meeting)
    Question.objects.filter(pk=question.pk).update(hidden_reason="长" * 300, status="hidden")
    closed(cast, meeting)
    words = told(question)[0][2]
    assert words.endswith(f"编号 {question.case.number}。")
    assert len(words) < 200
