"""Due dates as a table one can check with a wall calendar (domain.md §5; Civil Code Art. 201)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from huiyin.domain.clocks import (
    BEIJING,
    Limit,
    Pause,
    Unit,
    days_late,
    days_left,
    due,
    due_at,
    due_day,
    end_of_day,
    full_days_overdue,
    is_overdue,
    recomputed,
)
from tests.domain.calendars import calendar


def at(text: str) -> datetime:
    """ "2026-06-12 12:00" in Beijing; "24:00" is the last instant of the day."""
    day, clock = text.split()
    if clock == "24:00":
        return end_of_day(datetime.fromisoformat(day).date())
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=BEIJING)


def limit(text: str) -> Limit:
    amount, unit = text.split(" ", 1)
    return Limit(int(amount), Unit(unit.replace(" ", "_")))


# (what the row shows, registered, limit, due)
TABLE = [
    ("Friday noon: Monday, Tuesday, Wednesday", "2026-06-05 12:00", "3 working days", "2026-06-10 24:00"),
    ("one minute before midnight is still Friday", "2026-06-05 23:59", "3 working days", "2026-06-10 24:00"),
    ("Saturday: Monday is the first day", "2026-06-06 09:00", "3 working days", "2026-06-10 24:00"),
    ("Sunday: Monday is the first day", "2026-06-07 23:59", "3 working days", "2026-06-10 24:00"),
    ("Monday morning: Monday does not count", "2026-06-08 00:00", "3 working days", "2026-06-11 24:00"),
    ("one working day from Friday is Monday", "2026-06-05 17:30", "1 working_days", "2026-06-08 24:00"),
    ("Dragon Boat 2026 rests Friday to Sunday", "2026-06-17 10:00", "3 working days", "2026-06-23 24:00"),
    (
        "before Spring Festival 2025 with its Sunday worked",
        "2025-01-24 10:00",
        "3 working days",
        "2025-02-05 24:00",
    ),
    ("New Year's Eve 2025 is a day of rest", "2025-01-28 20:00", "3 working days", "2025-02-07 24:00"),
    ("Saturday 8 February 2025 is worked", "2025-02-06 10:00", "2 working days", "2025-02-08 24:00"),
    (
        "registered on a worked Saturday counts from Sunday on",
        "2025-02-08 10:00",
        "1 working days",
        "2025-02-10 24:00",
    ),
    ("Spring Festival 2026 rests nine days", "2026-02-13 10:00", "3 working days", "2026-02-25 24:00"),
    ("May 2026: Saturday 9 is worked", "2026-04-30 10:00", "4 working days", "2026-05-09 24:00"),
    ("Sunday 27 April 2025 is worked", "2025-04-25 10:00", "1 working days", "2025-04-27 24:00"),
    (
        "National Day 2024, worked on Sunday 29 and Saturday 12",
        "2024-09-28 10:00",
        "6 working days",
        "2024-10-11 24:00",
    ),
    ("over the turn of an announced year", "2025-12-31 10:00", "1 working days", "2026-01-04 24:00"),
    ("30 days are calendar days", "2026-06-05 12:00", "30 days", "2026-07-05 24:00"),
    ("calendar days end on a day of rest too", "2026-09-05 12:00", "30 days", "2026-10-05 24:00"),
    ("365 days over a leap day", "2027-06-01 08:00", "365 days", "2028-05-31 24:00"),
    ("7 days", "2026-12-28 08:00", "7 days", "2027-01-04 24:00"),
    ("2 hours run through the night", "2026-06-05 23:15", "2 hours", "2026-06-06 01:15"),
    ("24 hours run through a day of rest", "2026-02-16 09:30", "24 hours", "2026-02-17 09:30"),
]


@pytest.mark.parametrize(("what", "start", "given", "ends"), TABLE, ids=[row[0] for row in TABLE])
def test_a_limit_ends(what: str, start: str, given: str, ends: str) -> None:
    assert due_at(at(start), limit(given), calendar()) == at(ends)


# (what the row shows, registered, limit, pauses, due)
PAUSED = [
    (
        "two working days waited",
        "2026-06-05 12:00",
        "3 working days",
        [("2026-06-08 10:00", "2026-06-10 15:00")],
        "2026-06-12 24:00",
    ),
    (
        "a pause within one day gives nothing back",
        "2026-06-05 12:00",
        "3 working days",
        [("2026-06-08 10:00", "2026-06-08 16:00")],
        "2026-06-10 24:00",
    ),
    (
        "a weekend waited gives no working day back",
        "2026-06-03 12:00",
        "3 working days",
        [("2026-06-05 18:00", "2026-06-07 20:00")],
        "2026-06-08 24:00",
    ),
    (
        "paused on the due day over a weekend: resumed Monday",
        "2026-06-02 12:00",
        "3 working days",
        [("2026-06-05 18:00", "2026-06-07 20:00")],
        "2026-06-08 24:00",
    ),
    (
        "what was late when paused stays late",
        "2026-06-02 12:00",
        "3 working days",
        [("2026-06-08 09:00", "2026-06-11 09:00")],
        "2026-06-05 24:00",
    ),
    (
        "two pauses add up",
        "2026-06-05 12:00",
        "30 days",
        [("2026-06-10 09:00", "2026-06-13 09:00"), ("2026-06-20 09:00", "2026-06-27 09:00")],
        "2026-07-15 24:00",
    ),
    (
        "overlapping pauses count once",
        "2026-06-05 12:00",
        "30 days",
        [("2026-06-10 09:00", "2026-06-13 09:00"), ("2026-06-12 09:00", "2026-06-14 09:00")],
        "2026-07-09 24:00",
    ),
    (
        "a pause before the start counts from the start",
        "2026-06-05 12:00",
        "30 days",
        [("2026-06-01 09:00", "2026-06-07 09:00")],
        "2026-07-07 24:00",
    ),
    (
        "hours wait to the minute",
        "2026-06-05 08:00",
        "24 hours",
        [("2026-06-05 10:00", "2026-06-05 12:30")],
        "2026-06-06 10:30",
    ),
    (
        "the second pause counts because of the first",
        "2026-06-05 12:00",
        "3 working days",
        [("2026-06-10 09:00", "2026-06-12 09:00"), ("2026-06-12 16:00", "2026-06-16 09:00")],
        "2026-06-16 24:00",
    ),
]


@pytest.mark.parametrize(("what", "start", "given", "pauses", "ends"), PAUSED, ids=[row[0] for row in PAUSED])
def test_a_pause_moves_the_end(
    what: str, start: str, given: str, pauses: list[tuple[str, str]], ends: str
) -> None:
    waited = [Pause(at(begun), at(ended)) for begun, ended in pauses]
    assert due_at(at(start), limit(given), calendar(), waited) == at(ends)


def test_the_same_instant_in_another_zone_has_the_same_due_date() -> None:
    start = at("2026-06-05 00:30")
    assert due_at(start.astimezone(UTC), Limit(3, Unit.WORKING_DAYS), calendar()) == at("2026-06-10 24:00")
    assert due_at(start.astimezone(UTC), Limit(30, Unit.DAYS), calendar()) == at("2026-07-05 24:00")


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_at(datetime(2026, 6, 5), Limit(3, Unit.DAYS), calendar())


def test_a_limit_of_nothing_and_a_pause_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="至少"):
        Limit(0, Unit.DAYS)
    with pytest.raises(ValueError, match="before"):
        Pause(at("2026-06-05 12:00"), at("2026-06-05 11:59"))


def test_only_working_days_beyond_the_announced_years_are_provisional() -> None:
    assert due(at("2026-12-30 10:00"), Limit(3, Unit.WORKING_DAYS), calendar()).provisional
    assert not due(at("2026-12-25 10:00"), Limit(3, Unit.WORKING_DAYS), calendar()).provisional
    assert not due(at("2026-12-30 10:00"), Limit(30, Unit.DAYS), calendar()).provisional
    assert not due(at("2026-12-31 23:00"), Limit(2, Unit.HOURS), calendar()).provisional


def test_a_due_date_already_given_moves_only_in_the_askers_favour() -> None:
    given = at("2027-02-09 24:00")
    assert recomputed(given, at("2027-02-11 24:00")) == given
    assert recomputed(given, at("2027-02-08 24:00")) == at("2027-02-08 24:00")


DUE = "2026-06-10 24:00"


@pytest.mark.parametrize(
    ("now", "overdue", "late", "full_days", "left"),
    [
        ("2026-06-09 18:00", False, 0, None, 1),
        ("2026-06-10 24:00", False, 0, None, 0),
        ("2026-06-11 00:00", True, 1, 0, -1),
        ("2026-06-11 23:59", True, 1, 0, -1),
        ("2026-06-12 00:00", True, 2, 1, -2),
        ("2026-06-14 00:00", True, 4, 3, -4),
        ("2026-06-18 08:00", True, 8, 7, -8),
    ],
)
def test_lateness_is_counted(now: str, overdue: bool, late: int, full_days: int | None, left: int) -> None:
    assert is_overdue(at(DUE), at(now)) is overdue
    assert days_late(at(DUE), at(now)) == late
    assert full_days_overdue(at(DUE), at(now)) == full_days
    assert days_left(at(DUE), at(now)) == left


def test_a_limit_in_hours_missed_the_same_day_is_on_its_first_day_late() -> None:
    assert days_late(at("2026-06-10 10:00"), at("2026-06-10 10:01")) == 1
    assert days_left(at("2026-06-10 10:00"), at("2026-06-10 10:01")) == 0


def test_a_due_date_is_read_as_its_day() -> None:
    assert due_day(at("2026-06-10 24:00").astimezone(UTC)).isoformat() == "2026-06-10"
