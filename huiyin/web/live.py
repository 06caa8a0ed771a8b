"""Parts of pages that hundreds of phones ask for again and again: drawn once for all of them, else a 304.

A part is the same for every reader. Each process keeps what it drew last; for `KEPT_SECONDS` it is given out without
a query, then one cheap query for the tag says whether it has to be drawn anew.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from huiyin.web.caching import gzip
from huiyin.web.now import now

KEPT_SECONDS = 1.0
MOST_PARTS = 256
SERVER_TIME = "X-Server-Time"


@dataclass
class Part:
    tag: str
    body: bytes
    packed: bytes
    asked_at: float
    is_renewing: bool = False


class Parts:
    """The parts of one process; the one nobody asked for longest is out first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[str, Part] = OrderedDict()

    def get(self, name: str, tag: Callable[[], str], draw: Callable[[], str], *, seconds: float) -> Part:
        """The part as it is now, or as it was at most `seconds` ago; while one thread draws, others get the last."""
        with self.lock:
            part = self.kept.get(name)
            if part is not None and (part.is_renewing or time.monotonic() - part.asked_at < seconds):
                return part
            if part is not None:
                part.is_renewing = True
        try:
            asked_at = time.monotonic()
            told = tag()  # before drawing: what changes meanwhile is drawn too, and drawn again
            if part is None or part.tag != told:
                body = draw().encode()
                part = Part(told, body, gzip(body, 6), asked_at)
            part.asked_at = asked_at
            with self.lock:
                self.kept[name] = part
                self.kept.move_to_end(name)
                if len(self.kept) > MOST_PARTS:
                    self.kept.popitem(last=False)
            return part
        finally:
            if part is not None:
                part.is_renewing = False

    def clear(self) -> None:
        with self.lock:
            self.kept.clear()


parts = Parts()


def answer_live(
    request: HttpRequest, *, name: str, tag: Callable[[], str], draw: Callable[[], str]
) -> HttpResponse:
    """200 with the part, or 304 where the reader has it; both say the server's time in milliseconds.

    `name` is the part, `tag` costs one query and names its version, `draw` makes its HTML, without anything personal.
    """
    seconds = min(KEPT_SECONDS, settings.PUBLIC_PAGE_SECONDS)
    part = parts.get(name, tag, draw, seconds=seconds)
    etag = f'"{part.tag}"'
    if is_known(request, etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        is_packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        response = HttpResponse(part.packed if is_packed else part.body)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return with_tag(response, etag, cache_control="public, max-age=0, must-revalidate")


def is_known(request: HttpRequest, etag: str) -> bool:
    """Whether the reader has this version; a proxy that repacks a body weakens the tag, which names the same."""
    return etag.removeprefix("W/") in request.META.get("HTTP_IF_NONE_MATCH", "").replace("W/", "")


def with_tag(response: HttpResponse, etag: str, *, cache_control: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache_control
    response.headers[SERVER_TIME] = str(int(now().timestamp() * 1000))
    return response
