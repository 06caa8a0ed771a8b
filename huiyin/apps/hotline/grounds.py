"""What estates belong to in a ranking: themselves, an area, or the company that served them in a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import Q
from django.urls import reverse

from huiyin.apps.hotline.sight import District, Stay, stays_of
from huiyin.apps.places.models import Area, Company, Engagement
from huiyin.apps.places.selectors import areas_public
from huiyin.domain.complaint_periods import ComplaintPeriod
from huiyin.domain.division_codes import street_of

Member = tuple[int, int, Sequence[date]]
"""A group, an estate, and the months in which it belongs to the group."""


@dataclass(frozen=True)
class Named:
    """What stands in a row: its name, where it lies, its page ("" where there is none)."""

    name: str
    where: str = ""
    url: str = ""


class Grounds(Protocol):
    places: District

    @property
    def changing(self) -> Collection[int]:
        """Estates whose group depends on the month."""
        ...

    def group_of(self, estate: int | None, loose_street: str, month: date) -> int | None: ...

    def members(self, months: Sequence[date]) -> Iterable[Member]: ...

    def paths(self) -> Iterable[tuple[int, str]]:
        """Groups that hold complaints without an estate too, with the path that must be in sight."""
        ...

    def name_of(self, group: int) -> Named: ...


class Ground:
    """Estates and the areas they lie in, as they are now: an area that took others in has their estates too."""

    changing: Collection[int] = ()

    def __init__(self, places: District, by: str) -> None:
        self.places, self._by = places, by
        self._areas = {area.pk: area for area in areas_public().exclude(level=Area.Level.DISTRICT)}
        self._at_path = {
            path: area.pk for area in self._areas.values() for path in (area.path, *area.earlier_paths)
        }
        self._streets = {street_of(area.code): area.pk for area in self._areas.values() if _is_street(area)}
        self._group_of = {pk: self._group_at(pk, place.path) for pk, place in places.items()}

    def group_of(self, estate: int | None, loose_street: str, month: date) -> int | None:
        if estate is not None:
            return self._group_of.get(estate)
        return self._streets.get(loose_street) if self._by == "street" else None

    def members(self, months: Sequence[date]) -> Iterator[Member]:
        return ((group, estate, months) for estate, group in self._group_of.items() if group is not None)

    def paths(self) -> Iterable[tuple[int, str]]:
        if self._by != "street":
            return ()
        return [(area.pk, area.path) for area in self._areas.values() if _is_street(area)]

    def name_of(self, group: int) -> Named:
        if self._by == "estate":
            place = self.places[group]
            url = reverse("hotline:desk_estate", args=[place.slug])
            return Named(place.name, self._name_at(place.path), url)
        area = self._areas[group]
        url = reverse("hotline:desk_street", args=[area.code]) if self._by == "street" else ""
        return Named(area.name, self._name_at(_above(area.path)), url)

    def _group_at(self, estate: int, path: str) -> int | None:
        if self._by == "estate":
            return estate
        return self._at_path.get(path if self._by == "community" else _above(path))

    def _name_at(self, path: str) -> str:
        found = self._at_path.get(path)
        return self._areas[found].name if found is not None else ""


class Companies:
    """Who served which estate: a month belongs to the company that served on its first day."""

    def __init__(self, places: District, period: ComplaintPeriod) -> None:
        self.places = places
        first, last = period.before.first_month, period.last_month
        near = Engagement.objects.filter(starts_on__lte=last)
        stays = stays_of(near.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first)))
        self._always: dict[int, int] = {}
        self._changing: dict[int, list[Stay]] = {}
        for estate, its in stays.items():
            if estate not in places:
                continue
            lasting = next((stay for stay in its if stay.covers(first) and stay.covers(last)), None)
            if lasting is not None:
                self._always[estate] = lasting.company
            else:
                self._changing[estate] = its
        known = {stay.company for its in stays.values() for stay in its}
        self._names = dict(Company.objects.filter(pk__in=known).values_list("pk", "name"))

    @property
    def changing(self) -> Collection[int]:
        return list(self._changing)

    def group_of(self, estate: int | None, loose_street: str, month: date) -> int | None:
        if estate is None:
            return None
        if estate in self._always:
            return self._always[estate]
        return next((stay.company for stay in self._changing.get(estate, ()) if stay.covers(month)), None)

    def members(self, months: Sequence[date]) -> Iterator[Member]:
        for estate, company in self._always.items():
            yield company, estate, months
        for estate, stays in self._changing.items():
            found: dict[int, list[date]] = defaultdict(list)
            for month in months:
                for stay in stays:
                    if stay.covers(month):
                        found[stay.company].append(month)
            for company, its in found.items():
                yield company, estate, its

    def paths(self) -> Iterable[tuple[int, str]]:
        return ()

    def name_of(self, group: int) -> Named:
        return Named(self._names[group], "", reverse("hotline:desk_company", args=[group]))


def _is_street(area: Area) -> bool:
    return area.level == Area.Level.STREET


def _above(path: str) -> str:
    """/1/5/33/ → /1/5/."""
    return path.rstrip("/").rpartition("/")[0] + "/"
