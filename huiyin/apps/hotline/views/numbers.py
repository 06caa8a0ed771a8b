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
from huiyin.apps.hotline.models import HotlineDistrict, PublishedRank
from huiyin.apps.hotline.periods import Periods, periods_of
from huiyin.apps.hotline.permissions import can_import, can_open
from huiyin.apps.hotline.pictures import as_of, picture_of
from huiyin.apps.hotline.published_list import can_import_list
from huiyin.apps.hotline.reach import (
    EVERYTHING,
    Part,
    Place,
    both_for_desk,
    places_for_desk,
    sees_numbers,
    sees_words,
    sees_words_of,
    served_by_q,
    topics_for_desk,
    totals_for_desk,
)
from huiyin.apps.hotline.rules import rules_on
from huiyin.apps.hotline.sight import (
    District,
    Sight,
    companies_in,
    district,
    sight_of,
    stays_of,
    streets_in,
)
from huiyin.apps.hotline.standings import BY, Line, Question, Standing, standing
from huiyin.apps.ledger.permissions import acts_as_secretary
from huiyin.apps.places.models import Area, Engagement
from huiyin.apps.places.selectors import (
    AREA_STAFF,
    areas_public,
    companies_public,
    estates_public,
    scope_of_area,
    scope_of_estate,
    with_current_engagement,
)
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.complaint_measures import MEASURES, Measure, per_thousand_households
from huiyin.domain.complaint_periods import read_period
from huiyin.domain.division_codes import street_of
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
    may = {"may_open_imports": can_open(actor), "may_review": can_import(actor)}
    return {"tab": here, "may_find": sees_words(actor), **may}


@require_GET
def desk_hotline(request: HttpRequest) -> HttpResponse:
    """/desk/hotline: everything in the reader's scope, the estates with most for their size, streets, companies."""
    actor, periods = actor_at_desk(request), periods_asked(request)
    places = district()
    sight = sight_of(actor, places)
    topics = topics_for_desk(actor, due_day(clock()))[:FIRST_TOPICS]
    context = _tabs(actor, "overview") | {
        "title": _("12345 诉求"),
        "of": "",
        "topics": topics,
        "sees_words": sees_words(actor),
        "streets": streets_in(sight),
        "companies": companies_in(sight, periods.shown.last_day),
    }
    return _picture_page(request, periods, EVERYTHING, context, places, sight)


@require_GET
def desk_street(request: HttpRequest, code: str) -> HttpResponse:
    """/desk/hotline/streets/<code>: for those whose scope holds the whole street."""
    actor, periods = actor_at_desk(request), periods_asked(request)
    street = get_object_or_404(areas_public().filter(level=Area.Level.STREET), code=code)
    if not any(scope.covers(scope_of_area(street)) for scope in actor.scopes(*AREA_STAFF)):
        raise Http404
    paths = (street.path, *street.earlier_paths)
    places = district()
    sight = sight_of(actor, places).within({pk for pk, each in places.items() if each.path.startswith(paths)})
    inside = Part(placed=Q(estate_id__in=sorted(sight.estates)), loose=Q(street_code=street_of(code)))
    context = _tabs(actor, "street") | {"title": street.name, "of": street.name}
    return _picture_page(request, periods, inside, context, places, sight)


@require_GET
def desk_company(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/hotline/companies/<pk>: what concerns its estates, in the months it served them; only inside the scope."""
    actor, periods = actor_at_desk(request), periods_asked(request)
    company = get_object_or_404(companies_public(), pk=pk)
    served = Engagement.objects.filter(company=company)
    places = district()
    sight = sight_of(actor, places).while_serving(stays_of(served))
    if not sight.estates:
        raise Http404
    inside = Part(served_by_q(served) & Q(estate_id__in=sorted(sight.estates)))
    context = _tabs(actor, "company") | {"title": company.name, "of": company.name, "company": company}
    return _picture_page(request, periods, inside, context, places, sight)


@require_GET
def desk_estate(request: HttpRequest, slug: str) -> HttpResponse:
    """/desk/hotline/estates/<slug>: one estate, its company, the way to its complaints."""
    actor, periods = actor_at_desk(request), periods_asked(request)
    places = [pk for pk, each in places_for_desk(actor).items() if each.slug == slug]
    if not places:
        raise Http404
    estate = get_object_or_404(with_current_engagement(estates_public(), due_day(clock())), slug=slug)
    context = _tabs(actor, "estate") | {
        "title": estate.name,
        "of": estate.name,
        "estate": estate,
        "topics": topics_for_desk(actor, due_day(clock())).filter(estate=estate)[:MOST_TOPICS],
        "sees_words": sees_words_of(actor, estate),
        "may_send": acts_as_secretary(actor, scope_of_estate(estate), estate.area_id),
    }
    return _picture_page(request, periods, Part(Q(estate=estate)), context)


def _picture_page(
    request: HttpRequest,
    periods: Periods,
    inside: Part,
    context: dict[str, Any],
    places: District | None = None,
    sight: Sight | None = None,
) -> HttpResponse:
    """A page of one picture; of several `places` also the first estates of the district's ranking that are in sight."""
    actor, measure = actor_at_desk(request), MEASURES[USUAL_MEASURE]
    totals, counts = both_for_desk(actor, inside)
    everything = inside is EVERYTHING and sight is not None and sight.is_everything
    whole = HotlineDistrict.objects.all()
    stands = Standing()
    if places is not None and sight is not None:
        asked = _question(measure, periods, per_households=True)
        stands = standing(asked, places, sight, totals)
    context |= {
        "picture": picture_of(periods, whole, [whole]) if everything else picture_of(periods, totals, counts),
        "periods": periods,
        "standing": stands,
        "lines": stands.lines[:FIRST_LINES],
        "line_count": len(stands.lines),
        "measure": per_thousand_households(measure),
        "by_name": BY["estate"],
        "per_households": True,
        "measures": measures_shown(),
        "as_of": as_of(),
    }
    return render(request, "hotline/desk_picture.html", context)


def _question(measure: Measure, periods: Periods, *, by: str = "estate", per_households: bool) -> Question:
    samples = rules_on(periods.today).small_samples
    return Question(measure, periods.shown, periods.stored, periods.today, samples, by, per_households)


def measures_shown() -> list[Measure]:
    """Every formula a page may show."""
    return [*MEASURES.values(), per_thousand_households(MEASURES[USUAL_MEASURE])]


# --- rankings -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Which ranking: read from the query, with what is usual for what it does not say."""

    by: str
    measure: Measure
    per_households: bool
    top: int

    @property
    def shown_measure(self) -> Measure:
        """With the formula by which it is computed here."""
        return per_thousand_households(self.measure) if self.per_households else self.measure

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        told = request.GET
        measure = MEASURES.get(told.get("measure", ""), MEASURES[USUAL_MEASURE])
        top = told.get("top", "")
        return cls(
            by="street" if measure.is_of_streets else told["by"] if told.get("by") in BY else "estate",
            measure=measure,
            per_households=not measure.is_share and told.get("count") != "absolute",
            top=int(top) if top.isdecimal() and int(top) in TOPS else TOPS[-1],
        )


@require_GET
def desk_rankings(request: HttpRequest) -> HttpResponse:
    """/desk/hotline/rankings: by estate, company, community or street; absolute or for each 1,000 households."""
    actor = actor_at_desk(request)
    asked, periods = Asked.of(request), periods_asked(request)
    stands = _standing_asked(actor, asked, periods)
    context = _tabs(actor, "rankings") | {
        "asked": asked,
        "query": request.GET.urlencode(),
        "others": _without_period(request),
        "by": list(BY.items()),
        "by_name": BY[asked.by],
        "tops": TOPS,
        "periods": periods,
        "standing": stands,
        "lines": stands.lines[: asked.top],
        "line_count": len(stands.lines),
        "measure": asked.shown_measure,
        "choices": MEASURES.values(),
        "per_households": asked.per_households,
        "measures": measures_shown(),
        "as_of": as_of(),
    }
    return render(request, "hotline/desk_rankings.html", context, fragment="hotline/_ranking.html")


def _without_period(request: HttpRequest) -> str:
    """The query for the same ranking of another period."""
    told = request.GET.copy()
    told.pop("period", None)
    return told.urlencode()


@require_GET
def export_rankings(request: HttpRequest, form: str) -> FileResponse:
    """/desk/hotline/rankings/export.xlsx and .csv: all rows of the page, each with what it was computed by."""
    actor = actor_at_desk(request)
    asked, periods = Asked.of(request), periods_asked(request)
    stands = _standing_asked(actor, asked, periods)
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - the response closes it
    told = Definition(asked.shown_measure, BY[asked.by], asked.per_households, periods.shown, as_of())
    write_lines(stands.lines, told, file, form=form)
    file.seek(0)
    name = f"诉求排名-{asked.measure.name}-{periods.shown}.{form}"
    return as_download(FileResponse(file, content_type=CONTENT_TYPES[form]), name)


def _standing_asked(actor: Actor, asked: Asked, periods: Periods) -> Standing:
    question = _question(asked.measure, periods, by=asked.by, per_households=asked.per_households)
    places = district()
    return standing(question, places, sight_of(actor, places), totals_for_desk(actor))


# --- the city's list ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublishedLine:
    """One of ours in the city's list, with our own line beside it; `before`: its place in the list before."""

    rank: PublishedRank
    place: Place
    ours: Line | None
    before: int | None

    @property
    def risen(self) -> int:
        return max((self.before or 0) - self.rank.place, 0) if self.before else 0

    @property
    def fallen(self) -> int:
        return max(self.rank.place - self.before, 0) if self.before else 0


@require_GET
def desk_published(request: HttpRequest) -> HttpResponse:
    """/desk/hotline/published: the city's list of a period, with our number and place beside each estate of ours.

    Lines of estates of others are for the district alone.
    """
    actor = actor_at_desk(request)
    places = district()
    sight = sight_of(actor, places)
    may_import = can_import_list(actor)
    inside = Q(estate_id__in=sorted(sight.estates)) | (Q(estate__isnull=True) if may_import else Q(pk__in=[]))
    ranks = PublishedRank.objects.standing().filter(inside)
    listed = sorted(set(ranks.order_by().values_list("period", flat=True)), reverse=True)
    asked = request.GET.get("period", "")
    chosen = asked if asked in listed else next(iter(listed), "")
    rows, placed, others = [], 0, []
    if chosen:
        period, measure = read_period(chosen), MEASURES[USUAL_MEASURE]
        periods = periods_of(chosen, due_day(clock()))
        stands = standing(
            _question(measure, periods, per_households=False), places, sight, totals_for_desk(actor)
        )
        ours = {line.ranked.key: line for line in stands.lines}
        placed = stands.placed
        before = dict(ranks.filter(period=str(period.before)).values_list("name", "place"))
        shown = list(ranks.filter(period=chosen))
        rows = [
            PublishedLine(rank, places[rank.estate_id], ours.get(rank.estate_id), before.get(rank.name))
            for rank in shown
            if rank.estate_id is not None
        ]
        others = [rank for rank in shown if rank.estate_id is None]
    context = _tabs(actor, "published") | {
        "rows": rows,
        "others": others,
        "placed": placed,
        "periods": [(each, read_period(each).words) for each in listed],
        "period": chosen,
        "measure": MEASURES[USUAL_MEASURE],
        "may_import": may_import,
        "measures": measures_shown(),
        "as_of": as_of(),
    }
    return render(request, "hotline/desk_published.html", context)
