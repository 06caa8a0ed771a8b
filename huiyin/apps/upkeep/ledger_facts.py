"""What the ledger counts of the catalogue's metrics: nobody has to keep records of it, nobody can."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from huiyin.apps.ledger.figures import figures
from huiyin.apps.ledger.models import Case
from huiyin.apps.places.models import Engagement
from huiyin.domain.clocks import BEIJING
from huiyin.domain.facts import Fact
from huiyin.domain.ledger_rules import Kind
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.policy_metrics import PERCENT

COMPLAINTS_ON_TIME = "S05"


def complaints_on_time(engagement: Engagement, period: Period, now: datetime) -> Fact | None:
    """Of the complaints of the period this company leads: answered by the first due date ÷ answered or overdue.

    Those of an earlier contract may have gone on to its renewal since; they are of its days all the same.
    """
    begins = datetime.combine(period.from_on, time(), BEIJING)
    ends = datetime.combine(period.to_on + timedelta(days=1), time(), BEIJING)
    cases = Case.objects.filter(
        lead_engagement__company=engagement.company_id,
        lead_engagement__estate=engagement.estate_id,
        kind=Kind.COMPLAINT,
        registered_at__gte=begins,
        registered_at__lt=ends,
    )
    rate = figures(cases, now).on_time
    percent = rate.percent(places=2)
    if percent is None:
        return None
    return Fact(
        metric=COMPLAINTS_ON_TIME,
        unit=PERCENT,
        period=period,
        value=percent,
        record_count=rate.cohort,
        numerator=Decimal(rate.numerator),
        denominator=Decimal(rate.denominator),
    )
