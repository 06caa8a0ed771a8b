"""The certified question clock: the time in which the floor was open, silence included (domain.md §4).

The clock is the union of the intervals, whatever happened on the way: an interval that was opened twice counts once,
one whose end lies before its beginning (a clock that was set back) counts nothing, and one that nobody closed ends
with the next fact that closes the floor. One that is running runs on, whatever the server's clock was set to before.

It counts whole seconds, as every sheet prints them: whoever subtracts and adds what stands there finds the same sum.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise


@dataclass(frozen=True)
class Interval:
    """The floor was open from `opened_at` to `closed_at`; None where nothing closed it yet.

    `is_running`: this is the interval that is open now, not one that was left behind.
    """

    opened_at: datetime
    closed_at: datetime | None = None
    is_running: bool = False


@dataclass(frozen=True)
class Span:
    """A finished part of the union."""

    opened_at: datetime
    closed_at: datetime

    @property
    def length(self) -> timedelta:
        return self.closed_at - self.opened_at


def union(intervals: Iterable[Interval], *, now: datetime) -> list[Span]:
    """The open time until `now` as spans in order, none touching another."""
    known = list(intervals)
    closings = sorted({each.closed_at for each in known if each.closed_at is not None})
    spans: list[Span] = []
    for opened_at, closed_at in sorted(
        (_second_of(each.opened_at), _second_of(min(_end_of(each, closings, now), now))) for each in known
    ):
        if closed_at <= opened_at:
            continue
        if spans and opened_at <= spans[-1].closed_at:
            spans[-1] = Span(spans[-1].opened_at, max(spans[-1].closed_at, closed_at))
        else:
            spans.append(Span(opened_at, closed_at))
    return spans


def open_time(intervals: Iterable[Interval], *, now: datetime) -> timedelta:
    """How long the floor was open until `now`."""
    return sum((span.length for span in union(intervals, now=now)), timedelta())


def counted_of_each(
    intervals: Iterable[Interval], *, now: datetime
) -> list[tuple[Interval, datetime, timedelta]]:
    """Each interval in order, when it ended, and what it adds to the clock: nothing that an earlier one has counted."""
    known = sorted(intervals, key=lambda each: each.opened_at)
    closings = sorted(each.closed_at for each in known if each.closed_at is not None)
    ends = [max(each.opened_at, min(_end_of(each, closings, now), now)) for each in known]
    ended = [Interval(each.opened_at, end) for each, end in zip(known, ends, strict=True)]
    sums = [open_time(ended[:count], now=now) for count in range(len(ended) + 1)]
    added = [after - before for before, after in pairwise(sums)]
    return list(zip(known, ends, added, strict=True))


def still_missing(open_for: timedelta, minutes: int) -> timedelta:
    """What is left of the time the policy asks for; never negative."""
    return max(timedelta(minutes=minutes) - open_for, timedelta())


def _second_of(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _end_of(interval: Interval, closings: list[datetime], now: datetime) -> datetime:
    if interval.closed_at is not None:
        return interval.closed_at
    if interval.is_running:
        return now
    later = bisect_right(closings, interval.opened_at)
    return closings[later] if later < len(closings) else now
