"""What the console shows: the queue with the acts of each row, the clock, who came, the balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.apps.ledger import limits as ledger_limits
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.console_acts import CLOCK_ACTS, QUESTION_ACTS, ClockAct, QuestionAct
from huiyin.apps.meetings.live import Live, LiveQuestion, live_of
from huiyin.apps.meetings.models import Meeting, MeetingEstate
from huiyin.apps.meetings.permissions import can_decide
from huiyin.domain.access import Actor
from huiyin.domain.meeting_phases import Activity, Phase, is_open
from huiyin.domain.question_workflow import QuestionStatus

MOST_ROWS = 20
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Failed:
    """An act that was refused, so that its part of the page stands open with what was written."""

    act: str
    question_id: int
    sentence: str
    told: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    question: LiveQuestion
    acts: Sequence[QuestionAct]
    main: QuestionAct | None
    is_current: bool = False
    failed: Failed | None = None


@dataclass(frozen=True)
class Console:
    live: Live
    current: Row | None
    held: Sequence[Row]
    queue: Sequence[Row]
    rest_count: int
    dealt: Sequence[Row]
    clock_acts: Sequence[ClockAct]
    may_enter: bool
    may_close: bool
    team_present: int
    team_all: int
    reporters: str
    hiding: Choices
    rejection: Choices
    failed: Failed | None = field(default=None)

    @property
    def is_short(self) -> bool:
        """Ending now needs a public reason."""
        return self.live.clock.left > 0 or self.live.attendance.households < self.min_households

    min_households: int = 0


def console_of(
    meeting: Meeting, by: Actor, *, now: datetime, everything: bool = False, failed: Failed | None = None
) -> Console:
    """A fixed number of queries; `meeting` with area and pulse."""
    policy = limits.policy(now)
    live = live_of(meeting, needed_minutes=policy.floor.question_minutes, now=now)
    team = list(meeting.team.values_list("is_present", flat=True))
    labels = MeetingEstate.objects.filter(meeting=meeting).exclude(reporter_label="")

    def row(question: LiveQuestion, *, is_current: bool = False) -> Row:
        acts = [act for act in QUESTION_ACTS if act.available(question.status, meeting, by)]
        if is_current:
            acts = [act for act in acts if act.name not in ("make_current", "merge", "hide", "reject")]
        else:
            acts = [act for act in acts if act.name != "answer" or question.status is QuestionStatus.DEFERRED]
        mains = [a for a in acts if question.status in a.is_main_on or (is_current and a.name == "answer")]
        mine = failed if failed is not None and failed.question_id == question.id else None
        return Row(question, acts, mains[0] if mains else None, is_current, mine)

    shown = live.queue if everything else live.queue[:MOST_ROWS]
    hidden = live.hidden
    return Console(
        live=live,
        current=row(live.current, is_current=True) if live.current else None,
        held=[row(each) for each in live.held],
        queue=[row(each) for each in shown],
        rest_count=len(live.queue) - len(shown),
        dealt=[row(each) for each in sorted([*live.dealt, *hidden], key=lambda each: -each.number)],
        clock_acts=[act for act in CLOCK_ACTS if act.available(meeting, by)],
        may_enter=is_open(Activity.ASK, meeting.phase),
        may_close=meeting.phase == Phase.CLOSED and can_decide(by, meeting),
        team_present=sum(team),
        team_all=len(team),
        reporters="、".join(labels.values_list("reporter_label", flat=True)),
        hiding=[(reason.code, reason.sentence) for reason in policy.hiding],
        rejection=[
            (reason.code, reason.sentence) for reason in ledger_limits.reasons(now).rejection
        ],
        failed=failed,
        min_households=policy.floor.min_households,
    )
