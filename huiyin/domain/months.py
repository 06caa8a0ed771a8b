"""Counting in months, whose lengths differ."""

from __future__ import annotations

from datetime import date, timedelta


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one: 31 August and six months give 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, last_of_month(first).day))


def last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
