"""A company says what it cannot solve alone: a case led by the community or the street (domain.md §1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.difficulties import difficulties_of, raises_difficulties, served_by
from huiyin.apps.ledger.entry_forms import DifficultyForm
from huiyin.apps.ledger.services.register import AskerDraft, register_case
from huiyin.apps.ledger.views.desk import actor_at_desk, person_id_of, tabs
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Kind, Source
from huiyin.web.errors import too_many_sentence
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.limits import limited
from huiyin.web.now import now as clock

SHOWN = 20
LONGEST_NICKNAME = 20


def page_of(request: HttpRequest) -> tuple[Actor, DifficultyForm, dict[str, Any]]:
    actor = actor_at_desk(request)
    if not raises_difficulties(actor):
        raise Http404
    served = served_by(actor, limits.day_of(clock()))
    form = DifficultyForm(request.POST or None, served=served)
    raised = list(difficulties_of(person_id_of(request), served)[:SHOWN])
    return actor, form, tabs(actor, "difficulty") | {"form": form, "raised": raised}


def later(request: HttpRequest, minutes: int) -> HttpResponse:
    """Braked: the form as it was sent."""
    _actor, form, context = page_of(request)
    form.add_error(None, too_many_sentence(request, minutes))
    return render(request, "ledger/desk_difficulty.html", context, status=429)


@require_http_methods(["GET", "POST"])
@limited("ledger.ask", refused=later)
def desk_difficulty(request: HttpRequest) -> HttpResponse:
    """/desk/cases/difficulty: the form, and below it what the company raised before."""
    actor, form, context = page_of(request)
    if request.method == "GET" or not form.is_valid():
        return render(request, "ledger/desk_difficulty.html", context, status=422 if form.is_bound else 200)
    engagement, estate = form.chosen()
    try:
        case = register_case(
            by=actor,
            text=form.cleaned_data["text"],
            building=form.cleaned_data["building"],
            nickname=engagement.company.name[:LONGEST_NICKNAME],
            kind=Kind.DIFFICULTY,
            source=Source.WEB,
            estate=estate,
            area=engagement.estate.area,
            asker=AskerDraft(person_id=person_id_of(request)),
            idempotency_key=key_of(request),
        )
    except RuleBroken as refusal:
        form.add_refusal(refusal)
        return render(request, "ledger/desk_difficulty.html", context, status=422)
    told = _("已登记，编号 %(number)s。由社区或街镇主办，有了答复会告诉您。")
    messages.success(request, told % {"number": case.number})
    response = redirect(request, "ledger:case", case.number)
    acknowledge(response, key_of(request))
    return response
