"""A printed sheet as an answer: shown in the browser, with a name for who keeps it; A4 or, if asked for, A3."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse


def size_of(request: HttpRequest) -> Literal["A4", "A3"]:
    return "A3" if request.GET.get("size") == "A3" else "A4"


def pdf_response(pdf: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    return response
