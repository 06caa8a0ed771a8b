"""Letters to the households, each with a code that rates once; and taking one back."""

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

from huiyin.apps.meetings.models import Meeting, RatingCast
from huiyin.apps.meetings.permissions import can_decide
from huiyin.apps.meetings.selectors import letters_of
from huiyin.apps.meetings.services.rate import LETTERS_FROM, Letter, issue_letters, revoke_token
from huiyin.apps.meetings.views.desk import meeting_at_desk
from huiyin.apps.meetings.views.public import estates_of
from huiyin.apps.places.models import Household
from huiyin.documents.qr import qr_svg
from huiyin.domain.access import Actor
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock
from huiyin.web.returning import require_POST


def at_letters(request: HttpRequest, pk: int) -> tuple[Actor, Meeting]:
    """Whoever decides at a meeting that was announced."""
    actor, meeting = meeting_at_desk(request, pk)
    if not can_decide(actor, meeting) or meeting.phase not in LETTERS_FROM:
        raise Http404
    return actor, meeting


@never_cache
@require_http_methods(["GET", "POST"])
def desk_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>/letters. Each printing makes new codes, so the sheets are the answer to the POST itself."""
    actor, meeting = at_letters(request, pk)
    estates = estates_of(meeting)
    if request.method == "GET":
        return render(request, "meetings/desk_letters.html", letters_context(meeting))
    estate = next((each for each in estates if each.slug == request.POST.get("estate", "")), None)
    if estate is None:
        raise Http404
    building = request.POST.get("building", "").strip()[:20]
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


def letters_context(meeting: Meeting) -> dict[str, Any]:
    rows = []
    for estate in estates_of(meeting):
        homes = Household.objects.filter(estate=estate)
        buildings = homes.order_by("building").values_list("building", flat=True).distinct()
        rated = RatingCast.objects.filter(meeting=meeting, household__estate=estate).count()
        valid = letters_of(meeting).filter(household__estate=estate)
        rows.append(
            (estate, homes.count(), rated, list(buildings), valid.order_by("household__building", "pk"))
        )
    return {"meeting": meeting, "rows": rows}


def _sheet(letter: Letter) -> dict[str, Any]:
    address = f"{settings.SITE_URL}{reverse('meetings:rate_by_letter', args=[letter.token])}"
    drawing = qr_svg(address, label=_("扫码打分"))
    return {"label": letter.label, "qr": mark_safe(drawing), "address": address}  # noqa: S308 - our own drawing


@require_POST
def desk_revoke_letter(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """A letter was lost, or lay in the wrong letter box."""
    actor, meeting = at_letters(request, pk)
    row = get_object_or_404(letters_of(meeting), pk=letter)
    revoke_token(row, by=actor)
    messages.success(request, _("这封信已作废。要的话再给这户印一封。"))
    return redirect(request, "meetings:desk_letters", pk)
