"""What a page says of some complaints in a period: the rates, repeats, twelve months, categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.apps.hotline.models import Counts, HotlineMirrored
from huiyin.apps.hotline.periods import Periods
from huiyin.apps.hotline.sums import OF_PROPERTY_Q, Sums, Told, in_period, summed_of, sums_by, sums_of
from huiyin.domain.complaint_measures import ALL, MEASURES, OF_PROPERTY, THREE_RATES, Summed
from huiyin.domain.complaint_periods import ComplaintPeriod
from huiyin.web.charts.bars import Bars, Series, stacked_bars

REPEATS = ("same_caller_again", "many_callers", "recurrences")
MOST_CATEGORIES = 8
LIKELY = Summed("likely")
Totals = TypeVar("Totals", bound=Counts)
Cells = TypeVar("Cells", bound=Counts)


@dataclass(frozen=True)
class Category:
    """How many property complaints it has; `is_rest`: all the smaller ones together."""

    name: str
    count: int
    is_rest: bool = False


@dataclass(frozen=True)
class Picture:
    period: ComplaintPeriod
    sums: Sums
    before: Sums
    trend: Bars
    categories: list[Category]

    @property
    def is_empty(self) -> bool:
        return not self.every_count

    @property
    def most_of_a_category(self) -> int:
        """What the longest bar stands for."""
        return max((each.count for each in self.categories), default=0)

    @property
    def shares(self) -> list[Told]:
        return [self.sums.told(code) for code in ("property_share", *THREE_RATES)]

    @property
    def repeats(self) -> list[Told]:
        return [self.sums.told(code) for code in REPEATS]

    @property
    def every_count(self) -> int:
        return self.sums.by[ALL]

    @property
    def property_count(self) -> int:
        return self.sums.by[OF_PROPERTY]

    @property
    def property_change(self) -> int:
        """More or fewer property complaints than in the period before."""
        return self.property_count - self.before.by[OF_PROPERTY]

    @property
    def property_fewer(self) -> int:
        return -self.property_change

    @property
    def loose_count(self) -> int:
        """Complaints that were attributed to no estate."""
        return self.every_count - self.attributed.numerator

    @property
    def likely_count(self) -> int:
        """Of those attributed, the ones that are not certain."""
        return self.sums.by[LIKELY]

    @property
    def attributed(self) -> Told:
        return self.sums.told("attributed_share")


def picture_of(periods: Periods, totals: QuerySet[Totals], counts: Sequence[QuerySet[Cells]]) -> Picture:
    """Three queries and one for each of `counts`, which know of categories, however many complaints there are."""
    period = periods.shown
    return Picture(
        period=period,
        sums=sums_of(in_period(totals, period), [*summed_of(MEASURES.values()), LIKELY]),
        before=sums_of(in_period(totals, period.before), [OF_PROPERTY]),
        trend=_trend(totals, period.year_to_its_end),
        categories=_categories([in_period(each, period) for each in counts]),
    )


def _trend(totals: QuerySet[Totals], year: ComplaintPeriod) -> Bars:
    found: dict[date, Sums] = {
        month: sums for (month,), sums in sums_by(in_period(totals, year), [OF_PROPERTY, ALL], "month")
    }
    months = [ComplaintPeriod(year.first + at, 1) for at in range(12)]
    about = [found[each.first_month].by[OF_PROPERTY] if each.first_month in found else 0 for each in months]
    every = [found[each.first_month].by[ALL] if each.first_month in found else 0 for each in months]
    others = [whole - part for whole, part in zip(every, about, strict=True)]
    series = [Series(_("物业诉求"), about), Series(_("其他诉求"), others)]
    return stacked_bars([f"{each.first_month.month}月" for each in months], series, unit=_("件"))


def _categories(counts: Sequence[QuerySet[Cells]]) -> list[Category]:
    told: Counter[str] = Counter()
    for each in counts:
        about = each.filter(OF_PROPERTY_Q)
        told.update({name: sums.by[ALL] for (name,), sums in sums_by(about, [ALL], "category")})
    found = told.most_common()
    rest = sum(count for _name, count in found[MOST_CATEGORIES:])
    shown = [Category(name or _("未分类"), count) for name, count in found[:MOST_CATEGORIES]]
    return [*shown, Category(_("其余类别"), rest, is_rest=True)] if rest else shown


def as_of() -> datetime | None:
    """When the numbers last changed: a file stored or taken back, a complaint corrected or erased; one query."""
    return HotlineMirrored.objects.values_list("changed_at", flat=True).first()
