"""What a running meeting shows: one read model for phone, projector, public page and console, in five queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from huiyin.apps.meetings.attendance import Attendance, attendance_of
from huiyin.apps.meetings.clock import intervals_of
from huiyin.apps.meetings.clock_face import ClockFace
from huiyin.apps.meetings.models import Meeting, Pulse, Question, Support
from huiyin.domain import question_workflow
from huiyin.domain.meeting_phases import LABELS, LIVE, Activity, Phase, is_open
from huiyin.domain.question_balance import Balance, Standing, balance
from huiyin.domain.question_clock import Interval, open_time
from huiyin.domain.question_workflow import IN_PUBLIC, Direction, QuestionStatus
from huiyin.language.words import words_of_a_line

MOST_QUEUED = 40
SCREEN_STEPS = (24, 44, 72)
"""Characters of a question from which the projector takes the next smaller type."""


def tag_of(meeting_id: int) -> str:
    """The version of what is shown: every change bumps the pulse, a 同问 only adds a row. One query."""
    latest = Support.objects.filter(meeting_id=OuterRef("meeting_id")).order_by().values("meeting_id")
    found = (
        Pulse.objects.filter(meeting_id=meeting_id)
        .annotate(latest=Coalesce(Subquery(latest.annotate(top=Max("id")).values("top")), 0))
        .values_list("version", "latest")
        .first()
    )
    version, support = found or (0, 0)
    return f"{meeting_id}-{version}-{support}"


@dataclass(frozen=True)
class LiveQuestion:
    """A question as everybody may see it."""

    id: int
    number: int
    text: str
    said_by: str
    status: QuestionStatus
    support_count: int
    way: str
    public_reason: str
    spoken_answer: str
    is_to_residents: bool

    @property
    def words(self) -> list[str]:
        """Between these a line may end on the projector."""
        return words_of_a_line(self.text)

    @property
    def state_label(self) -> str:
        return _(question_workflow.LABELS[self.status])


@dataclass(frozen=True)
class Live:
    """The meeting now. `current` is on the screen; `queue` is what waits, most asked first; `dealt` is done with."""

    meeting: Meeting
    clock: ClockFace
    current: LiveQuestion | None
    queue: Sequence[LiveQuestion]
    held: Sequence[LiveQuestion]
    dealt: Sequence[LiveQuestion]
    attendance: Attendance
    balance: Balance

    @property
    def phase(self) -> Phase:
        return Phase(self.meeting.phase)

    @property
    def phase_label(self) -> str:
        return _(LABELS[self.phase])

    @property
    def has_begun(self) -> bool:
        return self.phase in LIVE or self.clock.seconds > 0

    @property
    def is_asking(self) -> bool:
        return self.phase is Phase.QUESTIONS

    @property
    def takes_questions(self) -> bool:
        return is_open(Activity.ASK, self.phase)

    @property
    def takes_support(self) -> bool:
        return is_open(Activity.SUPPORT, self.phase)

    @property
    def present_count(self) -> int:
        return self.attendance.people

    @property
    def asked_count(self) -> int:
        return self.balance.asked

    @property
    def held_count(self) -> int:
        return len(self.held)

    @property
    def heading(self) -> str:
        return {
            Phase.ANNOUNCED: _("还没有开始"),
            Phase.POSTPONED: _("已经延期"),
            Phase.CANCELLED: _("已经取消"),
            Phase.REPORTING: _("物业正在报告"),
            Phase.QUESTIONS: _("提问正在进行"),
            Phase.PAUSED: _("提问暂停了"),
        }.get(self.phase, _("提问已经结束"))

    @property
    def explanation(self) -> str:
        """One sentence on what that means for who wants to ask."""
        return {
            Phase.ANNOUNCED: _("现在就可以先提问，开会时一并回答。"),
            Phase.POSTPONED: _("新的时间定下来会再公告，先提的问题都留着。"),
            Phase.CANCELLED: _("提过的问题已转入台账，仍有答复。"),
            Phase.REPORTING: _("报告完就开始提问，现在可以先写。"),
            Phase.PAUSED: _("时钟停着，可以接着写问题。"),
        }.get(self.phase, _("没轮到的问题会后书面答复，进展看台账。"))

    @cached_property
    def screen_step(self) -> int:
        """1 for a short question on the projector to 4 for the longest."""
        length = len(self.current.text) if self.current else 0
        return 1 + sum(length > step for step in SCREEN_STEPS)

    @property
    def news(self) -> str:
        """What a screen reader says when it changes; counts alone are no news."""
        if self.current is None:
            return self.heading
        values = {"heading": self.heading, "number": self.current.number, "text": self.current.text}
        return _("%(heading)s。正在回答第 %(number)s 问：%(text)s") % values


def face_of(intervals: Sequence[Interval], *, needed_minutes: int, now: datetime) -> ClockFace:
    """The certified clock as it is drawn: what is over, apart from the interval that still runs."""
    running = next((each.opened_at for each in intervals if each.closed_at is None), None)
    over = open_time(intervals, now=running or now)
    return ClockFace(done=int(over.total_seconds()), since=running, needed=needed_minutes * 60, now=now)


def live_of(meeting: Meeting, *, needed_minutes: int, now: datetime) -> Live:
    """Four queries whatever the number of questions; `meeting` with its pulse."""
    supports = dict(
        Support.objects.filter(meeting=meeting).order_by().values_list("question_id").annotate(Count("id"))
    )
    rows = list(Question.objects.filter(meeting=meeting).order_by("number"))
    questions = [_shown(row, supports.get(row.pk, row.support_count)) for row in rows]
    by_id = {each.id: each for each in questions}
    waiting = [
        each
        for each in questions
        if each.status is QuestionStatus.SHOWN and each.id != meeting.current_question_id
    ]
    waiting.sort(key=lambda each: (-each.support_count, each.number))
    return Live(
        meeting=meeting,
        clock=face_of(intervals_of(meeting), needed_minutes=needed_minutes, now=now),
        current=by_id.get(meeting.current_question_id or 0),
        queue=waiting[:MOST_QUEUED],
        held=[each for each in questions if each.status is QuestionStatus.HELD],
        dealt=[each for each in questions if _is_dealt(each, meeting.current_question_id)],
        attendance=attendance_of(meeting),
        balance=balance(meeting.pulse.last_number, (Standing(row.status, row.outcome) for row in rows)),
    )


def _is_dealt(question: LiveQuestion, current_id: int | None) -> bool:
    is_public = question.status in IN_PUBLIC and question.status is not QuestionStatus.SHOWN
    return is_public and question.id != current_id


def _shown(row: Question, support_count: int) -> LiveQuestion:
    return LiveQuestion(
        id=row.pk,
        number=row.number,
        text=row.text,
        said_by=" ".join(part for part in (row.building, row.nickname or _("一位居民")) if part),
        status=QuestionStatus(row.status),
        support_count=support_count,
        way=row.get_way_display(),
        public_reason=row.public_reason,
        spoken_answer=row.spoken_answer,
        is_to_residents=row.direction == Direction.TO_RESIDENTS,
    )
