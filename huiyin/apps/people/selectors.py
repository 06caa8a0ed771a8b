"""Reading people: actors, who holds an office, vacancies, lists for the desk; never a phone number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.apps.people.actors import PersonActor, actor_of, not_over, on_date, scopes_of_assignment
from huiyin.apps.people.models import Consent, ContactOpening, HouseholdMembership, Person, RoleAssignment
from huiyin.apps.people.permissions import CHECKS_HOUSEHOLDS, SEES_OPENINGS, SEES_PEOPLE
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import in_use_q, inside_q, scope_of_estate, served_q
from huiyin.domain.access import ROLE_LABELS, Actor, Role, Scope
from huiyin.web.now import now

__all__ = [
    "Office",
    "PersonActor",
    "actor_of",
    "areas_q",
    "areas_without",
    "checks_open",
    "consents_of",
    "has_consented",
    "homes_of",
    "is_vacant",
    "memberships_of",
    "memberships_to_check",
    "openings_about",
    "openings_for_desk",
    "roles_for_desk",
    "scope_q",
    "secretary_is_vacant",
    "secretary_of",
    "standing_roles",
    "vacancies",
    "verified_household",
]


# --- rows inside an actor's scopes, for any app -----------------------------------------------------------


def areas_q(
    actor: Actor, roles: tuple[Role, ...], *, field: str = "area__path", estate_id: str = "estate_id"
) -> Q:
    """Rows with an area path that the actor reaches in one of the roles."""
    return inside_q(actor.scopes(*roles), path=field, estate_id=estate_id)


def scope_q(
    actor: Actor,
    roles: tuple[Role, ...],
    *,
    path_field: str = "area__path",
    estate_field: str = "estate_id",
    company_field: str = "",
    engagement_field: str = "",
) -> Q:
    """Like `areas_q`, and also what the actor's company or engagement serves when those fields are named."""
    scopes = actor.scopes(*roles)
    found = inside_q(scopes, path=path_field, estate_id=estate_field)
    if company_field and engagement_field:
        found |= served_q(scopes, company_id=company_field, engagement_id=engagement_field)
    return found


# --- offices ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Office:
    """Who acts as secretary: `acting` when it is the street (代), `label` as pages show it."""

    person_id: int
    key: str
    name: str
    role: Role
    acting: bool

    @property
    def label(self) -> str:
        return f"{ROLE_LABELS[self.role]} {self.name}" + (_("（代）") if self.acting else "")


def _above(path: str) -> list[str]:
    """The path of an area and of all areas it lies in."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:length]) + "/" for length in range(1, len(parts) + 1)]


def _covering(path: str) -> Q:
    """Assignments in an area whose path the given one begins with, or that took such an area over."""
    above = _above(path)
    return Q(area__path__in=above) | Q(area__earlier_paths__overlap=above)


def _in_office(path: str, role: Role, on: date) -> QuerySet[RoleAssignment]:
    return (
        RoleAssignment.objects.filter(on_date(on), _covering(path), role=role, person__is_active=True)
        .select_related("person")
        .order_by("acting", "-starts_on", "id")
    )


def secretary_of(area: Area, on: date | None = None) -> Office | None:
    """The secretary of a community or, while there is none, the street officer who acts for it (代)."""
    on = on or now().date()
    for role in (Role.SECRETARY, Role.STREET_OFFICER):
        assignment = _in_office(area.path, role, on).first()
        if assignment is not None:
            person = assignment.person
            acting = assignment.acting or role is Role.STREET_OFFICER
            return Office(person.pk, person.key, person.display_name, role, acting)
    return None


def secretary_is_vacant(area_id: int, on: date | None = None) -> bool:
    """True when nobody holds the secretary's office over this area; then the street officer may act."""
    return is_vacant(Role.SECRETARY, area_id, on)


def is_vacant(role: Role, area_id: int, on: date | None = None) -> bool:
    """True when nobody holds this role over this area."""
    path = Area.objects.values_list("path", flat=True).get(pk=area_id)
    return not _in_office(path, role, on or now().date()).exists()


def areas_without(role: Role, scopes: tuple[Scope, ...], on: date | None = None) -> set[int]:
    """`is_vacant` for every area inside the scopes: two queries."""
    held: set[str] = set()
    for path, earlier in RoleAssignment.objects.filter(
        on_date(on or now().date()), role=role, person__is_active=True, area__isnull=False
    ).values_list("area__path", "area__earlier_paths"):
        held.update([path, *earlier])
    areas = Area.objects.filter(inside_q(scopes, path="path", estate_id="estates__pk"))
    return {pk for pk, path in areas.values_list("pk", "path") if held.isdisjoint(_above(path))}


def vacancies(actor: Actor, on: date | None = None) -> QuerySet[Area]:
    """Communities in the actor's street or district without an active secretary."""
    on = on or now().date()
    officers = (Role.STREET_OFFICER, Role.DISTRICT_OFFICER, Role.AUDITOR)
    held = RoleAssignment.objects.filter(
        on_date(on), role=Role.SECRETARY, person__is_active=True, area__path=OuterRef("path")
    )
    return Area.objects.filter(
        in_use_q(),
        inside_q(actor.scopes(*officers), path="path", estate_id="estates__pk"),
        ~Exists(held),
        level=Area.Level.COMMUNITY,
    ).order_by("sort_key", "id")


# --- lists for the desk -----------------------------------------------------------------------------------


def roles_for_desk(
    actor: Actor, *, text: str = "", role: str = "", on: date | None = None
) -> QuerySet[RoleAssignment]:
    """Roles in force or to come (ended ones for 30 days) at places the actor may see; name search, no contacts."""
    on = on or now().date()
    scopes = actor.scopes(*SEES_PEOPLE)
    placed = inside_q(scopes, path="area__path", estate_id="estate_id") | inside_q(
        scopes, path="estate__area__path", estate_id="estate_id"
    )
    served = served_q(scopes, company_id="company_id", engagement_id="engagement_id")
    for scope in scopes:
        if scope.kind == "company":
            served |= Q(engagement__company_id=int(scope.path.strip("/").split("/")[1]))
        elif scope.kind == "area":
            served |= Q(engagement__estate__area__path__startswith=scope.path)
            served |= Q(company__engagements__estate__area__path__startswith=scope.path)
    rows = (
        RoleAssignment.objects.filter(placed | served, person__is_active=True)
        .exclude(ends_on__lt=on - timedelta(days=30))
        .select_related(
            "person", "area", "company", "estate__area", "engagement__estate", "engagement__company"
        )
        .distinct()
        .order_by("role", "person__display_name", "id")
    )
    if text.strip():
        rows = rows.filter(person__display_name__icontains=text.strip())
    return rows.filter(role=role) if role else rows


def standing_roles(person_ids: Iterable[int], on: date | None = None) -> dict[int, list[tuple[Role, Scope]]]:
    """What each of these people holds or will hold, wherever it is; one query."""
    found: dict[int, list[tuple[Role, Scope]]] = {pk: [] for pk in person_ids}
    for assignment in RoleAssignment.objects.filter(
        not_over(on or now().date()), person_id__in=list(found)
    ).select_related("area", "company", "estate__area", "engagement"):
        scope = next(iter(scopes_of_assignment(assignment)))
        found[assignment.person_id].append((Role(assignment.role), scope))
    return found


def memberships_to_check(actor: Actor) -> QuerySet[HouseholdMembership]:
    """Homes residents have named in the actor's community and nobody has checked yet; oldest first."""
    return (
        HouseholdMembership.objects.filter(
            inside_q(actor.scopes(*CHECKS_HOUSEHOLDS), path="estate__area__path", estate_id="estate_id"),
            verified_at=None,
            ended_at=None,
            person__is_active=True,
        )
        .exclude(building="")
        .exclude(room="")
        .select_related("person", "estate__area")
        .order_by("claimed_at", "id")
    )


def checks_open(actor: Actor) -> int:
    return memberships_to_check(actor).count()


def residents_for_desk(actor: Actor) -> QuerySet[Person]:
    """Residents who live in the actor's community, for whom a contact may be opened."""
    homes = HouseholdMembership.objects.filter(
        inside_q(actor.scopes(*CHECKS_HOUSEHOLDS), path="estate__area__path", estate_id="estate_id"),
        ended_at=None,
    )
    return Person.objects.filter(is_active=True, pk__in=homes.values("person_id"))


def openings_for_desk(actor: Actor) -> QuerySet[ContactOpening]:
    scopes = actor.scopes(*SEES_OPENINGS)
    return ContactOpening.objects.filter(inside_q(scopes, path="area_path", estate_id="pk")).order_by(
        "-opened_at", "-id"
    )


# --- of one person ----------------------------------------------------------------------------------------


def homes_of(person: Person) -> list[Scope]:
    return [scope_of_estate(membership.estate) for membership in memberships_of(person)]


def memberships_of(person: Person) -> QuerySet[HouseholdMembership]:
    return HouseholdMembership.objects.filter(person=person, ended_at=None).select_related("estate__area")


def verified_household(person_id: int, estate_id: int) -> int | None:
    """The primary key of the household of an estate this person was verified to live in, if any."""
    found = HouseholdMembership.objects.filter(
        person_id=person_id, estate_id=estate_id, verified_at__isnull=False, ended_at=None
    ).order_by("pk")
    return found.values_list("household_id", flat=True).first()


def verified_households(person_ids: Iterable[int], estate_id: int) -> dict[int, int]:
    """The same by person, for those who were verified to live there; one query."""
    found = HouseholdMembership.objects.filter(
        person_id__in=person_ids, estate_id=estate_id, verified_at__isnull=False, ended_at=None
    ).order_by("-pk")
    return dict(found.values_list("person_id", "household_id"))


def openings_about(person: Person) -> QuerySet[ContactOpening]:
    return ContactOpening.objects.filter(person=person)


def consents_of(person: Person) -> dict[str, Consent]:
    """Standing consents by purpose."""
    return {consent.purpose: consent for consent in Consent.objects.filter(person=person, withdrawn_at=None)}


def has_consented(person_id: int, purpose: str) -> bool:
    return Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at=None).exists()
