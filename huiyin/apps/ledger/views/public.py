"""The public ledger: the list with filters and search, one case with its history, the monthly bulletin."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulletin_page import sheet_of
from huiyin.apps.ledger.case_page import case_page
from huiyin.apps.ledger.models import Bulletin, Topic
from huiyin.apps.ledger.paper import bulletin_sheet
from huiyin.apps.ledger.selectors import ORDERS, STATES, CaseFilter, bulletins_public, cases_public
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import estates_public, streets_public
from huiyin.documents.paper.press import render as print_on_paper
from huiyin.documents.qr import qr_svg
from huiyin.domain.case_numbers import canonical
from huiyin.domain.case_workflow import OWING_A_REPLY
from huiyin.domain.ledger_rules import LIST_LABELS
from huiyin.web.caching import for_everyone
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.pdf import pdf_response, size_of

PER_PAGE = 50


def filter_of(request: HttpRequest) -> CaseFilter:
    """The filter in the query string; unknown values filter nothing."""
    told = request.GET
    return CaseFilter(
        estate=told.get("estate", "")[:60],
        area=told.get("area", "")[:60],
        state=told.get("state", ""),
        case_list=told.get("list", "") if told.get("list") in LIST_LABELS else "",
        category=told.get("category", "")[:40],
        text=told.get("q", "").replace("\x00", "")[:100],
        order=told.get("order", "") if told.get("order") in ORDERS else "",
        topic=told.get("topic", ""),
        year=told.get("year", ""),
    )


@require_GET
@for_everyone
def case_list(request: HttpRequest) -> HttpResponse:
    """/cases: newest first, 50 a page."""
    wanted = filter_of(request)
    now = clock()
    number = canonical(wanted.text)
    if number and cases_public().filter(number=number).exists():
        return redirect(request, "ledger:case", number)
    rows = wanted.apply(cases_public().defer("text", "search"), now)
    context = {
        "page": paginate(request, rows, per_page=PER_PAGE, count=False),
        "filter": wanted,
        "estate": estates_public().filter(slug=wanted.estate).first() if wanted.estate else None,
        "streets": streets_public().values_list("path", "name"),
        "states": [(key, label) for key, (label, _q) in STATES.items()],
        "lists": [(key.value, label) for key, label in LIST_LABELS.items()],
        "orders": [("", _("最新的")), ("due", _("最先到期的")), ("me_too", _("同问最多的"))],
        "topic": Topic.objects.filter(pk=wanted.topic_id).first() if wanted.topic_id else None,
        "overdue_states": OWING_A_REPLY,
        "now": now,
    }
    return render(request, "ledger/case_list.html", context, fragment="ledger/_case_list_results.html")


@require_GET
@for_everyone
def case(request: HttpRequest, number: str) -> HttpResponse:
    """/cases/<number>: what was asked, what was promised, what was done, and the asker's word."""
    known = canonical(number)
    if known is None:
        raise Http404
    if known != number:
        return redirect(request, "ledger:case", known)
    return render(request, "ledger/case.html", case_page(request, known))


@require_GET
@for_everyone
def bulletin(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    """/estates/<slug>/bulletins/<yyyy-mm>: the three lists to print and post; before issuing, as they stand now."""
    estate, found = _bulletin_of(slug, month)
    now = clock()
    address = request.build_absolute_uri(f"{reverse('ledger:case_list')}?estate={estate.slug}")
    context = {
        "bulletin": found,
        "estate": estate,
        "sheet": sheet_of(found, now=now, is_whole="all" in request.GET),
        "is_late": found.issued_at is None and now > found.due_at,
        "days_late": (limits.day_of(found.issued_at or now) - limits.day_of(found.due_at)).days,
        "qr": mark_safe(qr_svg(address, label=_("扫码看全部事项"))),  # noqa: S308 - our own drawing
        "address": address,
    }
    return render(request, "ledger/bulletin.html", context)


@require_GET
@for_everyone
def bulletin_pdf(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    """/estates/<slug>/bulletins/<yyyy-mm>.pdf: the same for the board, ?size=A3 for a large one. 30 ms of CPU."""
    estate, found = _bulletin_of(slug, month)
    found.estate = estate  # with its area and street
    now = clock()
    told = bulletin_sheet(found, sheet_of(found, now=now, is_whole="all" in request.GET), now=now)
    return pdf_response(print_on_paper(told, size_of(request)), name=f"{told.title} {month}")


def _bulletin_of(slug: str, month: str) -> tuple[Estate, Bulletin]:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    estate = get_object_or_404(estates_public().select_related("area__parent"), slug=slug)
    return estate, get_object_or_404(bulletins_public(estate), month=first)
