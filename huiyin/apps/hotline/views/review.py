"""What a person should look at: complaints whose estate is only likely, and property complaints without one."""

from __future__ import annotations

from itertools import zip_longest
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.apps.hotline import permissions, selectors, services
from huiyin.apps.hotline.drilling import (
    StoredComplaint,
    complaints_of,
    complaints_of_namesakes,
    unplaced_complaints,
)
from huiyin.apps.hotline.forms import WhichEstateForm
from huiyin.apps.hotline.models import Doubt
from huiyin.apps.hotline.reach import sees_words, streets_reached
from huiyin.apps.hotline.views.complaints import month_asked, months_named
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import streets_public
from huiyin.domain.access import Actor
from huiyin.domain.division_codes import street_of
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST

PER_PAGE = 20
SHOWN_BESIDE = 10
MOST_CANDIDATES = 8
"""Of one name; what is further is written."""
State = Doubt.State


def actor_who_corrects(request: HttpRequest) -> Actor:
    """The actor; 404 for who answers for no estate."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not permissions.can_import(actor):
        raise Http404
    return actor


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """/desk/hotline/review: of an import (?import=…) or of all one answers for, most complaints first."""
    return _review_page(request)


@require_safe
def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/hotline/review/<pk>: the complaints that one decision would settle, masked."""
    actor = actor_who_corrects(request)
    found = get_object_or_404(selectors.doubts_for_desk(actor), pk=pk)
    complaints = _complaints_of(found)
    page = paginate(request, complaints, per_page=PER_PAGE)
    context = {
        "doubt": found,
        "page": page,
        "rows": [(each, None) for each in page],
        "may_correct": True,
        "corrected": selectors.corrections_of(each.number for each in page),
    }
    return render(request, "hotline/doubt.html", context)


@require_POST
def decide_doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """All of them are about the estate that was read, about another one, or about none."""
    actor = actor_who_corrects(request)
    found = get_object_or_404(selectors.doubts_for_desk(actor), pk=pk)
    place = request.POST.get("place", "other")
    estate: Estate | None = None
    if place == "this" and found.estate is not None:
        estate = found.estate
    elif place == "other":
        form = _which_estate(found, request.POST)
        estate = selectors.estate_said(actor, form.cleaned_data["estate"]) if form.is_valid() else None
        if estate is None:
            if form.is_valid():
                form.add_error("estate", _("没有找到这个小区，或不在您的范围里。请从列表里选。"))
            return _review_page(request, form, found, status=422)
    elif place != "none":
        raise Http404
    is_name = (
        estate is not None
        and "is_name" in request.POST
        and found.match in selectors.may_be_names([found.match])
    )
    try:
        services.decide_doubt(found, estate=estate, is_name=is_name, by=actor)
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    else:
        messages.success(request, _said(found, estate, is_name))
    return _next(request)


@require_POST
def put_off_doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """Not now."""
    actor = actor_who_corrects(request)
    found = get_object_or_404(selectors.doubts_for_desk(actor), pk=pk)
    try:
        services.put_off_doubt(found, by=actor)
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    else:
        words = _("“%(match)s”先放着，再来这样的诉求时重新列出。")
        messages.success(request, words % {"match": found.match})
    return _next(request)


@require_safe
def unplaced(request: HttpRequest) -> HttpResponse:
    """/desk/hotline/unplaced: property complaints of the streets one answers for that belong to no estate."""
    actor = actor_who_corrects(request)
    streets, whole = streets_reached(actor, permissions.IMPORTERS)
    if not (streets or whole):
        raise Http404
    reached = None if whole else streets
    totals = selectors.unplaced_in(reached)
    months = list(totals.order_by("-month").values_list("month", flat=True).distinct())
    month = month_asked(request, months)
    found = unplaced_complaints(month, streets=reached, without=selectors.placed_nowhere()) if months else []
    names = {street_of(street.code): street.name for street in streets_public()}
    page = paginate(request, found, per_page=PER_PAGE)
    context = {
        "months": months_named(months),
        "month_name": months_named([month])[0][0] if months else "",
        "page": page,
        "rows": [(each, None) for each in page],
        "streets": names,
        "may_correct": True,
        "corrected": selectors.corrections_of(each.number for each in page),
        "open_names": selectors.open_names_for_desk(actor).count(),
    }
    return render(request, "hotline/unplaced.html", context, fragment="hotline/_complaints.html")


# --- shared by the views above ------------------------------------------------------------------------------


def _import_asked(request: HttpRequest) -> int | None:
    asked = (request.POST if request.method == "POST" else request.GET).get("import", "")
    return int(asked) if asked.isdecimal() and len(asked) <= 12 else None


def _next(request: HttpRequest) -> HttpResponse:
    """Back to the list, at the next of its doubts, so that the keyboard goes on there."""
    asked, after = _import_asked(request), request.POST.get("after", "")
    query = f"?{urlencode({'import': asked})}" if asked else ""
    place = f"#d{after}" if after.isdecimal() else ""
    return redirect(request, reverse("hotline:review") + query + place)


def _said(found: Doubt, estate: Estate | None, is_name: bool) -> str:
    told = {"count": found.complaint_count, "match": found.match}
    if estate is None:
        return _("写“%(match)s”的 %(count)s 件不归到小区，数字在后台更新。") % told
    told["estate"] = estate.name
    words = _("写“%(match)s”的 %(count)s 件归到%(estate)s，数字在后台更新。") % told
    return words + _("以后这样写的也认得。") if is_name else words


def _complaints_of(found: Doubt) -> list[StoredComplaint]:
    if found.estate is None:
        months = selectors.months_of_loose(found.street_code)
        return complaints_of_namesakes(
            found.match, found.street_code, months, without=selectors.placed_nowhere()
        )
    return [
        each
        for each in complaints_of(found.estate.code, selectors.months_of(estate=found.estate, likely__gt=0))
        if each.is_likely and (each.match, each.street_code) == (found.match, found.street_code)
    ]


def _which_estate(found: Doubt, typed: QueryDict | None = None) -> WhichEstateForm:
    return WhichEstateForm(typed, written=found.match, row=f"d{found.pk}")


def _review_page(
    request: HttpRequest, form: WhichEstateForm | None = None, about: Doubt | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_who_corrects(request)
    doubts, names = selectors.doubts_for_desk(actor), selectors.open_names_for_desk(actor)
    import_ = _import_asked(request)
    if import_ is not None:
        seen = get_object_or_404(selectors.imports_for_desk(actor), pk=import_)
        doubts, names = doubts.filter(imports__contains=[seen.pk]), names.filter(brought_by=seen)
    listed = doubts.filter(complaint_count__gt=0)
    page = paginate(request, listed.filter(state=State.OPEN), per_page=PER_PAGE)
    streets = {street_of(street.code): street.name for street in streets_public()}
    nameable = selectors.may_be_names(each.match for each in page)
    later = list(listed.filter(state=State.LATER)[:SHOWN_BESIDE])
    estates = selectors.estates_to_name(actor)
    of_several = [each for each in (*page, *later) if each.estate is None]
    namesakes = selectors.namesakes_of(of_several, estates)
    for each in of_several:
        each.candidates = namesakes[each.pk][:MOST_CANDIDATES]
    for each, after in zip_longest(page, [each.pk for each in page][1:]):
        each.street = streets.get(each.street_code, "")
        each.may_be_name = each.match in nameable
        each.after = after
        is_asked = form is not None and about is not None and each.pk == about.pk
        each.form = form if is_asked else _which_estate(each)
    reached, whole = streets_reached(actor, permissions.IMPORTERS)
    context = {
        "tab": "review",
        "may_open_imports": True,
        "may_review": True,
        "may_find": sees_words(actor),
        "page": page,
        "import": seen if import_ is not None else None,
        "estates": estates if page.items else [],
        "doubt_count": listed.filter(state=State.OPEN).aggregate(n=Sum("complaint_count"))["n"] or 0,
        "later": later,
        "decided": doubts.filter(state=State.DECIDED).order_by("-decided_at")[:SHOWN_BESIDE],
        "doubted": selectors.doubted_for_desk(actor)[:PER_PAGE],
        "open_names": names.count(),
        "sees_unplaced": bool(reached or whole),
        "unplaced_count": selectors.unplaced_in(None if whole else reached).aggregate(n=Sum("complaints"))[
            "n"
        ]
        or 0,
    }
    return render(request, "hotline/review.html", context, status=status)
