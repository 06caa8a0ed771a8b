"""The desk pages of people: what they show, what they never show, and at which cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from huiyin.apps.people.models import HouseholdMembership, RoleAssignment
from huiyin.apps.people.second_factor import set_up
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services import claim_household, grant_role, open_contact, person_of_phone
from huiyin.domain.access import Role
from tests.people import Cast, a_cast, a_person, a_phone, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_the_secretary_appoints_a_community_worker(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary)
    told = {
        "name": "文清和",
        "phone": a_phone(60),
        "role": "community_worker",
        "place": f"area:{cast.community.pk}",
        "starts_on": "",
        "ends_on": "",
    }
    assert client.post("/desk/people/new", told | {"phone": "123"}).status_code == 422
    assert client.post("/desk/people/new", told).headers["Location"] == "/desk/people"
    person = person_of_phone(a_phone(60))
    assert person is not None
    assert actor_of(person).label == "社区工作者 文清和"
    assert "文清和" in client.get("/desk/people").content.decode()


def test_a_place_outside_the_scope_cannot_be_named(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary)
    told = {
        "name": "甲",
        "phone": a_phone(60),
        "role": "community_worker",
        "place": f"area:{cast.other_community.pk}",
    }
    assert client.post("/desk/people/new", told).status_code == 422
    assert person_of_phone(a_phone(60)) is None


def test_a_name_that_does_not_fit_the_number_is_asked_about(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary)
    told = {
        "name": "别人",
        "phone": a_phone(7),
        "role": "community_worker",
        "place": f"area:{cast.community.pk}",
    }
    page = client.post("/desk/people/new", told)
    assert page.status_code == 422
    assert "另一个姓名" in page.content.decode()


def test_ending_a_role_from_the_list(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary)
    assignment = RoleAssignment.objects.get(person=cast.community_worker)
    client.post(f"/desk/people/roles/{assignment.pk}/end")
    assert not actor_of(cast.community_worker).is_staff
    assert "已结束" in client.get("/desk/people").content.decode()


def test_no_list_shows_a_phone_number(cast: Cast, client: Client) -> None:
    claim_household(person=cast.neighbour, estate=cast.estate, building="9", room="1", by=cast.by_neighbour)
    for name in ("secretary", "district_officer", "auditor"):
        sign_in(client, getattr(cast, name))
        for page in ("/desk/people", "/desk/people/households", "/desk/people/openings"):
            assert "1990000" not in client.get(page).content.decode()


def test_the_number_appears_once_with_a_reason(cast: Cast, client: Client) -> None:
    sign_in(client, cast.community_worker)
    page = f"/desk/people/{cast.resident.pk}/contact"
    asked = client.get(page).content.decode()
    assert a_phone(1) not in asked
    assert f"{cast.estate.name} 6号楼</dd>" in asked
    assert client.post(page, {"reason": ""}).status_code == 422
    assert a_phone(1) in client.post(page, {"reason": "约上门看漏水"}).content.decode()
    assert a_phone(1) not in client.get(page).content.decode()


def test_whoever_gives_the_role_clears_a_lost_second_factor(cast: Cast, client: Client) -> None:
    set_up(cast.community_worker)
    theirs = sign_in(Client(), cast.community_worker)
    assignment = RoleAssignment.objects.get(person=cast.community_worker)
    sign_in(client, cast.secretary).post(f"/desk/people/roles/{assignment.pk}/second-factor")
    assert theirs.get("/desk/people/households").headers["Location"].startswith("/sign-in")


def test_the_button_stands_only_where_it_works(cast: Cast, client: Client) -> None:
    grant_role(
        person=cast.community_worker, role=Role.AUDITOR, place=cast.community, by=cast.by_district_officer
    )
    role = RoleAssignment.objects.get(person=cast.community_worker, role=Role.COMMUNITY_WORKER)
    for person, is_there in ((cast.secretary, False), (cast.district_officer, True)):
        sign_in(client, person)
        page = client.get("/desk/people?role=community_worker").content.decode()
        assert f"/desk/people/roles/{role.pk}/end" in page
        assert (f"/desk/people/roles/{role.pk}/second-factor" in page) is is_there
    sign_in(client, cast.secretary)
    assert client.post(f"/desk/people/roles/{role.pk}/second-factor").status_code == 404


def test_a_company_cannot_reach_for_the_secretary(cast: Cast, client: Client) -> None:
    set_up(cast.secretary)
    sign_in(client, cast.company_admin)
    told = {
        "name": cast.secretary.display_name,
        "phone": a_phone(8),
        "role": "technician",
        "place": f"company:{cast.company.pk}",
    }
    page = client.post("/desk/people/new", told)
    assert page.status_code == 422
    assert "另一方任职" in page.content.decode()


def test_a_search_answers_htmx_with_the_list_alone(cast: Cast, client: Client) -> None:
    sign_in(client, cast.district_officer)
    part = client.get("/desk/people?q=何", headers={"HX-Request": "true"}).content.decode()
    assert "何知夏" in part
    assert "<html" not in part
    assert "沈若水" not in part


def test_a_vacancy_is_shown_to_the_street(cast: Cast, client: Client) -> None:
    RoleAssignment.objects.filter(person=cast.secretary).update(ends_on="2025-01-01")
    sign_in(client, cast.street_officer)
    assert "没有在任的书记" in client.get("/desk/people").content.decode()


@pytest.mark.parametrize("page", ["/desk/people", "/desk/people/households", "/desk/people/openings"])
def test_a_list_costs_the_same_for_2_and_for_20_rows(
    cast: Cast, client: Client, page: str, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, {"/desk/people/openings": cast.auditor}.get(page, cast.secretary))
    counts = []
    for first, last in ((100, 102), (102, 120)):
        for number in range(first, last):
            person = a_person(number, name=f"工作者{number}")
            claim_household(
                person=person, estate=cast.estate, building="1", room=str(number), by=actor_of(person)
            )
            open_contact(person=person, reason="核对住址", by=cast.by_secretary)
            grant_role(person=person, role=Role.COMMUNITY_WORKER, place=cast.community, by=cast.by_secretary)
        with django_assert_max_num_queries(9) as asked:
            assert client.get(page).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_only_complete_homes_of_the_own_community_wait_for_a_check(cast: Cast, client: Client) -> None:
    person = a_person(61, nickname="小满")
    claim_household(person=person, estate=cast.estate, building="9", by=actor_of(person))
    claim_household(person=person, estate=cast.other_estate, building="1", room="2", by=actor_of(person))
    sign_in(client, cast.community_worker)
    assert "小满" not in client.get("/desk/people/households").content.decode()
    assert HouseholdMembership.objects.filter(person=person).count() == 2
