"""One complaint with what the machine read of it, and its correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.apps.hotline import permissions, selectors, services
from huiyin.apps.hotline.addresses import token_of, told_by
from huiyin.apps.hotline.complaints import Complaint, complaint_of
from huiyin.apps.hotline.forms import CorrectForm
from huiyin.apps.hotline.models import Correction
from huiyin.apps.hotline.views.review import actor_who_corrects
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import streets_public
from huiyin.domain.access import Actor
from huiyin.domain.division_codes import street_of
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.returning import require_POST

HISTORY_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def correct_complaint(request: HttpRequest) -> HttpResponse:
    """/desk/hotline/complaints/correct?complaint=…: for who answers for the place where it lies."""
    actor, told = actor_who_corrects(request), _asked(request)
    complaint, estate, standing = _seen(actor, *told)
    form = CorrectForm(request.POST or None, complaint=complaint, estate=estate)
    if form.is_bound and form.is_valid() and (wanted := _wanted(form, actor, estate)):
        try:
            services.correct_complaint(
                month=told[0], number=told[1], wanted=wanted, reason=form.cleaned_data["reason"], by=actor
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已更正。数字在后台更新，过一会儿才变。"))
            return _back(request, told)
    context = {
        "complaint": complaint,
        "estate": estate,
        "read": complaint.reading,
        "read_estate": _estate(complaint.reading.estate_code),
        "street": _street_name(complaint),
        "standing": standing,
        "form": form,
        "estates": selectors.estates_to_name(actor),
        "history": _history(complaint.number),
        "case": selectors.cases_of([complaint.number]).get(complaint.number),
    }
    return render(request, "hotline/correct.html", context, status=422 if form.is_bound else 200)


@require_POST
def confirm_correction(request: HttpRequest) -> HttpResponse:
    """What was decided holds for the changed text too."""
    return _done(request, services.confirm_correction, _("已确认，更正照旧。"))


@require_POST
def withdraw_correction(request: HttpRequest) -> HttpResponse:
    """The machine's reading holds again."""
    return _done(request, services.withdraw_correction, _("已恢复机器的读法。数字在后台更新，过一会儿才变。"))


def _done(request: HttpRequest, command: Callable[..., Correction], words: str) -> HttpResponse:
    actor, told = actor_who_corrects(request), _asked(request)
    _seen(actor, *told)
    try:
        command(month=told[0], number=told[1], by=actor)
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    else:
        messages.success(request, words)
    return _back(request, told)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Month and number: of the address, or of the form that is sent in."""
    told = request.POST if request.method == "POST" else request.GET
    return told_by(told.get("complaint", ""))


def _seen(actor: Actor, month: str, number: str) -> tuple[Complaint, Estate | None, Correction | None]:
    """As it counts by now; 404 where it is not there or lies elsewhere."""
    complaint = complaint_of(month, number)
    if complaint is None:
        raise Http404
    standing = selectors.corrections_of([number]).get(number)
    complaint = complaint.decided_as(standing)
    estate = _estate(complaint.estate_code)
    if not permissions.can_correct(actor, estate=estate, area_code=complaint.area_code):
        raise Http404
    return complaint, estate, standing


def _estate(code: str | None) -> Estate | None:
    return Estate.objects.select_related("area").filter(code=code).first() if code else None


def _wanted(form: CorrectForm, actor: Actor, estate: Estate | None) -> services.Wanted | None:
    """None where the estate that was written is not found; the form says so."""
    told = form.cleaned_data
    place, there = told["place"], estate
    if place == CorrectForm.OTHER:
        there = selectors.estate_said(actor, told["estate"])
        if there is None:
            form.add_error("estate", _("没有找到这个小区，或不在您的范围里。请从列表里选。"))
            return None
    return services.Wanted(
        property_related=told["property_related"] == "yes",
        category=told["category"],
        places=place != CorrectForm.KEEP,
        estate=there if place in (CorrectForm.THIS, CorrectForm.OTHER) else None,
    )


def _back(request: HttpRequest, told: tuple[str, str]) -> HttpResponse:
    return redirect(request, f"{reverse('hotline:correct_complaint')}?complaint={token_of(*told)}")


def _street_name(complaint: Complaint) -> str:
    code = street_of(complaint.area_code)
    return next((street.name for street in streets_public() if street_of(street.code) == code), "")


def _history(number: str) -> list[dict[str, Any]]:
    """Who decided what, the newest first; two queries."""
    corrections = list(Correction.objects.filter(number=number).select_related("estate")[:HISTORY_SHOWN])
    codes = {each.was["estate"] for each in corrections}
    names = dict(Estate.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        {"correction": each, "changes": _changes(each, before or Correction(), names)}
        for each, before in zip_longest(corrections, corrections[1:])
    ]


def _changes(
    correction: Correction, before: Correction, names: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What was decided that was not decided so before: its name, what counted until then, what it became."""
    was, nowhere, answers = correction.was, _("不归到小区"), {True: _("是"), False: _("不是")}
    told = []
    if correction.placed and (not before.placed or correction.estate_id != before.estate_id):
        estate = correction.estate.name if correction.estate else nowhere
        told.append((_("小区"), names.get(was["estate"], nowhere), estate))
    if correction.property_related not in (None, before.property_related):
        told.append((_("物业服务类"), answers[was["property_related"]], answers[correction.property_related]))
    if correction.category not in ("", before.category):
        told.append((_("类别"), was["category"] or _("未分类"), correction.category))
    return told
