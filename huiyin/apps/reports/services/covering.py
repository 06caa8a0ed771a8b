"""Covering in an approved report what masking missed: in every revision, for none of them may stay readable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Model, QuerySet

from huiyin.apps.audit.services import erase_words
from huiyin.apps.reports.contents import Content, contents_of, sha256_of
from huiyin.apps.reports.covered_words import COVERED, Changed, cover_rows, cover_where_repeated, save_rows
from huiyin.apps.reports.models import (
    Account,
    AccountLine,
    Claim,
    Commitment,
    CommitmentAccount,
    CommitmentMove,
    Excuse,
    Redaction,
    Report,
    ReportPhoto,
    ReturnReason,
    Revision,
    Section,
    SectionConflict,
    TopicAnswer,
)
from huiyin.apps.reports.permissions import check_reviewer
from huiyin.apps.reports.services.witness import locked_report, witness_report
from huiyin.apps.reports.services.wording import covering_of
from huiyin.domain.access import Actor
from huiyin.domain.canonical import canonical
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as clock

TEXTS: dict[type[Model], tuple[str, ...]] = {
    Revision: ("reason",),
    Section: ("body",),
    SectionConflict: ("body",),
    Claim: ("name", "denominator_label", "explanation"),
    ReportPhoto: ("caption", "place"),
    Account: ("note",),
    AccountLine: ("label",),
    Excuse: ("words",),
    TopicAnswer: ("words",),
    CommitmentAccount: ("words",),
    Commitment: ("title", "measure", "target", "owner", "funding", "settled_words"),
    CommitmentMove: ("reason",),
    ReturnReason: ("quote", "words"),
}
"""The free texts of each row. Those of approved revisions change with a Redaction only (migration 0002)."""


@transaction.atomic
def redact_report(
    report: Report,
    *,
    words: str,
    reason: str,
    by: Actor,
    replacement: str = COVERED,
    is_everywhere: bool = True,
    now: datetime | None = None,
) -> list[Redaction]:
    """The secretary covers words, e.g. a name, wherever the report says them; the reason is public.

    Each approved revision they stood in keeps its old hash beside the new one. Of the events only what held the words
    is erased. `is_everywhere`: also where a meeting that heard the report repeats them, its locked minutes included.
    Raises NotPermitted and RuleBroken.
    """
    signed = check_reviewer(by, report)
    covering = covering_of(words, replacement, reason, by=signed, now=now or clock())
    if set(covering.words) & set("【】"):
        raise RuleBroken("一次遮盖一小段，不要带数据和图的编号。", code="redact.words", field="words")
    if is_everywhere:
        cover_where_repeated(report, covering)
    report = locked_report(report)
    contents = contents_of(report.revisions.order_by("number"))
    changed: Changed = {}
    covered = []
    for content in contents:
        touched = cover_rows(_rows_of(content), TEXTS, covering, changed)
        if touched and content.revision.is_approved:
            covered.append(content)
    cover_rows(_rows_beside(report), TEXTS, covering, changed)
    if not changed:
        raise RuleBroken("报告里没有找到这些字，请照报告里的写法填。", code="redact.not_found", field="words")
    rows = [
        Redaction(
            revision=content.revision,
            reason=covering.reason,
            redacted_at=covering.now,
            redacted_by_label=covering.by.label[:80],
            sha256_before=content.revision.content_sha256,
            sha256_after=sha256_of(content.plain),
        )
        for content in covered
    ]
    Redaction.objects.bulk_create(rows)
    for redaction in rows:
        redaction.revision.content_sha256 = redaction.sha256_after
        changed.setdefault(redaction.revision, []).append("content_sha256")
    save_rows(changed)
    streams = {report.stream, *(each.report.stream for each in _told_of(report))}
    erase_words(streams, covering.words, by=covering.by, now=covering.now)
    witness_report(
        report,
        "report_redacted",
        by=covering.by,
        now=covering.now,
        public={
            "revisions": [
                {
                    "revision": each.revision.number,
                    "before": each.sha256_before,
                    "sha256": each.sha256_after,
                }
                for each in rows
            ]
        },
        texts={
            "reason": covering.reason,
            **{f"content_{each.revision.number}": canonical(each.plain).decode() for each in covered},
        },
    )
    return rows


def _rows_of(content: Content) -> Iterator[Model]:
    """What one revision shows; a promise is the same row in every revision it stands in."""
    yield content.revision
    yield from content.sections
    yield from content.claims
    yield from content.photos
    for account in content.accounts:
        yield account
        yield from account.lines.all()
    yield from content.excuses
    yield from content.topic_answers
    yield from content.commitments
    yield from content.commitment_accounts


def _rows_beside(report: Report) -> Iterator[Model]:
    """What stands beside the revisions; and what this report told of the promises of earlier ones."""
    yield from SectionConflict.objects.filter(section__revision__report=report)
    yield from ReturnReason.objects.filter(revision__report=report)
    yield from CommitmentMove.objects.filter(commitment__report=report)
    yield from _told_of(report).select_for_update(of=("self",), no_key=True)


def _told_of(report: Report) -> QuerySet[Commitment]:
    told = CommitmentAccount.objects.filter(revision__report=report)
    return Commitment.objects.filter(pk__in=told.values("commitment")).select_related("report").order_by("pk")
