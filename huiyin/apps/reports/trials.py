"""A change of the report check tried on the last period's approved reports: nothing of it is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop as _

from huiyin.apps.policies.trials import Trial
from huiyin.apps.reports.contents import Content, contents_of
from huiyin.apps.reports.findings import said_of, texts_of
from huiyin.apps.reports.models import Report, Revision
from huiyin.apps.reports.policies import check_policy_of, rules_on
from huiyin.apps.reports.selectors import reports_for_desk
from huiyin.apps.reports.trial_forms import CheckChangeForm
from huiyin.domain.access import Actor
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.report_workflow import ReportStatus
from huiyin.language import Severity
from huiyin.language.trying import Change, compare

AT_ONCE = 20
"""Reports that are read twice while a person waits: about two seconds."""
MOST_SHOWN = 200
"""Sentences on one page."""


@dataclass(frozen=True)
class Shift:
    """How many statements have one severity, now and with the change."""

    severity: str
    before: int
    after: int

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class TriedReport:
    report: Report
    shifts: tuple[Shift, ...]
    change_count: int


@dataclass(frozen=True)
class ChangedSentence:
    report: Report
    place: str
    """The section, or what stands beside it, in words."""
    words: str
    change: Change


@dataclass(frozen=True)
class CheckOutcome:
    """What the change would do to the reports from `first` to `last` of `total`, counted from 1."""

    first: int
    last: int
    total: int
    period: Period | None
    """The one the reports are about; None where there are none."""
    statement_count: int
    shifts: tuple[Shift, ...]
    reports: tuple[TriedReport, ...]
    sentences: tuple[ChangedSentence, ...]
    """Those judged harder first."""
    told_words: tuple[tuple[str, int], ...]
    """Each word that was added, and in how many places it stands."""
    at_once: int = AT_ONCE

    @property
    def next_start(self) -> int | None:
        return self.last if self.last < self.total else None

    @property
    def shown(self) -> tuple[ChangedSentence, ...]:
        return self.sentences[:MOST_SHOWN]


def try_check(form: CheckChangeForm, by: Actor, start: int, now: datetime) -> CheckOutcome:
    """Every text the editor checks, read with the policy in force today and with the changed one."""
    period, reports, total = _last_reports(by, start)
    before = check_policy_of(rules_on(now).values)
    after = form.changed(before)
    statements = 0
    words = Counter(dict.fromkeys(form.words, 0))
    sums: tuple[Counter[Severity | None], Counter[Severity | None]] = (Counter(), Counter())
    tried: list[TriedReport] = []
    sentences: list[ChangedSentence] = []
    for report, content in reports:
        own: tuple[Counter[Severity | None], Counter[Severity | None]] = (Counter(), Counter())
        found = len(sentences)
        for text in texts_of(report, content):
            read = text.read
            told = compare(read.text, said_of(read, before), said_of(read, after))
            statements += told.statements
            words.update({word: read.text.count(word) for word in words})
            own[0].update(told.before)
            own[1].update(told.after)
            sentences += [
                ChangedSentence(report, text.label, read.text[change.start : change.end], change)
                for change in told.changes
            ]
        tried.append(TriedReport(report, _shifts(*own), len(sentences) - found))
        sums[0].update(own[0])
        sums[1].update(own[1])
    sentences.sort(key=lambda each: not each.change.is_harder)
    return CheckOutcome(
        first=start + 1,
        last=start + len(tried),
        total=total,
        period=period,
        statement_count=statements,
        shifts=_shifts(*sums),
        reports=tuple(tried),
        sentences=tuple(sentences),
        told_words=tuple(words.items()),
    )


def _shifts(before: Counter[Severity | None], after: Counter[Severity | None]) -> tuple[Shift, ...]:
    return tuple(Shift(str(each), before[each], after[each]) for each in Severity)


def _last_reports(by: Actor, start: int) -> tuple[Period | None, list[tuple[Report, Content]], int]:
    """The newest period with an approved text, the part of its reports from `start` on, and how many there are.

    Companies that served only a part of it are among them, the period before is not.
    """
    approved = Revision.objects.filter(report=OuterRef("pk"), state=ReportStatus.APPROVED)
    reports = reports_for_desk(by).filter(Exists(approved))
    newest = reports.order_by("-period_to", "period_from").first()
    if newest is None:
        return None, [], 0
    period = Period(newest.period_from, newest.period_to)
    reports = reports.filter(period_from__gte=period.from_on).order_by("estate__sort_key", "period_to", "pk")
    part = {report.pk: report for report in reports[start : start + AT_ONCE]}
    revisions = Revision.objects.filter(report__in=part, state=ReportStatus.APPROVED)
    texts = {
        content.revision.report_id: content
        for content in contents_of(revisions.order_by("report_id", "-number").distinct("report_id"))
    }
    return period, [(report, texts[pk]) for pk, report in part.items()], reports.count()


REPORT_CHECK = Trial(
    name="report-check",
    policy="reports",
    label=_("试一试改报告核查"),
    about=_("加几个词、不用几条规则，或换一换提醒和拦下的界限，看看上一期报告里哪些句子会有不同的结果。"),
    form=CheckChangeForm,
    fields="reports/_trial_fields.html",
    run=try_check,
    result="reports/_trial.html",
)
