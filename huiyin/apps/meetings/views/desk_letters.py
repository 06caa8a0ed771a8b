"""Letters to the households, each with a code that rates once: printed at once or as files; and taking one back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import LetterPile, Meeting, RatingCast
from huiyin.apps.meetings.permissions import can_decide, can_read_letters
from huiyin.apps.meetings.rating_results import letters_of
from huiyin.apps.meetings.services.letters import order_letters, take_letters
from huiyin.apps.meetings.services.rate import LETTERS_FROM, Letter, issue_letters, revoke_token
from huiyin.apps.meetings.views.desk import meeting_at_desk
from huiyin.apps.meetings.views.public import estates_of
from huiyin.apps.places.models import Estate, Household
from huiyin.documents.qr import qr_svg
from huiyin.domain.access import Actor
from huiyin.language.words import sort_key
from huiyin.web.htmx import redirect, render
from huiyin.web.middleware import is_fragment_request
from huiyin.web.now import now as clock
from huiyin.web.pdf import pdf_response
from huiyin.web.returning import require_POST


def reading_letters(request: HttpRequest, pk: int) -> tuple[Actor, Meeting]:
    """Who may see how many there are, and of which building."""
    actor, meeting = meeting_at_desk(request, pk)
    if not can_read_letters(actor, meeting) or meeting.phase not in LETTERS_FROM:
        raise Http404
    return actor, meeting


def at_letters(request: HttpRequest, pk: int) -> tuple[Actor, Meeting]:
    """Whoever decides at a meeting that was announced."""
    actor, meeting = reading_letters(request, pk)
    if not can_decide(actor, meeting):
        raise Http404
    return actor, meeting


@never_cache
@require_http_methods(["GET", "POST"])
def desk_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>/letters. Each printing makes new codes, so the sheets are the answer to the POST itself."""
    if request.method == "GET":
        actor, meeting = reading_letters(request, pk)
        piles = piles_context(meeting) | {"may_print": can_decide(actor, meeting)}
        if is_fragment_request(request):
            return render(request, "meetings/_letter_piles.html", piles)
        return render(request, "meetings/desk_letters.html", letters_context(meeting) | piles)
    actor, meeting = at_letters(request, pk)
    estate, building = wanted_in(request, meeting)
    wanted = Household.objects.filter(estate=estate, building=building) if building else None
    letters = issue_letters(meeting, by=actor, estate=estate, households=wanted)
    if not letters:
        messages.warning(request, _("没有要印的信：还没有登记住户，或者都评议过了。"))
        return redirect(request, "meetings:desk_letters", pk)
    sheets = [_sheet(letter) for letter in letters]
    return render(
        request,
        "meetings/letters.html",
        {"meeting": meeting, "estate": estate, "sheets": sheets, "now": clock()},
    )


def wanted_in(request: HttpRequest, meeting: Meeting) -> tuple[Estate, str]:
    """The estate of the form, and the building; "" for all."""
    slug = request.POST.get("estate", "")
    estate = next((each for each in estates_of(meeting) if each.slug == slug), None)
    if estate is None:
        raise Http404
    return estate, request.POST.get("building", "").strip()[:20]


@never_cache
@require_POST
def desk_order_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as files, a building each: printed in the background, to be taken when they are ready."""
    actor, meeting = at_letters(request, pk)
    estate, building = wanted_in(request, meeting)
    if order_letters(meeting, by=actor, estate=estate, building=building):
        messages.success(request, _("正在印，一栋楼一个文件。可以离开这一页，印好了回来取。"))
    else:
        messages.warning(request, _("没有要印的信：还没有登记住户，或者都评议过了。"))
    return redirect(request, "meetings:desk_letters", pk)


@never_cache
@require_POST
def desk_take_letters(request: HttpRequest, pk: int, pile: int) -> HttpResponse:
    """A file of letters. It holds codes that rate, so taking it is written down, and nothing keeps a copy."""
    actor, meeting = at_letters(request, pk)
    row = get_object_or_404(LetterPile.objects.select_related("estate"), meeting=meeting, pk=pile)
    pdf = take_letters(row, by=actor)
    response = pdf_response(pdf, name=f"评议信 {row.estate.name} {row.building}")
    response["Content-Disposition"] = response["Content-Disposition"].replace("inline", "attachment", 1)
    return response


def piles_context(meeting: Meeting) -> dict[str, Any]:
    """The files ordered so far, newest first, and how far the worker is with the latest order."""
    piles = list(
        LetterPile.objects.filter(meeting=meeting).select_related("estate").order_by("-ordered_at", "id")
    )
    waiting = [each for each in piles if each.state == LetterPile.State.WAITING]
    since = min((each.ordered_at for each in waiting), default=None)
    ordered = [each for each in piles if since is not None and each.ordered_at >= since]
    return {
        "meeting": meeting,
        "piles": piles,
        "is_printing": bool(waiting),
        "ordered_count": len(ordered),
        "done_count": len(ordered) - len(waiting),
        "keep_days": limits.policy(clock()).rating.keep_letters_days,
    }


def letters_context(meeting: Meeting) -> dict[str, Any]:
    rows = []
    for estate in estates_of(meeting):
        homes = Household.objects.filter(estate=estate)
        buildings = sorted(homes.order_by().values_list("building", flat=True).distinct(), key=sort_key)
        rated = RatingCast.objects.filter(meeting=meeting, household__estate=estate).count()
        valid = letters_of(meeting).filter(household__estate=estate)
        rows.append((estate, homes.count(), rated, buildings, valid.order_by("household__building", "pk")))
    return {"meeting": meeting, "rows": rows}


def _sheet(letter: Letter) -> dict[str, Any]:
    address = f"{settings.SITE_URL}{reverse('meetings:rate_by_letter', args=[letter.token])}"
    drawing = qr_svg(address, label=_("扫码打分"))
    return {
        "label": letter.label,
        "qr": mark_safe(drawing),  # noqa: S308 - our own drawing
        "address": address,
        "code": letter.token,
        "typed_at": f"{settings.SITE_URL}{reverse('meetings:rate_by_code')}",
    }


@require_POST
def desk_revoke_letter(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """A letter was lost, or lay in the wrong letter box."""
    actor, meeting = at_letters(request, pk)
    row = get_object_or_404(letters_of(meeting), pk=letter)
    revoke_token(row, by=actor)
    messages.success(request, _("这封信已作废。要的话再给这户印一封。"))
    return redirect(request, "meetings:desk_letters", pk)
