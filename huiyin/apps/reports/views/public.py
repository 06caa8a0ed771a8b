"""Reports as everybody reads them: the list, the full text, the digest, the projector, what a correction changed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.places.selectors import estates_public
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.differences import changes_of
from huiyin.apps.reports.models import Demand
from huiyin.apps.reports.paper import report_digest
from huiyin.apps.reports.report_charts import charts_of
from huiyin.apps.reports.report_page import report_page, title_of
from huiyin.apps.reports.report_slides import slides_of
from huiyin.apps.reports.selectors import PublicReport, report_public, reports_public
from huiyin.documents.paper.press import render as print_on_paper
from huiyin.documents.qr import qr_svg
from huiyin.web.caching import for_everyone
from huiyin.web.htmx import redirect, render
from huiyin.web.pagination import paginate
from huiyin.web.pdf import pdf_response, size_of

PER_PAGE = 30


@require_GET
@for_everyone
def report_list(request: HttpRequest) -> HttpResponse:
    """/reports: newest period first; ?estate=<slug> for one estate."""
    slug = request.GET.get("estate", "")[:60]
    estate = estates_public().filter(slug=slug).first() if slug else None
    reports = reports_public()
    if estate is not None:
        reports = reports.filter(estate=estate)
    page = paginate(request, reports, per_page=PER_PAGE, count=False)
    rows = [(report, title_of(report)) for report in page]
    return render(request, "reports/report_list.html", {"page": page, "rows": rows, "estate": estate})


@require_GET
@for_everyone
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """/reports/<pk>: the latest approved wording in full."""
    context = read(pk)
    context["demands_url"] = reverse("reports:demands", args=[context["report"].estate.slug])
    return render(request, "reports/report.html", context)


@require_GET
@for_everyone
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    """/reports/<pk>/digest: one page of counted facts and charts."""
    return render(request, "reports/digest.html", read(pk))


@require_GET
@for_everyone
def digest_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """/reports/<pk>/digest.pdf: the same for the board, ?size=A3 for a large one."""
    context = read(pk)
    told = report_digest(context["report"], context["revision"], context["page"])
    return pdf_response(print_on_paper(told, size_of(request)), name=f"{told.title} {told.organisation}")


@require_GET
@for_everyone
def slides(request: HttpRequest, pk: int) -> HttpResponse:
    """/reports/<pk>/slides: for the projector; a page of anchors, so that it turns without a script, too."""
    context = read(pk)
    address = request.build_absolute_uri(reverse("reports:report", args=[pk]))
    context |= {
        "slides": slides_of(context["page"], context["charts"]),
        "address": address,
        "qr": mark_safe(f'<span class="hy-qr">{qr_svg(address, label=_("扫码看报告全文"))}</span>'),  # noqa: S308
    }
    return render(request, "reports/slides.html", context)


@require_GET
@for_everyone
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """/reports/<pk>/revisions/<n>: what it changed against the one before; of an old one its full text, too."""
    found = public_or_404(pk)
    new = found.numbered(number)
    if new is None:
        raise Http404
    old = next((each for each in found.revisions if each.number < number), None)
    content = content_of(new)
    context = {
        "report": found.report,
        "title": title_of(found.report),
        "new": new,
        "old": old,
        "parts": changes_of(found.report, content_of(old), content) if old else [],
        "revisions": found.revisions,
    }
    if new != found.revision:
        page = report_page(found.report, new, content)
        context |= {"page": page, "charts": charts_of(page)}
    return render(request, "reports/revision.html", context)


@require_GET
def demand(request: HttpRequest, pk: int) -> HttpResponse:
    """/demands/<pk>: a line has no page of its own; a case that came from it leads to the estate's list."""
    found = get_object_or_404(Demand.objects.select_related("demand_list__estate"), pk=pk)
    return redirect(request, "reports:demands", found.demand_list.estate.slug)


def public_or_404(pk: int) -> PublicReport:
    found = report_public(pk)
    if found is None:
        raise Http404
    return found


def read(pk: int) -> dict[str, Any]:
    """The report with its latest approved revision; Http404 for one that is not public."""
    found = public_or_404(pk)
    page = report_page(found.report, found.revision)
    return {
        "report": found.report,
        "revision": found.revision,
        "before": found.revisions[1].number if found.is_corrected else 0,
        "revisions": found.revisions,
        "page": page,
        "charts": charts_of(page),
    }
