"""Everybody with an office or a job in the fictional district, and the sign-ins shown to who tries the demo."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from huiyin.apps.people.actors import HeldRole, PersonActor, actor_of_key
from huiyin.apps.people.models import Person
from huiyin.apps.people.second_factor import set_up
from huiyin.apps.people.services import grant_role, register_person
from huiyin.apps.people.services.roles import Place
from huiyin.apps.places.models import Area, Company, Engagement
from huiyin.apps.places.selectors import scope_of_area, scope_of_company, scope_of_engagement
from huiyin.apps.portal.demo.ground import HANDING_OVER, Ground
from huiyin.apps.portal.demo.phrases import personal_name
from huiyin.domain.access import SECOND_FACTOR_ROLES, SYSTEM, Actor, Role, Scope

VACANT = "溪口社区"
VACANT_FOR_DAYS = 25
FIRST_ESTATE = "YSL01"
# The last four digits of 199-0000-xxxx, one for each role; the same each time the demo is made.
SHOWN = {
    Role.COMMUNITY_WORKER: 3,
    Role.SECRETARY: 4,
    Role.MANAGER: 5,
    Role.COMPANY_ADMIN: 6,
    Role.TECHNICIAN: 7,
    Role.STREET_OFFICER: 8,
    Role.DISTRICT_OFFICER: 9,
    Role.AUDITOR: 10,
    Role.OPERATOR: 11,
}
# The manager of the company that takes over where a hand-over still waits, to accept what the secretary lists.
TAKING_OVER = 12
# The manager of the estate whose report the community gave back, to mend it.
TO_MEND, RETURNED_AT = 13, "LDK01"


def phone(number: int) -> str:
    return f"1990000{number:04d}"


def as_acting(person: Person, role: Role, place: Place) -> Actor:
    """The person in that office and no other, whatever they hold today."""
    return PersonActor(person.pk, person.display_name, (HeldRole(role, _scope_of(place)),))


def _scope_of(place: Place) -> Scope:
    if isinstance(place, Area):
        return scope_of_area(place)
    if isinstance(place, Company):
        return scope_of_company(place)
    if isinstance(place, Engagement):
        return scope_of_engagement(place)
    raise TypeError(f"nobody of the demo has an office at {place!r}")


@dataclass
class Staff:
    since: datetime
    rng: Random
    taken: set[str] = field(default_factory=set)
    next_phone: int = 101
    secretaries: dict[int, Actor] = field(default_factory=dict)
    """By community; where the office is vacant the one who left."""
    workers: dict[int, Actor] = field(default_factory=dict)
    officers: dict[int, Actor] = field(default_factory=dict)
    """By street."""
    managers: dict[int, Actor] = field(default_factory=dict)
    """By engagement."""

    def enlist(
        self, role: Role, place: Place, *, name: str = "", shown: int = 0, ends_on: date | None = None
    ) -> Actor:
        """Register somebody, give the role from the beginning, and a second factor to those who are shown.

        `shown` is the number that is printed for signing in.
        """
        number = shown
        if not shown:
            number, self.next_phone = self.next_phone, self.next_phone + 1
        person = register_person(
            phone=phone(number),
            display_name=name or personal_name(self.rng, self.taken),
            is_verified=True,
            by=SYSTEM,
            now=self.since,
        )
        grant_role(
            person=person,
            role=role,
            place=place,
            starts_on=self.since.date(),
            ends_on=ends_on,
            by=SYSTEM,
            now=self.since,
        )
        if shown and role in SECOND_FACTOR_ROLES:
            set_up(person)
        return as_acting(person, role, place)


def appoint_district(ground: Ground, staff: Staff) -> Actor:
    """The district's own people first: the officer, returned with today's rights, enters places and companies."""
    shown = staff.enlist(Role.DISTRICT_OFFICER, ground.district, shown=SHOWN[Role.DISTRICT_OFFICER])
    staff.enlist(Role.AUDITOR, ground.district, shown=SHOWN[Role.AUDITOR])
    staff.enlist(Role.OPERATOR, ground.district, shown=SHOWN[Role.OPERATOR])
    staff.enlist(Role.DISTRICT_OFFICER, ground.district)
    return actor_of_key(shown.key) or shown


def appoint_others(ground: Ground, staff: Staff, today: date) -> None:
    """Streets, communities, companies. Those who are shown belong to the first estate."""
    first = next(estate for estate in ground.estates if estate.code == FIRST_ESTATE)

    def number(role: Role, is_first: bool) -> int:
        return SHOWN[role] if is_first else 0

    for street in ground.streets:
        is_first = street.pk == first.area.parent_id
        staff.officers[street.pk] = staff.enlist(
            Role.STREET_OFFICER, street, shown=number(Role.STREET_OFFICER, is_first)
        )
    with_estates = {area.pk for area in ground.communities_with_estates()}
    for area in ground.communities.values():
        is_first = area.pk == first.area_id
        left_on = today - timedelta(days=VACANT_FOR_DAYS) if area.name == VACANT else None
        staff.secretaries[area.pk] = staff.enlist(
            Role.SECRETARY, area, shown=number(Role.SECRETARY, is_first), ends_on=left_on
        )
        if area.pk in with_estates:
            staff.workers[area.pk] = staff.enlist(
                Role.COMMUNITY_WORKER, area, shown=number(Role.COMMUNITY_WORKER, is_first)
            )
    first_company = ground.serving[FIRST_ESTATE][-1].engagement.company_id
    for company in ground.companies.values():
        is_first = company.pk == first_company
        staff.enlist(Role.COMPANY_ADMIN, company, shown=number(Role.COMPANY_ADMIN, is_first))
        staff.enlist(Role.TECHNICIAN, company, shown=number(Role.TECHNICIAN, is_first))
        staff.enlist(Role.TECHNICIAN, company)
    for code, served in ground.serving.items():
        for row in served:
            shown = number(Role.MANAGER, code == FIRST_ESTATE)
            if row is served[-1]:
                shown = {HANDING_OVER: TAKING_OVER, RETURNED_AT: TO_MEND}.get(code, shown)
            staff.managers[row.engagement.pk] = staff.enlist(
                Role.MANAGER,
                row.engagement,
                name=row.manager_name,
                shown=shown,
                ends_on=row.engagement.ends_on,
            )


def secretary_on(staff: Staff, area: Area, day: date, today: date) -> Actor:
    """Who acts as secretary that day; the street while the office is vacant."""
    if area.name == VACANT and day > today - timedelta(days=VACANT_FOR_DAYS):
        return staff.officers[area.parent_id]  # type: ignore[index]
    return staff.secretaries[area.pk]
