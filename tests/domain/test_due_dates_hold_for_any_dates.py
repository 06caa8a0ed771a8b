"""What is true of every due date, whatever the start, limit, holidays and pauses (property tests)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.domain.clocks import BEIJING, Limit, Pause, Unit, due, due_at, end_of_day
from huiyin.domain.holidays import Calendar

FIRST = datetime(2026, 1, 1, tzinfo=BEIJING)
DAYS = st.dates(date(2025, 12, 1), date(2027, 12, 31))
calendars = st.builds(
    Calendar,
    holidays=st.frozensets(DAYS, max_size=80),
    workdays=st.frozensets(DAYS, max_size=40),
    announced_through=st.just(date(2026, 12, 31)),
    yearly=st.just(frozenset({(1, 1), (10, 1)})),
)
instants = st.integers(0, 400 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(Unit))
pauses = st.lists(
    st.builds(
        lambda begun, minutes: Pause(begun, begun + timedelta(minutes=minutes)),
        instants,
        st.integers(0, 14 * 24 * 60),
    ),
    max_size=4,
)
ordinary = settings(max_examples=300, deadline=None)


@ordinary
@given(instants, limits, calendars, pauses)
def test_a_due_date_is_after_its_start(
    start: datetime, limit: Limit, calendar: Calendar, paused: list[Pause]
) -> None:
    assert due_at(start, limit, calendar, paused) > start


@ordinary
@given(instants, instants, limits, calendars, pauses)
def test_who_registers_later_is_never_due_earlier(
    one: datetime, other: datetime, limit: Limit, calendar: Calendar, paused: list[Pause]
) -> None:
    first, later = sorted((one, other))
    assert due_at(first, limit, calendar, paused) <= due_at(later, limit, calendar, paused)


@ordinary
@given(instants, st.integers(1, 60), st.integers(1, 60), st.sampled_from(Unit), calendars, pauses)
def test_a_longer_limit_is_never_due_earlier(
    start: datetime, one: int, other: int, unit: Unit, calendar: Calendar, paused: list[Pause]
) -> None:
    shorter, longer = (Limit(amount, unit) for amount in sorted((one, other)))
    assert due_at(start, shorter, calendar, paused) <= due_at(start, longer, calendar, paused)


@ordinary
@given(instants, limits, calendars, pauses)
def test_a_pause_never_brings_the_due_date_nearer(
    start: datetime, limit: Limit, calendar: Calendar, paused: list[Pause]
) -> None:
    ends = [due_at(start, limit, calendar, paused[:count]) for count in range(len(paused) + 1)]
    assert ends == sorted(ends)


@ordinary
@given(instants, limits, calendars, pauses, st.data())
def test_a_pause_told_in_two_parts_is_the_same_pause(
    start: datetime, limit: Limit, calendar: Calendar, paused: list[Pause], data: st.DataObject
) -> None:
    parts = []
    for pause in paused:
        length = int((pause.ended_at - pause.started_at).total_seconds() // 60)
        middle = pause.started_at + timedelta(minutes=data.draw(st.integers(0, length)))
        parts += [Pause(pause.started_at, middle), Pause(middle, pause.ended_at)]
    data.draw(st.permutations(parts))
    assert due_at(start, limit, calendar, parts) == due_at(start, limit, calendar, paused)


@ordinary
@given(instants, limits, calendars, instants, st.integers(1, 14 * 24 * 60))
def test_who_was_not_late_when_paused_is_not_late_on_resuming(
    start: datetime, limit: Limit, calendar: Calendar, begun: datetime, minutes: int
) -> None:
    pause = Pause(begun, begun + timedelta(minutes=minutes))
    if start <= begun <= due_at(start, limit, calendar):
        assert due_at(start, limit, calendar, [pause]) >= pause.ended_at


@ordinary
@given(instants, limits, calendars, pauses)
def test_day_limits_end_with_a_day_and_working_day_limits_with_a_working_day(
    start: datetime, limit: Limit, calendar: Calendar, paused: list[Pause]
) -> None:
    ends = due(start, limit, calendar, paused)
    if limit.unit is not Unit.HOURS:
        assert ends.at == end_of_day(ends.at.date())
    if limit.unit is Unit.WORKING_DAYS:
        assert calendar.is_working_day(ends.at.date())
        assert ends.provisional == (ends.at.date() > calendar.announced_through)
    else:
        assert not ends.provisional


@ordinary
@given(instants, st.integers(1, 60), calendars)
def test_working_days_never_end_before_as_many_calendar_days(
    start: datetime, amount: int, calendar: Calendar
) -> None:
    by_working_days = due_at(start, Limit(amount, Unit.WORKING_DAYS), calendar)
    assert by_working_days >= due_at(start, Limit(amount, Unit.DAYS), calendar)
