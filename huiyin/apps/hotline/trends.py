"""What an estate's public page says of its complaints: property ones for each 1,000 households, in twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from huiyin.apps.hotline.models import HotlineTotal
from huiyin.apps.hotline.pictures import as_of
from huiyin.apps.hotline.rules import rules_on
from huiyin.apps.hotline.sums import in_period, sums_by
from huiyin.apps.places.models import Estate
from huiyin.domain.complaint_measures import MEASURES, OF_PROPERTY, Measure
from huiyin.domain.complaint_periods import ComplaintPeriod, usual_period
from huiyin.web.charts.bars import Bars, Series, grouped_bars

FEW_IN_A_YEAR = 12
"""Fewer than one a month: a single complaint more doubles a month."""
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class PublicTrend:
    """Twelve months that are over; `count` and `per_thousand` are of the last one."""

    last: ComplaintPeriod
    months: list[tuple[date, int, Decimal]]
    households: int
    is_small: bool
    chart: Bars
    as_of: datetime | None
    measure: Measure

    @property
    def count(self) -> int:
        return self.months[-1][1]

    @property
    def per_thousand(self) -> Decimal:
        return self.months[-1][2]

    @property
    def in_year(self) -> int:
        return sum(count for _month, count, _rate in self.months)


def public_trend(estate: Estate, today: date) -> PublicTrend | None:
    """None where no complaints were ever brought in, or the households are not known. Three queries."""
    newest = HotlineTotal.objects.aggregate(at=Max("month"))["at"]
    if newest is None or not estate.household_count:
        return None
    last = usual_period(newest, today)
    year = last.year_to_its_end
    totals = in_period(HotlineTotal.objects.filter(estate=estate), year)
    found = {month: sums.by[OF_PROPERTY] for (month,), sums in sums_by(totals, [OF_PROPERTY], "month")}
    months = [ComplaintPeriod(year.first + at, 1).first_month for at in range(12)]
    rows = [
        (month, found.get(month, 0), _per_thousand(found.get(month, 0), estate.household_count))
        for month in months
    ]
    chart = grouped_bars(
        [f"{month.month}月" for month in months],
        [Series(_("每千户"), [rate for _month, _count, rate in rows])],
        unit=_("件/千户"),
    )
    samples = rules_on(today).small_samples.per_thousand
    is_small = samples.is_small(estate.household_count / 1_000) or sum(found.values()) < FEW_IN_A_YEAR
    return PublicTrend(
        last, rows, estate.household_count, is_small, chart, as_of(), MEASURES["property_complaints"]
    )


def _per_thousand(count: int, households: int) -> Decimal:
    return (Decimal(count * 1_000) / households).quantize(_TENTH)
