"""The author of a question that was not shown at a meeting is told why, and under which number it goes on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models.askers import Part
from huiyin.apps.meetings.models import Question
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.services import keep_messages, send_waiting, ways_to
from huiyin.web.now import now as clock


def tell_author(event: Event, *, now: datetime | None = None) -> list[Message]:
    """Called by the reaction once the question has its case; nothing to tell where its words were shown."""
    question = (
        Question.objects.select_related("case")
        .filter(meeting_id=event.stream.removeprefix("meeting/"), number=event.public["question"])
        .first()
    )
    if question is None or question.case is None or not question.hidden_reason:
        return []
    body = _(
        "您在报告会上提的第 %(question)s 问没有展示原文，理由：%(reason)s事情已记入台账，编号 %(number)s。"
    ) % {
        "question": question.number,
        "reason": question.hidden_reason,
        "number": question.case.number,
    }
    made: list[Message] = []
    for asker in question.case.askers.select_related("contact").filter(part=Part.ORIGINAL):
        ways = ways_to(asker, beyond_the_site=True)
        made += keep_messages(
            asker, event, question.case, reply=None, body=body, ways=ways, now=now or clock()
        )
    send_waiting(made)
    return made
