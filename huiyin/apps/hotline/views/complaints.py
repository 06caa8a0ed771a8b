"""The masked complaints of an estate: of a month, a category, or a topic."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.hotline.drilling import complaints_of
from huiyin.apps.hotline.models import HotlineCase, HotlineCount, HotlineTopic
from huiyin.apps.hotline.permissions import can_correct, can_register
from huiyin.apps.hotline.reach import sees_words_of
from huiyin.apps.hotline.selectors import corrections_of
from huiyin.apps.hotline.views.numbers import actor_at_desk
from huiyin.apps.places.models import Estate
from huiyin.domain.complaint_periods import ComplaintPeriod, month_of
from huiyin.web.htmx import render
from huiyin.web.pagination import paginate

PER_PAGE = 20
NO_TIME = "unknown"


@require_GET
def desk_complaints(request: HttpRequest, slug: str) -> HttpResponse:
    """/desk/hotline/estates/<slug>/complaints: for the area's staff, inside their scope."""
    actor = actor_at_desk(request)
    estate = get_object_or_404(Estate.objects.select_related("area"), slug=slug)
    if not sees_words_of(actor, estate):
        raise Http404
    topic = _topic_asked(request, estate)
    months = list(
        HotlineCount.objects.filter(estate=estate)
        .order_by("-month")
        .values_list("month", flat=True)
        .distinct()
    )
    month = month_asked(request, months)
    if topic:
        span = [each for each in months if each and _spans(topic, each)]
        found = complaints_of(estate.code, span, only=topic.numbers)
    else:
        found = complaints_of(estate.code, [month] if months else [])
    categories = sorted({each.category for each in found if each.category})
    category = request.GET.get("category", "")[:40]
    kind = request.GET.get("kind", "")
    shown = [
        each
        for each in found
        if (not category or each.category == category) and (kind != "property" or each.property_related)
    ]
    page = paginate(request, shown, per_page=PER_PAGE)
    numbers = [each.number for each in page]
    cases = dict(HotlineCase.objects.filter(number__in=numbers).values_list("number", "case__number"))
    context = {
        "estate": estate,
        "topic": topic,
        "month": month,
        "months": months_named(months),
        "month_name": _name_of(month),
        "categories": categories,
        "category": category,
        "kind": kind,
        "page": page,
        "may_register": can_register(estate, actor),
        "may_correct": can_correct(actor, estate=estate, area_code=""),
        "corrected": corrections_of(numbers),
        "rows": [(each, cases.get(each.number)) for each in page],
    }
    return render(request, "hotline/desk_complaints.html", context, fragment="hotline/_complaints.html")


def _topic_asked(request: HttpRequest, estate: Estate) -> HotlineTopic | None:
    asked = request.GET.get("topic", "")
    if not asked.isdecimal() or len(asked) > 12:
        return None
    return get_object_or_404(HotlineTopic, pk=int(asked), estate=estate)


def months_named(months: list[date | None]) -> list[tuple[str, str]]:
    """Each as the address names it, and in words."""
    return [(_name_of(each), _words_of(each)) for each in months]


def month_asked(request: HttpRequest, months: list[date | None]) -> date | None:
    """One of those there are; else the newest that has a time."""
    asked = request.GET.get("month", "")
    named = {_name_of(each): each for each in months}
    return named.get(asked, next((each for each in months if each), None))


def _spans(topic: HotlineTopic, month: date) -> bool:
    return month_of(topic.first_on).first <= month_of(month).first <= month_of(topic.last_on).first


def _name_of(month: date | None) -> str:
    return f"{month:%Y-%m}" if month else NO_TIME


def _words_of(month: date | None) -> str:
    period: ComplaintPeriod | None = month_of(month) if month else None
    return period.words if period else _("没有写时间的")
