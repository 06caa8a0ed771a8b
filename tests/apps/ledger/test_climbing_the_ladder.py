"""What nobody does rises in public, step by step, once a round; the clock tends pauses and windows."""

from __future__ import annotations

from datetime import timedelta

from huiyin.apps.ledger.models import Bulletin, Case, Escalation
from huiyin.apps.ledger.services import askers, bulletins
from huiyin.apps.ledger.services.escalate import tend
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)


def steps(case: Case) -> list[tuple[str, str]]:
    return list(Escalation.objects.filter(case=case).order_by("id").values_list("rung", "reason"))


def test_no_assignment_in_one_working_day_escalates(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    tend(now=given.A_MONDAY + DAY)
    assert steps(case) == []
    tend(now=given.A_MONDAY + 2 * DAY)
    assert steps(case) == [("street", "unassigned")]


def test_an_overdue_case_reaches_secretary_street_and_district_in_turn(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    due = case.due_at
    for days, expected in ((0, 1), (2, 1), (3, 2), (6, 2), (7, 3), (30, 3)):
        tend(now=due + timedelta(days=days, hours=1))
        assert len(steps(case)) == expected, days
    assert steps(case) == [("secretary", "overdue"), ("street", "overdue"), ("district", "overdue")]
    case = Case.objects.get(pk=case.pk)
    assert case.missed_first_due_at == case.first_due_at


def test_a_replied_case_is_not_escalated(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    tend(now=case.due_at + 30 * DAY)
    assert steps(case) == []
    assert Case.objects.get(pk=case.pk).status == "unconfirmed"


def test_five_urges_go_to_the_street(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    mine, by = given.original_asker(case), cast.actor("resident")
    for day in range(1, 6):
        askers.urge(mine, by=by, now=given.A_MONDAY + day * DAY)
    tend(now=given.A_MONDAY + 6 * DAY)
    assert steps(case) == [("street", "urged")]


def test_a_pause_ends_by_itself_after_seven_days(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    tend(now=given.A_MONDAY + 8 * DAY)
    case = Case.objects.get(pk=case.pk)
    assert case.status == "in_progress"
    assert case.due_at == case.first_due_at + 7 * DAY


def test_each_month_an_estate_with_cases_owes_a_bulletin_and_lateness_shows(cast: Cast) -> None:
    given.a_registered_case(cast)
    first_of_july = given.A_MONDAY + 30 * DAY
    assert bulletins.open_bulletins(now=first_of_july) == 1
    assert bulletins.open_bulletins(now=first_of_july) == 0
    owed = Bulletin.objects.get()
    assert (owed.estate, f"{owed.month:%Y-%m}") == (cast.estate, "2026-06")
    issued = bulletins.issue_bulletin(owed, by=cast.actor("secretary"), now=owed.due_at + DAY)
    assert issued.issued_at is not None
    assert issued.issued_at > issued.due_at
    assert [line["title"] for line in issued.lines["lists"]["short_term"]] == [Case.objects.get().title]
