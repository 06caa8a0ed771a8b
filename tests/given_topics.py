"""Topics of complaints, as the child tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from huiyin.apps.hotline.mirroring import Mirror
from huiyin.apps.hotline.models import HotlineTopic
from tests.people import Cast

IN_JULY = datetime(2026, 7, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def told(cast: Cast, *numbers: str, **changes: Any) -> dict[str, Any]:
    """What analytics.topics says of one topic of 云杉里: lifts that stand still."""
    return {
        "estate": cast.estate.code,
        "title": "电梯经常停运",
        "category": "电梯",
        "complaints": len(numbers),
        "callers": max(1, len(numbers) - 1),
        "first_on": "2026-04-12",
        "last_on": "2026-06-28",
        "recent": len(numbers) - 1,
        "before": 1,
        "heat": 71.4,
        "shares": {"volume": 0.5, "spread": 0.8, "recency": 0.7, "urgency": 0.1, "negative": 0.4},
        "example": "6号楼的电梯这个月停了四次，老人下不了楼，物业说在等配件。",
        "numbers": list(numbers),
        **changes,
    }


def some_topics(*topics: dict[str, Any]) -> list[HotlineTopic]:
    """The topics as they are after these were told; the hottest first."""
    Mirror(IN_JULY).replace_topics(topics)
    return list(HotlineTopic.objects.all())
