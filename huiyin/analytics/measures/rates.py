"""Counts and shares of groups of complaints, each with numerator, denominator and what was left out."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from huiyin.analytics.measures.places import level_of
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
    """by, numerator, households, excluded, value: a count for each 1,000 households of the group's estates.

    Estates without complaints are in it, with zero; a group whose households are not known has no value. Of a group of
    several, complaints of no estate, or of one whose households are not known, are left out: neither part has them.
    `by` is estate or company, or a level of area.
    """
    every = measured(placed, measure, [by]).select(by, every="numerator")
    whose = placed if by == "estate" else placed.filter(placed.households > 0)
    counted = measured(whose, measure, [by]).select(of=by, numerator="numerator")
    homes = _homes(estates, by)
    joined = homes.left_join(every, homes[by] == every[by]).drop(f"{by}_right")
    joined = joined.left_join(counted, joined[by] == counted.of)
    numerator = joined.numerator.fill_null(0)
    told = joined.select(
        by, "households", numerator=numerator, excluded=joined.every.fill_null(0) - numerator
    )
    return told.mutate(value=told.numerator * 1_000 / told.households.nullif(0))


def _homes(estates: ir.Table, by: str) -> ir.Table:
    group = (
        estates.code
        if by == "estate"
        else estates.company.nullif("")
        if by == "company"
        else level_of(estates.area_code, by)
    )
    grouped = estates.mutate(**{by: group})
    return grouped.filter(grouped[by].notnull()).group_by(by).aggregate(households=grouped.households.sum())
