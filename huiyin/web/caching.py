"""Public pages for anonymous readers, kept for a few seconds in each process, with ETag, 304 and gzip."""

from __future__ import annotations

import hashlib
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from huiyin.web.middleware import READING_COOKIE, is_fragment_request, reading_mode_of

View = Callable[..., HttpResponse]

MARK = "_huiyin_for_everyone"
MAX_ENTRIES = 512
MAX_BYTES = 48 * 1024 * 1024
SMALLEST_GZIP = 600
# Whoever brings another cookie (a session, a message) gets the page from the view itself.
HARMLESS_COOKIES = frozenset(
    {READING_COOKIE, settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "hy_ack"}
)
# CDNs and browsers may keep it but have to ask each time; the answer is then a 304.
SHARED_CACHE_CONTROL = "public, max-age=0, must-revalidate"


def for_everyone(view: View) -> View:
    """Marks a view whose page is the same for every anonymous reader: no forms that post, nothing personal."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        setattr(response, MARK, True)
        return response

    return marked


@dataclass
class Kept:
    body: bytes
    packed: bytes | None
    headers: tuple[tuple[str, str], ...]
    etag: str
    fresh_until: float
    is_renewing: bool = field(default=False)


class Shelf:
    """The kept pages of one process: oldest out first, bounded in number and bytes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self.bytes = 0

    def take(self, key: tuple[str, ...], at: float) -> Kept | None:
        """The page if fresh; a stale one while another thread is making the next; else None: make it."""
        with self.lock:
            kept = self.pages.get(key)
            if kept is None:
                return None
            if kept.fresh_until > at or kept.is_renewing:
                return kept
            kept.is_renewing = True
            return None

    def put(self, key: tuple[str, ...], kept: Kept) -> None:
        with self.lock:
            self._drop(key)
            self.pages[key] = kept
            self.bytes += _size(kept)
            while self.pages and (len(self.pages) > MAX_ENTRIES or self.bytes > MAX_BYTES):
                self._drop(next(iter(self.pages)))

    def remove(self, key: tuple[str, ...]) -> None:
        with self.lock:
            self._drop(key)

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.bytes = 0

    def _drop(self, key: tuple[str, ...]) -> None:
        old = self.pages.pop(key, None)
        if old is not None:
            self.bytes -= _size(old)


def _size(kept: Kept) -> int:
    return len(kept.body) + len(kept.packed or b"")


shelf = Shelf()


def clear() -> None:
    """Forget every kept page of this process."""
    shelf.clear()


class PublicPages:
    """The outermost middleware: an answer from the shelf costs no session, no actor, no template and no query.

    The kept response has all headers of the middleware inside, so it carries the same CSP.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seconds = getattr(settings, "PUBLIC_PAGE_SECONDS", 5)
        if seconds <= 0 or not may_be_shared(request):
            return packed(request, self.get_response(request))
        key = key_of(request)
        kept = shelf.take(key, time.monotonic())
        if kept is None:
            try:
                response = self.get_response(request)
            except BaseException:
                shelf.remove(key)
                raise
            if not may_be_kept(response):
                shelf.remove(key)
                return packed(request, response)
            kept = keep(response, time.monotonic() + seconds)
            shelf.put(key, kept)
        return answer(request, kept)


def may_be_shared(request: HttpRequest) -> bool:
    meta = request.META
    if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in meta or "HTTP_RANGE" in meta:
        return False
    return not meta.get("HTTP_COOKIE") or request.COOKIES.keys() <= HARMLESS_COOKIES


def key_of(request: HttpRequest) -> tuple[str, ...]:
    meta = request.META
    return (
        request.scheme or "",
        meta.get("HTTP_HOST", ""),
        request.get_full_path(),
        request.method or "",
        reading_mode_of(request),
        "part" if is_fragment_request(request) else "page",
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        # Only the first wish counts and only with more than one language; a free header would fill the shelf.
        meta.get("HTTP_ACCEPT_LANGUAGE", "")[:2].lower() if len(settings.LANGUAGES) > 1 else "",
    )


def may_be_kept(response: HttpResponse) -> bool:
    """Marked by its view, whole, and without a cookie of its own: a form's token always brings one."""
    return (
        getattr(response, MARK, False)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
    )


def keep(response: HttpResponse, fresh_until: float) -> Kept:
    body = response.content
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response.headers["Cache-Control"] = SHARED_CACHE_CONTROL
    response.headers["ETag"] = etag
    _add_vary(response, "Accept-Encoding")
    headers = tuple((k, v) for k, v in response.headers.items() if k.lower() != "content-length")
    return Kept(body, gzip(body, 6) if _is_text(response) else None, headers, etag, fresh_until)


def answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    meta = request.META
    told = meta.get("HTTP_IF_NONE_MATCH")
    # A proxy that repacks a body weakens the tag; W/"x" and "x" name the same page.
    if told and kept.etag in told.replace("W/", ""):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
        for name, value in kept.headers:
            if name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
                response.headers[name] = value
        return response
    body = kept.body
    is_packed = kept.packed is not None and "gzip" in meta.get("HTTP_ACCEPT_ENCODING", "")
    if is_packed and kept.packed is not None:
        body = kept.packed
    response = HttpResponse(body)
    headers = response.headers
    for name, value in kept.headers:
        headers[name] = value
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    return response


def packed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Any other page, gzipped lightly; form tokens change with each drawing, so its length tells nothing (BREACH)."""
    if response.streaming or response.has_header("Content-Encoding") or not _is_text(response):
        return response
    _add_vary(response, "Accept-Encoding")
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "") and len(response.content) >= SMALLEST_GZIP:
        response.content = gzip(response.content, 3)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
    return response


def gzip(body: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def _is_text(response: HttpResponse) -> bool:
    kind = response.headers.get("Content-Type", "")
    return kind.startswith(("text/", "application/json", "application/xml"))


def _add_vary(response: HttpResponse, name: str) -> None:
    """Vary with `name` and without Cookie only if the view itself did not depend on it."""
    known = response.headers.get("Vary", "")
    if name.lower() not in known.lower():
        response.headers["Vary"] = f"{known}, {name}" if known else name
