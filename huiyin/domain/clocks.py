"""When a matter falls due: working-day, calendar-day and hour limits, pauses, overdue days (domain.md §5).

A day limit is counted from the day after the start and ends with its last day, 24:00. The instant kept for it is the
last one of that day, 23:59:59.999999 in Beijing, so that a due date shows as the day it names: `due_day(due_at)`.
Calendar days are not moved off a day of rest: the limit is a promise to the asker, and the earlier day favours them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from huiyin.domain.holidays import (
    Calendar,
    working_day_on_or_after,
    working_days_after,
    working_days_between,
)

BEIJING = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"


UNIT_LABELS = {Unit.WORKING_DAYS: "个工作日", Unit.DAYS: "天", Unit.HOURS: "小时"}


@dataclass(frozen=True)
class Limit:
    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("期限至少是 1。")

    def __str__(self) -> str:
        return f"{self.amount} {UNIT_LABELS[self.unit]}"


@dataclass(frozen=True)
class Pause:
    """An interval in which the clock stood still; a pause still running is given with the present moment as its end."""

    started_at: datetime
    ended_at: datetime

    def __post_init__(self) -> None:
        if _beijing(self.ended_at) < _beijing(self.started_at):
            raise ValueError("a pause ends before it starts")


@dataclass(frozen=True)
class Due:
    at: datetime
    provisional: bool
    """True when the count ran into a year whose holidays are not announced yet."""


def due(start: datetime, limit: Limit, calendar: Calendar, pauses: Iterable[Pause] = ()) -> Due:
    """When a limit that starts at `start` ends, with the flag for a provisional calendar; instants in Beijing time."""
    start = _beijing(start)
    end = _first_end(start, limit, calendar)
    for pause in _joined(pauses, start):
        if pause.started_at > end:
            break  # what is late when it is paused stays late
        end = moved_by(end, limit.unit, pause, calendar)
    return Due(end, limit.unit is Unit.WORKING_DAYS and calendar.is_provisional(end.date()))


def due_at(start: datetime, limit: Limit, calendar: Calendar, pauses: Iterable[Pause] = ()) -> datetime:
    """The instant of `due`, e.g. Friday 12:00 + 3 working days → Wednesday 23:59:59.999999."""
    return due(start, limit, calendar, pauses).at


def recomputed(old: datetime, new: datetime) -> datetime:
    """A due date computed again, e.g. once a calendar is announced: it moves only in the asker's favour."""
    return min(old, new)


def end_of_day(day: date) -> datetime:
    """24:00 of `day` in Beijing, as the last instant that still belongs to it."""
    return datetime.combine(day, time.max, tzinfo=BEIJING)


def due_day(at: datetime) -> date:
    """The day people read: an aware instant's date in Beijing."""
    return _beijing(at).date()


def is_overdue(due_at: datetime, now: datetime) -> bool:
    return now > due_at


def days_late(due_at: datetime, now: datetime) -> int:
    """The day of lateness by the calendar, as people count it: 0 not late, 1 on the first day after the due day.

    A limit in hours that ended earlier the same day is on its first day too.
    """
    if not is_overdue(due_at, now):
        return 0
    return max(1, (due_day(now) - due_day(due_at)).days)


def full_days_overdue(due_at: datetime, now: datetime) -> int | None:
    """Full days of 24 hours since the due instant; None when not overdue. The escalation ladder counts in these."""
    return (now - due_at) // ONE_DAY if is_overdue(due_at, now) else None


def days_left(due_at: datetime, now: datetime) -> int:
    """Calendar days from today to the due day: 0 = due today, negative = the due day has gone by."""
    return (due_day(due_at) - due_day(now)).days


def _first_end(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    if limit.unit is Unit.HOURS:
        return start + timedelta(hours=limit.amount)
    if limit.unit is Unit.DAYS:
        return end_of_day(start.date() + timedelta(days=limit.amount))
    return end_of_day(working_days_after(start.date(), limit.amount, calendar))


def moved_by(end: datetime, unit: Unit, pause: Pause, calendar: Calendar) -> datetime:
    """Move the end by the paused time; a matter is never due before the end of the working day it resumes on."""
    if unit is Unit.HOURS:
        return end + (pause.ended_at - pause.started_at)
    first, last = pause.started_at.date(), pause.ended_at.date()
    if unit is Unit.DAYS:
        return end_of_day(end.date() + (last - first))
    paused = working_days_between(first, last, calendar)
    moved = working_days_after(end.date(), paused, calendar) if paused else end.date()
    return end_of_day(max(moved, working_day_on_or_after(last, calendar)))


def _joined(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """The pauses in order, cut at `start`, overlapping and touching ones made one: no day is given twice."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: each.started_at):
        begun, ended = max(_beijing(pause.started_at), start), _beijing(pause.ended_at)
        if ended <= begun:
            continue
        if joined and begun <= joined[-1].ended_at:
            joined[-1] = Pause(joined[-1].started_at, max(joined[-1].ended_at, ended))
        else:
            joined.append(Pause(begun, ended))
    return joined


def _beijing(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("times must carry their time zone")
    return at.astimezone(BEIJING)
