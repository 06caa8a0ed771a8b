"""Maintenance records, made through the services: `a_record(cast, count=6)`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from huiyin.apps.upkeep.drafts import RecordDraft
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.services.records import add_record
from tests.people import Cast

A_DAY = date(2026, 6, 3)
THAT_EVENING = datetime(2026, 7, 1, 19, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def a_draft(**changes: Any) -> RecordDraft:
    """Six lifts serviced on 3 June; figures are given as plain numbers."""
    told: dict[str, Any] = {"metric": "E01", "count": 6, "done_from": A_DAY, **changes}
    if told["count"] is not None:
        told["count"] = Decimal(str(told["count"]))
    return RecordDraft(**told)


def a_record(
    cast: Cast, *, by: str = "technician", now: datetime = THAT_EVENING, **changes: Any
) -> MaintenanceRecord:
    return add_record(engagement=cast.engagement, draft=a_draft(**changes), by=cast.actor(by), now=now)
