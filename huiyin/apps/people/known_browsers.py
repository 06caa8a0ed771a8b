"""Browsers in which a number has been proved before: what strangers try with that number does not stop them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from huiyin.apps.people import phones

COOKIE = "hy_known"
PATH = "/sign-in"  # sent to no other page, so that kept public pages stay shared (web/caching.py)
LASTS = timedelta(days=365)
# A community's office computer is used by more than one person.
MOST = 5
_SALT = "huiyin.people.known_browsers"


def is_known(request: HttpRequest, phone: str) -> bool:
    """Whether a code sent to this number has come back from this browser before."""
    return _mark(phone) in _marks(request)


def remember(request: HttpRequest, response: HttpResponse, phone: str) -> None:
    """Give the browser a signed note of the number's hash; it opens nothing, it only keeps the door from jamming."""
    mark = _mark(phone)
    marks = [mark, *(other for other in _marks(request) if other != mark)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(marks, salt=_SALT),
        max_age=LASTS,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _mark(phone: str) -> str:
    return phones.keyed_hash(phone)[:24]


def _marks(request: HttpRequest) -> list[str]:
    try:
        told = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return []
    return [str(mark) for mark in told]
