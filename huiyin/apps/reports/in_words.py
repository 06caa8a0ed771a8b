"""Small things of a report as people say them: the numeral of a section, a number with its unit."""

from __future__ import annotations

from decimal import Decimal

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
