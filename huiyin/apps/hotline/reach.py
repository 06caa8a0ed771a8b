"""Whose complaints a person sees (domain.md §2): the area's staff those of their area, a company those it served.

A complaint with an estate lies where its estate lies. One without lies in the street its file names, and one whose
file names none is seen by the district alone. A company sees numbers, never the words of a complaint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.apps.hotline.models import HotlineCount, HotlineTopic, HotlineTotal
from huiyin.apps.places.models import Area, Engagement, Estate
from huiyin.apps.places.selectors import (
    AREA_STAFF,
    engagements_on,
    estates_public,
    inside_q,
    scope_of_estate,
    served_q,
)
from huiyin.domain.access import Actor, Role
from huiyin.domain.division_codes import DISTRICT, STREET

SERVING = (Role.MANAGER, Role.COMPANY_ADMIN)


def sees_numbers(actor: Actor) -> bool:
    return bool(actor.scopes(*AREA_STAFF, *SERVING))


def sees_words(actor: Actor) -> bool:
    """Whether there is any place whose complaints the actor may read."""
    return bool(actor.scopes(*AREA_STAFF))


def sees_words_of(actor: Actor, estate: Estate) -> bool:
    """The masked complaints themselves: the area's staff, inside their scope; load `area` with the estate."""
    scope = scope_of_estate(estate)
    return any(actor.holds(role, scope) for role in AREA_STAFF)


def covers(actor: Actor, roles: Sequence[Role], *, estate: Estate | None, area_code: str) -> bool:
    """Whether a complaint lies in a scope of one of these roles; load `area` with the estate."""
    if estate is not None:
        return any(actor.holds(role, scope_of_estate(estate)) for role in roles)
    scopes = actor.scopes(*roles)
    areas = Area.objects.exclude(level=Area.Level.COMMUNITY)
    where = Q(level=Area.Level.DISTRICT, code__startswith=area_code[:DISTRICT])
    if len(area_code) >= STREET:
        where |= Q(level=Area.Level.STREET, code__startswith=area_code[:STREET])
    areas = areas.filter(where)
    paths = list(areas.values_list("path", flat=True)) if scopes else []
    return any(path.startswith(scope.path) for path in paths for scope in scopes)


def streets_reached(actor: Actor, roles: Sequence[Role]) -> tuple[list[str], bool]:
    """Nine digits of each street in a scope of these roles, and whether a whole district is in one."""
    areas = Area.objects.filter(inside_q(actor.scopes(*roles), path="path", estate_id="estates__pk"))
    levels = areas.exclude(level=Area.Level.COMMUNITY).values_list("level", "code").distinct()
    streets = [code[:STREET] for level, code in levels if level == Area.Level.STREET]
    return streets, any(level == Area.Level.DISTRICT for level, _code in levels)


_ALL, _NONE = Q(), Q(pk__in=[])


@dataclass(frozen=True)
class Part:
    """Counts of some estates, and counts of no estate.

    Two questions where there are many rows: an index answers each, and none answers both joined by “or”.
    """

    placed: Q = _ALL
    loose: Q = _NONE

    def __and__(self, other: Part) -> Part:
        return Part(self.placed & other.placed, self.loose & other.loose)

    @property
    def rows(self) -> Q:
        return Q(self.placed, estate__isnull=False) | Q(self.loose, estate__isnull=True)


EVERYTHING = Part(_ALL, _ALL)


def totals_for_desk(actor: Actor) -> QuerySet[HotlineTotal]:
    return HotlineTotal.objects.filter(_reach(actor).rows)


def both_for_desk(
    actor: Actor, inside: Part
) -> tuple[QuerySet[HotlineTotal], Sequence[QuerySet[HotlineCount]]]:
    """Totals of a part, and its counts: with an estate, and without; the scope is asked for once."""
    seen = _reach(actor) & inside
    placed = HotlineCount.objects.filter(seen.placed, estate__isnull=False)
    loose = HotlineCount.objects.filter(seen.loose, estate__isnull=True)
    return HotlineTotal.objects.filter(seen.rows), (placed, loose)


def served_by_q(engagements: QuerySet[Engagement]) -> Q:
    """Counts of an estate in a month on whose first day one of these engagements served it."""
    then = Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("month"))
    return Q(Exists(engagements.filter(then, estate=OuterRef("estate_id"), starts_on__lte=OuterRef("month"))))


def _reach(actor: Actor) -> Part:
    """Three queries at most. Estates by number, which an index finds; a path would be read for every row."""
    scopes = actor.scopes(*AREA_STAFF)
    areas = Area.objects.exclude(level=Area.Level.COMMUNITY).values_list("level", "code", "path")
    here = [(*area, area[2].startswith(tuple(scope.path for scope in scopes))) for area in areas]
    if scopes and all(inside for level, _code, _path, inside in here if level == Area.Level.DISTRICT):
        return EVERYTHING
    placed = Q(estate_id__in=_estates(inside_q(scopes, path="area__path"))) if scopes else _NONE
    loose = _NONE
    for level, code, _path, inside in here:
        if inside and level == Area.Level.DISTRICT:
            loose |= Q(street_code__startswith=code[:DISTRICT]) | Q(street_code="")
        elif inside:
            loose |= Q(street_code=code[:STREET])
    if serving := actor.scopes(*SERVING):
        mine = Engagement.objects.filter(served_q(serving, company_id="company_id", engagement_id="pk"))
        placed |= Q(estate_id__in=sorted(set(mine.values_list("estate_id", flat=True)))) & served_by_q(mine)
    return Part(placed, loose)


def _estates(where: Q) -> list[int]:
    return list(Estate.objects.filter(where).order_by().values_list("pk", flat=True))


@dataclass(frozen=True)
class Place:
    """An estate with what rankings need of it."""

    pk: int
    slug: str
    name: str
    households: int
    path: str
    """Of its community."""


def places_for_desk(actor: Actor) -> dict[int, Place]:
    """The estates whose numbers the actor sees, at some time at least; one query."""
    placed = inside_q(actor.scopes(*AREA_STAFF), path="area__path")
    served = served_q(
        actor.scopes(*SERVING), company_id="engagements__company_id", engagement_id="engagements__pk"
    )
    rows = (
        estates_public()
        .select_related(None)
        .filter(placed | served)
        .values_list("pk", "slug", "name", "household_count", "area__path")
        .distinct()
        .order_by("sort_key", "pk")
    )
    return {row[0]: Place(*row) for row in rows}


def topics_for_desk(actor: Actor, on: date) -> QuerySet[HotlineTopic]:
    """What the complaints of estates are about now, the hottest first: the area's staff those of their area, a company
    those it serves on that day. One that left has seen what was said in its time."""
    now_there = engagements_on(on).filter(
        served_q(actor.scopes(*SERVING), company_id="company_id", engagement_id="pk"),
        estate=OuterRef("estate_id"),
    )
    placed = inside_q(actor.scopes(*AREA_STAFF), path="estate__area__path")
    found = HotlineTopic.objects.filter(placed | Exists(now_there), complaint_count__gt=0)
    return found.select_related("estate", "case").defer("numbers")
