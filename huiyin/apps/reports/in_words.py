"""Small things of a report as people say them: the numeral of a section, a number with its unit."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext

from huiyin.apps.reports.models import Claim
from huiyin.domain.policy_metrics import PERCENT
from huiyin.web.charts.scales import say

_NUMERALS = "一二三四五六七八九十"


def numeral(position: int) -> str:
    """Of a section, counted from 1."""
    return _NUMERALS[position - 1] if position <= len(_NUMERALS) else str(position)


def with_unit(value: Decimal, unit: str) -> str:
    """96 次; 88.8%; 1,768,000 元."""
    return f"{say(value)}{unit}" if unit == PERCENT else f"{say(value)} {unit}".rstrip()


def value_words(claim: Claim) -> str:
    """What a claim says."""
    return with_unit(claim.value, claim.unit)


def due_words(claim: Claim) -> str:
    """The usual count beside what was done: 常见频次 52 次，少 3 次."""
    assert claim.due_count is not None
    words = gettext("常见频次 %(due)s %(unit)s") % {"due": say(claim.due_count), "unit": claim.unit}
    if claim.gap:
        words += gettext("，少 %(gap)s %(unit)s") % {"gap": say(claim.gap), "unit": claim.unit}
    return words
