"""What a phone keeps of a meeting besides an account: that it checked in, and the letter of its household.

Both lie in cookies below the meeting's own address, so that every other page stays the same for everyone.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from huiyin.apps.meetings.attendance import nonce_hash
from huiyin.apps.meetings.models import CheckIn, Meeting

CHECKED_IN = "hy_in"
LETTER = "hy_letter"
KEPT_SECONDS = 14 * 24 * 3600  # through the correction of the minutes and the rating


def check_in_of(request: HttpRequest, meeting: Meeting) -> CheckIn | None:
    """The latest check-in of this phone at the meeting."""
    nonce = request.COOKIES.get(CHECKED_IN, "")
    if not nonce:
        return None
    mine = CheckIn.objects.select_related("sitting", "estate").filter(
        sitting__meeting=meeting, nonce_hash=nonce_hash(nonce)
    )
    return mine.order_by("-came_at").first()


def letter_of(request: HttpRequest) -> str:
    return request.COOKIES.get(LETTER, "")


def keep(response: HttpResponse, meeting: Meeting, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=KEPT_SECONDS,
        path=f"/meetings/{meeting.pk}",
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
