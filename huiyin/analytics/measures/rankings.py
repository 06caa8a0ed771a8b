"""Rankings: who has the most, shrunk where a sample is small, with the place held in the period before."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from huiyin.analytics.measures.rates import measured, per_thousand_households
from huiyin.domain.complaint_measures import Measure
from huiyin.domain.shrinking import PER_THOUSAND, SHARE, Shrinking


def ranking(
    placed: ir.Table,
    estates: ir.Table,
    measure: Measure,
    by: str,
    *,
    per_households: bool = False,
    share: Shrinking = SHARE,
    per_thousand: Shrinking = PER_THOUSAND,
) -> ir.Table:
    """by, numerator, denominator, excluded, value, ranked_by, is_small, place: the worst first.

    A count is ranked as it is, a share and a count per 1,000 households by their shrunk value. What belongs to no
    group is left out.
    """
    if per_households:
        groups = per_thousand_households(placed, estates, measure, by)
        told = shrunk(groups, per_thousand, of="households", scale=1_000).rename(denominator="households")
    elif measure.is_share:
        groups = measured(placed, measure, [by])
        told = shrunk(groups.filter(groups[by].notnull()), share)
    else:
        groups = measured(placed, measure, [by])
        told = groups.filter(groups[by].notnull()).mutate(is_small=ibis.literal(False), shrunk=groups.value)
    columns = [by, "numerator", "denominator", "excluded", "value", "is_small"]
    return ranked(
        told.select(*columns, ranked_by=told.shrunk), "ranked_by", worst_is_high=measure.more_is_worse
    )


def shrunk(groups: ir.Table, shrinking: Shrinking, *, of: str = "denominator", scale: float = 1) -> ir.Table:
    """numerator and `of` → further columns `shrunk` and `is_small`.

    shrunk = (numerator + weight × value of all) ÷ (of ÷ scale + weight): the posterior mean under a prior worth
    `weight`. `scale`: 1,000 for households.
    """
    everything = ibis.window()
    known = groups[of] > 0
    of_all = groups.numerator.sum(where=known).over(everything)
    of_all /= (groups[of].sum().over(everything) / scale).nullif(0)
    base = groups[of].fill_null(0) / scale
    return groups.mutate(
        shrunk=(groups.numerator + shrinking.weight * of_all.fill_null(0)) / (base + shrinking.weight),
        is_small=base < shrinking.least,
    )


def ranked(groups: ir.Table, value: str, *, worst_is_high: bool = True) -> ir.Table:
    """With `place` from 1, the worst first; equal values share a place; small samples and missing values have none."""
    counts = (
        groups[value].notnull() & ~groups["is_small"]
        if "is_small" in groups.columns
        else groups[value].notnull()
    )
    in_order = groups[value].desc() if worst_is_high else groups[value].asc()
    place = ibis.rank().over(group_by=counts, order_by=in_order) + 1
    return groups.mutate(place=counts.ifelse(place, ibis.null("int64")).cast("int64"))


def with_movement(now: ir.Table, before: ir.Table, by: str) -> ir.Table:
    """With `place_before` and `moved`: how many places a group rose towards the first (the worst)."""
    earlier = before.select(**{by: before[by], "place_before": before.place})
    joined = now.left_join(earlier, by).drop(f"{by}_right")
    return joined.mutate(moved=joined.place_before - joined.place)
