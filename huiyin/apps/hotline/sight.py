"""Which estates' numbers a person sees, and in which months: as reach.py, for what is ranked in Python.

A ranking is the whole district's, whoever looks: a place would else depend on the reader. Its lines are shown to those
who see them whole; of a group that one sees in part the part is shown, without a place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from huiyin.apps.hotline.reach import SERVING, Place
from huiyin.apps.places.models import Area, Company, Engagement
from huiyin.apps.places.selectors import AREA_STAFF, estates_public, served_q, streets_public
from huiyin.domain.access import Actor

District = Mapping[int, Place]
_SLASHES_OF_A_DISTRICT = 2  # /1/


@dataclass(frozen=True)
class Stay:
    """A company serves an estate; a month is its own if it served on the first day."""

    company: int
    starts_on: date
    ends_on: date | None

    def covers(self, month: date) -> bool:
        return self.starts_on <= month and (self.ends_on is None or self.ends_on >= month)


@dataclass(frozen=True)
class Sight:
    """Estates seen in every month, and those seen while somebody served them."""

    paths: tuple[str, ...]
    """Of the areas whose every complaint is seen, those without an estate too."""
    always: frozenset[int]
    served: Mapping[int, Sequence[Stay]]
    is_everything: bool = False

    @property
    def estates(self) -> frozenset[int]:
        """Seen at some time at least."""
        return self.always | frozenset(self.served)

    def months_of(self, estate: int, months: Iterable[date]) -> list[date]:
        """Those of the months in which it is seen."""
        if estate in self.always:
            return list(months)
        return [month for month in months if any(stay.covers(month) for stay in self.served.get(estate, ()))]

    def covers(self, path: str) -> bool:
        return path.startswith(self.paths)

    def within(self, estates: Collection[int]) -> Sight:
        """Of these estates alone."""
        served = {estate: stays for estate, stays in self.served.items() if estate in estates}
        return Sight((), self.always & frozenset(estates), served)

    def while_serving(self, stays: Mapping[int, Sequence[Stay]]) -> Sight:
        """Only while one company served."""
        found = {
            estate: [each for each in theirs if estate in self.always or each in self.served.get(estate, ())]
            for estate, theirs in stays.items()
        }
        return Sight((), frozenset(), {estate: theirs for estate, theirs in found.items() if theirs})


def district() -> District:
    """Every estate with what rankings need of it; one query."""
    rows = estates_public().select_related(None)
    told = rows.values_list("pk", "slug", "name", "household_count", "area__path")
    return {row[0]: Place(*row) for row in told}


def sight_of(actor: Actor, places: District) -> Sight:
    """One query for a company's own staff, none for the area's."""
    scopes = actor.scopes(*AREA_STAFF)
    paths = tuple(scope.path for scope in scopes if scope.kind == "area")
    named = {int(scope.path.rstrip("/").rsplit("/e", 1)[1]) for scope in scopes if scope.kind == "estate"}
    always = frozenset(pk for pk, place in places.items() if pk in named or place.path.startswith(paths))
    serving = actor.scopes(*SERVING)
    mine = served_q(serving, company_id="company_id", engagement_id="pk")
    served = stays_of(Engagement.objects.filter(mine)) if serving else {}
    holds_district = any(path.count("/") == _SLASHES_OF_A_DISTRICT for path in paths)
    return Sight(paths, always, served, is_everything=holds_district and len(always) == len(places))


def stays_of(engagements: Iterable[Engagement]) -> dict[int, list[Stay]]:
    """By estate; one query."""
    found: dict[int, list[Stay]] = {}
    for each in engagements:
        found.setdefault(each.estate_id, []).append(Stay(each.company_id, each.starts_on, each.ends_on))
    return found


def streets_in(sight: Sight) -> list[Area]:
    """Streets whose pages may be opened; one query."""
    return [street for street in streets_public() if sight.covers(street.path)]


def companies_in(sight: Sight, on: date) -> QuerySet[Company]:
    """Who served estates in sight on a day, by name, each with how many as `estate_count`; one query."""
    serving = Q(engagements__starts_on__lte=on) & (
        Q(engagements__ends_on__isnull=True) | Q(engagements__ends_on__gte=on)
    )
    if not sight.is_everything:
        serving &= Q(engagements__estate_id__in=sorted(sight.estates))
    return (
        Company.objects.filter(serving)
        .annotate(estate_count=Count("engagements__estate_id", distinct=True))
        .order_by("sort_key", "id")
    )
