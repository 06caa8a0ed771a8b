"""What a case's page says of the meeting it came from: one query, and only for such a case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.apps.ledger import origins
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, Question
from huiyin.web.dates import day_words, is_english


def register() -> None:
    origins.register(
        "meetings.question", label="报告会提问", url_name="meetings:question", describe=_of_question
    )
    origins.register("meetings.meeting", label="报告会", url_name="meetings:meeting", describe=_of_meeting)
    origins.register("meetings.forum", label="业主座谈会", url_name="meetings:forum")


def _of_question(pk: str) -> str:
    asked = Question.objects.filter(pk=pk).select_related("meeting").first()
    if asked is None:
        return ""
    return _("来自%(meeting)s第 %(number)s 问") % {"meeting": _named(asked.meeting), "number": asked.number}


def _of_meeting(pk: str) -> str:
    meeting = Meeting.objects.filter(pk=pk).first()
    return _("来自%(meeting)s") % {"meeting": _named(meeting)} if meeting is not None else ""


def _named(meeting: Meeting) -> str:
    day = day_words(limits.day_of(meeting.planned_at), is_english(), with_year=True)
    return _("“%(title)s”（%(day)s）") % {"title": meeting.title, "day": day}
