"""Covering in an approved report what masking missed: in every revision, for none of them may stay readable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Model, QuerySet

from huiyin.apps.audit.models import EventSecret
from huiyin.apps.audit.services import erase_parts
from huiyin.apps.reports.contents import Content, contents_of, sha256_of
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
from huiyin.apps.reports.services.wording import required
from huiyin.domain.access import Actor
from huiyin.domain.canonical import canonical
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as clock

COVERED = "（已遮盖）"
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
    now: datetime | None = None,
) -> list[Redaction]:
    """The secretary covers words, e.g. a name, wherever the report says them; the reason is public.

    Each approved revision they stood in keeps its old hash beside the new one. Of the events only what held the words
    is erased. Raises NotPermitted and RuleBroken.
    """
    now = now or clock()
    report = locked_report(report)
    by = check_reviewer(by, report)
    words = words.strip()
    _check_words(words)
    reason = required(reason, 200, "reason", "请写明为什么遮盖，这个理由会公开。")
    new = required(replacement, 60, "replacement", "请写换上去的文字，如“（已遮盖）”。")
    if words in new or words in reason:
        raise RuleBroken("换上去的文字和理由里不能再有要遮盖的字。", code="redact.same", field="replacement")
    contents = contents_of(report.revisions.order_by("number"))
    changed: dict[Model, list[str]] = {}
    covered = []
    for content in contents:
        touched = _cover(_rows_of(content), words, new, changed)
        if touched and content.revision.is_approved:
            covered.append(content)
    _cover(_rows_beside(report), words, new, changed)
    if not changed:
        raise RuleBroken("报告里没有找到这些字，请照报告里的写法填。", code="redact.not_found", field="words")
    rows = [
        Redaction(
            revision=content.revision,
            reason=reason,
            redacted_at=now,
            redacted_by_label=by.label[:80],
            sha256_before=content.revision.content_sha256,
            sha256_after=sha256_of(content.plain),
        )
        for content in covered
    ]
    Redaction.objects.bulk_create(rows)
    for redaction in rows:
        redaction.revision.content_sha256 = redaction.sha256_after
        changed.setdefault(redaction.revision, []).append("content_sha256")
    for row, columns in changed.items():
        row.save(update_fields=columns)
    _forget(report, words, by=by, now=now)
    witness_report(
        report,
        "report_redacted",
        by=by,
        now=now,
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
            "reason": reason,
            **{f"content_{each.revision.number}": canonical(each.plain).decode() for each in covered},
        },
    )
    return rows


def _check_words(words: str) -> None:
    if len(words) < 2:
        raise RuleBroken("请写要遮盖的字，至少两个。", code="redact.no_words", field="words")
    if len(words) > 200 or set(words) & set("【】"):
        raise RuleBroken("一次遮盖一小段，不要带数据和图的编号。", code="redact.words", field="words")


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


def _cover(rows: Iterable[Model], words: str, new: str, changed: dict[Model, list[str]]) -> bool:
    """Replace the words in the rows, unsaved; whether any of them had them, here or in a revision before."""
    found = False
    for row in rows:
        columns = [name for name in TEXTS[type(row)] if words in getattr(row, name)]
        for name in columns:
            text = getattr(row, name).replace(words, new)
            longest = row._meta.get_field(name).max_length  # type: ignore[union-attr]
            if longest is not None and len(text) > longest:
                raise RuleBroken("换上去的文字太长，请写短一些。", code="redact.long", field="replacement")
            setattr(row, name, text)
        if columns:
            changed.setdefault(row, []).extend(columns)
        found |= row in changed
    return found


def _forget(report: Report, words: str, *, by: Actor, now: datetime) -> None:
    """Erase from the events what held the words; the approval keeps its hash, so that it stays a witness."""
    streams = {report.stream, *(each.report.stream for each in _told_of(report))}
    kept = EventSecret.objects.filter(event__stream__in=streams, erased_at=None)
    parts = {
        secret.event_id: [f"text.{name}" for name, text in secret.texts.items() if words in text]
        for secret in kept
    }
    erase_parts(
        {event: names for event, names in parts.items() if names}, by=by, now=now, reason="text_redacted"
    )
