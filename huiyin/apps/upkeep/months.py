"""Done against usual, metric by metric, for some months of an engagement: what a manager looks at before the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from huiyin.apps.upkeep.drafts import Rules
from huiyin.apps.upkeep.facts import FactBook
from huiyin.domain.facts import Fact, Lack
from huiyin.domain.metric_frequencies import Period, due_count
from huiyin.domain.months import last_of_month, months_later
from huiyin.domain.policy_metrics import Metric, Per

MOST_MONTHS = 12


@dataclass(frozen=True)
class MonthLine:
    """One metric in one unit: how often it is usual until now, and how often it was recorded."""

    metric: Metric
    unit: str
    due: int | None
    fact: Fact | None

    @property
    def done(self) -> Decimal:
        return self.fact.value if self.fact else Decimal(0)

    @property
    def gap(self) -> Decimal | None:
        """How many are missing; None where nothing is usual."""
        return None if self.due is None else max(self.due - self.done, Decimal(0))

    @property
    def empty_months(self) -> tuple[date, ...]:
        """Months over without a record, where there are some of others."""
        missing = self.fact.missing if self.fact else ()
        return next((each.months for each in missing if each.what is Lack.MONTHS), ())

    @property
    def empty_words(self) -> str:
        """1月至 3月、6月; nothing where every month has a record."""
        return "、".join(
            _month_words(first) if first == last else f"{_month_words(first)}至 {_month_words(last)}"
            for first, last in _runs(self.empty_months)
        )


def _month_words(month: date) -> str:
    return f"{month.month}月"


def _runs(months: tuple[date, ...]) -> list[tuple[date, date]]:
    """Months one after the other as first and last; at most a year of them, so that no month comes twice."""
    runs: list[tuple[date, date]] = []
    for month in months:
        if runs and months_later(runs[-1][1], 1) == month:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return runs


def lines_of(book: FactBook, period: Period, rules: Rules) -> list[MonthLine]:
    """What is usual or recorded in the period, in the order of the catalogue; one query, whatever the metrics."""
    lines = []
    for metric in rules.metrics.values():
        due = due_until(book, metric, period, rules.today)
        for unit in metric.units:
            fact = book.of(metric.code, period, unit)
            if fact is not None and fact.unit != unit:
                fact = None
            is_usual = due is not None and unit == metric.units[0]
            if is_usual or fact is not None:
                lines.append(MonthLine(metric, unit, due if is_usual else None, fact))
    return lines


def due_until(book: FactBook, metric: Metric, period: Period, today: date) -> int | None:
    """How often it is usual from the first day of the period to its last, or to today while it still runs.

    Only while the engagement serves; None where nothing is usual, or nobody has counted for what.
    """
    engagement = book.engagement
    first = max(period.from_on, engagement.starts_on)
    last = min(period.to_on, today, engagement.ends_on or period.to_on)
    if last < first:
        return None
    units = engagement.estate.lift_count if metric.per is Per.LIFT else None
    if metric.per is Per.LIFT and not units:
        return None
    return due_count(metric, engagement.service_level, Period(first, last), units)


def months_chosen(from_month: date | None, to_month: date | None, today: date) -> Period:
    """Whole months, the present one where nothing is chosen; at most twelve, the last ones of what was asked."""
    last = (to_month or from_month or today).replace(day=1)
    first = (from_month or last).replace(day=1)
    if first > last:
        first, last = last, first
    first = max(first, months_later(last, 1 - MOST_MONTHS))
    return Period(first, last_of_month(last))
