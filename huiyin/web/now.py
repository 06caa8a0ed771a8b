"""The one place where the server reads its clock."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present, aware, in the site's zone.

    In tests HUIYIN_NOW fixes it: an ISO time, or "@/path" to a file holding one, read anew at each call so
    that a journey can move time. Settings refuse HUIYIN_NOW outside tests.
    """
    if settings.TESTING_CLOCK_ALLOWED and (told := os.environ.get("HUIYIN_NOW")):
        if told.startswith("@"):
            told = Path(told[1:]).read_text(encoding="ascii").strip()
        moment = datetime.fromisoformat(told)
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        return timezone.localtime(moment)
    return timezone.localtime()
