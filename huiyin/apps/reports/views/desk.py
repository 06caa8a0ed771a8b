"""The list of reports at the desk, what waits for this person first, and opening the next report."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.reports.desk_reading import engagements_to_open, rows_for_desk, sees_reports, waits_q
from huiyin.apps.reports.permissions import COMPANY_WRITERS
from huiyin.apps.reports.report_page import title_of
from huiyin.apps.reports.services.opening import open_report
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST

MOST_WAITING = 50


def actor_at_desk(request: HttpRequest) -> Actor:
    """The actor; 404 for who has no report to see."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not sees_reports(actor):
        raise Http404
    return actor


@require_GET
def desk_reports(request: HttpRequest) -> HttpResponse:
    """/desk/reports."""
    actor = actor_at_desk(request)
    rows = rows_for_desk(actor)
    waiting = list(rows.filter(waits_q(actor)).order_by("period_to", "pk")[:MOST_WAITING])
    page = paginate(request, rows.exclude(pk__in=[row.pk for row in waiting]), per_page=30, count=False)
    context = {
        "waiting": [(row, title_of(row)) for row in waiting],
        "page": page,
        "rows": [(row, title_of(row)) for row in page],
        "is_company": bool(actor.scopes(*COMPANY_WRITERS)),
        "to_open": engagements_to_open(actor, due_day(clock()))[:MOST_WAITING],
    }
    return render(request, "reports/desk_reports.html", context)


@require_POST
def desk_open_report(request: HttpRequest, engagement: int) -> HttpResponse:
    """/desk/reports/open/<engagement>: the next report of one engagement."""
    actor = actor_at_desk(request)
    found = get_object_or_404(engagements_to_open(actor, due_day(clock())), pk=engagement)
    try:
        begins_on = month_of(request.POST.get("month", ""))
        report = open_report(engagement=found, by=actor, begins_on=begins_on)
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
        return redirect(request, "reports:desk_reports")
    if actor.scopes(*COMPANY_WRITERS):
        messages.success(request, _("可以开始写了。写的内容随时自动保存。"))
    else:
        messages.success(request, _("物业可以开始写了。写好交来以后，在这里审定。"))
    return redirect(request, "reports:desk_report", report.pk)


def month_of(told: str) -> date | None:
    """2026-01 as its first day; None where nothing was chosen."""
    if not told:
        return None
    try:
        return date.fromisoformat(f"{told}-01" if len(told) == 7 else told)
    except ValueError:
        raise RuleBroken(_("没有看懂这个月份，请写成 2026-01 这样。"), code="month", field="month") from None
