"""A date given on a provisional calendar is marked, and comes earlier once the calendar is known, never later."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import assign
from huiyin.apps.ledger.services.firm_up import firm_up_dates
from huiyin.domain.holidays import AnnouncedYear, Calendar, build_calendar
from huiyin.integrations.holidays import announced_years
from tests import given
from tests.given import BEIJING
from tests.people import Cast

NEW_YEARS_EVE = datetime(2026, 12, 31, 10, tzinfo=BEIJING)


def an_immediate_case(cast: Cast) -> Case:
    case = given.a_registered_case(cast, now=NEW_YEARS_EVE)
    return assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="immediate",
        lead=assign.Lead.company(cast.engagement),
        now=NEW_YEARS_EVE,
    )


def a_calendar(cast: Cast, **years: AnnouncedYear) -> Calendar:
    rule = limits.policy_on("holidays", NEW_YEARS_EVE.date()).values.rule()
    return build_calendar(announced_years() | {int(k[1:]): v for k, v in years.items()}, rule)


def test_a_date_in_a_year_not_yet_announced_is_marked(cast: Cast) -> None:
    case = an_immediate_case(cast)
    assert case.due_is_provisional
    assert firm_up_dates(now=NEW_YEARS_EVE) == 0


@pytest.mark.parametrize(
    ("days_off", "makeup", "moves"),
    [((1,), (2, 3), True), ((1, 4, 5), (), False)],
    ids=["make-up workdays bring it nearer", "more days of rest do not put it off"],
)
def test_an_announced_calendar_moves_it_only_in_the_askers_favour(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    days_off: tuple[int, ...],
    makeup: tuple[int, ...],
    moves: bool,
) -> None:
    case = an_immediate_case(cast)
    in_january = [frozenset(date(2027, 1, day) for day in days) for days in (days_off, makeup)]
    known = a_calendar(cast, y2027=AnnouncedYear(*in_january))
    monkeypatch.setattr(limits, "calendar", lambda: known)
    assert firm_up_dates(now=NEW_YEARS_EVE) == 1
    after = Case.objects.get(pk=case.pk)
    assert after.first_due_at == case.first_due_at
    assert (after.due_at < case.due_at) is moves
    assert after.due_at <= case.due_at
