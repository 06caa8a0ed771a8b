"""What every response carries: the security headers, one Vary, and how large the reader wants the type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

Next = Callable[[HttpRequest], HttpResponse]
ReadingModeName = Literal["standard", "elder"]

READING_COOKIE = "hy_mode"

# Everything from our own host and nothing else; pictures also as data: because icons in style sheets are.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
}


class ContentSecurityPolicy:
    """Sets the headers that keep a page to our own host; a view may state its own, stricter ones."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if headers.get("Content-Type", "").startswith("text/html"):
            # Page and fragment share one address (style.md, pattern 7); said here once for all views.
            patch_vary_headers(response, ("HX-Request",))
            # Pages may hold what only this reader may see, unless a view said otherwise (web/caching.py).
            headers.setdefault("Cache-Control", "private, no-cache")
        return response


class ReadingMode:
    """Gives the request `reading_mode` ("standard" or "elder") and `is_htmx`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reading_mode = reading_mode_of(request)  # type: ignore[attr-defined]
        request.is_htmx = is_fragment_request(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def reading_mode_of(request: HttpRequest) -> ReadingModeName:
    return "elder" if request.COOKIES.get(READING_COOKIE) == "elder" else "standard"


def is_fragment_request(request: HttpRequest) -> bool:
    """True if htmx asks for a part of the page; going back in history asks for the whole page again."""
    meta = request.META
    return meta.get("HTTP_HX_REQUEST") == "true" and meta.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"


def keep_reading_mode(response: HttpResponse, mode: ReadingModeName) -> None:
    response.set_cookie(
        READING_COOKIE,
        mode,
        max_age=2 * 365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
