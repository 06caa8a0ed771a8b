"""Reading places: what the public sees, what staff sees, who serves an estate, and the scopes of all of them."""

from __future__ import annotations

import unicodedata
from datetime import date

from django.db.models import CharField, F, Prefetch, Q, QuerySet, Value

from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.domain.access import SYSTEM, Actor, Role, Scope

AREA_STAFF = (
    Role.COMMUNITY_WORKER,
    Role.SECRETARY,
    Role.STREET_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.AUDITOR,
)
COMPANY_STAFF = (Role.TECHNICIAN, Role.MANAGER, Role.COMPANY_ADMIN)


# --- scopes -----------------------------------------------------------------------------------------------


def scope_of_area(area: Area) -> Scope:
    return Scope("area", area.path)


def scopes_of_area(area: Area) -> list[Scope]:
    """What a role held in this area reaches: the area and those merged into it."""
    return [Scope("area", path) for path in (area.path, *area.earlier_paths)]


def scope_of_estate(estate: Estate) -> Scope:
    """Below its community, so that an area's scope covers it; load `area` with the estate."""
    return Scope("estate", f"{estate.area.path}e{estate.pk}/")


def scope_of_company(company: Company) -> Scope:
    return Scope("company", f"c/{company.pk}/")


def scope_of_engagement(engagement: Engagement) -> Scope:
    return Scope("engagement", f"c/{engagement.company_id}/g{engagement.pk}/")


def inside_q(scopes: tuple[Scope, ...] | list[Scope], *, path: str, estate_id: str = "pk") -> Q:
    """Rows whose area path (field `path`) or estate (field `estate_id`) lies in one of the area or estate scopes."""
    found = Q(pk__in=[])
    for scope in scopes:
        if scope.kind == "area":
            found |= Q(**{f"{path}__startswith": scope.path})
        elif scope.kind == "estate":
            found |= Q(**{estate_id: int(scope.path.rstrip("/").rsplit("/e", 1)[1])})
    return found


def served_q(scopes: tuple[Scope, ...] | list[Scope], *, company_id: str, engagement_id: str) -> Q:
    """Rows of a company or one of its engagements, for the company's own staff."""
    found = Q(pk__in=[])
    for scope in scopes:
        parts = scope.path.strip("/").split("/")
        if scope.kind == "company":
            found |= Q(**{company_id: int(parts[1])})
        elif scope.kind == "engagement":
            found |= Q(**{engagement_id: int(parts[2].removeprefix("g"))})
    return found


# --- areas ------------------------------------------------------------------------------------------------


def in_use_q(on: date | None = None, prefix: str = "") -> Q:
    """Areas in force on a day; without a day those that have not ended."""
    if on is None:
        return Q(**{f"{prefix}valid_to__isnull": True})
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    )


def areas_public(on: date | None = None) -> QuerySet[Area]:
    """The tree as it stands (or stood on a day), district first."""
    return Area.objects.filter(in_use_q(on)).order_by("path")


def streets_public(on: date | None = None) -> QuerySet[Area]:
    return areas_public(on).filter(level=Area.Level.STREET).order_by("sort_key", "id")


def communities_in(area: Area, on: date | None = None) -> QuerySet[Area]:
    return (
        areas_public(on)
        .filter(covered_by_q(area, "path"), level=Area.Level.COMMUNITY)
        .order_by("sort_key", "id")
    )


def covered_by_q(area: Area, path: str) -> Q:
    """Rows whose path field lies in the area or in one merged into it."""
    return inside_q(scopes_of_area(area), path=path)


def area_by_code(code: str, on: date | None = None) -> Area | None:
    """The area that bears the code now (on a day); codes may be given with fewer than 12 digits."""
    return Area.objects.filter(in_use_q(on), code=code.strip().ljust(12, "0")).first()


def areas_for_desk(actor: Actor) -> QuerySet[Area]:
    """Areas a staff member may name in forms and imports."""
    areas = areas_public()
    if actor.key == SYSTEM.key:
        return areas
    return areas.filter(inside_q(actor.scopes(*AREA_STAFF), path="path", estate_id="estates__pk")).distinct()


# --- estates and companies --------------------------------------------------------------------------------


def estates_public() -> QuerySet[Estate]:
    return Estate.objects.select_related("area").order_by("sort_key", "id")


def estates_in(area: Area) -> QuerySet[Estate]:
    return estates_public().filter(covered_by_q(area, "area__path"))


def matching_q(text: str) -> Q:
    """Estates whose name, alias, compound or address holds the words, or whose name they hold (云杉里6号楼).

    For querysets annotated with the words as `said`.
    """
    return (
        Q(name__icontains=text)
        | Q(compound__icontains=text)
        | Q(address__icontains=text)
        | Q(aliases__name__icontains=text)
        | Q(said__icontains=F("name"))
        | Q(said__icontains=F("aliases__name"))
    )


def estates_matching(text: str, further: Q | None = None) -> QuerySet[Estate]:
    """Public search, forgiving of full width; `further` may let an app above match by what it knows."""
    text = unicodedata.normalize("NFKC", text).replace("\x00", "").strip()
    if not text:
        return estates_public()
    wanted = matching_q(text) if further is None else matching_q(text) | further
    said = Value(text, output_field=CharField())
    return estates_public().annotate(said=said).filter(wanted).distinct()


def estates_for_desk(actor: Actor) -> QuerySet[Estate]:
    """Estates in an area or estate scope, or served by the actor's company or engagement."""
    estates = estates_public()
    if actor.key == SYSTEM.key:
        return estates
    placed = inside_q(actor.scopes(*AREA_STAFF), path="area__path")
    served = served_q(
        actor.scopes(*COMPANY_STAFF), company_id="engagements__company_id", engagement_id="engagements__pk"
    )
    return estates.filter(placed | served).distinct()


def companies_public() -> QuerySet[Company]:
    return Company.objects.order_by("sort_key", "id")


def engagements_on(on: date) -> QuerySet[Engagement]:
    return Engagement.objects.filter(
        Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    ).select_related("company", "estate__area")


def current_engagement(estate: Estate, on: date) -> Engagement | None:
    """Who serves the estate on that day; the database allows at most one."""
    return engagements_on(on).filter(estate=estate).first()


def with_current_engagement(estates: QuerySet[Estate], on: date) -> QuerySet[Estate]:
    """Estates with `serving`, a list of none or one engagement, in one further query."""
    return estates.prefetch_related(
        Prefetch("engagements", queryset=engagements_on(on), to_attr="serving"),
    )
