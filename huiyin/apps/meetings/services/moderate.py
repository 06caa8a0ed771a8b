"""The console: let through, hide, put on the screen, write down what was said, defer, merge, reject, take back.

Each of these locks the meeting, then its pulse: what two tablets press at the same moment happens one after the other.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.ledger.limits import public_reason as ledger_reason
from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, Question
from huiyin.apps.meetings.permissions import (
    check_assist,
    check_run,
    signing,
)
from huiyin.apps.meetings.services.steps import heard_at, held, witness
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Activity, check_open
from huiyin.domain.question_workflow import (
    MAY_TAKE_IN,
    Direction,
    QuestionStatus,
    target_of,
)
from huiyin.domain.reply_rules import SHORTEST_REPLY
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@transaction.atomic
def let_through(question: Question, *, by: Actor, now: datetime | None = None) -> Question:
    """held → shown: somebody at the meeting has read it."""
    now = now or clock()
    meeting, question = _held(question, Activity.MODERATE)
    check_assist(by, meeting)
    _move(question, "let_through", now)
    question.is_let_through = True
    return _done(meeting, question, "question_let_through", by=by, now=now)


@transaction.atomic
def hide(
    question: Question, *, by: Actor, reason_code: str, note: str = "", now: datetime | None = None
) -> Question:
    """Its words leave every screen; the reason is public, the author is told, the minutes list it (domain.md §4).

    What was answered on the spot stays: at the closing it becomes the reply all the same.
    """
    now = now or clock()
    meeting, question = _held(question, Activity.MODERATE)
    check_run(by, meeting)
    _check_stands_alone(question, "不展示")
    _move(question, "hide", now)
    question.merged_into = question.merged_into_case = None
    question.hidden_code = reason_code
    question.hidden_reason = limits.public_reason("hiding", reason_code, note, now)
    _leave_screen(meeting, question)
    return _done(
        meeting,
        question,
        "question_hidden",
        by=by,
        now=now,
        public={"reason_code": reason_code},
        texts={"reason": question.hidden_reason},
    )


@transaction.atomic
def make_current(question: Question, *, by: Actor, now: datetime | None = None) -> Question:
    """It stands on the big screen and is being answered."""
    now = now or clock()
    meeting, question = _held(question, Activity.ON_SCREEN)
    check_assist(by, meeting)
    if question.status not in (QuestionStatus.SHOWN, QuestionStatus.DEFERRED):
        raise RuleBroken("只有等回答的问题可以上大屏。", code="question.current_not_now")
    Meeting.objects.filter(pk=meeting.pk).update(current_question=question, current_since=now)
    return _done(meeting, question, "question_on_screen", by=by, now=now)


@transaction.atomic
def answer_on_the_spot(
    question: Question, *, by: Actor, text: str, answered_by: str = "", now: datetime | None = None
) -> Question:
    """What was said is written down with who said it; at the closing it becomes the reply of the case.

    The community writes it down. `answered_by` is the reporter unless told otherwise;
    who answers the company's question are the residents present.
    """
    now = now or clock()
    meeting, question = _held(question, Activity.ANSWER)
    check_assist(by, meeting)
    heard = heard_at(meeting, question.estate)
    text = mask(text.replace("\x00", "").strip())
    if len(text) < SHORTEST_REPLY:
        raise RuleBroken(
            "请写下当场说了什么：做什么、什么时候、谁负责，至少 %(count)s 个字。",
            code="answer.short",
            field="text",
            count=SHORTEST_REPLY,
        )
    _move(question, "answer", now)
    usual = heard.reporter_label if question.direction == Direction.TO_COMPANY else "到场居民"
    question.spoken_answer = text
    question.answered_by_label = mask(answered_by.strip())[:80] or usual
    question.answered_at = now
    _leave_screen(meeting, question)
    return _done(
        meeting,
        question,
        "question_answered",
        by=by,
        now=now,
        texts={"answer": text, "answered_by": question.answered_by_label},
    )


@transaction.atomic
def defer(question: Question, *, by: Actor, now: datetime | None = None) -> Question:
    """It is answered in writing, through the ledger."""
    now = now or clock()
    meeting, question = _held(question, Activity.ANSWER)
    check_assist(by, meeting)
    _check_residents_ask(question)
    _move(question, "defer", now)
    _leave_screen(meeting, question)
    return _done(meeting, question, "question_deferred", by=by, now=now)


@transaction.atomic
def merge(question: Question, *, into: Question, by: Actor, now: datetime | None = None) -> Question:
    """The same matter as another question of the estate: every asker keeps an own answer in the ledger."""
    now = now or clock()
    meeting, question = _held(question, Activity.MODERATE)
    check_run(by, meeting)
    into = Question.objects.get(pk=into.pk)
    if into.pk == question.pk:
        raise RuleBroken("不能并入自己。", code="merge.itself", field="into")
    if (into.meeting_id, into.estate_id, into.direction) != (
        question.meeting_id,
        question.estate_id,
        question.direction,
    ):
        raise RuleBroken("只能并入同一个小区的问题。", code="merge.other_estate", field="into")
    if into.status not in MAY_TAKE_IN:
        raise RuleBroken("只能并入看得见的问题。", code="merge.not_shown", field="into")
    _move(question, "merge", now)
    question.merged_into = into
    question.merged_questions.update(merged_into=into)
    _leave_screen(meeting, question)
    return _done(meeting, question, "question_merged", by=by, now=now, public={"into": into.number})


@transaction.atomic
def merge_into_case(question: Question, *, case: Case, by: Actor, now: datetime | None = None) -> Question:
    """The matter stands in the ledger already and is not done yet."""
    now = now or clock()
    meeting, question = _held(question, Activity.MODERATE)
    check_run(by, meeting)
    _check_residents_ask(question)
    case.refresh_from_db(fields=["status", "estate"])
    if case.estate_id != question.estate_id:
        raise RuleBroken("只能并入同一个小区的事项。", code="merge.other_estate", field="case")
    if case.status not in OPEN:
        raise RuleBroken("只能并入还没办结的事项。", code="merge.into_settled", field="case")
    _check_stands_alone(question, "并入台账事项")
    _move(question, "merge", now)
    question.merged_into_case = case
    _leave_screen(meeting, question)
    return _done(meeting, question, "question_merged", by=by, now=now, public={"into_case": case.number})


@transaction.atomic
def reject(
    question: Question, *, by: Actor, reason_code: str, note: str = "", now: datetime | None = None
) -> Question:
    """Not taken up, with a public reason of the ledger's list; in the ledger the asker may object to the street."""
    now = now or clock()
    meeting, question = _held(question, Activity.MODERATE)
    check_run(by, meeting)
    _check_residents_ask(question)
    _check_stands_alone(question, "不受理")
    _move(question, "reject", now)
    question.rejected_code = reason_code
    question.rejected_note = mask(note.strip())[:200]
    question.rejected_reason = ledger_reason("rejection", reason_code, question.rejected_note, now)[:300]
    _leave_screen(meeting, question)
    return _done(
        meeting,
        question,
        "question_rejected",
        by=by,
        now=now,
        public={"reason_code": reason_code},
        texts={"reason": question.rejected_reason},
    )


@transaction.atomic
def take_back(question: Question, *, by: Actor, now: datetime | None = None) -> Question:
    """A wrong press, or a change of mind: the question waits again. What was decided before stays in the history.

    Who takes back the hiding of an answered question finds it answered.
    """
    now = now or clock()
    meeting, question = _held(question, Activity.MODERATE)
    check_run(by, meeting)
    came_from = question.status
    _move(question, "take_back", now)
    if came_from == QuestionStatus.REJECTED and question.hidden_reason:
        question.status = QuestionStatus.HIDDEN  # what was hidden before it was rejected is not shown by this
    else:
        question.hidden_code = question.hidden_reason = ""
        if not question.is_let_through:
            question.status = QuestionStatus.HELD
        elif came_from == QuestionStatus.HIDDEN and question.spoken_answer:
            question.status = QuestionStatus.ANSWERED
    question.rejected_code = question.rejected_note = question.rejected_reason = ""
    if came_from == QuestionStatus.ANSWERED:
        question.spoken_answer = question.answered_by_label = ""
        question.answered_at = None
    question.merged_into = question.merged_into_case = None
    return _done(meeting, question, "question_taken_back", by=by, now=now, public={"from": came_from})


def _held(question: Question, activity: Activity) -> tuple[Meeting, Question]:
    meeting = held(Meeting(pk=question.meeting_id))
    check_open(activity, meeting.phase)
    return meeting, Question.objects.select_related("estate__area").get(pk=question.pk)


def _move(question: Question, command: str, now: datetime) -> None:
    question.status = target_of(command, question.status)
    question.status_since = now


def _check_residents_ask(question: Question) -> None:
    if question.direction != Direction.TO_COMPANY:
        raise RuleBroken(
            "这是物业问居民的，不进台账。当场答复了就记下，不合适的可以不展示。",
            code="question.not_of_a_resident",
        )


def _check_stands_alone(question: Question, what: str) -> None:
    if question.merged_questions.exists():
        raise RuleBroken(
            "别的问题已经并入这个问题，不能%(what)s。请先把它们分开。",
            code="question.has_taken_in",
            what=what,
        )


def _leave_screen(meeting: Meeting, question: Question) -> None:
    if meeting.current_question_id == question.pk:
        Meeting.objects.filter(pk=meeting.pk).update(current_question=None, current_since=None)


def _done(
    meeting: Meeting,
    question: Question,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    public: dict[str, object] | None = None,
    texts: dict[str, str] | None = None,
) -> Question:
    question.save()
    witness(
        meeting,
        kind,
        by=signing(by, meeting),
        now=now,
        public={"question": question.number, "status": str(question.status), **(public or {})},
        texts=texts,
    )
    return question
