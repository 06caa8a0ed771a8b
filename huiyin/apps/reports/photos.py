"""Whose evidence a report's is: the company that wrote it and the secretary may cover it or take it down."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.owners import Page
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.permissions import is_reviewer, is_writer
from huiyin.domain.access import Actor


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


def page_of(evidence: Evidence) -> Page | None:
    report = _report_of(evidence)
    if report is None:
        return None
    return Page(reverse("reports:desk_report", args=[report.pk]), report.estate.name)
