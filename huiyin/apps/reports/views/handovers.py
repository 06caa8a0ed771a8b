"""A change of company at the desk: the list of open cases both companies see, offered by one, taken by the other."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from huiyin.apps.places.models import Engagement
from huiyin.apps.reports.desk_reading import HandedCase, engagements_to_hand_over, handed_cases
from huiyin.apps.reports.models import HandOver
from huiyin.apps.reports.permissions import is_of_coming, is_of_leaving, is_secretary_of
from huiyin.apps.reports.selectors import hand_overs_for_desk
from huiyin.apps.reports.services import handovers
from huiyin.apps.reports.views.desk import MOST_WAITING, actor_at_desk
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST


@require_GET
def desk_hand_overs(request: HttpRequest) -> HttpResponse:
    """/desk/hand-overs."""
    actor = actor_at_desk(request)
    context = {
        "page": paginate(request, hand_overs_for_desk(actor), per_page=30, count=False),
        "to_open": engagements_to_hand_over(actor)[:MOST_WAITING],
    }
    return render(request, "reports/desk_hand_overs.html", context)


@require_POST
def desk_open_hand_over(request: HttpRequest, coming: int) -> HttpResponse:
    """/desk/hand-overs/open/<engagement>: from whoever served the estate just before."""
    actor = actor_at_desk(request)
    found = get_object_or_404(engagements_to_hand_over(actor), pk=coming)
    before = Engagement.objects.filter(estate=found.estate_id, ends_on__lt=found.starts_on)
    leaving = before.order_by("-ends_on").first()
    if leaving is None:
        raise Http404
    try:
        opened = handovers.open_hand_over(leaving=leaving, coming=found, by=actor)
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
        return redirect(request, "reports:desk_hand_overs")
    messages.success(request, _("交接清单已列好，两家企业都能看到。"))
    return redirect(request, "reports:desk_hand_over", opened.pk)


@never_cache
@require_GET
def desk_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/hand-overs/<pk>: each case as it stood when the list was made, and how it passed on."""
    actor = actor_at_desk(request)
    found = get_object_or_404(hand_overs_for_desk(actor), pk=pk)
    rows = handed_cases(found)
    context = {
        "hand_over": found,
        "rows": rows,
        "missed": sum(1 for row in rows if row.item.missed_before),
        "offers": is_of_leaving(actor, found),
        "takes": is_of_coming(actor, found),
        "unlisted": handovers.unlisted_cases(found).count() if is_secretary_of(actor, found.estate) else 0,
    }
    return render(request, "reports/desk_hand_over.html", context)


@never_cache
@require_POST
def desk_hand_over_command(request: HttpRequest, pk: int, command: str) -> HttpResponse:
    """/desk/hand-overs/<pk>/<command>: complete the list; offer or take, all or the one named by `case`."""
    actor = actor_at_desk(request)
    found = get_object_or_404(hand_overs_for_desk(actor), pk=pk)
    run = COMMANDS.get(command)
    if run is None:
        raise Http404
    try:
        messages.success(request, run(found, request.POST.get("case", ""), actor))
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    return redirect(request, "reports:desk_hand_over", pk)


def _offer_all(hand_over: HandOver, number: str, by: Actor) -> str:
    return _("已移交 %(n)s 件，等接手的企业答复。") % {"n": handovers.offer_all(hand_over, by=by)}


def _take_all(hand_over: HandOver, number: str, by: Actor) -> str:
    return _("已接手 %(n)s 件。") % {"n": handovers.take_all(hand_over, by=by)}


def _complete(hand_over: HandOver, number: str, by: Actor) -> str:
    return _("已补列 %(n)s 件。") % {"n": handovers.complete_hand_over(hand_over, by=by)}


def _offer(hand_over: HandOver, number: str, by: Actor) -> str:
    handovers.offer_case(_row(hand_over, number).item, by=by)
    return _("已移交，等接手的企业答复。")


def _take(hand_over: HandOver, number: str, by: Actor) -> str:
    handovers.take_case(_row(hand_over, number).item, by=by)
    return _("已接手，期限和经过都跟着走。")


def _refuse(hand_over: HandOver, number: str, by: Actor) -> str:
    handovers.take_case(_row(hand_over, number).item, by=by, accept=False)
    return _("已答复不接，由社区决定。")


def _row(hand_over: HandOver, number: str) -> HandedCase:
    row = next((each for each in handed_cases(hand_over) if each.item.case.number == number), None)
    if row is None:
        raise Http404
    return row


COMMANDS: dict[str, Callable[[HandOver, str, Actor], str]] = {
    "offer-all": _offer_all,
    "take-all": _take_all,
    "complete": _complete,
    "offer": _offer,
    "take": _take,
    "refuse": _refuse,
}
