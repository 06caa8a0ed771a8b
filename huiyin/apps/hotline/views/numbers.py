"""What the complaints show at the desk: all one may see, a street, an estate, a company, and the rankings."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.hotline.exports import CONTENT_TYPES, Definition, write_lines
from huiyin.apps.hotline.models import PublishedRank
from huiyin.apps.hotline.permissions import can_import, can_open
from huiyin.apps.hotline.pictures import Periods, as_of, periods_of, picture_of
from huiyin.apps.hotline.published_list import can_import_list
from huiyin.apps.hotline.reach import (
    Place,
    both_for_desk,
    places_for_desk,
    sees_numbers,
    sees_words_of,
    served_by_q,
    topics_in,
    totals_for_desk,
)
from huiyin.apps.hotline.rules import rules_on
from huiyin.apps.hotline.standings import BY, Line, standing
from huiyin.apps.ledger.permissions import acts_as_secretary
from huiyin.apps.places.models import Area, Engagement
from huiyin.apps.places.selectors import (
    AREA_STAFF,
    areas_public,
    companies_public,
    covered_by_q,
    estates_public,
    scope_of_area,
    scope_of_estate,
    with_current_engagement,
)
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.complaint_measures import MEASURES, Measure
from huiyin.domain.complaint_periods import read_period
from huiyin.web.downloads import as_download
from huiyin.web.htmx import render
from huiyin.web.now import now as clock

FIRST_LINES = 10
FIRST_TOPICS, MOST_TOPICS = 5, 12
TOPS = (20, 50, 100)
_KEPT_IN_MEMORY = 2_000_000
USUAL_MEASURE = "property_complaints"


def actor_at_desk(request: HttpRequest) -> Actor:
    """The actor; 404 for who has no number to see."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not sees_numbers(actor):
        raise Http404
    return actor


def periods_asked(request: HttpRequest) -> Periods:
    return periods_of(request.GET.get("period", "")[:10], due_day(clock()))


def _tabs(actor: Actor, here: str) -> dict[str, Any]:
    return {"tab": here, "may_open_imports": can_open(actor), "may_review": can_import(actor)}


@require_GET
def desk_hotline(request: HttpRequest) -> HttpResponse:
    """/desk/hotline: everything in the reader's scope, and the estates with most complaints for their size."""
    actor = actor_at_desk(request)
    places = places_for_desk(actor)
    topics = topics_in(places)[:FIRST_TOPICS]
    context = _tabs(actor, "overview") | {"title": _("12345 诉求"), "of": "", "topics": topics}
    return _picture_page(request, Q(), places, context)


@require_GET
def desk_street(request: HttpRequest, code: str) -> HttpResponse:
    """/desk/hotline/streets/<code>: for those whose scope holds the whole street."""
    actor = actor_at_desk(request)
    street = get_object_or_404(areas_public().filter(level=Area.Level.STREET), code=code)
    if not any(scope.covers(scope_of_area(street)) for scope in actor.scopes(*AREA_STAFF)):
        raise Http404
    inside = covered_by_q(street, "estate__area__path") | Q(estate__isnull=True, street_code=code[:9])
    paths = (street.path, *street.earlier_paths)
    places = {pk: each for pk, each in places_for_desk(actor).items() if each.path.startswith(paths)}
    context = _tabs(actor, "street") | {"title": street.name, "of": street.name}
    return _picture_page(request, inside, places, context)


@require_GET
def desk_company(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/hotline/companies/<pk>: what concerns its estates, in the months it served them; only inside the scope."""
    actor = actor_at_desk(request)
    company = get_object_or_404(companies_public(), pk=pk)
    served = Engagement.objects.filter(company=company)
    estates = set(served.values_list("estate_id", flat=True))
    places = {pk: each for pk, each in places_for_desk(actor).items() if pk in estates}
    if not places:
        raise Http404
    inside = served_by_q(served) & Q(estate_id__in=list(places))
    context = _tabs(actor, "company") | {"title": company.name, "of": company.name, "company": company}
    return _picture_page(request, inside, places, context)


@require_GET
def desk_estate(request: HttpRequest, slug: str) -> HttpResponse:
    """/desk/hotline/estates/<slug>: one estate, its company, the way to its complaints."""
    actor = actor_at_desk(request)
    places = {pk: each for pk, each in places_for_desk(actor).items() if each.slug == slug}
    if not places:
        raise Http404
    estate = get_object_or_404(with_current_engagement(estates_public(), due_day(clock())), slug=slug)
    context = _tabs(actor, "estate") | {
        "title": estate.name,
        "of": estate.name,
        "estate": estate,
        "topics": topics_in(places)[:MOST_TOPICS],
        "sees_words": sees_words_of(actor, estate),
        "may_send": acts_as_secretary(actor, scope_of_estate(estate), estate.area_id),
    }
    return _picture_page(request, Q(estate=estate), {}, context)


def _picture_page(
    request: HttpRequest,
    inside: Q,
    places: dict[int, Place],
    context: dict[str, Any],
) -> HttpResponse:
    """A page of one picture; with `places` also the first estates of the ranking for each 1,000 households."""
    actor, periods = actor_at_desk(request), periods_asked(request)
    totals, counts = both_for_desk(actor, inside)
    lines: list[Line] = []
    if places:
        measure = MEASURES[USUAL_MEASURE]
        samples = rules_on(due_day(clock())).small_samples
        lines = standing(totals, places, measure, periods.shown, samples, per_households=True)
    context |= {
        "picture": picture_of(totals, counts, periods.shown),
        "periods": periods,
        "lines": lines[:FIRST_LINES],
        "line_count": len(lines),
        "measure": MEASURES[USUAL_MEASURE],
        "per_households": True,
        "measures": MEASURES.values(),
        "as_of": as_of(),
    }
    return render(request, "hotline/desk_picture.html", context)


# --- rankings -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Which ranking: read from the query, with what is usual for what it does not say."""

    by: str
    measure: Measure
    per_households: bool
    top: int

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        told = request.GET
        measure = MEASURES.get(told.get("measure", ""), MEASURES[USUAL_MEASURE])
        top = told.get("top", "")
        return cls(
            by=told["by"] if told.get("by") in BY else "estate",
            measure=measure,
            per_households=not measure.is_share and told.get("count") != "absolute",
            top=int(top) if top.isdecimal() and int(top) in TOPS else TOPS[-1],
        )


@require_GET
def desk_rankings(request: HttpRequest) -> HttpResponse:
    """/desk/hotline/rankings: by estate, company, community or street; absolute or for each 1,000 households."""
    actor = actor_at_desk(request)
    asked, periods = Asked.of(request), periods_asked(request)
    lines = _standing_asked(actor, asked, periods)
    context = _tabs(actor, "rankings") | {
        "asked": asked,
        "query": request.GET.urlencode(),
        "by": list(BY.items()),
        "by_name": BY[asked.by],
        "tops": TOPS,
        "periods": periods,
        "lines": lines[: asked.top],
        "line_count": len(lines),
        "measure": asked.measure,
        "per_households": asked.per_households,
        "measures": MEASURES.values(),
        "as_of": as_of(),
    }
    return render(request, "hotline/desk_rankings.html", context, fragment="hotline/_ranking.html")


@require_GET
def export_rankings(request: HttpRequest, form: str) -> FileResponse:
    """/desk/hotline/rankings/export.xlsx and .csv: all rows of the page, each with what it was computed by."""
    actor = actor_at_desk(request)
    asked, periods = Asked.of(request), periods_asked(request)
    lines = _standing_asked(actor, asked, periods)
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - the response closes it
    told = Definition(asked.measure, BY[asked.by], asked.per_households, periods.shown, as_of())
    write_lines(lines, told, file, form=form)
    file.seek(0)
    name = f"诉求排名-{asked.measure.name}-{periods.shown}.{form}"
    return as_download(FileResponse(file, content_type=CONTENT_TYPES[form]), name)


def _standing_asked(actor: Actor, asked: Asked, periods: Periods) -> list[Line]:
    return standing(
        totals_for_desk(actor),
        places_for_desk(actor),
        asked.measure,
        periods.shown,
        rules_on(due_day(clock())).small_samples,
        by=asked.by,
        per_households=asked.per_households,
    )


# --- the city's list ------------------------------------------------------------------------------------------


@require_GET
def desk_published(request: HttpRequest) -> HttpResponse:
    """/desk/hotline/published: the city's list of a period, with our number and place beside each estate of ours.

    Lines of estates of others are for the district alone.
    """
    actor = actor_at_desk(request)
    places = places_for_desk(actor)
    may_import = can_import_list(actor)
    inside = Q(estate_id__in=list(places)) | (Q(estate__isnull=True) if may_import else Q(pk__in=[]))
    ranks = PublishedRank.objects.standing().filter(inside)
    listed = sorted(set(ranks.order_by().values_list("period", flat=True)), reverse=True)
    asked = request.GET.get("period", "")
    chosen = asked if asked in listed else next(iter(listed), "")
    ours: dict[int, Line] = {}
    if chosen:
        measure, samples = MEASURES[USUAL_MEASURE], rules_on(due_day(clock())).small_samples
        lines = standing(totals_for_desk(actor), places, measure, read_period(chosen), samples)
        ours = {line.ranked.key: line for line in lines}
    rows = [
        (rank, places.get(rank.estate_id or 0), ours.get(rank.estate_id or 0))
        for rank in ranks.filter(period=chosen)
    ]
    context = _tabs(actor, "published") | {
        "rows": rows,
        "periods": [(each, read_period(each).words) for each in listed],
        "period": chosen,
        "measure": MEASURES[USUAL_MEASURE],
        "may_import": may_import,
        "measures": MEASURES.values(),
        "as_of": as_of(),
    }
    return render(request, "hotline/desk_published.html", context)
