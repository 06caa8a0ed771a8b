"""The public front and its places: district, streets, one street, one estate, one company."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from huiyin.apps.hotline.trends import public_trend
from huiyin.apps.ledger.figures import figures, total
from huiyin.apps.ledger.limits import deadlines
from huiyin.apps.ledger.selectors import cases_public, topics_of
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import companies_public, estates_public, with_current_engagement
from huiyin.apps.portal.selectors import estates as places
from huiyin.apps.portal.selectors import front
from huiyin.apps.reports.report_page import title_of
from huiyin.apps.reports.selectors import reports_public
from huiyin.domain.case_numbers import canonical
from huiyin.domain.clocks import due_day
from huiyin.domain.ledger_rules import LIST_LABELS
from huiyin.web.caching import for_everyone
from huiyin.web.charts.lines import two_lines
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock


@require_GET
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """/: the promise, find my estate, honest numbers, meetings, results, what is pressed for, the streets."""
    now = clock()
    rows = front.street_rows(now)
    context = {
        "rows": rows,
        "year": total((row.year for row in rows), now),
        "meetings": front.meetings_now(rows, now, 4),
        "results": front.latest_results(3),
        "pressed": front.most_pressed(6),
        "topics": front.open_topics(6),
        "now": now,
    }
    return render(request, "portal/home.html", context)


@require_GET
@for_everyone
def street_list(request: HttpRequest) -> HttpResponse:
    """/streets: every street; with ?q= the estates that match, and straight on where only one does."""
    text = request.GET.get("q", "").strip()[:60]
    number = canonical(text) if text else None
    if number and cases_public().filter(number=number).exists():
        return redirect(request, "ledger:case", number)
    found = front.estates_found(text) if text else []
    if len(found) == 1:
        return redirect(request, "portal:estate", found[0].slug)
    now = clock()
    rows = front.street_rows(now)
    context = {
        "rows": rows,
        "year": total((row.year for row in rows), now),
        "now_open": front.together(row.now for row in rows),
        "q": text,
        "found": found,
        "now": now,
    }
    return render(request, "portal/street_list.html", context)


@require_GET
@for_everyone
def street(request: HttpRequest, code: str) -> HttpResponse:
    """/streets/<code>: its estates; an ended code leads to the street that took it over."""
    area = (
        Area.objects.filter(code=code, level=Area.Level.STREET)
        .select_related("succeeded_by")
        .order_by("-valid_from")
        .first()
    )
    if area is None:
        raise Http404
    if area.valid_to is not None:
        if area.succeeded_by is None or area.succeeded_by.level != Area.Level.STREET:
            raise Http404
        return redirect(request, "portal:street", area.succeeded_by.code)
    now = clock()
    return render(
        request, "portal/street.html", {"street": area, "view": places.street_view(area, now), "now": now}
    )


@require_GET
@for_everyone
def estate(request: HttpRequest, slug: str) -> HttpResponse:
    """/estates/<slug>: who serves it, the honest numbers, what is open, what was solved, the bulletins."""
    now = clock()
    found = get_object_or_404(
        with_current_engagement(estates_public().select_related("area__parent"), due_day(now)), slug=slug
    )
    lists = places.open_lists(found)
    months = places.months_of(found, now)
    limits = {rule.code: rule.limit for rule in deadlines(now).values.lists}
    context = {
        "estate": found,
        "engagement": found.serving[0] if found.serving else None,  # type: ignore[attr-defined]
        "year": figures(front.cases_of_year(now).filter(estate=found), now),
        "lists": [(row, limits[row.key]) for row in lists],
        "open_count": sum(row.count for row in lists),
        "confirmed": places.confirmed_lately(found, 5),
        "topics": topics_of(found)[:6],
        "months": months,
        "chart": two_lines([m.confirmed for m in months], [m.registered for m in months]),
        "chart_marks": (0, len(months) // 2, len(months) - 1),
        "bulletins": places.bulletin_rows(found, now, 6),
        "reports": [(each, title_of(each)) for each in reports_public().filter(estate=found)[:3]],
        "complaints": public_trend(found, due_day(now)),
        "list_labels": LIST_LABELS,
        "now": now,
    }
    return render(request, "portal/estate.html", context)


@require_GET
@for_everyone
def company(request: HttpRequest, pk: int) -> HttpResponse:
    """/companies/<id>: the estates it serves and served, and what became of the matters it led."""
    found = get_object_or_404(companies_public(), pk=pk)
    now = clock()
    view = places.company_view(found, now)
    return render(request, "portal/company.html", {"company": found, "view": view, "now": now})
