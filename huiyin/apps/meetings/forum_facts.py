"""How many owners' forums were held in a period: what the system counts itself of the catalogue's metrics."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from huiyin.apps.meetings.models import Forum
from huiyin.apps.places.models import Engagement
from huiyin.domain.facts import Fact, Lack, Missing, months_of
from huiyin.domain.meeting_rules import quarter_end, quarter_of
from huiyin.domain.metric_frequencies import Period

FORUMS = "S08"


def forums_held(engagement: Engagement, period: Period, now: datetime) -> Fact | None:
    """Forums of the estate closed on a day of the period; None where none had fallen due in any of its quarters.

    A quarter from before the system was in use has no forum here: its months are missing.
    """
    quarters = sorted({quarter_of(month.from_on) for month in months_of(period)})
    forums = Forum.objects.filter(estate=engagement.estate_id)
    known = set(forums.filter(quarter__in=quarters).values_list("quarter", flat=True))
    if not known:
        return None
    held = forums.filter(
        held_on__range=(period.from_on, period.to_on), closed_at__isnull=False, closed_at__lte=now
    )
    unknown = tuple(
        month for quarter in quarters if quarter not in known for month in _months_in(quarter, period)
    )
    count = held.count()
    return Fact(
        metric=FORUMS,
        unit="次",
        period=period,
        value=Decimal(count),
        record_count=count,
        missing=(Missing(Lack.MONTHS, months=unknown),) if unknown else (),
    )


def _months_in(quarter: date, period: Period) -> list[date]:
    """First days of the months of a quarter that have a day in the period."""
    last = min(quarter_end(quarter), period.to_on)
    return [month.from_on.replace(day=1) for month in months_of(Period(max(quarter, period.from_on), last))]
