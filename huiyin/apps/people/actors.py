"""A person as an actor: the roles held today and the scopes they reach, loaded with one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.apps.people.models import HouseholdMembership, Person, RoleAssignment
from huiyin.apps.places.selectors import (
    scope_of_company,
    scope_of_engagement,
    scope_of_estate,
    scopes_of_area,
)
from huiyin.domain.access import ROLE_LABELS, SECOND_FACTOR_ROLES, Actor, Role, Scope
from huiyin.web.now import now

# Which of several roles stands before the name in public.
_SENIORITY = [
    Role.DISTRICT_OFFICER,
    Role.STREET_OFFICER,
    Role.SECRETARY,
    Role.COMMUNITY_WORKER,
    Role.COMPANY_ADMIN,
    Role.MANAGER,
    Role.TECHNICIAN,
    Role.AUDITOR,
    Role.OPERATOR,
]


@dataclass(frozen=True)
class HeldRole:
    role: Role
    scope: Scope
    acting: bool = False


@dataclass(frozen=True)
class PersonActor:
    """Satisfies `domain.access.Actor`. Without the second factor, roles that need one are not held."""

    person_id: int
    name: str
    held: tuple[HeldRole, ...]
    lacks_second_factor: bool = False

    @property
    def key(self) -> str:
        return f"person:{self.person_id}"

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(held.role for held in self.held)

    @property
    def is_staff(self) -> bool:
        return bool(self.held) or self.lacks_second_factor

    @cached_property
    def label(self) -> str:
        for role in _SENIORITY:
            if role in self.roles:
                is_acting = all(held.acting for held in self.held if held.role is role)
                return f"{ROLE_LABELS[role]} {self.name}".strip() + (_("（代）") if is_acting else "")
        return ROLE_LABELS[Role.RESIDENT]

    def holds(self, role: Role, scope: Scope | None = None) -> bool:
        """Staff roles as granted; `resident` of a scope means a verified household there."""
        if role is Role.RESIDENT:
            return scope is None or any(scope.covers(home) for home in self.homes)
        return any(held.role is role and (scope is None or held.scope.covers(scope)) for held in self.held)

    def scopes(self, *roles: Role) -> tuple[Scope, ...]:
        found = [held.scope for held in self.held if held.role in roles]
        if Role.RESIDENT in roles:
            found += self.homes
        return tuple(dict.fromkeys(found))

    @cached_property
    def homes(self) -> list[Scope]:
        """Estates where this person has a verified household; a second query, only when asked for."""
        memberships = HouseholdMembership.objects.filter(
            person_id=self.person_id, verified_at__isnull=False, ended_at__isnull=True
        ).select_related("estate__area")
        return [scope_of_estate(membership.estate) for membership in memberships]

    def without_second_factor(self) -> PersonActor:
        """The same person before the second factor: only what a phone code alone may do."""
        kept = tuple(held for held in self.held if held.role not in SECOND_FACTOR_ROLES)
        return replace(self, held=kept, lacks_second_factor=len(kept) < len(self.held))


def on_date(day: date) -> Q:
    """Roles in force on a day; one taken back at once was in force until the day before."""
    return (
        Q(starts_on__lte=day)
        & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        & (Q(revoked_at__isnull=True) | Q(revoked_at__date__gt=day))
    )


def not_over(day: date) -> Q:
    """Roles in force on that day or to come."""
    return Q(revoked_at__isnull=True) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def scopes_of_assignment(assignment: RoleAssignment) -> Iterable[Scope]:
    if assignment.area is not None:
        return scopes_of_area(assignment.area)
    if assignment.estate is not None:
        return [scope_of_estate(assignment.estate)]
    if assignment.engagement is not None:
        return [scope_of_engagement(assignment.engagement)]
    assert assignment.company is not None
    return [scope_of_company(assignment.company)]


# What a role's scope is made of: this query runs in every request of somebody signed in.
_SCOPED_BY = (
    *("role", "acting", "area__path", "area__earlier_paths", "estate__area__path"),
    *("engagement__company_id", "company__id"),
)


def actor_of(person: Person, on: date | None = None) -> PersonActor:
    """The person with the roles in force on that day (today); one query, none for who never had any (backends.py)."""
    assignments: Iterable[RoleAssignment] = ()
    if person.is_active and getattr(person, "was_given_roles", True):
        assignments = (
            RoleAssignment.objects.filter(on_date(on or now().date()), person_id=person.pk)
            .select_related("area", "estate__area", "engagement", "company")
            .only(*_SCOPED_BY)
            .order_by("id")
        )
    held = tuple(
        HeldRole(Role(assignment.role), scope, assignment.acting)
        for assignment in assignments
        for scope in scopes_of_assignment(assignment)
    )
    return PersonActor(person.pk, person.display_name, held)


def person_id_of(by: Actor) -> int | None:
    """The account behind an actor; None for the system and for people without one."""
    return _person_id(by.key)


def _person_id(key: str) -> int | None:
    kind, _, pk = key.partition(":")
    return int(pk) if kind == "person" and pk.isdecimal() else None


def actor_of_key(key: str) -> PersonActor | None:
    """From "person:42" to the actor with today's roles; None for other keys and for people who have left."""
    person_id = _person_id(key)
    if person_id is None:
        return None
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    return actor_of(person) if person else None


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in, for views behind `login_required`."""
    person = request.user
    assert isinstance(person, Person)
    return person
