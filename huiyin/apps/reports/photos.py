"""Whose evidence a report's is: who may cover it or take it down, and who may read a document."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.owners import Page
from huiyin.apps.reports.models import Report, Revision
from huiyin.apps.reports.permissions import is_reviewer, is_writer, reports_q
from huiyin.domain.access import Actor
from huiyin.domain.report_workflow import PUBLIC, ReportStatus


def _report_of(evidence: Evidence) -> Report | None:
    shown = (
        Q(revisions__photos__evidence=evidence)
        | Q(revisions__photos__before=evidence)
        | Q(revisions__claims__evidence__evidence=evidence)
    )
    reports = Report.objects.filter(shown).select_related("engagement", "estate__area")
    return reports.order_by("pk").first()


def may_manage(actor: Actor, evidence: Evidence) -> bool | None:
    report = _report_of(evidence)
    return None if report is None else is_writer(actor, report) or is_reviewer(actor, report)


def may_see(actor: Actor, evidence: Evidence) -> bool | None:
    """A document beside a number: everybody with the public report, before that its area once it was handed in."""
    used = Revision.objects.filter(claims__evidence__evidence=evidence)
    if not used.exists():
        return None
    if used.filter(state=ReportStatus.APPROVED, report__status__in=sorted(PUBLIC)).exists():
        return True
    handed_in = used.filter(submitted_at__isnull=False)
    return Report.objects.filter(reports_q(actor), revisions__in=handed_in).exists()


def page_of(evidence: Evidence) -> Page | None:
    report = _report_of(evidence)
    if report is None:
        return None
    return Page(reverse("reports:desk_report", args=[report.pk]), report.estate.name)
