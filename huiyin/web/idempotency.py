"""The same text sent twice is registered once: the key a form carries and the mark that it arrived."""

from __future__ import annotations

import re
import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FIELD = "idempotency_key"
HEADER = "HTTP_IDEMPOTENCY_KEY"
ACKNOWLEDGED_COOKIE = "hy_ack"
ACKNOWLEDGED = "X-Acknowledged"
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{16,64}")


def key_of(request: HttpRequest) -> str:
    """The key sent with this request (form field, else the Idempotency-Key header); "" if none or malformed.

    Uniqueness is kept by a constraint of the table that is written, never here.
    """
    told = request.POST.get(FIELD) or request.META.get(HEADER, "")
    return told if WELL_FORMED.fullmatch(told) else ""


def key_for_form(request: HttpRequest | None) -> str:
    """The key to print into a form: the sent one if the form is shown again, else a new one."""
    if request is not None and request.method == "POST" and (told := key_of(request)):
        return told
    return str(uuid.uuid4())


def acknowledge(response: HttpResponse, key: str) -> None:
    """Tell the browser that the text with this key has arrived: its drafts (drafts.js) and its outbox (outbox.js)."""
    if key:
        response.headers[ACKNOWLEDGED] = key
        response.set_cookie(
            ACKNOWLEDGED_COOKIE, key, max_age=600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
