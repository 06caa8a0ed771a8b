"""What a page says of some complaints in a period: the rates, repeats, twelve months, categories."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from huiyin.apps.hotline.models import HotlineCount, HotlineImport, HotlineTotal
from huiyin.apps.hotline.sums import Sums, Told, in_period, summed_of, sums_by, sums_of
from huiyin.domain.complaint_measures import ALL, MEASURES, OF_PROPERTY, THREE_RATES, Summed
from huiyin.domain.complaint_periods import ComplaintPeriod, periods_between, read_period, usual_period
from huiyin.domain.errors import RuleBroken
from huiyin.web.charts.bars import Bars, LyingBars, Series, lying_bars, stacked_bars

REPEATS = ("same_caller_again", "many_callers", "recurrences")
MOST_CATEGORIES = 8
LIKELY = Summed("likely")


@dataclass(frozen=True)
class Picture:
    period: ComplaintPeriod
    sums: Sums
    before: Sums
    trend: Bars
    categories: LyingBars

    @property
    def is_empty(self) -> bool:
        return not self.every_count

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


def picture_of(
    totals: QuerySet[HotlineTotal], counts: QuerySet[HotlineCount], period: ComplaintPeriod
) -> Picture:
    """Four queries, however many complaints, estates or months there are."""
    return Picture(
        period=period,
        sums=sums_of(in_period(totals, period), [*summed_of(MEASURES.values()), LIKELY]),
        before=sums_of(in_period(totals, period.before), [OF_PROPERTY]),
        trend=_trend(totals, period.year_to_its_end),
        categories=_categories(in_period(counts, period)),
    )


def _trend(totals: QuerySet[HotlineTotal], year: ComplaintPeriod) -> Bars:
    found: dict[date, Sums] = {
        month: sums for (month,), sums in sums_by(in_period(totals, year), [OF_PROPERTY, ALL], "month")
    }
    months = [ComplaintPeriod(year.first + at, 1) for at in range(12)]
    about = [found[each.first_month].by[OF_PROPERTY] if each.first_month in found else 0 for each in months]
    every = [found[each.first_month].by[ALL] if each.first_month in found else 0 for each in months]
    others = [whole - part for whole, part in zip(every, about, strict=True)]
    series = [Series(_("物业诉求"), about), Series(_("其他诉求"), others)]
    return stacked_bars([f"{each.first_month.month}月" for each in months], series, unit=_("件"))


def _categories(counts: QuerySet[HotlineCount]) -> LyingBars:
    about = counts.filter(property_related=True)
    found = [(name, sums.by[ALL]) for (name,), sums in sums_by(about, [ALL], "category")]
    found.sort(key=lambda each: -each[1])
    rest = sum(count for _name, count in found[MOST_CATEGORIES:])
    shown = [(name or _("未分类"), count, 1) for name, count in found[:MOST_CATEGORIES]]
    return lying_bars([*shown, *([(_("其余类别"), rest, 3)] if rest else [])], unit=_("件"))


# --- periods --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Periods:
    """The period that is shown and the ones to choose from, by length."""

    shown: ComplaintPeriod
    choices: Sequence[tuple[str, Sequence[ComplaintPeriod]]]


def periods_of(asked: str, today: date) -> Periods:
    """One query; a period that cannot be read is as if none was asked for."""
    told = HotlineTotal.objects.aggregate(first=Min("month"), last=Max("month"))
    shown = usual_period(told["last"], today)
    if asked:
        with contextlib.suppress(RuleBroken):
            shown = read_period(asked)
    first, last = told["first"] or shown.first_month, told["last"] or shown.last_month
    names = {1: _("月"), 3: _("季度"), 12: _("年")}
    most = {1: 24, 3: 8, 12: 5}
    choices = [(names[length], periods_between(first, last, length)[: most[length]]) for length in (1, 3, 12)]
    return Periods(shown, choices)


def as_of() -> datetime | None:
    """When a file was last stored or taken back; one query."""
    was_stored = ("stored", "undoing", "undone")
    changed = HotlineImport.objects.filter(state__in=was_stored)
    latest: datetime | None = changed.aggregate(at=Max(Greatest("finished_at", "undone_at")))["at"]
    return latest
