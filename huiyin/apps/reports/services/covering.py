"""Covering in an approved report what masking missed: in every revision, for none of them may stay readable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from huiyin.apps.audit.services import erase_words
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services import cover_words
from huiyin.apps.reports.contents import Content, contents_of, sha256_of
from huiyin.apps.reports.covered_words import (
    COVERED,
    Changed,
    Covering,
    cover_rows,
    cover_where_repeated,
    save_rows,
)
from huiyin.apps.reports.models import (
    Account,
    AccountLine,
    Claim,
    ClaimEvidence,
    Commitment,
    CommitmentAccount,
    CommitmentMove,
    Excuse,
    FindingExcuse,
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
from huiyin.apps.reports.policies import rules_of
from huiyin.apps.reports.services.witness import NEWEST_FIRST, locked_report, locked_reports, witness_report
from huiyin.apps.reports.services.wording import covering_of
from huiyin.apps.reports.silence import Place, place_of, places_of
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
    FindingExcuse: ("words", "sentence", "reason"),
    TopicAnswer: ("words",),
    CommitmentAccount: ("words",),
    Commitment: ("title", "measure", "target", "owner", "funding", "settled_words"),
    CommitmentMove: ("reason",),
    ReturnReason: ("quote", "words"),
}
"""The free texts of each row. Those of approved revisions change with a Redaction only (migration 0002)."""


Places = Mapping[str, Sequence[Place]]
"""By section what stands in it."""
OF_ANOTHER: dict[type[Model], tuple[str, ...]] = {Commitment: ("settled_words",)}
"""What a report tells of the promises of earlier ones; their own words are those reports' to cover."""


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

    Earlier reports are covered with it whose promises it shows and which say the words in them. Each approved revision
    they stood in keeps its old hash beside the new one. Of the events only what held the words is erased.
    `is_everywhere`: also where a meeting that heard the report repeats them, its locked minutes included.
    Raises NotPermitted and RuleBroken.
    """
    signed = check_reviewer(by, report)
    covering = covering_of(words, replacement, reason, by=signed, now=now or clock())
    if set(covering.words) & set("【】"):
        raise RuleBroken("一次遮盖一小段，不要带数据和图的编号。", code="redact.words", field="words")
    together = [report, *_reports_shown_in(report, covering)]
    if is_everywhere:
        for each in together:
            cover_where_repeated(each, covering)
    _lock(together)
    found = [_cover(each, covering) for each in together]
    if not any(changed for changed, _rows in found):
        raise RuleBroken("报告里没有找到这些字，请照报告里的写法填。", code="redact.not_found", field="words")
    return [row for _changed, rows in found for row in rows]


def _lock(reports: Sequence[Report]) -> None:
    """Before the first event, which locks the heads of streams: these reports, what they tell of, then all promises."""
    keys, told_of = [each.pk for each in reports], _told_of(*reports)
    locked_reports(Report.objects.filter(Q(pk__in=keys) | Q(pk__in=told_of.values("report"))))
    promises = Commitment.objects.filter(Q(pk__in=told_of.values("pk")) | Q(report__in=keys)).order_by("pk")
    list(promises.select_for_update(of=("self",), no_key=True))


def _reports_shown_in(report: Report, covering: Covering) -> list[Report]:
    """Earlier reports whose promises this one tells of, where such a promise says the words; newest first."""
    told = _told_of(report)
    saying = {
        each.report_id
        for each in told
        if any(covering.over(text) != text for text in (getattr(each, name) for name in TEXTS[Commitment]))
    }
    return list(Report.objects.filter(pk__in=saying).select_related("estate__area").order_by(*NEWEST_FIRST))


def _cover(report: Report, covering: Covering) -> tuple[bool, list[Redaction]]:
    """In one report; whether it said the words at all, and what its approved revisions show of it."""
    report = locked_report(report)
    contents = contents_of(report.revisions.order_by("number"))
    before = [places_of(rules_of(report), content) for content in contents]
    changed: Changed = {}
    covered = []
    for content, places in zip(contents, before, strict=True):
        touched = cover_rows(_rows_of(content), TEXTS, covering, changed)
        if touched:
            _keep_places(report, content, places, changed)
            _keep_apart(content)
        if touched and content.revision.is_approved:
            covered.append(content)
    cover_rows(_rows_beside(report), TEXTS, covering, changed)
    told = _told_of(report)
    cover_rows(told, OF_ANOTHER, covering, changed)
    named = _cover_names(report, covering)
    if not changed and not named:
        return False, []
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
    streams = {report.stream, *(each.report.stream for each in told)}
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
            ],
            **({"evidence": named} if named else {}),
        },
        texts={
            "reason": covering.reason,
            **{f"content_{each.revision.number}": canonical(each.plain).decode() for each in covered},
        },
    )
    return True, rows


def _keep_places(report: Report, content: Content, before: Places, changed: Changed) -> None:
    """Every paragraph stays in its place, for it is known by that; what is pointed at, by its words as they are now."""
    now = places_of(rules_of(report), content)
    if _anchors(now) != _anchors(before):
        raise RuleBroken(
            "这样遮盖，段落会变。请一段一段遮盖，换上去的文字也不要分段。",
            code="redact.paragraphs",
            field="words",
        )
    texts = {each.anchor: each.sha256 for rows in now.values() for each in rows}
    for pointer in content.pointed_passages:
        place = place_of(pointer, before[pointer.section])
        if place is not None and texts[place.anchor] != place.sha256:
            pointer.text_sha256 = texts[place.anchor]
            changed[pointer] = ["text_sha256"]


def _keep_apart(content: Content) -> None:
    """Two sentences that stand for a reason each do not become one: each reason is known by its sentence."""
    if len({each.key for each in content.finding_excuses}) < len(content.finding_excuses):
        raise RuleBroken(
            "这样遮盖，两句保留的话会变得一样，分不清理由是哪一句的。请换上别的文字，如“（另一处已遮盖）”。",
            code="redact.same_sentence",
            field="replacement",
        )


def _anchors(places: Places) -> list[str]:
    return [each.anchor for rows in places.values() for each in rows]


def _cover_names(report: Report, covering: Covering) -> list[int]:
    """In what its evidence is called: a document takes its name from the number it was brought for."""
    in_report = Q(pk__in=ClaimEvidence.objects.filter(claim__revision__report=report).values("evidence"))
    for side in ("evidence", "before"):
        in_report |= Q(pk__in=ReportPhoto.objects.filter(revision__report=report).values(side))
    saying = Q(caption__contains=covering.words) | Q(alt__contains=covering.words)
    named = list(Evidence.objects.filter(in_report, saying).order_by("pk"))
    for each in named:
        cover_words(each, words=covering.words, over=covering.over, by=covering.by, now=covering.now)
    return [each.pk for each in named]


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
    yield from content.finding_excuses
    yield from content.topic_answers
    yield from content.commitments
    yield from content.commitment_accounts


def _rows_beside(report: Report) -> Iterator[Model]:
    """What stands beside the revisions."""
    yield from SectionConflict.objects.filter(section__revision__report=report)
    yield from ReturnReason.objects.filter(revision__report=report)
    yield from CommitmentMove.objects.filter(commitment__report=report)


def _told_of(*reports: Report) -> QuerySet[Commitment]:
    """The promises of earlier reports that these say something of."""
    told = CommitmentAccount.objects.filter(revision__report__in=reports)
    return Commitment.objects.filter(pk__in=told.values("commitment")).select_related("report").order_by("pk")
