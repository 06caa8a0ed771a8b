"""Letting a sentence stand that the check stops, for a reason everybody may read; and taking that back.

As with all that is written in a draft, nobody but the company reads it before it is handed in: that event says which
sentences stand for a reason, and its hash is of the reasons too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from huiyin.apps.reports.contents import Content, content_of
from huiyin.apps.reports.findings import ReportFinding, findings_of, gone_in
from huiyin.apps.reports.models import FindingExcuse, Report, Revision
from huiyin.apps.reports.permissions import check_writer
from huiyin.apps.reports.services.witness import locked_report, writable
from huiyin.apps.reports.services.wording import required
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as clock

SHORTEST_REASON, LONGEST_REASON = 10, 300


@transaction.atomic
def excuse_finding(
    report: Report, *, key: str, reason: str, by: Actor, now: datetime | None = None
) -> FindingExcuse:
    """Let the sentence of a finding stand; `key` is its digest. Said again, the reason is the new one.

    Raises RuleBroken where the text as it is saved has no such finding, or nothing has to be excused.
    """
    now = now or clock()
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    found = _finding(report, revision, key)
    reason = required(reason, LONGEST_REASON, "reason", "请写明为什么保留这句话，这个理由会公开。")
    if len(reason) < SHORTEST_REASON:
        raise RuleBroken(
            "理由至少写 %(count)s 个字，让居民看得明白。",
            code="finding.reason_short",
            field="reason",
            count=SHORTEST_REASON,
        )
    excuse, _is_new = FindingExcuse.objects.update_or_create(
        revision=revision,
        section=found.key.section,
        place=found.key.place,
        rule=found.key.rule,
        words=found.key.words,
        sentence=found.key.sentence,
        defaults={"reason": reason, "excused_at": now, "excused_by_label": by.label[:80]},
    )
    return excuse


@transaction.atomic
def withdraw_excuse(report: Report, *, key: str, by: Actor, now: datetime | None = None) -> None:
    """The company does not want the sentence to stand any more: it has to be mended."""
    report = locked_report(report)
    check_writer(by, report)
    excuse = next((each for each in writable(report).finding_excuses.all() if each.key.digest == key), None)
    if excuse is None:
        raise RuleBroken("这条理由已经不在了。", code="finding.no_excuse")
    excuse.delete()


def without_gone(report: Report, content: Content) -> Content:
    """What is handed in holds no reason for a sentence that was changed since; the report must be locked."""
    gone = {each.pk for each in gone_in(report, content)}
    if not gone:
        return content
    FindingExcuse.objects.filter(pk__in=gone).delete()
    return replace(content, finding_excuses=[each for each in content.finding_excuses if each.pk not in gone])


def _finding(report: Report, revision: Revision, key: str) -> ReportFinding:
    rows = findings_of(report, content_of(revision)).rows
    found = next((each for each in rows if each.key.digest == key), None)
    if found is None:
        raise RuleBroken(
            "已保存的正文里没有这句话了。改过的请先保存，再看新的意见。", code="finding.gone", field="reason"
        )
    if not found.may_be_excused:
        raise RuleBroken("这一条不用写理由，改不改由您决定。", code="finding.no_need", field="reason")
    return found
