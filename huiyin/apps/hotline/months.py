"""Months by the names the store gives them: 2026-05, and one for complaints whose file tells no time."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from huiyin.domain.complaint_periods import month_of

NO_MONTH = "unknown"


def name_of(month: date | None) -> str:
    """None is the month of complaints without a time."""
    return NO_MONTH if month is None else f"{month:%Y-%m}"


def month_named(name: str) -> date | None:
    """The first day of a month as the store names it; None for complaints without a time."""
    return None if name == NO_MONTH else date.fromisoformat(f"{name}-01")


def words_of(month: date | None) -> str:
    return month_of(month).words if month else _("没有写时间的")
