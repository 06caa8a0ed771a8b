"""What an estate's public page says of its complaints: property ones for each 1,000 households, in twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from huiyin.apps.hotline.models import HotlineTotal
from huiyin.apps.hotline.periods import stored_months
from huiyin.apps.hotline.pictures import as_of
from huiyin.apps.hotline.rules import rules_on
from huiyin.apps.hotline.sums import sums_by
from huiyin.apps.places.models import Estate
from huiyin.domain.complaint_measures import ALL, MEASURES, Measure
from huiyin.domain.complaint_periods import ComplaintPeriod
from huiyin.web.charts.lines import Lines, two_lines

FEW_IN_A_YEAR = 12
"""Fewer than one a month: a single complaint more doubles a month."""
FEWEST_PEERS = 5
"""Of fewer estates of one kind the district is the measure."""
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class MonthOfTrend:
    """`per_thousand` and `of_peers`: property complaints for each 1,000 households, here and of all peers together."""

    month: date
    count: int
    per_thousand: Decimal
    of_peers: Decimal
    is_held: bool = True
    """False: of this month nothing was brought in, of anybody, or a part alone; then it counts nowhere."""


@dataclass(frozen=True)
class PublicTrend:
    """Twelve months, those that are held whole; `now` is the last one, the newest that is."""

    period: ComplaintPeriod
    months: list[MonthOfTrend]
    households: int
    peers: str
    """Who the others are: 同类小区, or 全区."""
    is_small: bool
    """Few households, by the policy: a ranking would go by the value of all more than by its own."""
    chart: Lines
    as_of: datetime | None
    measure: Measure

    @property
    def now(self) -> MonthOfTrend:
        return self.months[-1]

    @property
    def peers_short(self) -> str:
        """Beside its line, where there is no room."""
        return self.peers[:2]

    @property
    def in_year(self) -> int:
        return sum(each.count for each in self.months)

    @property
    def held_count(self) -> int:
        """Of how many months that is."""
        return sum(each.is_held for each in self.months)


def public_trend(estate: Estate, today: date) -> PublicTrend | None:
    """None where no whole month was brought in yet, or the households are not known. Five queries."""
    stored = stored_months()
    period = stored.usual(today)
    if period is None or not estate.household_count:
        return None
    year = period.year_to_its_end
    peers = Estate.objects.filter(household_count__gt=0)
    own_kind = Q(kind=estate.kind)
    told = peers.aggregate(
        every=Sum("household_count"),
        alike=Sum("household_count", filter=own_kind),
        kin=Count("pk", filter=own_kind),
    )
    has_peers = told["kin"] >= FEWEST_PEERS
    if has_peers:
        peers = peers.filter(own_kind)
    held = stored.whole(year, today)
    here = _by_month(HotlineTotal.objects.filter(estate=estate), held)
    there = _by_month(HotlineTotal.objects.filter(estate__in=peers), held)
    homes = told["alike"] if has_peers else told["every"]
    months = [
        MonthOfTrend(
            month,
            here.get(month, 0),
            _per_thousand(here.get(month, 0), estate.household_count),
            _per_thousand(there.get(month, 0), homes),
            month in held,
        )
        for month in (ComplaintPeriod(year.first + at, 1).first_month for at in range(12))
    ]
    fewest = rules_on(today).small_samples.households_weight
    return PublicTrend(
        period=period,
        months=months,
        households=estate.household_count,
        peers=_("同类小区") if has_peers else _("全区"),
        is_small=estate.household_count < fewest or sum(here.values()) < FEW_IN_A_YEAR,
        chart=two_lines(
            [each.per_thousand if each.is_held else None for each in months],
            [each.of_peers if each.is_held else None for each in months],
        ),
        as_of=as_of(),
        measure=MEASURES["property_complaints"],
    )


def _by_month(totals: QuerySet[HotlineTotal], months: Sequence[date]) -> dict[date, int]:
    about = totals.filter(month__in=months, property_related=True)
    return {month: sums.by[ALL] for (month,), sums in sums_by(about, [ALL], "month")}


def _per_thousand(count: int, households: int) -> Decimal:
    return (Decimal(count * 1_000) / households).quantize(_TENTH)
