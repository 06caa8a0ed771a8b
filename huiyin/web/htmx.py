"""Page and fragment from one view: the whole page for a browser, only the named part for htmx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_page
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from huiyin.web.middleware import is_fragment_request


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or the `fragment` file that it includes if htmx asks for a part.

    `fragment` is a template name; the page includes the same file, so nothing is drawn twice.
    Vary: HX-Request is set by the middleware.
    """
    chosen = fragment if fragment and is_fragment_request(request) else template
    return render_page(request, chosen, dict(context or {}), status=status)


def redirect(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """See-other for a browser; for htmx the header that makes it load the page itself."""
    url = resolve_url(to, *args, **kwargs)
    if request.META.get("HTTP_HX_REQUEST") == "true":
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url, status=303)
