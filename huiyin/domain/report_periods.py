"""Which days a report is about: it begins where the last one ended, and is cut where a company comes or goes."""

from __future__ import annotations

from datetime import date, timedelta

from huiyin.domain.errors import RuleBroken
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.months import months_later


def whole_period(begins_on: date, months: int) -> Period:
    """From a day to the eve of the same day some months later."""
    return Period(begins_on, months_later(begins_on, months) - timedelta(days=1))


def check_begins_a_month(begins_on: date) -> None:
    if begins_on.day != 1:
        raise RuleBroken("报告期从某个月的 1 日开始。", code="period.not_a_month", field="begins_on")


def cut(period: Period, starts_on: date, ends_on: date | None) -> Period:
    """The part of a period in which a company serves; raises RuleBroken where it serves on none of its days."""
    from_on = max(period.from_on, starts_on)
    to_on = period.to_on if ends_on is None else min(period.to_on, ends_on)
    if from_on > to_on:
        raise RuleBroken("这家企业在这个报告期里没有服务过这个小区。", code="period.not_served")
    return Period(from_on, to_on)
