"""The periods a page may show: those that hold complaints, and whether one may be set against the one before."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from huiyin.apps.hotline.models import HotlineMonth
from huiyin.domain.complaint_periods import ComplaintPeriod, Earlier, StoredMonths, month_of, read_period
from huiyin.domain.errors import RuleBroken


@dataclass(frozen=True)
class Periods:
    """The period that is shown and the ones to choose from, by length; what of it is stored."""

    shown: ComplaintPeriod
    choices: Sequence[tuple[str, Sequence[ComplaintPeriod]]]
    stored: StoredMonths
    today: date

    @property
    def earlier(self) -> Earlier:
        return self.stored.earlier(self.shown, self.today)

    @property
    def is_comparable(self) -> bool:
        """Whether counts may be set against those of the period before: both are whole."""
        return self.earlier is Earlier.WHOLE and self.stored.is_whole(self.shown, self.today)

    @property
    def lacks_days_before(self) -> bool:
        return self.earlier is Earlier.INCOMPLETE

    @property
    def has_nothing_before(self) -> bool:
        return self.earlier is Earlier.NOTHING

    @property
    def hides_movement(self) -> bool:
        return self.earlier is not Earlier.WHOLE

    @property
    def is_running(self) -> bool:
        return self.shown.first_month <= self.today <= self.shown.last_day

    @property
    def until(self) -> date | None:
        """The last day with a complaint, where that is known."""
        return self.stored.last_day(self.shown)

    @property
    def last_over(self) -> ComplaintPeriod | None:
        """While one runs: the newest of its length that is over and holds complaints."""
        if not self.is_running:
            return None
        over = (each for each in self.stored.periods(self.shown.length) if each.last_day < self.today)
        return next(over, None)


def periods_of(asked: str, today: date) -> Periods:
    """The newest month with complaints, unless another period is asked for; one query."""
    stored = stored_months()
    shown = stored.newest(today) or ComplaintPeriod(month_of(today).first - 1, 1)
    if asked:
        with contextlib.suppress(RuleBroken):
            shown = read_period(asked)
    names = {1: _("月"), 3: _("季度"), 12: _("年")}
    choices = []
    for length, name in names.items():
        held = stored.periods(length)
        if shown.length == length and shown not in held:
            held = sorted([*held, shown], key=lambda each: -each.first)
        choices.append((name, held))
    return Periods(shown, choices, stored, today)


def stored_months() -> StoredMonths:
    """One query."""
    return StoredMonths.of(HotlineMonth.objects.values_list("month", "first_on", "last_on"))
