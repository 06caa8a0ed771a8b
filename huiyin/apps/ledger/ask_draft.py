"""What somebody wrote and could not send yet: it waits in the session until the page for asking is opened."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from huiyin.apps.places.models import Estate

DRAFT = "ledger.ask_draft"


def keep_for_asking(request: HttpRequest, estate: Estate, *, text: str, building: str, nickname: str) -> str:
    """Words written elsewhere become the draft of a question; returns the address where they stand in the form."""
    request.session[DRAFT] = {"text": text, "building": building, "nickname": nickname}
    return f"{reverse('ledger:ask')}?{urlencode({'estate': estate.slug, 'draft': '1'})}"
