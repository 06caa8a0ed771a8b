"""A question that was not shown at a meeting: its author reads why, and that the matter goes on."""

from __future__ import annotations

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.reactions import react
from huiyin.apps.meetings.models import Question
from huiyin.apps.meetings.services import close, moderate, run
from huiyin.apps.publishing.models import Message
from tests.given_meetings import (
    CLOSING,
    END,
    FLOOR,
    MINUTE,
    a_cast_with_meeting,
    a_paper_question,
    a_question,
)

pytestmark = pytest.mark.django_db
REACTION = "publishing.tell_author_of_hidden_question"


def test_the_author_is_told_once_with_the_reason_and_the_number() -> None:
    cast, meeting = a_cast_with_meeting("questions")
    by = cast.actor("secretary")
    hidden, paper = a_question(cast, meeting), a_paper_question(cast, meeting)
    shown = a_question(cast, meeting, by=cast.actor("neighbour"), text="小区的路灯什么时候修？")
    for question in (hidden, paper):
        moderate.hide(question, by=by, reason_code="personal_data", now=FLOOR + 5 * MINUTE)
    run.end_questions(meeting, by=by, now=END)
    close.close_meeting(meeting, by=by, now=CLOSING)
    for _ in range(2):
        for event in Event.objects.filter(kind="meetings.question_recorded"):
            react(REACTION, event.pk)
    told = Message.objects.filter(kind="meetings.question_recorded")
    by_phone = told.get(asker__case=Question.objects.get(pk=hidden.pk).case, channel="in_site")
    assert "第 1 问没有展示原文，理由：原文里有别人的姓名" in by_phone.body
    assert by_phone.case.number in by_phone.body
    assert told.get(asker__case=Question.objects.get(pk=paper.pk).case).channel == "call"
    assert not told.filter(asker__case=Question.objects.get(pk=shown.pk).case).exists()
