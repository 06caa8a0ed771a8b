"""How often something is usual in a period: the figure beside which a report's own number stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from huiyin.domain.months import months_later
from huiyin.domain.policy_metrics import Every, Frequency, Metric, Per


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    from_on: date
    to_on: date

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1

    @property
    def months(self) -> int:
        """Whole months: 1 January to 30 June has six, to 29 June five."""
        after = self.to_on + timedelta(days=1)
        whole = (after.year - self.from_on.year) * 12 + after.month - self.from_on.month
        return whole if months_later(self.from_on, whole) <= after else whole - 1


def due_count(metric: Metric, level: int | None, period: Period, count_of_units: int | None) -> int | None:
    """How many times are usual in the period: only whole intervals count, so a period cut short owes less.

    None where there is nothing to compare with: no frequency is usual at this level, the period is shorter than one
    interval (what is done once a year, in a half-year), or nobody has counted what it is meant for each of.
    """
    frequency = metric.usual_at(level)
    times = times_in(frequency, period) if frequency is not None else 0
    if not times:
        return None
    if metric.per is Per.ESTATE:
        return times
    return None if count_of_units is None else times * count_of_units


def times_in(frequency: Frequency, period: Period) -> int:
    length = {
        Every.HOURS: period.days * 24,
        Every.DAYS: period.days,
        Every.WEEKS: period.days // 7,
        Every.MONTHS: period.months,
    }[frequency.unit]
    return length // frequency.every * frequency.times
