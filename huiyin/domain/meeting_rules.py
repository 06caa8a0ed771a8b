"""Rules of a meeting that are not edges: notice, the verdict on a meeting, the first thing of a term (domain.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class MeetingOutcome(StrEnum):
    COMPLIANT = "compliant"
    NOT_REACHED = "not_reached"
    TOO_FEW = "too_few"


OUTCOME_LABELS: dict[MeetingOutcome, str] = {
    MeetingOutcome.COMPLIANT: "符合要求",
    MeetingOutcome.NOT_REACHED: "提问时间不足",
    MeetingOutcome.TOO_FEW: "到场户数不足",
}


@dataclass(frozen=True)
class Measured:
    """What a meeting came to, beside what the policy asks for."""

    open_for: timedelta
    households: int
    question_minutes: int
    min_households: int

    @property
    def is_long_enough(self) -> bool:
        return self.open_for >= timedelta(minutes=self.question_minutes)

    @property
    def has_enough_households(self) -> bool:
        return self.households >= self.min_households

    @property
    def outcome(self) -> MeetingOutcome:
        """Too few weighs more than too short: it owes a further sitting."""
        if not self.has_enough_households:
            return MeetingOutcome.TOO_FEW
        return MeetingOutcome.COMPLIANT if self.is_long_enough else MeetingOutcome.NOT_REACHED


def notice_days(announced_on: date, held_on: date) -> int:
    """Full days between the notice and the meeting: announced on the 1st for the 8th are seven."""
    return (held_on - announced_on).days


def first_thing_due(term_starts_on: date, days: int) -> date:
    """The last day for the first report meeting of a new committee term."""
    return term_starts_on + timedelta(days=days)


def quarter_of(day: date) -> date:
    """The first day of the quarter that holds this day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(first_day: date) -> date:
    """The last day of the quarter that begins on this day."""
    month = first_day.month + 3
    following = date(first_day.year + (month > 12), (month - 1) % 12 + 1, 1)
    return following - timedelta(days=1)
