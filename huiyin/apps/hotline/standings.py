"""Who stands where: estates, companies, communities or streets by one measure, with the place of the period before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from huiyin.apps.hotline.grounds import Companies, Ground, Grounds, Named
from huiyin.apps.hotline.models import HotlineTotal
from huiyin.apps.hotline.sight import District, Sight
from huiyin.apps.hotline.sums import OF_PROPERTY_Q, Sums, summed_of, sums_by
from huiyin.domain.complaint_measures import Measure
from huiyin.domain.complaint_periods import ComplaintPeriod, Earlier, StoredMonths
from huiyin.domain.complaint_rankings import Group, Ranked, ranking
from huiyin.domain.policy_hotline import SmallSamples

BY = {"estate": "小区", "company": "物业企业", "community": "社区", "street": "街镇"}


@dataclass(frozen=True)
class Line:
    ground: Grounds
    ranked: Ranked[int]
    is_share: bool
    is_part: bool
    """The reader sees a part of it: its numbers are of that part, and it has no place."""

    @cached_property
    def named(self) -> Named:
        return self.ground.name_of(self.ranked.key)

    @property
    def value(self) -> str:
        return self._said(self.ranked.value)

    @property
    def ranked_by(self) -> str:
        return self._said(self.ranked.ranked_by)

    @property
    def households(self) -> int:
        """On the average of the months, as a whole number."""
        return round(self.ranked.denominator or 0)

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


@dataclass(frozen=True)
class Standing:
    """The lines the reader sees, the worst first; those without a place at the end."""

    lines: Sequence[Line] = ()
    placed: int = 0
    """How many have a place in the whole district."""
    earlier: Earlier = Earlier.NOTHING
    left_out: int = 0
    """Complaints the reader sees that count in no line."""


@dataclass(frozen=True)
class Question:
    """What is ranked, of which period, by which policy."""

    measure: Measure
    period: ComplaintPeriod
    stored: StoredMonths
    today: date
    samples: SmallSamples
    by: str = "estate"
    per_households: bool = False

    @property
    def earlier(self) -> Earlier:
        return self.stored.earlier(self.period, self.today)

    @property
    def needs_homes(self) -> bool:
        """Whether complaints count only with households of the same estates: groups of several, for each 1,000."""
        return self.per_households and self.by != "estate"


@dataclass
class _Summed:
    """Sums of the groups of one period, and what belongs to none of them or has no households to be set against."""

    groups: dict[int, Sums] = field(default_factory=dict)
    homeless: dict[int, int] = field(default_factory=dict)
    loose: int = 0

    @property
    def left_out(self) -> int:
        return self.loose + sum(self.homeless.values())

    def add(self, group: int | None, sums: Sums, measure: Measure, *, counts: bool) -> None:
        told = sums.told(measure.code).numerator
        if group is None:
            self.loose += told
        elif counts:
            self.groups[group] = self.groups[group] + sums if group in self.groups else sums
        else:
            self.homeless[group] = self.homeless.get(group, 0) + told


def standing(asked: Question, places: District, sight: Sight, seen: QuerySet[HotlineTotal]) -> Standing:
    """The district's ranking as far as the reader sees it; `seen`: the rows that are in sight.

    Two queries; three and one more where companies are ranked; more for a reader who does not see everything.
    """
    if not asked.stored.held(asked.period):
        return Standing(earlier=asked.earlier)
    ground: Grounds = Companies(places, asked.period) if asked.by == "company" else Ground(places, asked.by)
    now, before = _summed(HotlineTotal.objects.all(), asked, ground)
    mine = now if sight.is_everything else _summed(seen, asked, ground, with_before=False)[0]
    found = _ranked(now, asked, ground, asked.period, _earlier_places(before, asked, ground, sight))
    view, lines = _View(asked, ground, sight, asked.period), []
    for each in found:
        if view.is_seen(each.key):
            is_part = not view.is_whole(each.key)
            ranked = view.part_of(each.key, mine) if is_part else each
            lines.append(Line(ground, ranked, asked.measure.is_share, is_part))
    placed = sum(each.place is not None for each in found)
    return Standing(sorted(lines, key=_in_order), placed, asked.earlier, mine.left_out)


def _earlier_places(before: _Summed, asked: Question, ground: Grounds, sight: Sight) -> dict[int, int | None]:
    """Of the groups the reader saw whole then too; of none where the period before is not whole."""
    if asked.earlier is not Earlier.WHOLE:
        return {}
    view = _View(asked, ground, sight, asked.period.before)
    ranks = _ranked(before, asked, ground, asked.period.before)
    return {each.key: each.place for each in ranks if view.is_whole(each.key)}


def _in_order(line: Line) -> tuple[bool, int]:
    """A stable sort: what has no place stays in the order of its values."""
    return line.ranked.place is None, line.ranked.place or 0


def _summed(
    totals: QuerySet[HotlineTotal], asked: Question, ground: Grounds, *, with_before: bool = True
) -> tuple[_Summed, _Summed]:
    """Of the period, and of the one before where it is whole enough to be compared with; one query or two."""
    now, before = _Summed(), _Summed()
    for (is_before, estate, loose_street, month), sums in _rows(
        totals, asked, ground, with_before=with_before
    ):
        group = ground.group_of(estate, loose_street, month)
        counts = not asked.needs_homes or _has_homes(ground.places, estate)
        (before if is_before else now).add(group, sums, asked.measure, counts=counts)
    return now, before


def _has_homes(places: District, estate: int | None) -> bool:
    return estate is not None and estate in places and places[estate].households > 0


def _rows(
    totals: QuerySet[HotlineTotal], asked: Question, ground: Grounds, *, with_before: bool
) -> Iterator[tuple[tuple[bool, int | None, str, date], Sums]]:
    """(is_before, estate, street of those without one, month): the month counts only where the group changes with it.

    No more is told apart than is needed: at ten million complaints each further column costs milliseconds.
    """
    period, measure = asked.period, asked.measure
    compares = with_before and asked.earlier is Earlier.WHOLE
    rows = totals.filter(
        month__range=((period.before if compares else period).first_month, period.last_month)
    )
    if not measure.is_share and measure.numerator.only == "property":
        rows = rows.filter(OF_PROPERTY_Q)
    wanted = summed_of([measure]) if measure.is_share else [measure.numerator]
    made: dict[str, Any] = {}
    if compares:
        made["is_before"] = ExpressionWrapper(Q(month__lt=period.first_month), output_field=BooleanField())
    streets = ("street_code",) if asked.by == "street" else ()
    changing = frozenset(ground.changing)
    for (estate, *more), sums in sums_by(rows, wanted, "estate_id", *streets, **made):
        if estate not in changing:
            is_before = compares and more[-1]
            yield (is_before, estate, more[0] if streets else "", period.last_month), sums
    if changing:
        by_month = rows.filter(estate_id__in=changing)
        for (estate, month), sums in sums_by(by_month, wanted, "estate_id", "month"):
            yield (month < period.first_month, estate, "", month), sums


def _ranked(
    summed: _Summed,
    asked: Question,
    ground: Grounds,
    period: ComplaintPeriod,
    before: Mapping[int, int | None] = MappingProxyType({}),
) -> list[Ranked[int]]:
    homes = None
    if asked.per_households:
        months = asked.stored.held(period)
        homes = average_homes(ground.members(months), ground.places, len(months))
    return ranking(
        _groups(summed, asked.measure, homes),
        asked.measure,
        before=before,
        per_households=asked.per_households,
        share=asked.samples.of_shares,
        per_thousand=asked.samples.per_thousand,
    )


def _groups(summed: _Summed, measure: Measure, homes: Mapping[int, float] | None) -> Iterator[Group[int]]:
    sums = summed.groups
    if homes is not None:
        for key, count in homes.items():
            told_of = sums[key].told(measure.code).numerator if key in sums else 0
            yield Group(key, told_of, count, summed.homeless.get(key, 0))
        return
    for key, each in sums.items():
        told = each.told(measure.code)
        yield Group(key, told.numerator, told.denominator, told.excluded)


def average_homes(
    members: Iterable[tuple[int, int, Sequence[date]]], places: District, months: int
) -> dict[int, float]:
    """Households of a group on the average of the months: an estate counts in those in which it belongs to it."""
    found: dict[int, float] = {}
    for group, estate, its in members:
        found[group] = found.get(group, 0) + places[estate].households * len(its) / months
    return found


class _View:
    """What one reader sees of the groups of a period: all, a part, or nothing."""

    def __init__(self, asked: Question, ground: Grounds, sight: Sight, period: ComplaintPeriod) -> None:
        self._asked = asked
        self._months = asked.stored.held(period)
        self._ground = ground
        self._seen: list[tuple[int, int, list[date]]] = []
        self._some: set[int] = set()
        self._hidden: set[int] = set()
        for group, estate, months in ground.members(self._months):
            here = sight.months_of(estate, months)
            if here:
                self._some.add(group)
                self._seen.append((group, estate, here))
            if len(here) < len(months):
                self._hidden.add(group)
        for group, path in ground.paths():
            if sight.covers(path):
                self._some.add(group)
            else:
                self._hidden.add(group)

    def is_seen(self, group: int) -> bool:
        return group in self._some

    def is_whole(self, group: int) -> bool:
        return group in self._some and group not in self._hidden

    def part_of(self, group: int, mine: _Summed) -> Ranked[int]:
        """Its numbers as far as they are seen."""
        asked = self._asked
        homes = None
        if asked.per_households:
            members = [each for each in self._seen if each[0] == group]
            homes = average_homes(members, self._ground.places, len(self._months))
        sums = {group: mine.groups[group]} if group in mine.groups else {}
        for part in _groups(_Summed(sums), asked.measure, homes):
            base = part.denominator if homes is None else (part.denominator or 0) / 1_000
            is_count = homes is None and not asked.measure.is_share
            value = part.numerator if is_count else part.numerator / base if base else None
            return Ranked(group, part.numerator, part.denominator, value, None, is_small=False)
        return Ranked(group, 0, None, None, None, is_small=False)
