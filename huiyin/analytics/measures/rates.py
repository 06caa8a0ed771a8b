"""Counts and shares of groups of complaints, each with numerator, denominator and what was left out."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from huiyin.analytics.measures.registry import total
from huiyin.domain.complaint_measures import Measure


def measured(placed: ir.Table, measure: Measure, by: Sequence[str]) -> ir.Table:
    """Rows of the cube (see places.placed) → by…, numerator, denominator, excluded, value.

    A count has no denominator: `value` is its numerator. `excluded`: complaints that are not in the denominator.
    A share of nothing is null.
    """
    columns: dict[str, ir.Value] = {"numerator": total(placed, measure.numerator).fill_null(0)}
    if measure.denominator is not None:
        columns["denominator"] = total(placed, measure.denominator).fill_null(0)
        columns["complaints"] = placed.complaints.sum()
    table = placed.group_by(list(by)).aggregate(**columns) if by else placed.aggregate(**columns)
    if measure.denominator is None:
        return table.mutate(
            denominator=ibis.null("int64"), excluded=ibis.null("int64"), value=table.numerator.cast("float64")
        )
    return table.mutate(
        excluded=table.complaints - table.denominator,
        value=table.numerator / table.denominator.nullif(0),
    ).drop("complaints")


def per_thousand_households(placed: ir.Table, estates: ir.Table, measure: Measure, by: str) -> ir.Table:
    """by, numerator, households, value: a count for each 1,000 households of the group's estates.

    Estates without complaints are in it, with zero; a group whose households are not known has no value. `by` is
    estate or company, or a level of area.
    """
    counted = measured(placed, measure, [by]).select(by, "numerator")
    homes = _homes(estates, by)
    joined = homes.left_join(counted, homes[by] == counted[by])
    told = joined.select(homes[by], joined.households, numerator=joined.numerator.fill_null(0))
    return told.mutate(value=told.numerator * 1_000 / told.households.nullif(0))


def _homes(estates: ir.Table, by: str) -> ir.Table:
    area = {"district": 6, "street": 9, "community": 12}
    group = (
        estates.code
        if by == "estate"
        else estates.company.nullif("")
        if by == "company"
        else estates.area_code.substr(0, area[by])
    )
    grouped = estates.mutate(**{by: group})
    return grouped.filter(grouped[by].notnull()).group_by(by).aggregate(households=grouped.households.sum())
