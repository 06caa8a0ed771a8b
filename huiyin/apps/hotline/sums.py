"""The measures of huiyin/domain/complaint_measures.py as sums over rows of Counts, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from huiyin.apps.hotline.models import Counts
from huiyin.domain.complaint_measures import ALL, MEASURES, Measure, Summed
from huiyin.domain.complaint_periods import ComplaintPeriod

Row = TypeVar("Row", bound=Counts)
OF_PROPERTY_Q = Q(property_related=True)


@dataclass(frozen=True)
class Told:
    """One measure of one group: a count has neither denominator nor what was left out."""

    measure: Measure
    numerator: int
    denominator: int | None = None
    excluded: int | None = None
    """Complaints that are not in the denominator."""

    @property
    def percent(self) -> str:
        """65.6, or nothing where there is nothing to divide by."""
        return f"{self.numerator * 100 / self.denominator:.1f}" if self.denominator else ""


@dataclass(frozen=True)
class Sums:
    """Sums of one group; those of two groups add up."""

    by: dict[Summed, int]

    def __add__(self, other: Sums) -> Sums:
        return Sums({summed: count + other.by[summed] for summed, count in self.by.items()})

    def told(self, code: str) -> Told:
        measure = MEASURES[code]
        part = self.by[measure.numerator]
        if measure.denominator is None:
            return Told(measure, part)
        whole = self.by[measure.denominator]
        return Told(measure, part, whole, self.by[ALL] - whole)


def in_period(counts: QuerySet[Row], period: ComplaintPeriod) -> QuerySet[Row]:
    return counts.filter(month__range=(period.first_month, period.last_month))


def summed_of(measures: Iterable[Measure]) -> list[Summed]:
    """What has to be summed to tell them, and all complaints, so that it can be said what was left out."""
    named = [each for measure in measures for each in (measure.numerator, measure.denominator) if each]
    return list(dict.fromkeys([*named, ALL]))


def sums_of(counts: QuerySet[Row], wanted: Sequence[Summed]) -> Sums:
    """Of all rows together; one query."""
    row = counts.aggregate(**_columns(counts.model, wanted))
    return Sums({summed: row[_name(summed)] for summed in wanted})


def sums_by(
    counts: QuerySet[Row], wanted: Sequence[Summed], *by: str, **made: Any
) -> Iterator[tuple[tuple[Any, ...], Sums]]:
    """Of each group of rows; `by` are columns, `made` further ones by expression; one query."""
    keys = (*by, *made)
    rows = (
        counts.order_by()
        .values(*by, **made)
        .annotate(**_columns(counts.model, wanted))
        .values_list(*keys, *map(_name, wanted))
    )
    for row in rows.iterator():
        yield row[: len(keys)], Sums(dict(zip(wanted, row[len(keys) :], strict=True)))


def _columns(model: type[Counts], wanted: Iterable[Summed]) -> dict[str, Coalesce]:
    only = {None: None, "property": OF_PROPERTY_Q, "attributed": model.ATTRIBUTED}
    return {_name(summed): Coalesce(Sum(F(summed.count), filter=only[summed.only]), 0) for summed in wanted}


def _name(summed: Summed) -> str:
    return f"sum_of_{summed.count}_{summed.only or 'all'}"
