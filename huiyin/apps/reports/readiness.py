"""Whether a report can be submitted: its content held against the table of conditions (domain/report_conditions.py)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from huiyin.apps.reports.body import dangling
from huiyin.apps.reports.contents import Content
from huiyin.apps.reports.findings import Findings, blocked_in, findings_of
from huiyin.apps.reports.models import Account, Claim, Report, Revision, SectionConflict
from huiyin.apps.reports.policies import metrics_of, rules_of
from huiyin.apps.reports.promises import to_account_for
from huiyin.apps.reports.silence import Topics, topics_of, unanswered_in
from huiyin.apps.reports.verdicts import Verdicts, live_verdicts
from huiyin.domain.account_sums import Line, Stated, WrongSum, wrong_sums
from huiyin.domain.clocks import due_day
from huiyin.domain.policy_metrics import Metric, MetricsPolicy, Per
from huiyin.domain.policy_reports import Holds
from huiyin.domain.report_conditions import ClaimFacts, CommitmentFacts, Facts, Missing, Outcome, outcomes
from huiyin.domain.report_parts import AccountKind, ExcuseFor, Side
from huiyin.domain.report_workflow import ReportStatus
from huiyin.web.now import now as clock


def outcomes_of(
    report: Report,
    content: Content,
    *,
    now: datetime | None = None,
    topics: Topics | None = None,
    verdicts: Verdicts | None = None,
    found: Findings | None = None,
) -> tuple[Outcome, ...]:
    """Every condition with what is missing; the ring draws it, submitting asks it.

    `topics`, `verdicts` and `found`, what the check of words said of this content, where they are known already.
    """
    now = now or clock()
    topics = topics or topics_of(report, content)
    verdicts = verdicts or live_verdicts(report, content, now=now)
    found = found or findings_of(report, content)
    return outcomes(_facts_of(report, content, due_day(now), topics, verdicts, found))


def missing_in(
    report: Report, content: Content, *, now: datetime, verdicts: Verdicts | None = None
) -> list[Missing]:
    """What stands between this content and being handed in or approved."""
    found = outcomes_of(report, content, now=now, verdicts=verdicts)
    return [each for outcome in found for each in outcome.missing]


def _facts_of(
    report: Report, content: Content, today: date, topics: Topics, verdicts: Verdicts, found: Findings
) -> Facts:
    rules, catalogue = rules_of(report), metrics_of(report)
    required = required_of(report, catalogue)
    of_required = [each for each in content.claims if each.metric in required]
    whole = [each for each in of_required if _reports(each, catalogue.metric(each.metric), report)]
    last = last_closings(report)
    placeable = {
        "claims": frozenset(each.number for each in content.claims),
        "photos": frozenset(each.number for each in content.photos),
    }
    return Facts(
        sections={each.code: each.label for each in rules.sections},
        written=frozenset(each.code for each in content.sections if each.body),
        required_metrics={code: catalogue.metric(code).name for code in required},
        metric_sections={code: catalogue.metric(code).section for code in required},
        reported_metrics=frozenset(each.metric for each in whole),
        partly_reported={each.metric: each.number for each in of_required},
        claims=tuple(
            ClaimFacts(
                number=each.number,
                name=each.name,
                section=each.section,
                has_unit=bool(each.unit),
                has_period=each.period_from is not None and each.period_to is not None,
                has_evidence=bool(each.shown_evidence),
            )
            for each in content.claims
        ),
        commitments=tuple(
            CommitmentFacts(
                number=each.number,
                title=each.title,
                has_measure=bool(each.measure),
                has_owner=bool(each.owner),
                has_due_date=each.first_due_on is not None,
            )
            for each in content.commitments
        ),
        last_commitments={each.pk: each.title for each in to_account_for(report)},
        accounted=frozenset(each.commitment_id for each in content.commitment_accounts),
        required_accounts=rules.accounts,
        wrong_sums={AccountKind(each.kind): sums_of(each, last) for each in content.accounts},
        accounts_section=rules.section_holding(Holds.ACCOUNTS).code,
        plans_section=rules.section_holding(Holds.COMMITMENTS).code,
        conflicting=frozenset(
            SectionConflict.objects.filter(section__revision=content.revision, settled_at=None).values_list(
                "section__code", flat=True
            )
        ),
        dangling={each.code: dangling(each.body, **placeable) for each in content.sections},
        runs_until=report.period_to if today <= report.period_to else None,
        deviating=verdicts.for_conditions,
        excused=frozenset((ExcuseFor(each.missing), each.key) for each in content.excuses),
        unanswered=unanswered_in(topics),
        blocked=blocked_in(found),
    )


def required_of(report: Report, catalogue: MetricsPolicy) -> tuple[str, ...]:
    """The metrics of its service level; where there is no lift none is asked about lifts."""
    codes = rules_of(report).required_metrics(report.engagement.service_level)
    if report.estate.lift_count:
        return codes
    return tuple(code for code in codes if catalogue.metric(code).per is not Per.LIFT)


def _reports(claim: Claim, metric: Metric, report: Report) -> bool:
    """Whether a number reports a required metric; of fewer days than the period only with a public explanation."""
    return _is_comparable(claim, metric, report) and (
        _is_of_all_days(claim, report) or bool(claim.explanation)
    )


def _is_comparable(claim: Claim, metric: Metric, report: Report) -> bool:
    """In the unit the usual count is meant in, and of units somebody counted; or there is no usual count."""
    if metric.usual_at(report.engagement.service_level) is None:
        return True
    return claim.unit == metric.units[0] and (metric.per is Per.ESTATE or bool(claim.unit_count))


def _is_of_all_days(claim: Claim, report: Report) -> bool:
    return (claim.period_from, claim.period_to) == (report.period_from, report.period_to)


def counted_for_all_days(report: Report, claims: Iterable[Claim]) -> frozenset[int]:
    """The numbers that report a required metric for a part of the period, where no other does for the whole of it.

    Each is explained in public, and the count that is usual in the whole period stands beside it: a shorter period is
    no way to owe less.
    """
    catalogue = metrics_of(report)
    required = required_of(report, catalogue)
    rows = [
        each
        for each in claims
        if each.metric in required and _reports(each, catalogue.metric(each.metric), report)
    ]
    whole = {each.metric for each in rows if _is_of_all_days(each, report)}
    return frozenset(each.number for each in rows if each.metric not in whole)


def last_closings(report: Report) -> dict[str, Account]:
    """By kind the accounts of this company's report just before, as last approved."""
    if report.previous_id is None:
        return {}
    newest = (
        Revision.objects.filter(
            Q(report=report.previous_id, report__engagement__company=report.engagement.company_id),
            state=ReportStatus.APPROVED,
        )
        .order_by("-number")
        .first()
    )
    return {each.kind: each for each in newest.accounts.all()} if newest else {}


def sums_of(account: Account, last: dict[str, Account]) -> tuple[WrongSum, ...]:
    """What does not add up in one account; load `lines` with it."""
    before = last.get(account.kind)
    return tuple(
        wrong_sums(
            Stated(account.opening, account.stated_income, account.stated_expense, account.closing),
            [Line(Side(line.side), line.amount) for line in account.lines.all()],
            last_closing=before.closing if before else None,
        )
    )
