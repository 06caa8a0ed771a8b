"""What residents want solved: the public list of an estate, and the form behind the QR on its doors."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import estates_public
from huiyin.apps.reports.demand_forms import VoiceForm
from huiyin.apps.reports.models import DemandList
from huiyin.apps.reports.selectors import (
    collecting_list,
    demand_lists_public,
    demands_public,
    demands_set_aside,
    demands_to_join,
    redactions_of,
)
from huiyin.apps.reports.services.voices import add_voice
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import PUBLIC_LISTS, VoiceSource
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import too_many, too_many_sentence
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.limits import limited
from huiyin.web.now import now as clock

DRAFT = "reports.voice_draft"
MOST_OFFERED = 12


def speak_later(request: HttpRequest, minutes: int, slug: str) -> HttpResponse:
    """Braked: who is signed in gets the text back in the form."""
    estate = estates_public().filter(slug=slug).first()
    collecting = collecting_list(estate) if estate else None
    if estate is None or collecting is None or not request.user.is_authenticated:
        return too_many(request, minutes)
    form = voice_form(collecting, request.POST)
    form.add_error(None, too_many_sentence(request, minutes))
    return page(request, estate, collecting, form, status=429)


@require_http_methods(["GET", "POST"])
@limited("reports.voice", refused=speak_later)
def demands(request: HttpRequest, slug: str) -> HttpResponse:
    """/estates/<slug>/demands."""
    estate = get_object_or_404(estates_public().select_related("area"), slug=slug)
    collecting = collecting_list(estate)
    if collecting is not None and due_day(clock()) > collecting.collects_until:
        collecting = None
    if request.method == "POST":
        if collecting is None:
            raise RuleBroken(_("现在没有在收集诉求。有事可以随时在台账里提出。"), code="demands.none_is_open")
        return speak(request, estate, collecting)
    draft = request.session.pop(DRAFT, None) if request.GET.get("draft") else None
    first = draft or {"nickname": getattr(request.user, "nickname", "")}
    form = voice_form(collecting, initial=first) if collecting else None
    return page(request, estate, collecting, form, was_kept=draft is not None)


def speak(request: HttpRequest, estate: Estate, collecting: DemandList) -> HttpResponse:
    """Not signed in: the text is kept until after signing in."""
    form = voice_form(collecting, request.POST)
    if not form.is_valid():
        return page(request, estate, collecting, form, status=422)
    if not request.user.is_authenticated:
        request.session[DRAFT] = {name: request.POST.get(name, "") for name in form.fields}
        back = f"{reverse('reports:demands', args=[estate.slug])}?{urlencode({'draft': '1'})}"
        return redirect(request, f"{reverse('people:sign_in')}?{urlencode({'next': back})}")
    told = form.cleaned_data
    joined = told.get("demand")
    try:
        add_voice(
            collecting,
            by=request.actor,  # type: ignore[attr-defined]
            source=VoiceSource.QR,
            text=told["text"],
            demand=demands_to_join(collecting).get(pk=joined) if joined else None,
            building=told["building"],
            nickname=told["nickname"],
            idempotency_key=key_of(request),
        )
    except RuleBroken as refusal:
        form.add_refusal(refusal)
        return page(request, estate, collecting, form, status=422)
    messages.success(request, _("记下了，谢谢。社区确认清单以后，这里能看到排在第几。"))
    response = redirect(request, "reports:demands", estate.slug)
    acknowledge(response, key_of(request))
    return response


def voice_form(collecting: DemandList, data: Any = None, **kwargs: Any) -> VoiceForm:
    lines = demands_to_join(collecting).values_list("pk", "title")[:MOST_OFFERED]
    return VoiceForm(data, lines=list(lines), **kwargs)


def page(
    request: HttpRequest,
    estate: Estate,
    collecting: DemandList | None,
    form: VoiceForm | None,
    *,
    was_kept: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The collection form while one is open, and the newest list that is public."""
    shown = demand_lists_public().filter(estate=estate, status__in=sorted(PUBLIC_LISTS)).first()
    context = {
        "estate": estate,
        "collecting": collecting,
        "form": form,
        "was_kept": was_kept,
        "list": shown,
        "demands": list(demands_public(shown)) if shown else [],
        "aside": list(demands_set_aside(shown)) if shown else [],
        "redactions": redactions_of(shown) if shown else [],
    }
    return render(request, "reports/demands.html", context, status=status)
