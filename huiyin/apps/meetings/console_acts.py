"""The acts of the console as a table: one row says on what, when, with which words, and which service runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop as _

from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings.models import Meeting, Question
from huiyin.apps.meetings.permissions import can_assist, can_run
from huiyin.apps.meetings.services import moderate, run
from huiyin.domain import meeting_phases, question_workflow
from huiyin.domain.access import Actor
from huiyin.domain.case_numbers import canonical
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Activity, is_open
from huiyin.domain.question_workflow import QuestionStatus
from huiyin.language.masking import mask

Told = Mapping[str, str]
Asks = Literal["", "answer", "into", "hiding", "rejection"]
Permitted = Callable[[Actor, Meeting], bool]


@dataclass(frozen=True)
class QuestionAct:
    """Something to do with one question. `asks` names the part of the row that is filled in first."""

    name: str
    label: str
    icon: str
    asks: Asks
    permitted: Permitted
    activity: Activity
    run: Callable[[Question, Actor, Told], object]
    is_main_on: frozenset[QuestionStatus] = frozenset()
    only_on: frozenset[QuestionStatus] | None = None

    def fits(self, status: QuestionStatus, meeting: Meeting) -> bool:
        """Whether a question in this status can be treated so now, whoever asks."""
        fits = question_workflow.allows(self.name, status) if self.only_on is None else status in self.only_on
        return fits and is_open(self.activity, meeting.phase)


@dataclass(frozen=True)
class ClockAct:
    """Something that moves the meeting along its phases, and with it the clock."""

    name: str
    label: str
    icon: str
    permitted: Permitted
    run: Callable[[Meeting, Actor, Told], object]
    may_wait: bool = False
    """Only a pause may be sent later: it says since when the floor was shut, and can only shorten the clock."""

    def fits(self, meeting: Meeting) -> bool:
        return meeting_phases.allows(self.name, meeting.phase)


def _merge(question: Question, by: Actor, told: Told) -> object:
    """Into another question by its number, or into an open case by its own."""
    into = told.get("into", "").strip()
    if into.isdecimal() and len(into) < 6:
        other = Question.objects.filter(meeting_id=question.meeting_id, number=int(into)).first()
        if other is not None:
            return moderate.merge(question, into=other, by=by)
    elif (number := canonical(into)) and (case := Case.objects.filter(number=number).first()):
        return moderate.merge_into_case(question, case=case, by=by)
    raise RuleBroken(
        "没有找到“%(into)s”。请填第几问，或台账编号。", code="merge.unknown", field="into", into=into
    )


def _pause(meeting: Meeting, by: Actor, told: Told) -> object:
    try:
        since = parse_datetime(told.get("since", ""))
    except ValueError:  # written like a moment, and none
        since = None
    if since is not None and timezone.is_naive(since):
        since = None
    return run.pause(meeting, by=by, since=since)


SHOWN, HELD, DEFERRED = QuestionStatus.SHOWN, QuestionStatus.HELD, QuestionStatus.DEFERRED

QUESTION_ACTS: tuple[QuestionAct, ...] = (
    QuestionAct(
        "let_through",
        _("放行"),
        "check",
        "",
        can_assist,
        Activity.MODERATE,
        lambda question, by, told: moderate.let_through(question, by=by),
        is_main_on=frozenset({HELD}),
    ),
    QuestionAct(
        "answer",
        _("当场答复了"),
        "check",
        "answer",
        can_assist,
        Activity.ANSWER,
        lambda question, by, told: moderate.answer_on_the_spot(
            question, by=by, text=told.get("text", ""), answered_by=told.get("answered_by", "")
        ),
    ),
    QuestionAct(
        "make_current",
        _("上大屏"),
        "device-tv",
        "",
        can_assist,
        Activity.ON_SCREEN,
        lambda question, by, told: moderate.make_current(question, by=by),
        only_on=frozenset({SHOWN, DEFERRED}),
    ),
    QuestionAct(
        "defer",
        _("转台账"),
        "clipboard-list",
        "",
        can_assist,
        Activity.ANSWER,
        lambda question, by, told: moderate.defer(question, by=by),
    ),
    QuestionAct("merge", _("合并"), "arrow-merge", "into", can_run, Activity.MODERATE, _merge),
    QuestionAct(
        "hide",
        _("不展示"),
        "eye-off",
        "hiding",
        can_run,
        Activity.MODERATE,
        lambda question, by, told: moderate.hide(
            question, by=by, reason_code=told.get("reason_code", ""), note=told.get("note", "")
        ),
    ),
    QuestionAct(
        "reject",
        _("不受理"),
        "circle-x",
        "rejection",
        can_run,
        Activity.MODERATE,
        lambda question, by, told: moderate.reject(
            question, by=by, reason_code=told.get("reason_code", ""), note=told.get("note", "")
        ),
    ),
    QuestionAct(
        "take_back",
        _("放回队列"),
        "arrow-back",
        "",
        can_run,
        Activity.MODERATE,
        lambda question, by, told: moderate.take_back(question, by=by),
    ),
)
CLOCK_ACTS: tuple[ClockAct, ...] = (
    ClockAct(
        "open_reporting",
        _("开会，开始报告"),
        "presentation",
        can_run,
        lambda meeting, by, told: run.open_reporting(meeting, by=by),
    ),
    ClockAct(
        "open_questions",
        _("报告完了，开始提问"),
        "player-play",
        can_run,
        lambda meeting, by, told: run.open_questions(meeting, by=by),
    ),
    ClockAct("pause", _("暂停计时"), "player-pause", can_run, _pause, may_wait=True),
    ClockAct(
        "resume", _("继续提问"), "player-play", can_run, lambda meeting, by, told: run.resume(meeting, by=by)
    ),
    ClockAct(
        "end_questions",
        _("结束提问"),
        "player-stop",
        can_run,
        lambda meeting, by, told: run.end_questions(meeting, by=by, reason=told.get("reason", "")),
    ),
    ClockAct(
        "go_on", _("续开提问"), "arrow-back", can_run, lambda meeting, by, told: run.go_on(meeting, by=by)
    ),
)
QUESTION_BY_NAME = {act.name: act for act in QUESTION_ACTS}
CLOCK_BY_NAME = {act.name: act for act in CLOCK_ACTS}


def stands_already(name: str, refusal: RuleBroken, question: Question | None, told: Told) -> bool:
    """Whether an act that is sent again has been done before: then its answer was lost, not the act (ADR 0015).

    What was written down is compared too: another tablet may have recorded other words meanwhile.
    """
    if question is None:
        targets = {edge.target for edge in meeting_phases.EDGES if edge.command == name}
        return any(refusal.code == f"meeting.{name}.not_from_{target}" for target in targets)
    targets_of_question = {edge.target for edge in question_workflow.EDGES if edge.command == name}
    is_there = any(refusal.code == f"question.{name}.not_from_{target}" for target in targets_of_question)
    if not is_there or name != "answer":
        return is_there
    question.refresh_from_db()
    return question.spoken_answer == mask(told.get("text", "").replace("\x00", "").strip())
