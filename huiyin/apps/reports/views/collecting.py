"""What residents want solved: the public list of an estate, and the form behind the QR on its doors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from huiyin.apps.ledger.ask_draft import keep_for_asking
from huiyin.apps.people.selectors import memberships_of
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
    said_by,
)
from huiyin.apps.reports.services.voices import add_voice
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import VoiceSource
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import too_many, too_many_sentence
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.limits import limited
from huiyin.web.not_saved import NotSaved
from huiyin.web.now import now as clock

DRAFT = "reports.voice_draft"
NONE_IS_OPEN = gettext_noop("现在没有在收集诉求。有事可以随时在台账里提出。")
MOST_OFFERED = 12


def speak_later(request: HttpRequest, minutes: int, slug: str) -> HttpResponse:
    """Braked: who is signed in gets the text back in the form."""
    estate = estates_public().filter(slug=slug).first()
    if estate is None or not request.user.is_authenticated:
        return too_many(request, minutes)
    collecting = list_to_speak_in(estate)
    if collecting is None:
        return lost_page(request, estate, request.POST, too_many_sentence(request, minutes), status=429)
    form = voice_form(collecting, request.POST)
    form.add_error(None, too_many_sentence(request, minutes))
    return page(request, estate, collecting, form, status=429)


@require_http_methods(["GET", "POST"])
@limited("reports.voice", refused=speak_later)
def demands(request: HttpRequest, slug: str) -> HttpResponse:
    """/estates/<slug>/demands."""
    estate = get_object_or_404(estates_public().select_related("area"), slug=slug)
    collecting = list_to_speak_in(estate)
    if request.method == "POST":
        if collecting is None:
            return lost_page(request, estate, request.POST, _(NONE_IS_OPEN), status=409)
        return speak(request, estate, collecting)
    draft = request.session.pop(DRAFT, None) if request.GET.get("draft") else None
    if draft and collecting is None:
        return lost_page(request, estate, draft, _(NONE_IS_OPEN), status=200)
    first = draft or first_values(request, estate)
    form = voice_form(collecting, initial=first) if collecting else None
    return page(request, estate, collecting, form, was_kept=draft is not None)


def first_values(request: HttpRequest, estate: Estate) -> dict[str, str]:
    """The nickname of the account, the building of the home."""
    if not request.user.is_authenticated:
        return {}
    homes = (home for home in memberships_of(request.user) if home.estate_id == estate.pk)
    home = next(homes, None)
    return {"nickname": request.user.nickname, "building": home.building if home else ""}


def list_to_speak_in(estate: Estate) -> DemandList | None:
    """The list that is open, until the end of its last day."""
    collecting = collecting_list(estate)
    is_over = collecting is not None and due_day(clock()) > collecting.collects_until
    return None if is_over else collecting


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
    messages.success(
        request, _("记下了，谢谢。记的话写在“您提过的”里；社区确认清单以后，这里能看到排在第几。")
    )
    response = redirect(request, "reports:demands", estate.slug)
    acknowledge(response, key_of(request))
    return response


def lost_page(
    request: HttpRequest, estate: Estate, told: Mapping[str, str], sentence: str, *, status: int
) -> HttpResponse:
    """Nothing is collected now: the page gives back what was written, and takes it to the form for asking."""
    form = VoiceForm(told, lines=[])
    words = [(str(each.label), str(each.data)) for each in form if each.data]
    fields = ("text", "building", "nickname")
    further = (
        keep_for_asking(request, estate, **{name: told.get(name, "") for name in fields}) if words else ""
    )
    return page(
        request, estate, None, None, lost=NotSaved([sentence], words), further_url=further, status=status
    )


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
    lost: NotSaved | None = None,
    further_url: str = "",
    status: int = 200,
) -> HttpResponse:
    """The collection form while one is open, and the newest list that is public."""
    # Only one list of an estate is open, and it is the newest: of two, one is public.
    newest = list(demand_lists_public().filter(estate=estate)[:2])
    shown = next((each for each in newest if each.is_public), None)
    context = {
        "estate": estate,
        "collecting": collecting,
        "form": form,
        "was_kept": was_kept,
        "lost": lost,
        "said": said_by(request.user, collecting) if collecting else [],
        "closed": newest[0] if newest and collecting is None else None,
        "further_url": further_url,
        "list": shown,
        "demands": list(demands_public(shown)) if shown else [],
        "aside": list(demands_set_aside(shown)) if shown else [],
        "redactions": redactions_of(shown) if shown else [],
    }
    return render(request, "reports/demands.html", context, status=status)
