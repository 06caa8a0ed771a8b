"""How often something is usual, written beside each number of a revision that is being written."""

from __future__ import annotations

from huiyin.apps.reports.models import Claim, Report, Revision
from huiyin.apps.reports.policies import metric_of
from huiyin.apps.reports.readiness import counted_for_all_days
from huiyin.domain.metric_frequencies import Period, due_count
from huiyin.domain.policy_metrics import Per


def count_due(report: Report, revision: Revision) -> None:
    """Write beside each number how often it is usual: each stands beside the others of its metric."""
    claims = list(revision.claims.all())
    for_all_days = counted_for_all_days(report, claims)
    for claim in claims:
        claim.due_count = _due_count(claim, report, of_all_days=claim.number in for_all_days)
    Claim.objects.bulk_update(claims, ["due_count"])


def _due_count(claim: Claim, report: Report, *, of_all_days: bool) -> int | None:
    """Only where the number is counted in the unit the usual frequency is meant in, and for every lift there is."""
    metric = metric_of(report, claim.metric) if claim.metric else None
    if (
        metric is None
        or claim.unit != metric.units[0]
        or claim.period_from is None
        or claim.period_to is None
    ):
        return None
    period = Period(claim.period_from, claim.period_to)
    if of_all_days:
        period = Period(report.period_from, report.period_to)
    units = claim.unit_count
    if metric.per is Per.LIFT and units is not None:
        units = max(units, report.estate.lift_count or 0)
    return due_count(metric, report.engagement.service_level, period, units)
