"""The named cast of every test: one estate, its company, and everybody who has a part in a matter there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from time import time
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.test import Client

from huiyin.apps.people.models import Person, RoleAssignment
from huiyin.apps.people.selectors import PersonActor, actor_of
from huiyin.apps.people.services import claim_household, grant_role, register_person, verify_household
from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.apps.places.services import (
    EstateFacts,
    add_estate,
    create_area,
    register_company,
    start_engagement,
)
from huiyin.domain import credit_codes
from huiyin.domain.access import ANONYMOUS, SYSTEM, Actor, Role
from huiyin.web.now import now
from tests.remembered import Remembered

BEGINNING = date(2024, 1, 1)
BACKEND = "huiyin.apps.people.backends.PersonBackend"


@dataclass(frozen=True)
class Cast:
    """People of 云杉里: residents 槐花 and her neighbour, the company's three, the public side, and a stranger."""

    resident: Person
    neighbour: Person
    technician: Person
    manager: Person
    company_admin: Person
    community_worker: Person
    secretary: Person
    street_officer: Person
    district_officer: Person
    auditor: Person
    operator: Person
    stranger: Person
    """Secretary of a community in another street."""

    district: Area
    street: Area
    community: Area
    other_street: Area
    other_community: Area
    estate: Estate
    other_estate: Estate
    company: Company
    engagement: Engagement

    def actor(self, name: str) -> Actor:
        """The actor of that name: "resident", "secretary", …, or "anonymous"."""
        return ANONYMOUS if name == "anonymous" else _actor_of(getattr(self, name))

    def __getattr__(self, name: str) -> PersonActor:
        """`cast.by_secretary` is short for `cast.actor("secretary")`."""
        if name.startswith("by_"):
            return _actor_of(getattr(self, name[3:]))
        raise AttributeError(name)


def a_credit_code(number: int) -> str:
    """A fictional code whose check character is right."""
    first = f"91119901MA{number:07d}"
    return first + credit_codes.check_character(first)


def a_phone(number: int) -> str:
    return f"1990000{number:04d}"


def a_person(number: int, *, name: str = "", nickname: str = "") -> Person:
    return register_person(
        phone=a_phone(number), display_name=name, nickname=nickname, is_verified=True, by=SYSTEM
    )


def a_cast() -> Cast:
    """Everybody, as the services make them; call it once in a test."""
    _acting.clear()
    return _remembered()


def _made() -> Cast:
    district = create_area(code="119901", name="云杉区", parent=None, valid_from=BEGINNING, by=SYSTEM)
    street, community = _street_and_community(district, "119901001", "望溪街道", "云杉里社区")
    other_street, other_community = _street_and_community(district, "119901002", "北桥街道", "北桥社区")
    district_officer = a_person(10, name="沈若水")
    grant_role(
        person=district_officer, role=Role.DISTRICT_OFFICER, place=district, starts_on=BEGINNING, by=SYSTEM
    )
    by_district = actor_of(district_officer)
    company = register_company(name="青禾物业服务有限公司", credit_code=a_credit_code(1), by=by_district)
    estate = add_estate(
        code="YSL01",
        slug="yunshanli",
        name="云杉里",
        area=community,
        facts=EstateFacts(
            address="望溪路 6 号",
            household_count=420,
            built_year=2004,
            lift_count=6,
            fee_per_m2=Decimal("1.85"),
            duty_phone="010-5550 0101",
        ),
        aliases=("云杉里小区", "杉里"),
        by=by_district,
    )
    other_estate = add_estate(
        code="BQ01",
        slug="beiqiaoyuan",
        name="北桥苑",
        area=other_community,
        facts=EstateFacts(household_count=210),
        by=by_district,
    )
    engagement = start_engagement(
        company=company,
        estate=estate,
        starts_on=BEGINNING,
        service_level=3,
        fee_per_m2=Decimal("1.85"),
        manager_name="梁小禾",
        by=by_district,
    )

    def staff(number: int, name: str, role: Role, place: Area | Company | Engagement, by: Actor) -> Person:
        person = a_person(number, name=name)
        grant_role(person=person, role=role, place=place, starts_on=BEGINNING, by=by)
        return person

    street_officer = staff(9, "顾长河", Role.STREET_OFFICER, street, by_district)
    secretary = staff(8, "何知夏", Role.SECRETARY, community, actor_of(street_officer))
    community_worker = staff(7, "白露", Role.COMMUNITY_WORKER, community, actor_of(secretary))
    company_admin = staff(6, "陶景明", Role.COMPANY_ADMIN, company, by_district)
    manager = staff(5, "梁小禾", Role.MANAGER, engagement, actor_of(company_admin))
    technician = staff(4, "段立新", Role.TECHNICIAN, company, actor_of(company_admin))
    resident = a_person(1, nickname="槐花")
    neighbour = a_person(2, nickname="老周")
    for person, building, room in ((resident, "6", "302"), (neighbour, "3", "501")):
        home = claim_household(
            person=person, estate=estate, building=building, unit="2", room=room, by=actor_of(person)
        )
        verify_household(membership=home, by=actor_of(community_worker))
    return Cast(
        resident=resident,
        neighbour=neighbour,
        technician=technician,
        manager=manager,
        company_admin=company_admin,
        community_worker=community_worker,
        secretary=secretary,
        street_officer=street_officer,
        district_officer=district_officer,
        auditor=staff(11, "叶清", Role.AUDITOR, district, by_district),
        operator=staff(12, "邢一鸣", Role.OPERATOR, district, by_district),
        stranger=staff(13, "秦远", Role.SECRETARY, other_community, by_district),
        district=district,
        street=street,
        community=community,
        other_street=other_street,
        other_community=other_community,
        estate=estate,
        other_estate=other_estate,
        company=company,
        engagement=engagement,
    )


_remembered = Remembered(_made)
after_the_cast = _remembered.then
"""For a builder that is called with the cast as it stands: what it adds is made twice at most and then put back."""
_acting: dict[int, tuple[Person, date, PersonActor]] = {}
"""What each of the cast may do, read once a day: builders ask for the same few thousands of times.

By the object and not by its number: casts that are put back one after the other may share numbers. The object is kept
with it, so that no other can take its place in memory.
"""


def _actor_of(person: Person) -> PersonActor:
    today = now().date()
    kept = _acting.get(id(person))
    if kept is None or kept[1] != today:
        kept = _acting[id(person)] = (person, today, actor_of(person))
    return kept[2]


@receiver([post_save, post_delete], sender=RoleAssignment)
def _roles_have_changed(**_: Any) -> None:
    _acting.clear()


def sign_in(client: Client, person: Person, *, second_factor: bool = True) -> Client:
    """The client as this person, with the second factor given unless told otherwise."""
    given: list[dict[str, Any]] = [{"method": "code", "at": time()}]
    if second_factor:
        given.append({"method": "mfa", "at": time(), "type": "totp"})
    visit = client.cookies.get(settings.SESSION_COOKIE_NAME)
    session = SessionStore(visit.value if visit else None)
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = given
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def _street_and_community(district: Area, code: str, street_name: str, name: str) -> tuple[Area, Area]:
    street = create_area(code=code, name=street_name, parent=district, valid_from=BEGINNING, by=SYSTEM)
    return street, create_area(code=f"{code}001", name=name, parent=street, valid_from=BEGINNING, by=SYSTEM)
