"""The foot of every printed sheet: the page it can be held against, and the latest daily anchor."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.documents.paper.documents import Qr, Verification
from huiyin.web import anchors


def verification(path: str) -> Verification:
    """`path` is that of the public page with the same content."""
    page = Qr(f"{settings.SITE_URL}{path}", _("扫码核对网上原文"))
    anchor = anchors.latest()
    return Verification(page, anchor.short_code, anchor.day) if anchor else Verification(page)
