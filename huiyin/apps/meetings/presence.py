"""What a phone keeps of a meeting besides an account: that it checked in, and the letter of its household.

Both lie in cookies below the meeting's own address, so that every other page stays the same for everyone.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from huiyin.apps.meetings import selectors
from huiyin.apps.meetings.models import CheckIn, Meeting, Sitting

CHECKED_IN = "hy_in"
LETTER = "hy_letter"
KEPT_SECONDS = 14 * 24 * 3600  # through the correction of the minutes and the rating


def check_in_of(request: HttpRequest, meeting: Meeting, *, sitting: Sitting | None = None) -> CheckIn | None:
    """The check-in of this phone or of its account, at one sitting or at any."""
    person_id = request.user.pk if request.user.is_authenticated else None
    nonce = request.COOKIES.get(CHECKED_IN, "")
    if not nonce and person_id is None:
        return None
    return selectors.check_in_of(meeting, nonce=nonce, person_id=person_id, sitting=sitting)


def account_mark(request: HttpRequest) -> str:
    """What a form carries of the account it was printed for: nobody sends what another one wrote on this phone."""
    if not request.user.is_authenticated:
        return ""
    return salted_hmac("huiyin.meetings.account", str(request.user.pk), algorithm="sha256").hexdigest()[:32]


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
