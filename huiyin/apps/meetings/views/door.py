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
from huiyin.apps.meetings.services.attend import check_in_by_code, code_is_valid, leave
from huiyin.apps.meetings.views.asking import A_FULL_HALL
from huiyin.apps.meetings.views.public import estates_of, found
from huiyin.apps.people.selectors import memberships_of
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import too_many
from huiyin.web.htmx import redirect, render
from huiyin.web.limits import is_allowed, limited
from huiyin.web.now import now as clock
from huiyin.web.returning import require_POST

MOST_WRONG, WRONG_MINUTES = 40, 10
"""A whole hall may have one address; guessing an eight-letter code at this pace takes longer than any meeting."""
TIME_TO_WRITE = timedelta(minutes=15)
SALT = "huiyin.meetings.scan"


@never_cache
@require_http_methods(["GET", "POST"])
@limited("meetings.check_in", anonymous=A_FULL_HALL)
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """/meetings/<pk>/check-in/<code>: the code counts when it is scanned; then there is time to write."""
    meeting = found(pk)
    if check_in_of(request, meeting) is not None and request.method == "GET":
        return render(request, "meetings/check_in.html", door_context(request, meeting))
    if request.method == "POST":
        return come_in(request, meeting, code)
    now = clock()
    if not code_is_valid(meeting, code, now):
        if not is_allowed(request, "meetings.wrong_code", limit=MOST_WRONG, seconds=WRONG_MINUTES * 60):
            return too_many(request, WRONG_MINUTES)
        return render(
            request, "meetings/check_in.html", door_context(request, meeting) | {"is_over": True}, status=409
        )
    form = HomeForm(initial=home_of(request, meeting), estates=estates_of(meeting))
    scan = signing.dumps([pk, code, now.isoformat()], salt=SALT)
    context = {"form": form, "scan": scan, "nonce": secrets.token_urlsafe(16), "code": code}
    return render(request, "meetings/check_in.html", door_context(request, meeting) | context)


def door_context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    return {"meeting": meeting, "checked_in": check_in_of(request, meeting)}


def home_of(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """The home of the account at one of the estates, so that nobody types what is known."""
    if not request.user.is_authenticated:
        return {}
    ids = {estate.pk for estate in estates_of(meeting)}
    for home in memberships_of(request.user):
        if home.estate_id in ids:
            return {"estate": home.estate_id, "building": home.building, "unit": home.unit, "room": home.room}
    return {}


def scanned_at(told: str, pk: int, code: str) -> datetime | None:
    """When this code of this meeting was scanned; None for a page that is too old or not ours."""
    try:
        meeting_id, scanned, at = signing.loads(told, salt=SALT, max_age=TIME_TO_WRITE)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(at) if (meeting_id, scanned) == (pk, code) else None


def come_in(request: HttpRequest, meeting: Meeting, code: str) -> HttpResponse:
    form = HomeForm(request.POST, estates=estates_of(meeting))
    nonce = request.POST.get("nonce", "")
    scan = request.POST.get("scan", "")
    context = door_context(request, meeting) | {"form": form, "scan": scan, "nonce": nonce, "code": code}
    if not form.is_valid():
        return render(request, "meetings/check_in.html", context, status=422)
    told = form.cleaned_data
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
            now=scanned_at(scan, meeting.pk, code) or clock(),
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
    """The owner of this phone leaves."""
    meeting = found(pk)
    leave(meeting, nonce=request.COOKIES.get(CHECKED_IN, ""))
    messages.success(request, _("已签退。会后三天内可以用这部手机核对会议记录。"))
    return redirect(request, "meetings:meeting", pk)
