"""Who asked at a meeting is told where the question went: in the ledger, not taken up and why, or not shown and why.

A question answered on the spot and one merged into another are told by the ledger (`ledger.case_replied`,
`ledger.case_merged`): there the asker has something to answer.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.limits import deadlines
from huiyin.apps.ledger.models import Asker
from huiyin.apps.ledger.models.askers import Part
from huiyin.apps.meetings.models import Question
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.services import keep_messages, send_waiting, ways_to
from huiyin.domain.question_workflow import Outcome, QuestionStatus
from huiyin.web.dates import due_words
from huiyin.web.now import now as clock

LONGEST_REASON = 90
"""Of a reason; all of it stands in the minutes."""


def tell_outcome(event: Event, *, now: datetime | None = None) -> list[Message]:
    """Called by the reaction once the question has its case."""
    now = now or clock()
    question = (
        Question.objects.select_related("case")
        .filter(meeting_id=event.stream.removeprefix("meeting/"), number=event.public["question"])
        .first()
    )
    if question is None or question.case is None:
        return []
    body = sentence(question, now)
    if not body:
        return []
    made: list[Message] = []
    for asker in question.case.askers.select_related("contact").filter(part=Part.ORIGINAL):
        ways = ways_to(asker, beyond_the_site=goes_beyond(question, asker))
        made += keep_messages(asker, event, question.case, reply=None, body=body, ways=ways, now=now)
    send_waiting(made)
    return made


def sentence(question: Question, now: datetime) -> str:
    """What the asker reads; empty where the ledger tells it."""
    assert question.case is not None
    told = {
        "question": question.number,
        "number": question.case.number,
        "due": due_words(question.case.due_at, now),
        "hidden": _reason(question.hidden_reason),
        "rejected": _reason(question.rejected_reason),
        "days": deadlines(now).values.answers.objection_days,
    }
    if question.outcome == Outcome.REJECTED:
        words = _("您在报告会上提的第 %(question)s 问没有受理，理由：%(rejected)s") % told
        if question.hidden_reason:
            words += _("原文没有展示，理由：%(hidden)s") % told
        return words + _("编号 %(number)s。不同意的话，%(days)s 天内可以向街镇提出异议。") % told
    if question.hidden_reason:
        return (
            _(
                "您在报告会上提的第 %(question)s 问没有展示原文，理由：%(hidden)s事情已记入台账，编号 %(number)s。"
            )
            % told
        )
    if question.outcome == Outcome.MERGED or question.status == QuestionStatus.ANSWERED:
        return ""
    return _("您在报告会上提的第 %(question)s 问已记入台账，编号 %(number)s，期限 %(due)s。") % told


def _reason(words: str) -> str:
    """A reason as a sentence, short enough to leave room for the number."""
    words = words if len(words) <= LONGEST_REASON else f"{words[: LONGEST_REASON - 1]}…"
    return words if words.endswith(("。", "？", "…")) else f"{words}。"


def goes_beyond(question: Question, asker: Asker) -> bool:
    """A slip or a call for who has no account; a short message too where something was kept back or refused."""
    return asker.person_id is None or bool(question.hidden_reason) or question.outcome == Outcome.REJECTED
