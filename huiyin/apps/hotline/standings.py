"""Who stands where: estates, companies, communities or streets by one measure, with the place of the period before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.urls import reverse

from huiyin.apps.hotline.models import HotlineTotal
from huiyin.apps.hotline.reach import Place
from huiyin.apps.hotline.sums import Sums, summed_of, sums_by
from huiyin.apps.places.models import Area, Company, Engagement
from huiyin.apps.places.selectors import areas_public
from huiyin.domain.complaint_measures import Measure
from huiyin.domain.complaint_periods import ComplaintPeriod
from huiyin.domain.complaint_rankings import Group, Ranked, ranking, with_movement
from huiyin.domain.policy_hotline import SmallSamples

BY = {"estate": "小区", "company": "物业企业", "community": "社区", "street": "街镇"}


@dataclass(frozen=True)
class Named:
    """What stands in a row: its name, where it lies, its page ("" where there is none)."""

    name: str
    where: str = ""
    url: str = ""


@dataclass(frozen=True)
class Line:
    named: Named
    ranked: Ranked[int]
    is_share: bool

    @property
    def value(self) -> str:
        return self._said(self.ranked.value)

    @property
    def ranked_by(self) -> str:
        return self._said(self.ranked.ranked_by)

    @property
    def risen(self) -> int:
        return max(self.ranked.moved or 0, 0)

    @property
    def fallen(self) -> int:
        return max(-(self.ranked.moved or 0), 0)

    def _said(self, value: float | None) -> str:
        if value is None:
            return ""
        return f"{value:.1%}" if self.is_share else f"{value:,.1f}"


Grouping = Callable[[Any, date], int | None]


def standing(
    totals: QuerySet[HotlineTotal],
    places: dict[int, Place],
    measure: Measure,
    period: ComplaintPeriod,
    samples: SmallSamples,
    *,
    by: str = "estate",
    per_households: bool = False,
) -> list[Line]:
    """The worst first, those without a place at the end. Three queries, four where companies are ranked."""
    ground = _Ground(places, period) if by != "company" else _Companies(places, period)
    group = ground.grouping(by)
    now: dict[int, Sums] = {}
    before: dict[int, Sums] = {}
    for keys, sums in _rows(totals, measure, period, by_month=by == "company"):
        is_before, estate, loose_street, month = keys
        found = group((estate, loose_street), month)
        if found is not None:
            into = before if is_before else now
            into[found] = into[found] + sums if found in into else sums
    homes = ground.homes(by) if per_households else None

    def ranked(sums: dict[int, Sums]) -> list[Ranked[int]]:
        return ranking(
            _groups(sums, measure, homes),
            measure,
            per_households=per_households,
            share=samples.of_shares,
            per_thousand=samples.per_thousand,
        )

    earlier = {each.key: each.place for each in ranked(before)}
    names = ground.names(by)
    return [
        Line(names[each.key], each, measure.is_share)
        for each in with_movement(ranked(now), earlier)
        if each.key in names
    ]


def _rows(
    totals: QuerySet[HotlineTotal], measure: Measure, period: ComplaintPeriod, *, by_month: bool
) -> Iterable[tuple[tuple[Any, ...], Sums]]:
    """(is_before, estate, street of those without one, month): sums of the period and of the one before it."""
    both = totals.filter(month__range=(period.before.first_month, period.last_month))
    is_before = ExpressionWrapper(Q(month__lt=period.first_month), output_field=BooleanField())
    loose = Case(
        When(estate__isnull=True, then=F("street_code")), default=Value(""), output_field=CharField()
    )
    month = F("month") if by_month else Value(period.last_month)
    return sums_by(
        both, summed_of([measure]), is_before=is_before, of_estate=F("estate_id"), loose=loose, of_month=month
    )


def _groups(sums: dict[int, Sums], measure: Measure, homes: dict[int, int] | None) -> list[Group[int]]:
    if homes is not None:
        return [
            Group(key, sums[key].told(measure.code).numerator if key in sums else 0, count)
            for key, count in homes.items()
        ]
    told = ((key, each.told(measure.code)) for key, each in sums.items())
    return [Group(key, each.numerator, each.denominator) for key, each in told]


class _Ground:
    """Estates and the areas they lie in, as they are now: an area that took others in has their estates too."""

    def __init__(self, places: dict[int, Place], period: ComplaintPeriod) -> None:
        self.places = places
        self.areas = {area.pk: area for area in areas_public().exclude(level=Area.Level.DISTRICT)}
        self._at_path = {
            path: area.pk for area in self.areas.values() for path in (area.path, *area.earlier_paths)
        }
        self._at_code = {
            area.code[:9]: area.pk for area in self.areas.values() if area.level == Area.Level.STREET
        }

    def grouping(self, by: str) -> Grouping:
        of_place = {pk: self._group_of(place, by) for pk, place in self.places.items()}

        def group(key: tuple[int | None, str], month: date) -> int | None:
            estate, loose_street = key
            if estate is not None:
                return of_place.get(estate)
            return self._at_code.get(loose_street) if by == "street" else None

        return group

    def _group_of(self, place: Place, by: str) -> int | None:
        if by == "estate":
            return place.pk
        path = place.path if by == "community" else _above(place.path)
        return self._at_path.get(path)

    def homes(self, by: str) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for place in self.places.values():
            group = self._group_of(place, by)
            if group is not None:
                found[group] += place.households
        return found

    def names(self, by: str) -> dict[int, Named]:
        if by == "estate":
            return {
                place.pk: Named(
                    place.name, self._name_at(place.path), reverse("hotline:desk_estate", args=[place.slug])
                )
                for place in self.places.values()
            }
        return {
            area.pk: Named(
                area.name,
                self._name_at(_above(area.path)),
                reverse("hotline:desk_street", args=[area.code]) if by == "street" else "",
            )
            for area in self.areas.values()
        }

    def _name_at(self, path: str) -> str:
        found = self._at_path.get(path)
        return self.areas[found].name if found is not None else ""


class _Companies:
    """Who served which estate: a month belongs to the company that served on its first day."""

    def __init__(self, places: dict[int, Place], period: ComplaintPeriod) -> None:
        self.places = places
        self._last_month = period.last_month
        spans = Engagement.objects.filter(estate_id__in=list(places), starts_on__lte=period.last_month)
        spans = spans.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=period.before.first_month))
        self._spans: dict[int, list[tuple[date, date | None, int]]] = defaultdict(list)
        for estate, starts_on, ends_on, company in spans.values_list(
            "estate_id", "starts_on", "ends_on", "company_id"
        ):
            self._spans[estate].append((starts_on, ends_on, company))

    def grouping(self, by: str) -> Grouping:
        return lambda key, month: self._served_by(key[0], month)

    def _served_by(self, estate: int | None, month: date) -> int | None:
        for starts_on, ends_on, company in self._spans.get(estate or 0, ()):
            if starts_on <= month and (ends_on is None or ends_on >= month):
                return company
        return None

    def homes(self, by: str) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for place in self.places.values():
            company = self._served_by(place.pk, self._last_month)
            if company is not None:
                found[company] += place.households
        return found

    def names(self, by: str) -> dict[int, Named]:
        known = {company for spans in self._spans.values() for _from, _to, company in spans}
        return {
            pk: Named(name, "", reverse("hotline:desk_company", args=[pk]))
            for pk, name in Company.objects.filter(pk__in=known).values_list("pk", "name")
        }


def _above(path: str) -> str:
    """/1/5/33/ → /1/5/."""
    return path.rstrip("/").rpartition("/")[0] + "/"
