"""How a forum's quarter is said."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.apps.meetings.models import Forum


def quarter_words(forum: Forum) -> str:
    """2026 年第 3 季度."""
    values = {"year": forum.quarter.year, "n": (forum.quarter.month + 2) // 3}
    return _("%(year)s 年第 %(n)s 季度") % values
