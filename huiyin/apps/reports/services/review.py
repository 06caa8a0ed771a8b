"""Handing a report in, giving it back with reasons at its paragraphs, approving it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiyin.apps.reports.body import plain_blocks
from huiyin.apps.reports.contents import Content, content_of, sha256_of
from huiyin.apps.reports.models import (
    Commitment,
    CommitmentAccount,
    NewDeviation,
    Report,
    ReturnReason,
    Revision,
)
from huiyin.apps.reports.permissions import check_reviewer, check_writer
from huiyin.apps.reports.policies import reason_for, rules_of, section_of
from huiyin.apps.reports.promises import is_settled_by, told_before
from huiyin.apps.reports.readiness import missing_in
from huiyin.apps.reports.selectors import RETURNED, sent_list
from huiyin.apps.reports.services.commitments import reopen, settle
from huiyin.apps.reports.services.excusing import without_gone
from huiyin.apps.reports.services.topics import freeze_topics, sha256_of_topics
from huiyin.apps.reports.services.verdicts import freeze_verdicts, is_frozen
from huiyin.apps.reports.services.witness import locked_report, unfinished, witness_report
from huiyin.apps.reports.services.wording import masked
from huiyin.apps.reports.silence import topics_of
from huiyin.apps.reports.verdicts import live_verdicts
from huiyin.domain.access import Actor
from huiyin.domain.canonical import canonical
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.report_parts import SETTLES, Became, CommitmentState
from huiyin.domain.report_workflow import ReportStatus, target_of
from huiyin.web.now import now as clock

LONGEST_WORDS = 1000
"""Of a reason, beside the sentence the policy has for it."""


@dataclass(frozen=True)
class ReasonDraft:
    """Why and where: a section, a paragraph of it counted from 1 (0: the whole section)."""

    section: str
    code: str
    paragraph: int = 0
    words: str = ""


@transaction.atomic
def submit(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """draft or returned → submitted, once the period is over and every condition is met.

    The refusal names the first thing missing.
    """
    now = now or clock()
    report = locked_report(report)
    check_writer(by, report)
    revision = unfinished(report)
    target = target_of("submit", revision.state)
    content = without_gone(report, content_of(revision))
    missing = missing_in(report, content, now=now)
    if missing:
        raise RuleBroken(
            "还差 %(count)s 处才能提交：%(first)s",
            code="report.incomplete",
            count=len(missing),
            first=missing[0].sentence,
        )
    excused = [{"section": each.section, "rule": each.rule} for each in content.finding_excuses]
    revision.submitted_at = now
    revision.submitted_by_label = by.label[:80]
    _move(report, revision, target)
    witness_report(
        report,
        "report_submitted",
        by=by,
        now=now,
        public={
            "revision": revision.number,
            "sha256": sha256_of(content.plain),
            **({"excused": excused} if excused else {}),
        },
    )
    return report


@transaction.atomic
def return_with_reasons(
    report: Report,
    *,
    reasons: Sequence[ReasonDraft],
    by: Actor,
    seen: str | None = None,
    now: datetime | None = None,
) -> Report:
    """submitted → returned: the secretary says at each place what is to be mended.

    A demand list that was sent while the community was looking is what the company now writes for.
    """
    now = now or clock()
    report = locked_report(report)
    by = check_reviewer(by, report)
    revision = unfinished(report)
    target = target_of("return", revision.state)
    _check_seen(revision, seen)
    if not reasons:
        raise RuleBroken("请至少指出一处要改的地方。", code="return.no_reason", field="reasons")
    rows = ReturnReason.objects.bulk_create(_reason(report, revision, draft, by, now) for draft in reasons)
    if revision.number == 1 and report.demand_list_id is None:
        report.demand_list = sent_list(report.estate, report.period_from, report.period_to)
        report.save(update_fields=["demand_list"])
    _move(report, revision, target)
    witness_report(
        report,
        "report_returned",
        by=by,
        now=now,
        public={
            "revision": revision.number,
            "reasons": [
                {"section": row.section, "paragraph": row.paragraph, "reason": row.reason_code}
                for row in rows
            ],
        },
        texts={
            **{f"words_{place}": row.words for place, row in enumerate(rows, start=1)},
            RETURNED: canonical(content_of(revision).plain).decode(),
        },
    )
    return report


def _reason(report: Report, revision: Revision, draft: ReasonDraft, by: Actor, now: datetime) -> ReturnReason:
    section_of(report, draft.section)
    reason = reason_for(rules_of(report).return_reasons, draft.code, draft.words)
    blocks = plain_blocks(revision.sections.get(code=draft.section).body)
    if draft.paragraph > len(blocks):
        raise RuleBroken("这个部分没有这么多段。", code="return.no_such_paragraph", field="paragraph")
    return ReturnReason(
        revision=revision,
        section=draft.section,
        paragraph=draft.paragraph,
        quote=blocks[draft.paragraph - 1][:120] if draft.paragraph else "",
        reason_code=reason.code,
        sentence=reason.sentence,
        words=masked(draft.words, LONGEST_WORDS, "words"),
        given_by_label=by.label[:80],
        given_at=now,
    )


@transaction.atomic
def approve(report: Report, *, by: Actor, seen: str | None = None, now: datetime | None = None) -> Report:
    """submitted → approved: the words stand still, the promises count from today; what became of old ones is noted.

    `seen` is the `wording` of the revision the secretary read. What submitting needed is held against the report once
    more: evidence may have been withdrawn since. How it answers what residents raised is written down. Of a correction
    only its revision moves: the report stays announced, presented or published.
    """
    now = now or clock()
    report = locked_report(report)
    by = check_reviewer(by, report)
    revision = unfinished(report)
    target = target_of("approve", revision.state)
    _check_seen(revision, seen)
    content = content_of(revision)
    topics, verdicts = topics_of(report, content), live_verdicts(report, content, now=now)
    missing = missing_in(report, content, now=now, topics=topics, verdicts=verdicts)
    if missing:
        raise RuleBroken(
            "照现在的规定和记录，缺 %(count)s 处：%(first)s请退回，让物业补上。",
            code="report.incomplete_by_now",
            count=len(missing),
            first=missing[0].sentence,
        )
    plain = content.plain
    revision.approved_at = now
    revision.approved_by_label = by.label[:80]
    revision.content_sha256 = sha256_of(plain)
    _move(report, revision, target)
    report.commitments.filter(promised_at=None).update(promised_at=now)
    frozen = freeze_topics(revision, topics)
    witness_report(
        report,
        "report_approved",
        by=by,
        now=now,
        public={
            "revision": revision.number,
            "sha256": revision.content_sha256,
            "deviating": [each.claim.number for each in verdicts.deviating],
            **({"topics": sha256_of_topics(frozen)} if frozen else {}),
        },
        texts={"content": canonical(plain).decode()},
    )
    if is_frozen(report):
        freeze_verdicts(report, by=by, now=now)
    else:
        NewDeviation.objects.filter(claim__revision__report=report).delete()
    _note_what_became(report, content, by=by, now=now)
    return report


def _check_seen(revision: Revision, seen: str | None) -> None:
    """Nobody decides on words that were not on the page; None where no page was asked."""
    if seen is not None and seen != revision.wording:
        raise RuleBroken(
            "您看的时候，物业又交来了新的一稿。请把新稿看过再决定。", code="report.other_wording"
        )


def _note_what_became(report: Report, content: Content, *, by: Actor, now: datetime) -> None:
    """The promises of earlier reports as this one tells of them; what its company settled since stays as it is.

    A correction that tells otherwise takes back what this report itself had settled, and nothing else.
    """
    rows = Commitment.objects.select_for_update(of=("self",), no_key=True).select_related("report")
    locked = rows.order_by("pk").in_bulk([each.commitment_id for each in content.commitment_accounts])
    before = told_before(content.revision)
    for account in content.commitment_accounts:
        commitment, became = locked[account.commitment_id], Became(account.became)
        told = before.get(commitment.pk)
        if told is not None and (told.became, told.words) == (account.became, account.words):
            continue
        if told is not None:
            _take_back(commitment, told, report)
        if commitment.state != CommitmentState.OPEN:
            continue
        if became is Became.TAKEN:
            commitment.taken_by = report.engagement
            commitment.save(update_fields=["taken_by"])
        elif became in SETTLES:
            settle(
                commitment,
                state=SETTLES[became],
                words=account.words,
                label=report.engagement.company.name,
                on=due_day(now),
            )
        witness_report(
            commitment.report,
            "commitment_accounted",
            by=by,
            now=now,
            public={
                "commitment": commitment.number,
                "report": report.pk,
                "revision": content.revision.number,
                "became": str(became),
                "state": str(commitment.state),
            },
            texts={"words": commitment.settled_words},
        )


def _take_back(commitment: Commitment, told: CommitmentAccount, report: Report) -> None:
    """As if the report had never said it: but what the company itself settled by its own command stands."""
    is_open = commitment.state == CommitmentState.OPEN
    if told.became == Became.TAKEN and is_open and commitment.taken_by_id == report.engagement_id:
        commitment.taken_by = None
        commitment.save(update_fields=["taken_by"])
    if is_settled_by(commitment, told, report):
        reopen(commitment)


def _move(report: Report, revision: Revision, target: ReportStatus) -> None:
    """The revision moves, and with its first one the report."""
    revision.state = target
    revision.save()
    if revision.number == 1:
        report.status = target
        report.save(update_fields=["status"])
