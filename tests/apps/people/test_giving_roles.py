"""Roles are given for a term at a place, by whoever may give them there, and reach exactly that far."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.mfa.utils import is_mfa_enabled

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.people.permissions import GRANTED_BY, can_grant
from huiyin.apps.people.second_factor import set_up
from huiyin.apps.people.selectors import (
    actor_of,
    roles_for_desk,
    secretary_is_vacant,
    secretary_of,
    vacancies,
)
from huiyin.apps.people.services import grant_role, reset_second_factor, revoke_role
from huiyin.apps.places.selectors import (
    estates_for_desk,
    scope_of_area,
    scope_of_company,
    scope_of_engagement,
    scope_of_estate,
)
from huiyin.domain.access import STAFF_ROLES, Role
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now
from tests.people import Cast, a_cast, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return a_cast()


# By hand from domain.md §2: who may give which role in 云杉里 (or at its company), and nobody else.
GIVERS = {
    Role.DISTRICT_OFFICER: {"district_officer"},
    Role.STREET_OFFICER: {"district_officer"},
    Role.SECRETARY: {"district_officer", "street_officer"},
    Role.COMMUNITY_WORKER: {"district_officer", "street_officer", "secretary"},
    Role.AUDITOR: {"district_officer"},
    Role.OPERATOR: {"district_officer"},
    Role.COMPANY_ADMIN: {"district_officer", "street_officer"},
    Role.MANAGER: {"company_admin"},
    Role.TECHNICIAN: {"company_admin"},
}
EVERYBODY = [
    "resident",
    "technician",
    "manager",
    "company_admin",
    "community_worker",
    "secretary",
    "street_officer",
    "district_officer",
    "auditor",
    "operator",
    "stranger",
    "anonymous",
]


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_only_those_above_give_a_role(cast: Cast, role: Role) -> None:
    scope = {
        Role.DISTRICT_OFFICER: scope_of_area(cast.district),
        Role.OPERATOR: scope_of_area(cast.district),
        Role.STREET_OFFICER: scope_of_area(cast.street),
        Role.COMPANY_ADMIN: scope_of_company(cast.company),
        Role.TECHNICIAN: scope_of_company(cast.company),
        Role.MANAGER: scope_of_engagement(cast.engagement),
    }.get(role, scope_of_area(cast.community))
    assert {name for name in EVERYBODY if can_grant(cast.actor(name), role, scope)} == GIVERS[role]


def test_every_staff_role_has_somebody_who_gives_it() -> None:
    assert set(GRANTED_BY) == set(STAFF_ROLES)


@pytest.mark.parametrize(
    ("name", "here", "there"),
    [
        ("secretary", True, False),
        ("community_worker", True, False),
        ("street_officer", True, False),
        ("district_officer", True, True),
        ("auditor", True, True),
        ("stranger", False, True),
        ("manager", True, False),
        ("company_admin", True, False),
        ("technician", True, False),
        ("operator", False, False),
        ("resident", False, False),
    ],
)
def test_staff_see_estates_inside_their_scope_only(cast: Cast, name: str, here: bool, there: bool) -> None:
    seen = set(estates_for_desk(cast.actor(name)))
    assert (cast.estate in seen, cast.other_estate in seen) == (here, there)


def test_a_role_begins_and_ends_on_its_days(cast: Cast) -> None:
    person = a_person(30, name="文清和")
    grant_role(
        person=person,
        role=Role.COMMUNITY_WORKER,
        place=cast.community,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 31),
        by=cast.by_secretary,
    )
    held = [
        actor_of(person, on=date(2026, month, day)).is_staff
        for month, day in ((2, 28), (3, 1), (3, 31), (4, 1))
    ]
    assert held == [False, True, True, False]


def test_ending_a_role_works_at_once_and_stays_in_the_history(cast: Cast) -> None:
    assignment = RoleAssignment.objects.get(person=cast.community_worker)
    revoke_role(assignment=assignment, by=cast.by_secretary)
    assert not actor_of(cast.community_worker).is_staff
    assert [event.kind for event in history_of(f"person/{cast.community_worker.pk}")] == [
        "people.registered",
        "people.role_granted",
        "people.role_ended",
    ]
    with pytest.raises(RuleBroken):
        revoke_role(assignment=assignment, by=cast.by_secretary)


def test_a_role_given_and_taken_back_the_same_day_is_not_held(cast: Cast) -> None:
    person = a_person(30, name="文清和")
    given = grant_role(person=person, role=Role.COMMUNITY_WORKER, place=cast.community, by=cast.by_secretary)
    revoke_role(assignment=given, by=cast.by_secretary)
    assert not actor_of(person).is_staff


@pytest.mark.parametrize(
    "name", ["resident", "community_worker", "manager", "stranger", "operator", "auditor"]
)
def test_others_give_no_role_in_this_community(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        grant_role(
            person=a_person(30, name="文清和"),
            role=Role.COMMUNITY_WORKER,
            place=cast.community,
            by=cast.actor(name),
        )


def test_a_role_stands_at_a_place_of_its_kind(cast: Cast) -> None:
    with pytest.raises(RuleBroken) as refusal:
        grant_role(
            person=a_person(30, name="文清和"),
            role=Role.SECRETARY,
            place=cast.street,
            by=cast.by_district_officer,
        )
    assert refusal.value.code == "role.wrong_place"


def test_nobody_gives_a_role_to_themselves_or_twice_or_without_a_name(cast: Cast) -> None:
    officer = cast.by_district_officer
    for person, place, code in (
        (cast.district_officer, cast.street, "role.own"),
        (cast.street_officer, cast.street, "role.held"),
        (a_person(31), cast.street, "role.nameless"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            grant_role(person=person, role=Role.STREET_OFFICER, place=place, by=officer)
        assert refusal.value.code == code


@pytest.mark.parametrize("name", ["secretary", "street_officer", "auditor"])
def test_a_company_names_nobody_who_holds_an_office_of_the_public_side(cast: Cast, name: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        grant_role(
            person=getattr(cast, name), role=Role.TECHNICIAN, place=cast.company, by=cast.by_company_admin
        )
    assert refusal.value.code == "role.other_side"


def test_nor_does_an_officer_name_somebody_of_a_company(cast: Cast) -> None:
    with pytest.raises(RuleBroken) as refusal:
        grant_role(person=cast.manager, role=Role.SECRETARY, place=cast.community, by=cast.by_street_officer)
    assert refusal.value.code == "role.other_side"


def test_who_left_one_side_may_be_named_on_the_other(cast: Cast) -> None:
    for assignment in RoleAssignment.objects.filter(person=cast.technician):
        revoke_role(assignment=assignment, by=cast.by_company_admin)
    grant_role(person=cast.technician, role=Role.COMMUNITY_WORKER, place=cast.community, by=cast.by_secretary)
    assert actor_of(cast.technician).label == "社区工作者 段立新"


# A person with two roles: only who may give both clears the factor that guards both.
@pytest.mark.parametrize(
    ("by", "may"), [("secretary", False), ("street_officer", True), ("district_officer", True)]
)
def test_a_second_factor_is_cleared_by_who_could_give_every_role_it_guards(
    cast: Cast, by: str, may: bool
) -> None:
    set_up(cast.community_worker)
    deputy = grant_role(
        person=cast.community_worker,
        role=Role.SECRETARY,
        place=cast.community,
        starts_on=now().date() + timedelta(days=1),
        by=cast.by_street_officer,
    )
    worker = RoleAssignment.objects.exclude(pk=deputy.pk).get(person=cast.community_worker)
    if may:
        assert reset_second_factor(assignment=worker, by=cast.actor(by)) == 1
    else:
        with pytest.raises(NotPermitted):
            reset_second_factor(assignment=worker, by=cast.actor(by))
        assert is_mfa_enabled(cast.community_worker)


def test_a_role_that_is_over_gives_no_hold_on_the_second_factor(cast: Cast) -> None:
    set_up(cast.community_worker)
    assignment = RoleAssignment.objects.get(person=cast.community_worker)
    revoke_role(assignment=assignment, by=cast.by_secretary)
    with pytest.raises(RuleBroken) as refusal:
        reset_second_factor(assignment=assignment, by=cast.by_secretary)
    assert refusal.value.code == "role.ended"
    assert is_mfa_enabled(cast.community_worker)


def test_one_query_loads_all_roles(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        actor = actor_of(cast.secretary)
        assert actor.holds(Role.SECRETARY, scope_of_estate(cast.estate))
        assert actor.label == "社区书记 何知夏"


def test_a_resident_holds_the_estate_of_the_verified_household(cast: Cast) -> None:
    assert cast.by_resident.holds(Role.RESIDENT, scope_of_estate(cast.estate))
    assert not cast.by_resident.holds(Role.RESIDENT, scope_of_estate(cast.other_estate))
    assert cast.by_resident.label == "居民"


def test_without_the_second_factor_only_the_technician_keeps_the_role(cast: Cast) -> None:
    assert cast.by_technician.without_second_factor().holds(Role.TECHNICIAN)
    assert not cast.by_secretary.without_second_factor().holds(Role.SECRETARY)
    assert cast.by_secretary.without_second_factor().lacks_second_factor


def test_while_there_is_no_secretary_the_street_acts(cast: Cast) -> None:
    assert secretary_of(cast.community).label == "社区书记 何知夏"  # type: ignore[union-attr]
    assert not secretary_is_vacant(cast.community.pk)
    revoke_role(assignment=RoleAssignment.objects.get(person=cast.secretary), by=cast.by_street_officer)
    acting = secretary_of(cast.community)
    assert acting is not None
    assert (acting.label, acting.acting) == ("街镇干部 顾长河（代）", True)
    assert secretary_is_vacant(cast.community.pk)
    assert list(vacancies(cast.by_street_officer)) == [cast.community]
    assert list(vacancies(cast.by_district_officer)) == [cast.community]
    assert list(vacancies(cast.by_stranger)) == []


def test_a_secretary_whose_term_has_run_out_leaves_a_vacancy(cast: Cast) -> None:
    yesterday = now().date() - timedelta(days=1)
    RoleAssignment.objects.filter(person=cast.secretary).update(ends_on=yesterday)
    assert secretary_is_vacant(cast.community.pk)
    assert not secretary_is_vacant(cast.community.pk, on=yesterday)


def test_the_list_at_the_desk_holds_those_inside_the_scope(cast: Cast) -> None:
    def names(who: str, **more: str) -> set[str]:
        return {one.person.display_name for one in roles_for_desk(cast.actor(who), **more)}

    assert names("secretary") == {"何知夏", "白露", "梁小禾", "陶景明", "段立新"}
    assert names("company_admin") == {"梁小禾", "陶景明", "段立新"}
    assert names("stranger") == {"秦远"}
    assert "沈若水" in names("district_officer")
    assert names("district_officer", text="知夏") == {"何知夏"}
    assert names("operator") == names("resident") == names("manager") == set()


def test_the_list_takes_one_query_whatever_its_length(cast: Cast, django_assert_num_queries: object) -> None:
    from huiyin.apps.people.actors import scopes_of_assignment

    actor = cast.by_district_officer
    for size in (0, 20):
        for number in range(size):
            person = a_person(100 + number, name=f"工作者{number}")
            grant_role(person=person, role=Role.COMMUNITY_WORKER, place=cast.community, by=actor)
        with django_assert_num_queries(1):  # type: ignore[operator]
            for one in roles_for_desk(actor):
                assert one.person.display_name
                assert scopes_of_assignment(one)
