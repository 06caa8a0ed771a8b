"""Which promises a report has to account for: those of the report before, and whatever is still open of older ones."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.apps.reports.contents import Content
from huiyin.apps.reports.models import Commitment, CommitmentAccount, Report, Revision
from huiyin.apps.reports.policies import rules_of
from huiyin.domain.commitment_load import Load
from huiyin.domain.report_parts import OF_INHERITED, SETTLES, Became, CommitmentState, sayable
from huiyin.domain.report_workflow import ReportStatus


def is_inherited(commitment: Commitment, report: Report, told: CommitmentAccount | None) -> bool:
    """Another company promised it, and this one has not taken it on in a report before this one.

    A renewed contract changes nothing. `told` is what this report had said of it before a correction, which may still
    say that it is not taken after all. Load `report__engagement` and `taken_by` with the commitment.
    """
    if told is not None and told.became in OF_INHERITED:
        return True
    owners = {commitment.report.engagement.company_id}
    if commitment.taken_by is not None:
        owners.add(commitment.taken_by.company_id)
    return report.engagement.company_id not in owners


def to_account_for(report: Report) -> QuerySet[Commitment]:
    """The promises this report must say something of; inherited ones that are settled or were refused fall out.

    Of what this report has told already a correction may tell otherwise. Load `engagement` with the report.
    """
    company = report.engagement.company_id
    own = Q(report__engagement__company=company) | Q(taken_by__company=company)
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
        .select_related("report__engagement", "taken_by")
        .order_by("report__period_to", "number")
    )


def kept_from_elsewhere(report: Report) -> QuerySet[Commitment]:
    """What the company of this report keeps of other contracts: what it took on, and what it promised under older."""
    company = report.engagement.company_id
    keeps = Q(taken_by__company=company) | Q(taken_by=None, report__engagement__company=company)
    return (
        Commitment.objects.filter(keeps, report__estate=report.estate_id, promised_at__isnull=False)
        .exclude(report__engagement=report.engagement_id)
        .select_related("report__engagement__company", "taken_by")
        .order_by("due_on", "pk")
    )


def load_of(report: Report, content: Content) -> Load:
    """What this report promises against what its company kept of earlier promises in its period, and since."""
    told = {each.commitment_id: Became(each.became) for each in content.commitment_accounts}
    company = report.engagement.company_id
    own = Q(taken_by__company=company) | Q(taken_by=None, report__engagement__company=company)
    earlier = Commitment.objects.filter(
        own,
        report__estate=report.estate_id,
        report__period_to__lt=report.period_from,
        promised_at__isnull=False,
    ).filter(Q(state=CommitmentState.OPEN) | Q(settled_on__gte=report.period_from))
    kept = due = carried = 0
    for each in earlier:
        is_kept = each.state == CommitmentState.KEPT or told.get(each.pk) is Became.KEPT
        is_given_up = each.state == CommitmentState.DROPPED or told.get(each.pk) is Became.DROPPED
        assert each.due_on is not None
        kept += is_kept
        due += is_kept or is_given_up or each.due_on <= report.period_to
        carried += not (is_kept or is_given_up)
    return Load(len(content.commitments), kept, due, carried, rules_of(report).load_warning_percent)


def told_before(revision: Revision) -> dict[int, CommitmentAccount]:
    """What the revision before this one said became of each promise, by promise."""
    if revision.number == 1:
        return {}
    told = CommitmentAccount.objects.filter(
        revision__report=revision.report_id,
        revision__number=revision.number - 1,
        revision__state=ReportStatus.APPROVED,
    )
    return {each.commitment_id: each for each in told}


def is_settled_by(commitment: Commitment, told: CommitmentAccount, report: Report) -> bool:
    """Whether it stands as it does because this report said so, and not by the company's own command."""
    stands = (commitment.state, commitment.settled_words, commitment.settled_by_label)
    said = SETTLES.get(Became(told.became))
    return stands == (said, told.words, report.engagement.company.name[:80])


def sayable_of(
    commitment: Commitment, report: Report, told: CommitmentAccount | None = None
) -> frozenset[Became]:
    """What this report can say of it; `told` is what it had said before a correction, and may take back."""
    if is_inherited(commitment, report, told):
        return OF_INHERITED
    assert commitment.first_due_on is not None
    assert commitment.due_on is not None
    is_open = told is not None and is_settled_by(commitment, told, report)
    return sayable(
        period_to=report.period_to,
        first_due_on=commitment.first_due_on,
        due_on=commitment.due_on,
        state=CommitmentState.OPEN if is_open else commitment.state,
        settled_on=None if is_open else commitment.settled_on,
    )


def promises_told_in(report: Report) -> QuerySet[Commitment]:
    """Its own, and those of earlier reports it says something of."""
    told = CommitmentAccount.objects.filter(revision__report=report)
    return Commitment.objects.filter(Q(report=report) | Q(pk__in=told.values("commitment")))
