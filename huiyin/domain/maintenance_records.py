"""What makes a maintenance record: a metric counted in records, so much of it, on a few days, at a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from huiyin.domain.errors import RuleBroken
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.policy_metrics import PERCENT, YUAN, Metric, MetricsPolicy

FIRST_DAY = date(2000, 1, 1)
LARGEST = Decimal(10) ** 9
# What is measured may have two decimals; everything else is counted in whole numbers.
MEASURED = frozenset({"kg", "小时", "分钟", "人时", "m²"})
CENT = Decimal("0.01")
# Books are kept as accounts, not as records of what was done.
_BOOKS = "accounts"


@dataclass(frozen=True)
class Terms:
    """Between which days a record of this engagement may lie, and how many days one may sum up."""

    starts_on: date
    ends_on: date | None
    today: date
    longest_days: int


def recordable_units(metric: Metric) -> tuple[str, ...]:
    """Units that records can be added up in: never shares, never money."""
    if metric.section == _BOOKS:
        return ()
    return tuple(unit for unit in metric.units if unit not in (PERCENT, YUAN))


def recordable(catalogue: MetricsPolicy, counted_here: Iterable[str] = ()) -> tuple[Metric, ...]:
    """The metrics records can be kept of; `counted_here` are those the system counts by itself."""
    own = frozenset(counted_here)
    return tuple(each for each in catalogue.metrics if each.code not in own and recordable_units(each))


def checked_unit(metric: Metric, unit: str) -> str:
    """The unit, the first of the metric where none is given; raises RuleBroken."""
    units = recordable_units(metric)
    if not units:
        raise RuleBroken("“%(name)s”不用逐条记录。", code="record.metric", field="metric", name=metric.name)
    unit = unit.strip() or units[0]
    if unit not in units:
        raise RuleBroken(
            "“%(name)s”的单位是%(units)s。",
            code="record.unit",
            field="unit",
            name=metric.name,
            units="、".join(units),
        )
    return unit


def checked_count(count: Decimal | None, unit: str) -> Decimal:
    """The count with two decimals; raises RuleBroken for what cannot be one."""
    if count is None or not count.is_finite() or count < 0:
        raise RuleBroken("请写数量，没有做就写 0。", code="record.count", field="count")
    if count >= LARGEST:
        raise RuleBroken("这个数太大，请核对单位。", code="record.large", field="count")
    if unit not in MEASURED and count != count.to_integral_value():
        raise RuleBroken("按%(unit)s算的数量是整数。", code="record.whole", field="count", unit=unit)
    if count != count.quantize(CENT):
        raise RuleBroken("最多写两位小数。", code="record.decimals", field="count")
    return count.quantize(CENT)


def checked_days(from_on: date | None, to_on: date | None, terms: Terms) -> Period:
    """From one day to another, both included; one day alone where no last day is given. Raises RuleBroken."""
    if from_on is None:
        raise RuleBroken("请写日期。", code="record.no_day", field="done_from")
    to_on = to_on or from_on
    if to_on < from_on:
        raise RuleBroken("结束日期不能早于开始日期。", code="record.order", field="done_to")
    if to_on > terms.today:
        field = "done_to" if to_on != from_on else "done_from"
        raise RuleBroken("日期在将来，做完了再记。", code="record.future", field=field)
    if from_on < max(FIRST_DAY, terms.starts_on):
        raise RuleBroken("这一天服务合同还没有开始。", code="record.before", field="done_from")
    if terms.ends_on is not None and to_on > terms.ends_on:
        raise RuleBroken("这一天服务合同已经结束。", code="record.after", field="done_to")
    period = Period(from_on, to_on)
    if period.days > terms.longest_days:
        raise RuleBroken(
            "一条记录最多概括 %(days)s 天，请分开记。",
            code="record.long",
            field="done_to",
            days=terms.longest_days,
        )
    return period


def overlaps(one: Period, other: Period) -> bool:
    return one.from_on <= other.to_on and other.from_on <= one.to_on
