"""What every page may show: the district, the reading mode, the menus, the latest public anchor."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from huiyin.web import anchors, nav


def frame(request: HttpRequest) -> dict[str, Any]:
    """Everything lazy: a fragment draws no frame and pays for none."""
    return {
        "district_name": settings.DISTRICT_NAME,
        "is_demo": getattr(settings, "HUIYIN_DEMO", False),
        "reading_mode": getattr(request, "reading_mode", "standard"),
        "public_nav": SimpleLazyObject(lambda: nav.items(request, nav.PUBLIC)),
        "footer_nav": SimpleLazyObject(lambda: nav.items(request, nav.FOOTER)),
        "desk_nav": SimpleLazyObject(lambda: nav.items(request, nav.DESK, getattr(request, "actor", None))),
        "is_staff_actor": SimpleLazyObject(lambda: nav.is_staff(getattr(request, "actor", None))),
        "latest_anchor": SimpleLazyObject(anchors.latest),
    }
