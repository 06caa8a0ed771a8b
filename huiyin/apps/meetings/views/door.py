"""At the door: what a phone sees after scanning the wall, and when its owner leaves."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.apps.meetings.forms import HomeForm
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.presence import CHECKED_IN, check_in_of, keep
from huiyin.apps.meetings.services.attend import check_in_by_code, code_is_valid, code_was_shown, leave
from huiyin.apps.meetings.services.steps import sitting_of
from huiyin.apps.meetings.views.asking import A_FULL_HALL
from huiyin.apps.meetings.views.public import estates_of, found
from huiyin.apps.people.selectors import memberships_of
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import too_many
from huiyin.web.htmx import redirect, render
from huiyin.web.limits import is_allowed, is_spent, limited
from huiyin.web.now import now as clock
from huiyin.web.returning import require_POST

MOST_GUESSES, GUESS_MINUTES = 20, 5
TIME_TO_WRITE = timedelta(minutes=15)
SALT = "huiyin.meetings.scan"


@never_cache
@require_http_methods(["GET", "POST"])
@limited("meetings.check_in", anonymous=A_FULL_HALL)
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """/meetings/<pk>/check-in/<code>: the code counts when it is scanned; then there is time to write.

    Codes the wall never showed slow their address down, the right one included; a hall that shares an address and scans
    a moment too late guesses nothing.
    """
    meeting = found(pk)
    if request.method == "POST":
        return come_in(request, meeting, code)
    context = door_context(request, meeting)
    if context["checked_in"] is not None:
        return render(request, "meetings/check_in.html", context)
    if is_spent(request, "meetings.guess", limit=MOST_GUESSES, seconds=GUESS_MINUTES * 60):
        return too_many(request, GUESS_MINUTES)
    now = clock()
    if not code_is_valid(meeting, code, now):
        if not code_was_shown(meeting, code, now):
            is_allowed(request, "meetings.guess", limit=MOST_GUESSES, seconds=GUESS_MINUTES * 60)
        return render(request, "meetings/check_in.html", context | {"is_over": True}, status=409)
    form = HomeForm(initial=home_of(request, meeting), estates=estates_of(meeting))
    nonce = request.COOKIES.get(CHECKED_IN) or secrets.token_urlsafe(16)
    scan = signing.dumps([pk, code, now.isoformat(), nonce], salt=SALT)
    context |= {"form": form, "scan": scan, "code": code}
    response = render(request, "meetings/check_in.html", context)
    keep(response, meeting, CHECKED_IN, nonce)
    return response


def door_context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Who came to an earlier sitting has not come to this one."""
    return {"meeting": meeting, "checked_in": check_in_of(request, meeting, sitting=sitting_of(meeting))}


def home_of(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """The home of the account at one of the estates, so that nobody types what is known."""
    if not request.user.is_authenticated:
        return {}
    ids = {estate.pk for estate in estates_of(meeting)}
    for home in memberships_of(request.user):
        if home.estate_id in ids:
            return {"estate": home.estate_id, "building": home.building, "unit": home.unit, "room": home.room}
    return {}


def scanned_at(request: HttpRequest, pk: int, code: str) -> datetime | None:
    """When this phone scanned this code of this meeting; None for a page too old, not ours, or another phone's.

    What is signed names the nonce the phone keeps: one scan lets one phone in, once.
    """
    try:
        scanned = signing.loads(request.POST.get("scan", ""), salt=SALT, max_age=TIME_TO_WRITE)
    except signing.BadSignature:
        return None
    meeting_id, scanned_code, at, nonce = scanned
    mine = (pk, code, request.COOKIES.get(CHECKED_IN))
    return datetime.fromisoformat(at) if (meeting_id, scanned_code, nonce) == mine else None


def come_in(request: HttpRequest, meeting: Meeting, code: str) -> HttpResponse:
    form = HomeForm(request.POST, estates=estates_of(meeting))
    context = door_context(request, meeting)
    context |= {"form": form, "scan": request.POST.get("scan", ""), "code": code}
    if not form.is_valid():
        return render(request, "meetings/check_in.html", context, status=422)
    told = form.cleaned_data
    scanned = scanned_at(request, meeting.pk, code)
    if scanned is None:
        form.add_refusal(RuleBroken("请用这部手机重新扫墙上现在的二维码。", code="check_in.not_scanned"))
        return render(request, "meetings/check_in.html", context, status=422)
    nonce = request.COOKIES[CHECKED_IN]
    try:
        check_in_by_code(
            meeting,
            code=code,
            nonce=nonce,
            estate=form.chosen_estate(),
            building=told["building"],
            unit=told["unit"],
            room=told["room"],
            person_id=request.user.pk if request.user.is_authenticated else None,
            now=scanned,
        )
    except RuleBroken as refusal:
        form.add_refusal(refusal)
        return render(request, "meetings/check_in.html", context, status=422)
    messages.success(request, _("签到好了，请进。"))
    response = redirect(request, "meetings:ask", meeting.pk)
    keep(response, meeting, CHECKED_IN, nonce)
    return response


@require_POST
@limited("meetings.check_in", anonymous=A_FULL_HALL)
def check_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the page greets as checked in leaves: by this phone, or by the account on any other."""
    meeting = found(pk)
    came = check_in_of(request, meeting, sitting=sitting_of(meeting))
    if came is None:
        messages.warning(request, _("这部手机没有签到，不用签退。"))
    else:
        leave(came)
        messages.success(request, _("已签退。会后三天内可以用签到的手机或账号核对会议记录。"))
    return redirect(request, "meetings:meeting", pk)
