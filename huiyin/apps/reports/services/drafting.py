"""Writing a report: sections, with nobody's words lost when two people write at once, excuses and answers.

What is not submitted yet is the company's own paper: its events begin when it is handed in (services/review.py).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.ledger.models import Case
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.models import (
    Commitment,
    CommitmentAccount,
    Demand,
    Excuse,
    PointedPassage,
    Report,
    Section,
    SectionConflict,
    TopicAnswer,
)
from huiyin.apps.reports.permissions import check_writer
from huiyin.apps.reports.policies import metric_of, rules_of, section_of
from huiyin.apps.reports.promises import is_inherited, sayable_of, to_account_for, told_before
from huiyin.apps.reports.services.witness import locked_report, writable
from huiyin.apps.reports.services.wording import masked, required
from huiyin.apps.reports.silence import topics_of
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.policy_reports import Holds
from huiyin.domain.report_parts import BECAME_LABELS, OF_INHERITED, OF_OWN, AccountKind, Became, ExcuseFor
from huiyin.web.now import now as clock

LONGEST_BODY = 20_000


class SectionStale(RuleBroken):
    """Somebody else wrote meanwhile; both texts are kept: theirs in the section, one's own in the conflict."""

    def __init__(self, section: Section, conflict: SectionConflict) -> None:
        super().__init__(
            "%(who)s 刚刚改过这个部分。您写的没有丢：两份都在下面，请合在一起再保存。",
            code="section.stale",
            field="body",
            who=section.written_by_label,
        )
        self.section = section
        self.conflict = conflict


def write_section(
    report: Report,
    *,
    code: str,
    body: str,
    seen_version: int,
    late: int | None = None,
    by: Actor,
    now: datetime | None = None,
) -> Section:
    """Save a section; `seen_version` is the version the editor had. Saving the same words again changes nothing.

    Raises SectionStale, after keeping the text that came too late; with `late`, the conflict in which an earlier
    state of it is kept, in the place of that.
    """
    section, conflict = _written(report, code, body, seen_version, late, by, now or clock())
    if conflict is not None:
        raise SectionStale(section, conflict)
    return section


@transaction.atomic
def _written(
    report: Report, code: str, body: str, seen_version: int, late: int | None, by: Actor, now: datetime
) -> tuple[Section, SectionConflict | None]:
    report = locked_report(report)
    check_writer(by, report)
    section_of(report, code)
    body = masked(body, LONGEST_BODY, "body")
    section = writable(report).sections.get(code=code)
    if section.body == body:
        return section, None
    if section.version != seen_version:
        return section, _kept_beside(section, body, seen_version, late, by, now)
    section.body = body
    section.version += 1
    section.written_at = now
    section.written_by_label = by.label[:80]
    section.save(update_fields=["body", "version", "written_at", "written_by_label"])
    return section, None


def _kept_beside(
    section: Section, body: str, seen_version: int, late: int | None, by: Actor, now: datetime
) -> SectionConflict:
    told = {"seen_version": seen_version, "written_by_label": by.label[:80], "written_at": now}
    is_open = {"section": section, "settled_at": None}
    if late is not None:
        earlier = SectionConflict.objects.filter(pk=late, seen_version=seen_version, **is_open)
        if earlier.update(body=body, **told):
            return earlier.get()
    conflict, _is_new = SectionConflict.objects.get_or_create(body=body, **is_open, defaults=told)
    return conflict


@transaction.atomic
def settle_conflict(conflict: SectionConflict, *, by: Actor, now: datetime | None = None) -> SectionConflict:
    """The company has put both texts together, or does not want the later one."""
    report = locked_report(conflict.section.revision.report)
    check_writer(by, report)
    conflict.settled_at = now or clock()
    conflict.save(update_fields=["settled_at"])
    return conflict


@transaction.atomic
def put_excuse(
    report: Report, *, missing: ExcuseFor | str, key: str, words: str, by: Actor, now: datetime | None = None
) -> Excuse | None:
    """Say in public why a metric (key: its code), evidence (the claim's number) or an account (its kind) is missing.

    Empty words take the excuse back (None is returned).
    """
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    missing = ExcuseFor(missing)
    if missing is ExcuseFor.METRIC:
        metric_of(report, key)
    elif missing is ExcuseFor.ACCOUNT and key not in list(AccountKind):
        raise RuleBroken("没有这种账。", code="account.kind", field="key")
    elif missing is ExcuseFor.EVIDENCE and not revision.claims.filter(number=_number(key)).exists():
        raise RuleBroken("没有这条数据。", code="claim.no_such_number", field="key")
    words = masked(words, 600, "words")
    if not words:
        revision.excuses.filter(missing=missing, key=key).delete()
        return None
    excuse, _is_new = Excuse.objects.update_or_create(
        revision=revision, missing=missing, key=key, defaults={"words": words}
    )
    return excuse


@transaction.atomic
def answer_topic(
    report: Report,
    *,
    demand: Demand,
    words: str,
    section: str = "",
    case: Case | None = None,
    commitment: Commitment | None = None,
    by: Actor,
    now: datetime | None = None,
) -> TopicAnswer:
    """Answer one demand of the list: in which section, with the case or the promise that belongs to it."""
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    section = section or rules_of(report).section_holding(Holds.DEMANDS).code
    section_of(report, section)
    if report.demand_list_id is None or demand.demand_list_id != report.demand_list_id:
        raise RuleBroken("这条诉求不在交给您的清单里。", code="answer.other_list", field="demand")
    if case is not None and case.estate_id != report.estate_id:
        raise RuleBroken("只能引用这个小区的台账事项。", code="answer.other_estate", field="case")
    if commitment is not None and commitment.report_id != report.pk:
        raise RuleBroken("只能引用这份报告里的承诺。", code="answer.other_report", field="commitment")
    words = required(words, 2000, "words", "请写明怎样回应。")
    answer, _is_new = TopicAnswer.objects.update_or_create(
        revision=revision,
        demand=demand,
        defaults={"section": section, "words": words, "case": case, "commitment": commitment},
    )
    return answer


@transaction.atomic
def point_at_passage(
    report: Report, *, demand: Demand, anchor: str, by: Actor, now: datetime | None = None
) -> PointedPassage | None:
    """Say which paragraph or promise answers a demand; `anchor` is its Place's. It holds while its words stay.

    An empty anchor takes the pointing back (None is returned). Only where topics are answered: the policy names the
    sections.
    """
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    if report.demand_list_id is None or demand.demand_list_id != report.demand_list_id:
        raise RuleBroken("这条诉求不在交给您的清单里。", code="answer.other_list", field="demand")
    if not anchor:
        revision.pointed_passages.filter(demand=demand).delete()
        return None
    topics = topics_of(report, content_of(revision))
    place = next((each for each in topics.places if each.anchor == anchor), None)
    if place is None:
        raise RuleBroken(
            "没有这一段：请从%(sections)s里选一段，刚改过的先保存。",
            code="point.no_such_place",
            field="place",
            sections="、".join(f"“{each.label}”" for each in topics.sections),
        )
    pointed, _is_new = PointedPassage.objects.update_or_create(
        revision=revision,
        demand=demand,
        defaults={"section": place.section, "text_sha256": place.sha256},
    )
    return pointed


@transaction.atomic
def account_for_commitment(
    report: Report,
    *,
    commitment: Commitment,
    became: Became | str,
    words: str,
    by: Actor,
    now: datetime | None = None,
) -> CommitmentAccount:
    """Say what became of a promise: kept, late or dropped; of another company's: taken on or not (domain.md §3)."""
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    owed = to_account_for(report).filter(pk=commitment.pk).first()
    if owed is None:
        raise RuleBroken("这项承诺不用在这份报告里交代。", code="promise.not_owed", field="commitment")
    became = Became(became)
    _check_sayable(owed, became, report, told_before(revision).get(owed.pk))
    words = required(words, 1000, "words", "请写明办得怎样、为什么。")
    account, _is_new = CommitmentAccount.objects.update_or_create(
        revision=revision, commitment=owed, defaults={"became": became, "words": words}
    )
    return account


def _check_sayable(
    promise: Commitment, became: Became, report: Report, told: CommitmentAccount | None
) -> None:
    if became not in (OF_INHERITED if is_inherited(promise, report, told) else OF_OWN):
        raise RuleBroken(
            "上一家企业的承诺写“接下来做”或“不接”，自己的承诺写办得怎样。",
            code="promise.became",
            field="became",
        )
    allowed = sayable_of(promise, report, told)
    if became not in allowed:
        raise RuleBroken(
            "最初期限是 %(first)s，现在期限是 %(due)s，报告期到 %(end)s：按公开的记录，这里写%(allowed)s。",
            code="promise.not_so",
            field="became",
            first=promise.first_due_on,
            due=promise.due_on,
            end=report.period_to,
            allowed="或".join(f"“{label}”" for each, label in BECAME_LABELS.items() if each in allowed),
        )


def _number(key: str) -> int:
    return int(key) if key.isascii() and key.isdecimal() and len(key) < 6 else 0
