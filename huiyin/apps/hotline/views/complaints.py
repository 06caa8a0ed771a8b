"""The masked complaints of an estate: of a month, a category, or a topic."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.hotline import services
from huiyin.apps.hotline.addresses import told_by
from huiyin.apps.hotline.complaints import complaint_of
from huiyin.apps.hotline.drilling import complaints_of
from huiyin.apps.hotline.finding import month_with
from huiyin.apps.hotline.forms import FindForm, RegisterForm
from huiyin.apps.hotline.models import HotlineTopic
from huiyin.apps.hotline.months import name_of, words_of
from huiyin.apps.hotline.permissions import can_correct, can_import, can_register
from huiyin.apps.hotline.reach import covers, sees_words, sees_words_of
from huiyin.apps.hotline.rules import urgent_class_of
from huiyin.apps.hotline.selectors import cases_of, corrections_of, months_of
from huiyin.apps.hotline.services.cases import complaint_to_register
from huiyin.apps.hotline.services.topics import LONGEST_TITLE
from huiyin.apps.hotline.views.numbers import actor_at_desk
from huiyin.apps.ledger.limits import deadlines
from huiyin.apps.ledger.services.register import LONGEST_TEXT
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import AREA_STAFF
from huiyin.domain.access import Actor
from huiyin.domain.case_titles import title_of
from huiyin.domain.complaint_numbers import spellings_of
from huiyin.domain.complaint_periods import month_of
from huiyin.domain.errors import RuleBroken
from huiyin.language.complaints.public_words import public_words
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now
from huiyin.web.pagination import paginate

PER_PAGE = 20


@require_GET
def desk_complaints(request: HttpRequest, slug: str) -> HttpResponse:
    """/desk/hotline/estates/<slug>/complaints: for the area's staff, inside their scope."""
    actor = actor_at_desk(request)
    estate = get_object_or_404(Estate.objects.select_related("area"), slug=slug)
    if not sees_words_of(actor, estate):
        raise Http404
    topic = _topic_asked(request, estate)
    months = list(months_of(estate=estate).order_by("-month"))
    _month, number = told_by(request.GET.get("complaint", ""))
    month = month_asked(request, months, where=month_with(number) if number else None)
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
        if (not number or each.number == number)
        and (not category or each.category == category)
        and (kind != "property" or each.property_related)
    ]
    page = paginate(request, shown, per_page=PER_PAGE)
    numbers = [each.number for each in page]
    cases = {number: case.number for number, case in cases_of(numbers).items()}
    context = {
        "estate": estate,
        "topic": topic,
        "month": month,
        "months": months_named(months),
        "month_name": name_of(month),
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


@require_http_methods(["GET", "HEAD", "POST"])
def find_complaint(request: HttpRequest) -> HttpResponse:
    """/desk/hotline/complaints/find: one complaint by its number, for the area's staff, inside their scope.

    The number is sent in a form, not with the address: in the hotline's system it leads to a caller.
    """
    actor = actor_at_desk(request)
    if not sees_words(actor):
        raise Http404
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "is_asked": form.is_bound}
    if form.is_bound and form.is_valid():
        found = (_found(actor, number) for number in spellings_of(form.cleaned_data["number"]))
        context |= next(filter(None, found), {})
    return render(request, "hotline/find_complaint.html", context, status=422 if form.errors else 200)


def _found(actor: Actor, number: str) -> dict[str, Any]:
    """Nothing where it is not in the store or lies elsewhere: the two are not told apart."""
    month = month_with(number)
    complaint = complaint_of(month, number) if month else None
    if complaint is None:
        return {}
    estate = Estate.objects.select_related("area").filter(code=complaint.estate_code or "").first()
    if not covers(actor, AREA_STAFF, estate=estate, area_code=complaint.area_code):
        return {}
    case = cases_of([number]).get(number)
    may_register = estate is not None and case is None and can_register(estate, actor)
    may_correct = can_correct(actor, estate=estate, area_code=complaint.area_code)
    return {
        "complaint": complaint,
        "estate": estate,
        "case": case,
        "may_register": may_register,
        "may_correct": may_correct,
    }


def _topic_asked(request: HttpRequest, estate: Estate) -> HotlineTopic | None:
    asked = request.GET.get("topic", "")
    if not asked.isdecimal() or len(asked) > 12:
        return None
    return get_object_or_404(HotlineTopic, pk=int(asked), estate=estate)


def months_named(months: list[date | None]) -> list[tuple[str, str]]:
    """Each as the address names it, and in words."""
    return [(name_of(each), words_of(each)) for each in months]


def month_asked(request: HttpRequest, months: list[date | None], *, where: str | None = None) -> date | None:
    """`where` the complaint asked for lies by now, or one of those there are; else the newest that has a time."""
    asked = where or request.GET.get("month", "")
    named = {name_of(each): each for each in months}
    return named.get(asked, next((each for each in months if each), None))


def _spans(topic: HotlineTopic, month: date) -> bool:
    return month_of(topic.first_on).first <= month_of(month).first <= month_of(topic.last_on).first


@require_http_methods(["GET", "HEAD", "POST"])
def register_complaint(request: HttpRequest) -> HttpResponse:
    """Word a complaint and see what will be public, then enter it into the ledger; from wherever it is shown."""
    actor = actor_at_desk(request)
    if not can_import(actor):
        raise Http404
    month, number = told_by(request.GET.get("complaint", ""))
    complaint, estate = complaint_to_register(month, number, actor)
    if (case := cases_of([number]).get(number)) is not None:
        return redirect(request, "ledger:desk_case", number=case.number)
    words = public_words(complaint.text)
    told = {"title": title_of(words)[:LONGEST_TITLE], "text": words[:LONGEST_TEXT]}
    told["urgency"] = urgent_class_of(complaint.urgency, now())
    urgent = deadlines(now()).values.urgent
    form = RegisterForm(request.POST or None, initial=told, urgent=urgent, written=complaint.urgency)
    if form.is_valid() and not form.is_to_look_at:
        try:
            case = services.register_complaint(month=month, number=number, by=actor, **form.told)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已登记为 %(number)s。") % {"number": case.number})
            return redirect(request, "ledger:desk_case", number=case.number)
    context = {"complaint": complaint, "estate": estate, "form": form}
    return render(request, "hotline/register_complaint.html", context, status=422 if form.errors else 200)
