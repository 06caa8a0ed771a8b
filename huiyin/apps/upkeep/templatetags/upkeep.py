"""{% load upkeep %}: the days of a record, how it stands, a number without needless noughts."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.web.charts.scales import say
from huiyin.web.chips import look_of
from huiyin.web.dates import day_html

register = template.Library()


@register.simple_tag
def days(record: MaintenanceRecord) -> SafeString:
    """6月18日, or 6月1日至 6月30日."""
    if record.done_to == record.done_from:
        return day_html(record.done_from)
    return format_html(_("{}至 {}"), day_html(record.done_from), day_html(record.done_to))


@register.simple_tag
def standing(record: MaintenanceRecord, newest: MaintenanceRecord | None = None) -> SafeString | str:
    """Whether it was replaced, takes one back, or replaces one; nothing for a plain record.

    Load `replaced_by` with it, or give the newest of its chain.
    """
    if record.is_void:
        return look_of("upkeep.void").html()
    after = getattr(record, "replaced_by", None) if newest is None or newest.pk != record.pk else None
    if after is not None:
        return look_of("upkeep.voided" if after.is_void else "upkeep.replaced").html()
    return look_of("upkeep.correction").html() if record.replaces_id else ""


@register.filter
def number(value: Decimal | int) -> str:
    """72.00 → 72, 1268.5 → 1,268.5."""
    return say(value)
