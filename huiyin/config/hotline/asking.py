"""What is asked of a store: `huiyin hotline rates`, `rank` and `topics`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from huiyin.analytics.asking import Asker, kept_estates
from huiyin.analytics.schema import NO_MONTH
from huiyin.analytics.store import Store
from huiyin.config.hotline.opening import BadUse, opened
from huiyin.config.hotline.printing import Row
from huiyin.domain.clocks import BEIJING
from huiyin.domain.complaint_measures import MEASURES, per_thousand_households, told_apart
from huiyin.domain.complaint_periods import ComplaintPeriod, Earlier, StoredMonths, read_period
from huiyin.domain.policy_hotline import HotlinePolicy
from huiyin.domain.policy_schema import read_policy_file

if TYPE_CHECKING:
    import ibis.expr.types as ir


def list_rates(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.measures.rates import measured

    period = read_period(options.period) if options.period else None
    store = opened(options.folder)
    if period:
        _check_has(store, period)
    asker = Asker(store, period.months if period else None)
    by = [options.by] if options.by else []
    rows: list[Row] = []
    for measure in MEASURES.values():
        formula = told_apart(measure, options.by).formula
        for found in asker.rows(measured(asker.cube, measure, by)):
            group = {name: found[name] if found[name] is not None else "（未归属）" for name in by}
            numbers = {name: found[name] for name in ("numerator", "denominator", "excluded", "value")}
            rows.append(
                {**group, "measure": measure.code, "name": measure.name, **numbers}
                | {"formula": formula, "version": measure.version, "as_of": asker.as_of}
            )
    return sorted(rows, key=lambda row: [str(row[name]) for name in by])


def rank_places(options: argparse.Namespace) -> Sequence[Row]:
    import ibis

    from huiyin.analytics.measures.rankings import ranking, with_movement

    period = read_period(options.period)
    measure = MEASURES[options.measure]
    if options.per_households and measure.is_share:
        raise BadUse("占比类指标不能按每千户计算。")
    if measure.is_of_streets and options.by not in ("street", "district"):
        raise BadUse(f"{measure.name}只能按街镇或区排：没有归到小区的诉求不在任何社区、小区和企业里。")
    _check_top(options)
    store = opened(options.folder)
    _check_has(store, period)
    asker = Asker(store, (*period.months, *period.before.months))
    by = options.by
    samples = _policy().small_samples

    def ranked(of: ComplaintPeriod) -> ir.Table:
        return ranking(
            asker.cube.filter(asker.cube.month.isin(of.months)),
            asker.estates,
            measure,
            by,
            per_households=options.per_households,
            share=samples.of_shares,
            per_thousand=samples.per_thousand,
        )

    earlier = _stored_months(store).earlier(period, datetime.now(BEIJING).date())
    if earlier is Earlier.WHOLE:
        found = with_movement(ranked(period), ranked(period.before), by)
    else:
        print(
            {Earlier.NOTHING: "上期没有诉求，不列升降。"}.get(earlier, "上期不完整，不列升降。"),
            file=sys.stderr,
        )
        found = ranked(period).mutate(moved=ibis.null("int64"))
    rows = asker.rows(found.order_by("place", by))
    if placeless := sum(row["place"] is None for row in rows):
        print(f"另有 {placeless} 个样本太小，或没有可比的户数、分母，不列名次。", file=sys.stderr)
    told = (
        per_thousand_households(measure, of_a_list=True)
        if options.per_households
        else told_apart(measure, by)
    )
    names = {row["code"]: row["name"] for row in asker.rows(asker.estates.select("code", "name"))}
    return [
        {"place": row["place"], "moved": row["moved"], by: row[by]}
        | ({"name": names.get(row[by], "")} if by == "estate" else {})
        | {name: row[name] for name in ("numerator", "denominator", "excluded", "value", "ranked_by")}
        | {"measure": told.code, "formula": told.formula, "version": told.version}
        | {"before": earlier.value, "as_of": asker.as_of}
        for row in rows
        if isinstance(row["place"], int) and row["place"] <= options.top
    ]


def _check_top(options: argparse.Namespace) -> None:
    if options.top < 1:
        raise BadUse("--top 至少是 1。")


def list_topics(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.topics import topics_of
    from huiyin.language.complaints.grouping import group_topics
    from huiyin.language.complaints.titles import title_of

    _check_top(options)
    store = opened(options.folder)
    names = {row["code"]: row["name"] for row in kept_estates(store).select(["code", "name"]).to_pylist()}
    if options.estate:
        if options.estate not in names:
            raise BadUse(f"小区名单里没有 {options.estate}。")
        names = {options.estate: names[options.estate]}
    found = topics_of(
        store,
        names,
        today=datetime.now(BEIJING).date(),
        weights=_policy().heat.weights,
        group=group_topics,
        title=lambda texts, estate: title_of(texts, estate=estate),
    )
    return [
        {
            "estate": each.estate,
            "name": names[each.estate],
            "title": each.title,
            "heat": each.heat,
            "complaints": each.complaints,
            "callers": each.callers,
            "first_on": each.first_on,
            "last_on": each.last_on,
            "recent": each.recent,
            "before": each.before,
            "category": each.category,
            "example": each.example,
        }
        for each in sorted(found, key=lambda topic: -topic.heat)[: options.top]
    ]


def _check_has(store: Store, period: ComplaintPeriod) -> None:
    """Raise BadUse unless there are complaints of the period."""
    months = store.months()
    if not set(period.months) & set(months):
        dated = [month for month in months if month != NO_MONTH]
        held = f"有的是 {dated[0]} 至 {dated[-1]} 的" if dated else "一件有时间的诉求也没有"
        raise BadUse(f"{store.folder} 里没有这个时期的诉求，{held}。")


def _stored_months(store: Store) -> StoredMonths:
    days = {month: store.days_of(month) for month in store.months()}
    return StoredMonths.of((its[0], *its) for its in days.values() if its)


def _policy() -> HotlinePolicy:
    """As shipped and in force today: what a district has adopted instead is known to its website only."""
    today = datetime.now(BEIJING).date()
    files = (Path(__file__).parents[2] / "policies").glob("hotline*.toml")
    shipped = [read_policy_file(path.read_text(encoding="utf-8"), is_followed=True) for path in files]
    newest = max(
        (each for each in shipped if each.effective_from <= today), key=lambda each: each.effective_from
    )
    return cast("HotlinePolicy", newest.values)
