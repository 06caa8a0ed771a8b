"""Complaints as the pages see them: counts of estates by month, as the store's cube gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from huiyin.apps.hotline.mirroring import COUNTS, total_up
from huiyin.apps.hotline.models import HotlineCount
from huiyin.apps.places.models import Estate
from huiyin.apps.places.services import EstateFacts, add_estate
from huiyin.domain.months import months_later
from tests.people import Cast

JUNE = date(2026, 6, 1)


def more_estates(cast: Cast, count: int) -> list[Estate]:
    return [
        add_estate(
            code=f"N{at}",
            slug=f"n{at}",
            name=f"南苑{at}号院",
            area=cast.community,
            facts=EstateFacts(household_count=300),
            by=cast.by_district_officer,
        )
        for at in range(count)
    ]


def a_count(
    estate: Estate | None,
    *,
    month: date = JUNE,
    street_code: str = "",
    about: bool = True,
    category: str = "电梯",
    **counts: int,
) -> HotlineCount:
    told: dict[str, Any] = {**dict.fromkeys(COUNTS, 0), **counts}
    count = HotlineCount.objects.create(
        month=month,
        estate=estate,
        street_code=street_code,
        property_related=about,
        category=category,
        **told,
    )
    total_up(month)
    return count


def some_complaints(
    estate: Estate | None, complaints: int, *, solved: int = 0, valid: int = 0, **how: Any
) -> HotlineCount:
    """Of which `valid` were called back and `solved` of these are."""
    return a_count(estate, complaints=complaints, solved=solved, solved_valid=valid, **how)


CATEGORIES = ("电梯", "停车", "漏水", "保洁", "供暖", "绿化", "收费", "门禁", "噪声", "路灯", "消防")


def a_year_of_complaints(estates: Sequence[Estate], last: date = JUNE) -> None:
    """Twelve months that look like life: more in winter, some estates much more than others, half called back."""
    rows = []
    for at, estate in enumerate(estates):
        for back in range(12):
            month = months_later(last, -back)
            for place, category in enumerate(CATEGORIES):
                cold = 2 if month.month in (11, 12, 1, 2) and category in ("供暖", "漏水") else 1
                count = cold * ((at * 7 + back * 3 + place * 5) % 6 + (at % 4) * 2) // (1 + place // 3)
                if count:
                    rows.append(_told(estate, month, category, count, about=True))
            rows.append(_told(estate, month, "市政", (at + back) % 4 + 1, about=False))
    rows.append(_told(None, last, "停车", 37, about=True, street_code="119901001"))
    HotlineCount.objects.bulk_create(rows)
    for back in range(12):
        total_up(months_later(last, -back))


def _told(
    estate: Estate | None, month: date, category: str, count: int, *, about: bool, street_code: str = ""
) -> HotlineCount:
    called = count // 2
    told = dict.fromkeys(COUNTS, 0) | {
        "complaints": count,
        "contactable": count,
        "contacted": count - count // 9,
        "solved_valid": called,
        "solved": called * 2 // 3,
        "satisfied_valid": called,
        "satisfied": called * 3 // 5,
        "not_assessed": count - called,
        "same_caller_again": count // 5,
        "in_groups": count // 4,
        "recurrences": count // 11,
        "likely": count // 8,
    }
    return HotlineCount(
        month=month,
        estate=estate,
        street_code=street_code,
        property_related=about,
        category=category,
        **told,
    )
