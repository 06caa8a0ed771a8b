"""How often one account, or one address without an account, may post; kept only as a keyed hash of the day."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from huiyin.web.errors import too_many
from huiyin.web.now import now

View = Callable[..., HttpResponse]


def address_of(request: HttpRequest) -> str:
    """The client's address; a forwarded one is believed only as many steps as proxies are known to stand before."""
    trusted = int(getattr(settings, "TRUSTED_PROXY_COUNT", 0))
    if trusted:
        told = [
            part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
        ]
        if len(told) >= trusted:
            return str(told[-trusted])
    return str(request.META.get("REMOTE_ADDR", ""))


def who_posts(request: HttpRequest) -> str:
    """Whose posts are counted together: those of an account wherever it is, else those of an address."""
    if request.user.is_authenticated:
        return f"account:{request.user.pk}"
    return address_of(request)


def is_allowed(request: HttpRequest, action: str, *, limit: int, seconds: int) -> bool:
    """Count this request; False once more than `limit` came from its account or address within the window.

    Counts live in the cache. With a cache per process the true limit is `limit` times the processes, which
    is near enough for a brake: accounts and codes have their own locks.
    """
    if limit <= 0:
        return True
    key = _key(request, action, seconds)
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return bool(cache.incr(key) <= limit)
    except ValueError:  # the window ended between the two calls
        return True


def is_spent(request: HttpRequest, action: str, *, limit: int, seconds: int) -> bool:
    """Whether `limit` requests of its account or address were counted within the window; counts nothing."""
    return bool(cache.get(_key(request, action, seconds), 0) >= limit)


def _key(request: HttpRequest, action: str, seconds: int) -> str:
    moment = now()
    window = int(moment.timestamp()) // seconds
    # The day is in the hash, so that yesterday's counts cannot be joined with today's.
    said = f"{moment:%Y-%m-%d}|{who_posts(request)}".encode()
    who = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:24]
    return f"limit:{action}:{window}:{who}"


def limited(
    action: str,
    *,
    minutes: int = 10,
    limit: int | None = None,
    anonymous: int | None = None,
    refused: View = too_many,
) -> Callable[[View], View]:
    """A view whose POSTs are braked. Many residents share one address, an account is one person.

    `limit` is for everybody; `anonymous` only for an address without an account, where a whole hall may share one.

    `refused` answers instead of the view, with the minutes to wait before the view's own arguments: a page with a form
    gives the text back.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def braked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                most = limit or (anonymous if not request.user.is_authenticated else None)
                if not is_allowed(request, action, limit=most or usual_limit(request), seconds=minutes * 60):
                    return refused(request, minutes, *args, **kwargs)
            return view(request, *args, **kwargs)

        return braked

    return decorate


def usual_limit(request: HttpRequest) -> int:
    if request.user.is_authenticated:
        return int(getattr(settings, "SIGNED_IN_POSTS_PER_WINDOW", 60))
    return int(getattr(settings, "ANONYMOUS_POSTS_PER_WINDOW", 120))
