"""What the pages of every import have in common: how far it is, and which columns are not used."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django_htmx.http import HttpResponseClientRefresh

from huiyin.apps.imports.models import BroughtFile
from huiyin.web.htmx import render
from huiyin.web.now import now


def progress(request: HttpRequest, import_: BroughtFile, template: str, *moved: int | str) -> HttpResponse:
    """The bar alone, asked for every moment: 304 while nothing `moved`, the whole page anew once the work is over."""
    if not import_.is_underway:
        return HttpResponseClientRefresh()
    silent = import_.is_silent(now())
    etag = f'"{import_.state}-{"-".join(map(str, moved))}-{int(silent)}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = render(request, template, {"import": import_, "silent": silent})
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def unused(import_: BroughtFile, headers: Sequence[str]) -> list[str]:
    """Columns of the file that nothing is taken from."""
    return [name for name in headers if name and name not in import_.mapping.values()]
