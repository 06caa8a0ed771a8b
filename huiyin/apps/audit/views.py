"""The page that says how to check, and the downloads the checker reads."""

from __future__ import annotations

import json
import re
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from huiyin.apps.audit import downloads, selectors
from huiyin.domain.canonical import JSON
from huiyin.domain.case_numbers import canonical
from huiyin.web.caching import for_everyone

_ANCHORS_SHOWN = 7
_CASE_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
_YEAR_IN_SECONDS = 365 * 24 * 3600


@require_safe
@for_everyone
def verify(request: HttpRequest) -> HttpResponse:
    told = request.GET.get("no", "").strip()
    number = canonical(told) or told  # as it is said on the phone, too
    if number and _CASE_NUMBER.fullmatch(number) and selectors.has_stream(f"case/{number}"):
        return redirect("audit:case_history", number=number)
    recent = list(selectors.anchors()[:_ANCHORS_SHOWN])
    return render(
        request,
        "audit/verify.html",
        {
            "not_found": told,
            "newest": recent[0] if recent else None,
            "recent": recent,
            "checker": downloads.CHECKER,
            "checker_sha256": downloads.checker_sha256(),
        },
    )


@require_safe
def case_history(request: HttpRequest, number: str) -> HttpResponse:
    history = downloads.history(f"case/{number}")
    if history is None:
        raise Http404
    return _download(history, f"history-{number}.json")


@require_safe
def anchors(request: HttpRequest) -> HttpResponse:
    return _download(downloads.anchor_list(), "anchors.json")


@require_safe
def heads(request: HttpRequest, day: str) -> StreamingHttpResponse:
    try:
        anchor = selectors.anchor_of_day(date.fromisoformat(day))
    except ValueError:
        anchor = None
    if anchor is None:
        raise Http404
    response = StreamingHttpResponse(downloads.head_lines(anchor), content_type="application/json")
    # What an anchor saw never changes, so a proxy may keep it.
    patch_cache_control(response, public=True, max_age=_YEAR_IN_SECONDS, immutable=True)
    response.headers["Content-Disposition"] = _attached(f"heads-{day}.json")
    return response


def _download(value: dict[str, JSON], name: str) -> HttpResponse:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    response = HttpResponse(text + "\n", content_type="application/json")
    patch_cache_control(response, no_cache=True)
    response.headers["Content-Disposition"] = _attached(name)
    return response


def _attached(name: str) -> str:
    return f'attachment; filename="{name}"'
