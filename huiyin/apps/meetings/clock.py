"""The clock of one meeting read from its rows, and who has come: what the outcome is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.attendance import households_of
from huiyin.apps.meetings.models import FloorInterval, Meeting
from huiyin.domain.meeting_phases import Phase
from huiyin.domain.meeting_rules import Measured
from huiyin.domain.question_clock import Interval, Span, counted_of_each, open_time, still_missing, union


@dataclass(frozen=True)
class ClockState:
    """What a page needs to count on by itself: `counted` until `as_of`, and whether the floor is open now."""

    counted: timedelta
    is_running: bool
    target: timedelta
    as_of: datetime

    @property
    def missing(self) -> timedelta:
        return still_missing(self.counted, int(self.target.total_seconds()) // 60)


@dataclass(frozen=True)
class Floor:
    """The floor was open at a sitting; `counted` is less than its length where it overlaps an earlier one."""

    sitting: int
    opened_at: datetime
    closed_at: datetime
    counted: timedelta


def intervals_of(meeting: Meeting) -> list[Interval]:
    """Of all sittings; one that nothing closed ends with its sitting."""
    return [interval for _sitting, interval in _by_sitting(meeting)]


def floors_of(meeting: Meeting, now: datetime) -> list[Floor]:
    """Every interval with its sitting, in order, and how much of it the clock counts."""
    sittings = {interval: sitting for sitting, interval in _by_sitting(meeting)}
    return [
        Floor(sittings[interval], interval.opened_at, ended_at, counted)
        for interval, ended_at, counted in counted_of_each(sittings, now=now)
    ]


def _by_sitting(meeting: Meeting) -> list[tuple[int, Interval]]:
    rows = FloorInterval.objects.filter(sitting__meeting=meeting).values_list(
        "sitting__ordinal", "opened_at", "closed_at", "sitting__ended_at"
    )
    is_open = meeting.phase == Phase.QUESTIONS
    return [
        (sitting, Interval(opened_at, end := closed_at or ended_at, is_running=is_open and end is None))
        for sitting, opened_at, closed_at, ended_at in rows
    ]


def spans_of(meeting: Meeting, now: datetime) -> list[Span]:
    return union(intervals_of(meeting), now=now)


def clock_of(meeting: Meeting, now: datetime) -> ClockState:
    intervals = intervals_of(meeting)
    return ClockState(
        counted=open_time(intervals, now=now),
        is_running=any(each.is_running for each in intervals),
        target=timedelta(minutes=limits.policy_of(meeting).floor.question_minutes),
        as_of=now,
    )


def goes_on_until(meeting: Meeting, now: datetime) -> datetime | None:
    """Until when the chair may take back the end of the questions; None where it is too late or nothing ended."""
    if meeting.phase != Phase.CLOSED:
        return None
    opened_at, ended_at = meeting.sittings.order_by("-ordinal").values_list("opened_at", "ended_at")[0]
    if opened_at is None or ended_at is None:  # a further sitting that was dropped: nobody came together
        return None
    until = ended_at + timedelta(minutes=limits.policy_of(meeting).floor.go_on_within_minutes)
    return until if now < until else None


def measured(meeting: Meeting, now: datetime) -> Measured:
    floor = limits.policy_of(meeting).floor
    return Measured(
        open_for=open_time(intervals_of(meeting), now=now),
        households=households_of(meeting),
        question_minutes=floor.question_minutes,
        min_households=floor.min_households,
    )
