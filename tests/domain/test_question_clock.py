"""The clock is the union of the intervals in which the floor was open, whatever happened on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.question_clock import Interval, counted_of_each, open_time, still_missing, union

START = datetime(2026, 7, 11, 2, 0, tzinfo=UTC)
LENGTH = 120
"""Minutes that a property test looks at."""


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def interval(opened: float, closed: float | None = None) -> Interval:
    return Interval(at(opened), None if closed is None else at(closed))


@pytest.mark.parametrize(
    ("intervals", "now", "minutes"),
    [
        ([], 60, 0),
        ([(0, 31)], 60, 31),
        ([(0, 10), (15, 30)], 60, 25),
        ([(0, None)], 20, 20),  # still open
        ([(0, 10), (5, 20)], 60, 20),  # opened twice
        ([(0, 10), (10, 20)], 60, 20),  # resumed at the very moment
        ([(10, 5)], 60, 0),  # the server's clock was set back
        ([(0, 30)], 20, 20),  # it ends in the future of this server
        ([(30, 40)], 20, 0),  # it lies in the future altogether
        ([(0, None), (10, 25)], 60, 25),  # a crash left it open, the next closing ends it
        ([(0, None), (10, None)], 40, 40),
        ([(0, 5), (10, None)], 30, 25),  # an earlier closing ends nothing that was opened later
        ([(0, 10), (10, None)], 20, 20),  # nor does the closing at whose moment it was opened
    ],
)
def test_the_clock_of_one_meeting(
    intervals: list[tuple[float, float | None]], now: float, minutes: float
) -> None:
    assert open_time([interval(*each) for each in intervals], now=at(now)) == timedelta(minutes=minutes)


def test_the_clock_goes_on_while_the_floor_is_open_though_the_servers_clock_was_set_back() -> None:
    resumed = Interval(at(24), is_running=True)  # after a pause at 29
    counted = [open_time([interval(0, 29), resumed], now=at(minute)) for minute in (28, 31, 60)]
    assert counted == [timedelta(minutes=minute) for minute in (28, 31, 60)]


def test_what_is_printed_to_the_second_adds_up() -> None:
    opened, closed = timedelta(seconds=0.9), timedelta(seconds=8.1)
    floors = [
        Interval(START + timedelta(seconds=0.2), START + timedelta(minutes=31, seconds=20.1)),
        Interval(at(40) + opened, at(40) + closed),
    ]
    spans = union(floors, now=at(60))
    assert [span.length for span in spans] == [timedelta(minutes=31, seconds=20), timedelta(seconds=8)]
    assert open_time(floors, now=at(60)) == timedelta(minutes=31, seconds=28)
    assert [each for _floor, _end, each in counted_of_each(floors, now=at(60))] == [
        span.length for span in spans
    ]


def test_what_is_missing_to_the_half_hour() -> None:
    assert still_missing(timedelta(minutes=18, seconds=42), 30) == timedelta(minutes=11, seconds=18)
    assert still_missing(timedelta(minutes=31), 30) == timedelta()


minutes = st.integers(0, LENGTH)
closed_intervals = st.builds(interval, minutes, minutes)
all_intervals = st.builds(interval, minutes, st.none() | minutes)


def open_minutes(intervals: list[Interval], now: int) -> int:
    """Counted minute by minute: open where any interval holds it. An open one ends at the next closing."""
    closings = [each.closed_at for each in intervals if each.closed_at is not None]
    counted = 0
    for minute in range(LENGTH + 1):
        begins, ends = at(minute), at(minute + 1)
        for each in intervals:
            closed = each.closed_at
            if closed is None:
                closed = min(
                    (each_end for each_end in closings if each_end > each.opened_at), default=at(now)
                )
            if each.opened_at <= begins and ends <= min(closed, at(now)):
                counted += 1
                break
    return counted


@given(st.lists(all_intervals, max_size=8), minutes, st.randoms(use_true_random=False))
def test_it_equals_the_union_in_any_order(intervals: list[Interval], now: int, random: object) -> None:
    expected = timedelta(minutes=open_minutes(intervals, now))
    assert open_time(intervals, now=at(now)) == expected
    random.shuffle(intervals)  # type: ignore[attr-defined]
    assert open_time(intervals, now=at(now)) == expected


@given(st.lists(all_intervals, max_size=8), minutes)
def test_spans_are_in_order_and_never_touch(intervals: list[Interval], now: int) -> None:
    spans = union(intervals, now=at(now))
    assert all(span.opened_at < span.closed_at <= at(now) for span in spans)
    assert all(first.closed_at < second.opened_at for first, second in pairwise(spans))


@given(st.lists(closed_intervals, max_size=6), closed_intervals, minutes)
def test_saying_the_same_again_changes_nothing_and_more_never_shortens(
    intervals: list[Interval], one: Interval, now: int
) -> None:
    with_one = open_time([*intervals, one], now=at(now))
    assert open_time([*intervals, one, one], now=at(now)) == with_one
    assert with_one >= open_time(intervals, now=at(now))


@given(st.lists(all_intervals, max_size=6), minutes)
def test_the_clock_never_runs_backwards(intervals: list[Interval], now: int) -> None:
    earlier, later = open_time(intervals, now=at(now)), open_time(intervals, now=at(now + 1))
    assert earlier <= later <= earlier + timedelta(minutes=1)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12))
def test_pausing_and_resuming_counts_what_lies_between(lengths: list[int]) -> None:
    """Open, shut, open, …: every other length counts."""
    moments = [0]
    for length in lengths:
        moments.append(moments[-1] + length)
    pairs = list(zip(moments[::2], [*moments[1::2], None], strict=False))
    expected = sum((moments[-1] if closed is None else closed) - opened for opened, closed in pairs)
    counted = open_time([interval(*pair) for pair in pairs], now=at(moments[-1]))
    assert counted == timedelta(minutes=expected)


@given(st.lists(all_intervals, max_size=6), minutes)
def test_what_each_interval_adds_makes_the_clock(intervals: list[Interval], now: int) -> None:
    rows = counted_of_each(intervals, now=at(now))
    assert sum((added for _each, _end, added in rows), timedelta()) == open_time(intervals, now=at(now))
    for each, end, added in rows:
        assert timedelta() <= added <= end - each.opened_at


def test_an_interval_that_overlaps_adds_only_what_is_new() -> None:
    rows = counted_of_each([interval(5, 20), interval(0, 10), interval(30)], now=at(34))
    assert [added for _each, _end, added in rows] == [timedelta(minutes=each) for each in (10, 10, 4)]
