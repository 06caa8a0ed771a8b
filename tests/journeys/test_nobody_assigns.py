"""(c) Nobody assigns for a working day, then it falls overdue: secretary, street and district see it in turn."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests import given
from tests.journeys.visitors import DESKTOP, PHONE, a_member, a_visitor, let_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from huiyin.apps.ledger.models import Case
    from tests.journeys.living_site import LivingSite
    from tests.journeys.visitors import Visitor


LADDER = ("secretary", "street_officer", "district_officer")


def test_it_climbs_the_ladder_in_public(site: LivingSite, browser: Browser) -> None:
    case = given.a_registered_case(site.cast, now=site.now)
    for role in LADDER:
        let_in(site, role)
    with ExitStack() as doors:
        # Everybody keeps the browser open for the weeks that pass.
        desks = {
            role: [doors.enter_context(a_member(site, browser, role, way)) for way in (PHONE, DESKTOP)]
            for role in LADDER
        }
        anyone = doors.enter_context(a_visitor(site, browser, PHONE))
        climb(site, case, desks, anyone)


def climb(site: LivingSite, case: Case, desks: dict[str, list[Visitor]], anyone: Visitor) -> None:
    title, number = case.title, case.number

    def piles_of(role: str, at: datetime) -> dict[str, bool]:
        """Which piles of the role's desk hold the case, read on a phone and at a desk."""
        site.at(at)
        site.work_off("ledger.tend")
        found: list[dict[str, bool]] = []
        for staff in desks[role]:
            staff.open("/desk")
            piles = staff.page.locator(".hy-jobs > section").all()
            found.append(
                {
                    pile.locator("h2").inner_text().split("\n")[0].strip("0123456789 "): title
                    in pile.inner_text()
                    for pile in piles
                }
            )
        assert found[0] == found[1]
        return found[0]

    def public_page() -> str:
        anyone.open(f"/cases/{number}")
        return anyone.words

    monday = given.A_MONDAY
    assert piles_of("secretary", monday)["等我处理"]
    assert not any(piles_of("street_officer", monday).values())
    assert not any(piles_of("district_officer", monday).values())

    # One working day from registration: until the end of Tuesday.
    assert not piles_of("street_officer", monday + timedelta(days=1))["上报到街镇"]
    wednesday = (monday + timedelta(days=2)).replace(hour=0, minute=10)
    assert piles_of("street_officer", wednesday)["上报到街镇"]
    assert not piles_of("district_officer", wednesday)["上报到区"]
    assert "上报" in public_page()

    # Thirty days from registration are over: 1 July is the last day.
    last = monday + timedelta(days=30)
    assert not piles_of("secretary", last)["已逾期"]
    overdue = (last + timedelta(days=1)).replace(hour=0, minute=10)
    assert piles_of("secretary", overdue)["已逾期"]
    assert "逾期" in public_page()
    assert "街镇" in escalations(number)
    assert "区" not in escalations(number)

    street = overdue + timedelta(days=3)
    assert piles_of("street_officer", street)["上报到街镇"]
    assert not piles_of("district_officer", street)["上报到区"]
    district = overdue + timedelta(days=7)
    assert piles_of("district_officer", district)["上报到区"]
    said = public_page()
    for step in ("上报社区", "上报街镇", "上报区"):
        assert step in said, said


def escalations(number: str) -> list[str]:
    from huiyin.apps.ledger.models import Escalation

    rungs = Escalation.objects.filter(case__number=number).order_by("pk")
    return [each.get_rung_display() for each in rungs]
