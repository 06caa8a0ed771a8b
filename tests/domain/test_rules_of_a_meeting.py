"""Notice, outcome, codes on the wall, the first thing of a term, the agenda of a forum: tables to read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain import check_in_codes
from huiyin.domain.forum_agenda import Due, ItemKind, Line, to_add, without_statement
from huiyin.domain.meeting_rules import Measured, first_thing_due, notice_days, quarter_end, quarter_of

KEY = b"a key of tests"
NOON = datetime(2026, 7, 11, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("seconds", "households", "outcome"),
    [
        (30 * 60, 10, "compliant"),
        (30 * 60 - 1, 10, "not_reached"),
        (0, 200, "not_reached"),
        (45 * 60, 9, "too_few"),
        (10 * 60, 3, "too_few"),
    ],
)
def test_a_meeting_is_judged_by_its_minutes_and_its_households(
    seconds: int, households: int, outcome: str
) -> None:
    measured = Measured(timedelta(seconds=seconds), households, question_minutes=30, min_households=10)
    assert measured.outcome == outcome


def test_announced_on_the_first_for_the_eighth_is_seven_days() -> None:
    assert notice_days(date(2026, 7, 1), date(2026, 7, 8)) == 7


def test_the_first_meeting_of_a_term_is_due_sixty_days_after_it_begins() -> None:
    assert first_thing_due(date(2026, 1, 1), 60) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_quarters(day: date, first: date, last: date) -> None:
    assert quarter_of(day) == first
    assert quarter_end(first) == last


# --- the wall ---------------------------------------------------------------------------------------------


def valid(code: str, now: datetime, sitting: int = 1) -> bool:
    return check_in_codes.is_valid(KEY, sitting, code, now, window_seconds=30)


def test_a_code_lives_for_its_window_and_the_next() -> None:
    code = check_in_codes.code_at(KEY, 1, NOON, window_seconds=30)
    assert valid(code, NOON)
    assert valid(code, NOON + 59 * SECOND)
    assert not valid(code, NOON + 60 * SECOND)
    assert not valid(code, NOON - SECOND)


def test_a_code_that_is_over_is_known_from_one_that_never_was() -> None:
    code = check_in_codes.code_at(KEY, 1, NOON, window_seconds=30)

    def shown(told: str, now: datetime) -> bool:
        return check_in_codes.was_shown(KEY, 1, told, now, window_seconds=30, within=3600)

    assert shown(code, NOON + 3600 * SECOND)
    assert not shown(code, NOON + 3630 * SECOND)
    assert not shown(code, NOON - SECOND)
    assert not shown("WRNG2345", NOON)


def test_a_code_opens_one_sitting_and_no_other() -> None:
    code = check_in_codes.code_at(KEY, 1, NOON, window_seconds=30)
    assert not valid(code, NOON, sitting=2)
    assert not valid("", NOON)
    assert valid(code.lower(), NOON), "it may be typed"


def test_a_code_is_typed_without_mistaking_a_letter() -> None:
    code = check_in_codes.code_at(KEY, 1, NOON, window_seconds=30)
    assert len(code) == 8
    assert not set(code) & set("01OIL")


@given(st.integers(0, 10**6), st.integers(0, 59))
def test_what_the_wall_shows_is_always_let_in_for_half_a_minute_more(second: int, later: int) -> None:
    now = NOON + second * SECOND
    code = check_in_codes.code_at(KEY, 7, now, window_seconds=30)
    left = check_in_codes.seconds_left(now, window_seconds=30)
    assert valid(code, now + later * SECOND, sitting=7) == (later < left + 30)


# --- the forum --------------------------------------------------------------------------------------------

dues = st.builds(Due, st.sampled_from(list(ItemKind)), st.integers(1, 9))


@given(st.lists(dues), st.lists(dues, unique=True))
def test_an_agenda_never_misses_what_is_due(due: list[Due], on_agenda: list[Due]) -> None:
    added = to_add(due, on_agenda)
    assert set(due) <= set(on_agenda) | set(added)
    assert len({*on_agenda, *added}) == len(on_agenda) + len(added), "each stands there once"
    assert to_add(due, [*on_agenda, *added]) == []


def test_an_item_without_a_statement_keeps_the_forum_open() -> None:
    said, unsaid = Due(ItemKind.CASE, 1), Due(ItemKind.COMMITMENT, 2)
    assert without_statement([Line(said, is_stated=True), Line(unsaid, is_stated=False)]) == [unsaid]
