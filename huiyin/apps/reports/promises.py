"""Which promises a report has to account for: those of the report before, and whatever is still open of older ones."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.apps.reports.models import Commitment, CommitmentAccount, Report
from huiyin.domain.report_parts import OF_INHERITED, Became, CommitmentState
from huiyin.domain.report_workflow import ReportStatus


def is_inherited(commitment: Commitment, report: Report, told: CommitmentAccount | None) -> bool:
    """Another company promised it, and this one has not taken it on in a report before this one.

    `told` is what this report says of it so far: a correction may still say that it is not taken after all. Load
    `report` with the commitment.
    """
    if told is not None and told.became in OF_INHERITED:
        return True
    return report.engagement_id not in (commitment.report.engagement_id, commitment.taken_by_id)


def to_account_for(report: Report) -> QuerySet[Commitment]:
    """The promises this report must say something of; inherited ones that are settled or were refused fall out.

    Of what this report has told already a correction may tell otherwise.
    """
    own = Q(report__engagement=report.engagement_id) | Q(taken_by=report.engagement_id)
    refused = CommitmentAccount.objects.filter(
        commitment=OuterRef("pk"), became=Became.NOT_TAKEN, revision__state=ReportStatus.APPROVED
    ).exclude(revision__report=report)
    told = CommitmentAccount.objects.filter(
        commitment=OuterRef("pk"), revision__report=report, revision__state=ReportStatus.APPROVED
    )
    last = Q(report=report.previous_id) if report.previous_id else Q(pk__in=[])
    return (
        Commitment.objects.filter(
            report__estate=report.estate_id,
            report__period_to__lt=report.period_from,
            promised_at__isnull=False,
        )
        .filter(Q(state=CommitmentState.OPEN) | (last & own) | Exists(told))
        .exclude(Exists(refused) & ~own)
        .select_related("report")
        .order_by("report__period_to", "number")
    )


def promises_told_in(report: Report) -> QuerySet[Commitment]:
    """Its own, and those of earlier reports it says something of."""
    told = CommitmentAccount.objects.filter(revision__report=report)
    return Commitment.objects.filter(Q(report=report) | Q(pk__in=told.values("commitment")))
