"""A running meeting as phone, projector, public page and console draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from huiyin.apps.meetings import limits, selectors
from huiyin.apps.meetings.attendance import Attendance
from huiyin.apps.meetings.clock import ClockState
from huiyin.apps.meetings.clock_face import ClockFace
from huiyin.apps.meetings.models import Meeting, Question
from huiyin.domain import question_workflow
from huiyin.domain.meeting_phases import FINAL, HELD, LABELS, LIVE, Activity, Phase, is_open
from huiyin.domain.question_balance import Balance
from huiyin.domain.question_workflow import Direction, QuestionStatus
from huiyin.language.masking import needs_a_reader
from huiyin.language.words import words_of_a_line

MOST_QUEUED = 40
MOST_NEW = 5
SELDOM_MS, STILL_THERE_MS = 60_000, 15_000
SCREEN_STEPS = (24, 44, 72)
"""Characters of a question from which the projector takes the next smaller type."""


@dataclass(frozen=True)
class LiveQuestion:
    """A question with what is counted and decided about it; the words of a hidden one are for the console alone."""

    id: int
    number: int
    text: str
    said_by: str
    estate: str
    way: str
    status: QuestionStatus
    support_count: int
    reason: str
    spoken_answer: str
    is_public: bool
    is_to_residents: bool

    @property
    def is_held(self) -> bool:
        return self.status is QuestionStatus.HELD

    @property
    def words(self) -> list[str]:
        """Between these a line may end on the projector."""
        return words_of_a_line(self.text)

    @property
    def state_label(self) -> str:
        return _(question_workflow.LABELS[self.status])


@dataclass(frozen=True)
class LiveView:
    """The meeting now. `queue` heads what waits, most asked first; `held` waits to be read, `dealt` is done with."""

    meeting: Meeting
    clock: ClockFace
    questions: Sequence[LiveQuestion]
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
    def is_over(self) -> bool:
        """No question is answered here any more, unless a further sitting is added."""
        return self.phase in (Phase.CLOSED, *HELD, Phase.CANCELLED)

    @property
    def takes_questions(self) -> bool:
        return is_open(Activity.ASK, self.phase)

    @property
    def takes_support(self) -> bool:
        return is_open(Activity.SUPPORT, self.phase)

    @cached_property
    def current(self) -> LiveQuestion | None:
        wanted = self.meeting.current_question_id
        return next((each for each in self.questions if each.id == wanted), None)

    @cached_property
    def waiting(self) -> list[LiveQuestion]:
        """Every question that waits: the console must be able to reach each of them."""
        waiting = [
            each for each in self.questions if each.status is QuestionStatus.SHOWN and each != self.current
        ]
        return sorted(waiting, key=lambda each: (-each.support_count, each.number))

    @property
    def queue(self) -> list[LiveQuestion]:
        return self.waiting[:MOST_QUEUED]

    @property
    def newest(self) -> list[LiveQuestion]:
        """The latest of those that the head of the queue leaves out, so that they can be supported as well."""
        return sorted(self.waiting[MOST_QUEUED:], key=lambda each: -each.number)[:MOST_NEW]

    @property
    def unlisted_count(self) -> int:
        return max(0, len(self.waiting) - MOST_QUEUED - MOST_NEW)

    @cached_property
    def held(self) -> list[LiveQuestion]:
        return [each for each in self.questions if each.is_held]

    @property
    def settled(self) -> list[LiveQuestion]:
        """Answered, deferred, merged, rejected, hidden: for the console."""
        kept = {QuestionStatus.SHOWN, QuestionStatus.HELD}
        return [each for each in self.questions if each.status not in kept and each != self.current]

    @cached_property
    def dealt(self) -> list[LiveQuestion]:
        """What everybody may read of that."""
        return [each for each in self.settled if each.is_public]

    @property
    def current_since_ms(self) -> int | str:
        since = self.meeting.current_since
        return int(since.timestamp() * 1000) if since else ""

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

    @property
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


def face_of(state: ClockState) -> ClockFace:
    """The certified clock as it is drawn: what is counted up to a moment, and that it runs on from there."""
    return ClockFace(
        done=int(state.counted.total_seconds()),
        since=state.as_of if state.is_running else None,
        needed=int(state.target.total_seconds()),
        now=state.as_of,
    )


def view_of(live: selectors.Live) -> LiveView:
    is_for_several = len({question.estate_id for question in live.questions}) > 1
    return LiveView(
        meeting=live.meeting,
        clock=face_of(live.clock),
        questions=[
            _drawn(each, live.supports.get(each.pk, each.support_count), with_estate=is_for_several)
            for each in live.questions
        ],
        attendance=live.attendance,
        balance=live.balance,
    )


def live_now(meeting: Meeting, now: datetime) -> LiveView:
    """Six queries, however many questions."""
    return view_of(selectors.live(meeting, now))


def poll_ms(phase: str, now: datetime) -> int:
    """How often a page asks for news (policy); 0 is never.

    Less often where the questions have ended, as they may go on again, seldom where only a new notice would bring some.
    """
    if phase in FINAL:
        return 0
    if phase in LIVE or phase == Phase.ANNOUNCED:
        return limits.policy(now).live.poll_seconds * 1000
    return STILL_THERE_MS if phase == Phase.CLOSED else SELDOM_MS


def _why_held(row: Question) -> str:
    """For the console: what whoever lets it through should look at."""
    if not row.is_held:
        return ""
    if needs_a_reader(row.text):
        return _("可能写到了别人，读一遍，没有姓名、电话、住处再放行")
    return _("提问的手机没有登录")


def _drawn(row: Question, support_count: int, *, with_estate: bool) -> LiveQuestion:
    place = row.estate.name if with_estate else ""
    return LiveQuestion(
        id=row.pk,
        number=row.number,
        text=row.text,
        said_by=" ".join(part for part in (place, row.building, row.nickname or _("一位居民")) if part),
        estate=row.estate.name,
        way=row.get_way_display(),
        status=QuestionStatus(row.status),
        support_count=support_count,
        reason=row.rejected_reason or row.hidden_reason or _why_held(row),
        spoken_answer=row.spoken_answer,
        is_public=row.is_public,
        is_to_residents=row.direction == Direction.TO_RESIDENTS,
    )
