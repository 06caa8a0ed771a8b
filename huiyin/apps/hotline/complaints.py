"""One complaint as the store keeps it, masked; read when somebody asks for it (Arrow is loaded then, not before)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from huiyin.apps.hotline.asking import folder

_MONTH = re.compile(r"\d{4}-\d{2}|unknown")
_COLUMNS = [
    *("number", "received_at", "text", "estate_code", "area_code", "property_related", "category", "urgency"),
]


@dataclass(frozen=True)
class Complaint:
    """`month` is as the store names it: 2026-05, or unknown; `received_at` is Beijing's clock, without a zone."""

    number: str
    month: str
    received_at: datetime | None
    text: str
    estate_code: str | None
    area_code: str
    property_related: bool
    category: str
    urgency: str


def complaint_of(month: str, number: str) -> Complaint | None:
    """None where the month or the number is not in the store."""
    from pyarrow import parquet

    if not _MONTH.fullmatch(month):
        return None
    path = folder() / f"month={month}" / "complaints.parquet"
    if not path.exists():
        return None
    rows = parquet.read_table(path, columns=_COLUMNS, filters=[("number", "=", number)], partitioning=None)
    row = next(iter(rows.to_pylist()), None)
    if row is None:
        return None
    told = {name: row[name] or "" for name in ("area_code", "category", "urgency")}
    return Complaint(**{**row, **told, "month": month})
