"""What the console shows: the queue with the acts of each row, the clock, who came, the balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from huiyin.apps.ledger import limits as ledger_limits
from huiyin.apps.ledger.reply_checks import lacks_of
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.clock import goes_on_until
from huiyin.apps.meetings.console_acts import CLOCK_ACTS, QUESTION_ACTS, ClockAct, QuestionAct
from huiyin.apps.meetings.live import LiveQuestion, LiveView, live_now
from huiyin.apps.meetings.models import Meeting, MeetingEstate
from huiyin.apps.meetings.permissions import can_assist, can_decide
from huiyin.domain.access import Actor
from huiyin.domain.meeting_phases import Activity, Phase, is_open
from huiyin.domain.question_workflow import MAY_TAKE_IN, OF_RESIDENTS, QuestionStatus
from huiyin.language.similar import Candidate, SimilarIndex

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
    similar: Sequence[LiveQuestion] = ()
    """Other questions that may be the same matter, nearest first: for who merges."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What the answer that was heard lacks, while the company is there to be asked again."""
        question = self.question
        if question.is_to_residents or question.status is not QuestionStatus.ANSWERED:
            return ()
        return _lacks_as_heard(question.text, question.spoken_answer)


@lru_cache(maxsize=1024)
def _lacks_as_heard(question: str, answer: str) -> tuple[str, ...]:
    """The console is drawn at every press; words that stand there do not change."""
    return lacks_of(question, answer)


@dataclass(frozen=True)
class Console:
    live: LiveView
    current: Row | None
    held: Sequence[Row]
    queue: Sequence[Row]
    rest_count: int
    dealt: Sequence[Row]
    clock_acts: Sequence[ClockAct]
    may_assist: bool
    may_enter: bool
    may_close: bool
    goes_on_until: datetime | None
    """Until when the end of the questions can be taken back; None where it is too late, or nothing ended."""
    team_present: int
    team_all: int
    reporters: str
    hiding: Choices
    rejection: Choices
    min_households: int
    go_on_within_minutes: int
    failed: Failed | None = None

    @property
    def is_short(self) -> bool:
        """Ending now needs a public reason; so it did a moment ago, where that was refused."""
        is_below = self.live.clock.left > 0 or self.live.attendance.households < self.min_households
        return is_below or (self.failed is not None and self.failed.act == "end_questions")

    @property
    def ending_sentence(self) -> str:
        """What can be taken back only for a while, or not at all, said before it is confirmed."""
        said = _("结束以后不能再放开提问，要接着问只能再开一次。")
        if self.go_on_within_minutes:
            said = _("结束以后 %(minutes)s 分钟内可以续开，过后要接着问只能再开一次。") % {
                "minutes": self.go_on_within_minutes
            }
        waiting = sum(not each.is_to_residents for each in self.live.waiting)
        if waiting:
            said += _("还有 %(count)s 个没轮到，会后书面答复。") % {"count": waiting}
        return said

    @property
    def short_sentence(self) -> str:
        said = []
        if self.live.clock.left:
            values = {"minutes": self.live.clock.needed_minutes, "left": self.live.clock.left_words}
            said.append(_("提问要满 %(minutes)s 分钟，%(left)s。") % values)
        if self.live.attendance.households < self.min_households:
            values = {"wanted": self.min_households, "came": self.live.attendance.households}
            said.append(_("到场要有 %(wanted)s 户，现在 %(came)s 户。") % values)
        return "".join([*said, _("原因会公开。")])

    @cached_property
    def hiding_options(self) -> SafeString:
        return _options(self.hiding)

    @cached_property
    def rejection_options(self) -> SafeString:
        return _options(self.rejection)

    @property
    def failed_above(self) -> Failed | None:
        """What was refused and has no form of its own that could say so."""
        rows = [*filter(None, [self.current]), *self.held, *self.queue, *self.dealt]
        has_form = any(
            row.failed and row.failed.act in {act.name for act in row.acts if act.asks} for row in rows
        )
        return None if has_form else self.failed

    @property
    def lacking_count(self) -> int:
        return sum(bool(row.lacks) for row in self.dealt)

    @property
    def failed_in_dealt(self) -> bool:
        return any(row.failed for row in self.dealt)


def console_of(
    meeting: Meeting, by: Actor, *, now: datetime, everything: bool = False, failed: Failed | None = None
) -> Console:
    """A fixed number of queries; `meeting` with area and pulse."""
    policy = limits.policy(now)
    floor = limits.policy_of(meeting).floor  # what the verdict will be measured by
    live = live_now(meeting, now)
    team = list(meeting.team.values_list("is_present", flat=True))
    labels = MeetingEstate.objects.filter(meeting=meeting).exclude(reporter_label="")

    nearest = Nearest(live.questions)
    may_assist = can_assist(by, meeting)
    rules = {act.permitted for act in QUESTION_ACTS} | {act.permitted for act in CLOCK_ACTS}
    may = {rule: rule(by, meeting) for rule in rules}  # once for all rows: it may take a query
    mine = [act for act in QUESTION_ACTS if may[act.permitted]]

    def row(question: LiveQuestion, *, is_current: bool = False) -> Row:
        acts = [act for act in mine if act.fits(question.status, meeting)]
        if question.is_to_residents:
            acts = [act for act in acts if act.name not in OF_RESIDENTS]
        if is_current:
            acts = [act for act in acts if act.name not in ("make_current", "merge", "hide", "reject")]
        elif question.status is QuestionStatus.SHOWN and is_open(Activity.ON_SCREEN, meeting.phase):
            acts = [act for act in acts if act.name != "answer"]  # first it goes on the screen
        mains = [a for a in acts if question.status in a.is_main_on or (is_current and a.name == "answer")]
        refused = failed if failed is not None and failed.question_id == question.id else None
        may_merge = any(act.name == "merge" for act in acts)
        near = nearest.to(question) if may_merge else ()
        return Row(question, acts, mains[0] if mains else None, is_current, refused, near)

    until = goes_on_until(meeting, now)
    shown = live.waiting if everything else live.waiting[:MOST_ROWS]
    return Console(
        live=live,
        current=row(live.current, is_current=True) if live.current else None,
        held=[row(each) for each in live.held],
        queue=[row(each) for each in shown],
        rest_count=len(live.waiting) - len(shown),
        dealt=[row(each) for each in reversed(live.settled)],
        clock_acts=[
            act
            for act in CLOCK_ACTS
            if may[act.permitted] and act.fits(meeting) and (act.name != "go_on" or until is not None)
        ],
        may_assist=may_assist,
        may_enter=may_assist and is_open(Activity.ASK, meeting.phase),
        may_close=meeting.phase == Phase.CLOSED and can_decide(by, meeting),
        goes_on_until=until,
        team_present=sum(team),
        team_all=len(team),
        reporters="、".join(labels.values_list("reporter_label", flat=True)),
        hiding=[(reason.code, reason.sentence) for reason in policy.hiding],
        rejection=[(reason.code, reason.sentence) for reason in ledger_limits.reasons(now).rejection],
        failed=failed,
        min_households=floor.min_households,
        go_on_within_minutes=floor.go_on_within_minutes,
    )


def _options(choices: Choices) -> SafeString:
    """The same for every row, so drawn once; the asker is told the reason, so none is chosen by itself."""
    return format_html_join("", '<option value="{}">{}</option>', [("", _("请选理由")), *choices])


SURE = 0.25
"""As in ledger/similar.py: above this score two texts are likely to be one matter."""


class Nearest:
    """Which of the meeting's questions may be the same matter; read once for all rows."""

    def __init__(self, questions: Sequence[LiveQuestion]) -> None:
        self.into = {
            str(each.id): each for each in questions if each.is_public and each.status in MAY_TAKE_IN
        }
        self.index = SimilarIndex(
            Candidate(id=id_, title="", text=each.text) for id_, each in self.into.items()
        )

    def to(self, question: LiveQuestion) -> list[LiveQuestion]:
        found = [
            self.into[match.id] for match in self.index.rank(question.text, limit=3) if match.score >= SURE
        ]
        return [
            each
            for each in found
            if each.id != question.id
            and (each.estate, each.is_to_residents) == (question.estate, question.is_to_residents)
        ]
