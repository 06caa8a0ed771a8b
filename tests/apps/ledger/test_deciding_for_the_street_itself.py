"""A matter of the street and of no community: its officer decides it, at the button, in the command and in the list."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.desk_selectors import condition_of, decided_by, duties_of
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.permissions import is_secretary
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.services import assign, register
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.people.services import revoke_role
from huiyin.apps.portal.selectors.boards import board_of
from huiyin.domain.errors import NotPermitted
from huiyin.web.now import now as clock
from tests import given
from tests.people import Cast, sign_in


def a_matter_of_the_street(cast: Cast, *, now: datetime | None = None) -> Case:
    return register.register_case(
        by=cast.by_street_officer,
        text="路口的井盖响了一夜。",
        area=cast.street,
        source="phone",
        asker=register.AskerDraft(channel="call", name="周有福", phone="13900000000"),
        now=now or clock() - timedelta(hours=2),
    )


def in_state(cast: Cast, role: str, state: str) -> list[Case]:
    by = cast.actor(role)
    return list(cases_for_desk(by).filter(condition_of(state, duties_of(by), clock())))


def test_it_waits_for_the_street_officer_who_assigns_it_without_standing_in_for_anybody(cast: Cast) -> None:
    case = a_matter_of_the_street(cast)
    given.a_registered_case(cast, now=clock() - timedelta(hours=1))  # the community's, it has a secretary
    for state in ("to_assign", "waiting"):
        assert in_state(cast, "street_officer", state) == [case]
        assert case not in in_state(cast, "secretary", state)
    piles = {pile.key: pile for pile in board_of(cast.by_street_officer, clock()).piles}
    assert [line.act for line in piles["waiting"].lines] == ["分派"]
    with pytest.raises(NotPermitted):
        assign.assign(case, by=cast.by_secretary, case_list="short_term", lead=assign.default_lead(case))
    assign.assign(case, by=cast.by_street_officer, case_list="short_term", lead=assign.default_lead(case))
    assert in_state(cast, "street_officer", "to_assign") == []
    signed = Event.objects.get(stream=case.stream, kind="ledger.case_assigned").actor_label
    assert "代" not in signed


def test_several_are_assigned_at_once_from_the_table(cast: Cast, client: Client) -> None:
    case = a_matter_of_the_street(cast)
    sign_in(client, cast.street_officer)
    assert f"选中 {case.number}" in " ".join(client.get("/desk/cases").text.split())
    told = {"act": "assign", "case": [case.pk], "confirm": "1", "case_list": "short_term"}
    assert "1 件都办好了" in client.post("/desk/cases/bulk", told, follow=True).text
    assert Case.objects.get().lead_label == cast.street.name


def test_where_nothing_can_be_decided_nothing_is_offered_to_choose(cast: Cast, client: Client) -> None:
    case = given.a_registered_case(cast, now=clock() - timedelta(hours=1))
    page = " ".join(sign_in(client, cast.street_officer).get("/desk/cases").text.split())
    assert case.number in page
    assert "选中" not in page


@pytest.mark.parametrize("is_vacant", [False, True])
def test_button_command_and_list_know_one_rule(cast: Cast, is_vacant: bool) -> None:
    a_matter_of_the_street(cast)
    given.a_registered_case(cast, now=clock() - timedelta(hours=1))
    register.register_case(
        by=cast.by_community_worker,
        text="村口的路灯不亮。",
        area=cast.community,
        source="phone",
        asker=register.AskerDraft(channel="call", name="周有福", phone="13900000000"),
        now=clock() - timedelta(hours=1),
    )
    if is_vacant:
        office = RoleAssignment.objects.get(person=cast.secretary)
        revoke_role(assignment=office, by=cast.by_street_officer)
        RoleAssignment.objects.filter(pk=office.pk).update(revoked_at=clock() - timedelta(days=2))
    for role in (
        "secretary",
        "street_officer",
        "stranger",
        "community_worker",
        "district_officer",
        "manager",
    ):
        by = cast.actor(role)
        duties = duties_of(by)
        listed = set(Case.objects.filter(decided_by(duties)))
        for case in Case.objects.select_related("area", "estate"):
            assert is_secretary(by, case) == (case in listed) == duties.decides(case.place_path), (role, case)
