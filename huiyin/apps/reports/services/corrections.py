"""Correcting an approved report: a copy is written anew and approved again; both stay readable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from huiyin.apps.reports.models import AccountLine, ClaimEvidence, Report, Revision
from huiyin.apps.reports.permissions import check_writer
from huiyin.apps.reports.services.witness import locked_report, unfinished, witness_report, writable
from huiyin.apps.reports.services.wording import required
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.report_workflow import ReportStatus
from huiyin.web.now import now as clock

PARTS = (
    "sections",
    "photos",
    "excuses",
    "finding_excuses",
    "topic_answers",
    "pointed_passages",
    "commitment_accounts",
)
"""What is copied as it is; claims and accounts take their own rows along."""


@transaction.atomic
def begin_correction(report: Report, *, reason: str, by: Actor, now: datetime | None = None) -> Revision:
    """Copy the approved revision into the next one, for a public reason; the approved one stays what people read."""
    now = now or clock()
    report = locked_report(report)
    check_writer(by, report)
    if report.revisions.exclude(state=ReportStatus.APPROVED).exists():
        raise RuleBroken("报告还没有审定，或者已有一次更正在进行。", code="correction.not_now")
    approved = report.revisions.order_by("-number").first()
    assert approved is not None
    reason = required(reason, 200, "reason", "请写明为什么要更正，这个理由会公开。")
    revision = Revision.objects.create(
        report=report, number=approved.number + 1, reason=reason, opened_at=now
    )
    for part in PARTS:
        _copy(getattr(approved, part).all(), revision=revision)
    for claim in approved.claims.all():
        items = list(claim.evidence.all())
        (copy,) = _copy([claim], revision=revision)
        ClaimEvidence.objects.bulk_create(
            ClaimEvidence(claim=copy, evidence_id=item.evidence_id) for item in items
        )
    for account in approved.accounts.all():
        lines = list(account.lines.all())
        (copy,) = _copy([account], revision=revision)
        for line in lines:
            line.pk, line.account = None, copy
        AccountLine.objects.bulk_create(lines)
    witness_report(
        report,
        "correction_begun",
        by=by,
        now=now,
        public={"revision": revision.number},
        texts={"reason": reason},
    )
    return revision


@transaction.atomic
def drop_correction(report: Report, *, by: Actor, now: datetime | None = None) -> None:
    """The company does not go on with a correction; what was planned in it goes too."""
    now = now or clock()
    report = locked_report(report)
    check_writer(by, report)
    if unfinished(report).number == 1:
        raise RuleBroken("第一稿不能放弃，只能写完。", code="correction.first")
    revision = writable(report)
    number = revision.number
    revision.delete()
    report.commitments.filter(promised_at=None).delete()
    witness_report(report, "correction_dropped", by=by, now=now, public={"revision": number})


def _copy(rows: Any, *, revision: Revision) -> list[Any]:
    """The rows again, in another revision, with keys of their own."""
    copies = []
    for row in rows:
        copy = type(row)(
            **{
                field.attname: getattr(row, field.attname)
                for field in row._meta.concrete_fields
                if not field.primary_key
            }
        )
        copy.revision = revision
        copy.save(force_insert=True)
        copies.append(copy)
    return copies
