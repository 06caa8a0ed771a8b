"""One complaint as the store keeps it, masked, and how the machine read it; Arrow is loaded when somebody asks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.hotline.asking import stored
from huiyin.apps.hotline.finding import month_with
from huiyin.apps.hotline.models import Correction

if TYPE_CHECKING:
    from huiyin.analytics.store import Store

_MONTH = re.compile(r"\d{4}-\d{2}|unknown")
_READ = (
    *("estate_code", "estate_confidence", "estate_certainty", "property_related", "related_confidence"),
    *("category", "category_confidence"),
)
_COLUMNS = [
    *("number", "received_at", "text", "area_code", "urgency", "import_id", "estate_match"),
    *("is_solved", "closed_at"),
    *_READ,
]
ERASED = "（已删除）"
"""What the store keeps where the words of a complaint were erased (analytics.store)."""


@dataclass(frozen=True)
class Reading:
    """How the machine read a complaint; shares from 0 to 1, None where it says nothing."""

    estate_code: str | None
    estate_match: str
    estate_confidence: float | None
    is_likely: bool
    property_related: bool
    related_confidence: float | None
    category: str
    category_confidence: float | None

    @property
    def confidence_of_related(self) -> float | None:
        """How sure it was of what it said, yes or no."""
        likely = self.related_confidence
        return likely if likely is None or self.property_related else 1 - likely


@dataclass(frozen=True)
class Complaint:
    """As it counts: what people decided of it, else what was read.

    `month` is as the store names it: 2026-05, or unknown; `received_at` is Beijing's clock, without a zone.
    """

    number: str
    month: str
    received_at: datetime | None
    text: str
    estate_code: str | None
    property_related: bool
    category: str
    urgency: str
    area_code: str
    import_id: str
    """Of the store."""
    is_solved: bool | None
    """What its caller said when the hotline called back; None where nobody asked."""
    closed_at: datetime | None
    """By the hotline; Beijing's clock too."""
    reading: Reading

    @property
    def token(self) -> str:
        """Its name in an address."""
        return token_of(self.month, self.number)

    @property
    def is_erased(self) -> bool:
        return self.text == ERASED

    def decided_as(self, correction: Correction | None) -> Complaint:
        """With what was decided and the store has not taken in yet."""
        if correction is None or correction.applied_at is not None:
            return self
        read, estate = self.reading, correction.estate
        related, category = correction.property_related, correction.category
        return replace(
            self,
            estate_code=(estate.code if estate else None) if correction.placed else read.estate_code,
            property_related=read.property_related if related is None else related,
            category=category or read.category,
        )


def complaint_of(month: str, number: str) -> Complaint | None:
    """`month` is where it was when the page was made, and may have come again in another since. None where the store
    does not hold it."""
    if not _MONTH.fullmatch(month):
        return None
    return _complaint_in(month, number) or _complaint_in(month_with(number), number)


def _complaint_in(month: str | None, number: str) -> Complaint | None:
    if month is None:
        return None
    store = stored([month])
    import pyarrow.compute as pc

    rows = store.table_of(month, _COLUMNS, where=pc.field("number") == number)
    row = next(iter(rows.to_pylist()), None)
    if row is None:
        return None
    read = _read_before_correction(store, [number]).get(number, row) | {"estate_match": row["estate_match"]}
    return Complaint(
        number=number,
        month=month,
        received_at=row["received_at"],
        text=row["text"],
        estate_code=row["estate_code"],
        property_related=row["property_related"],
        category=row["category"] or "",
        urgency=row["urgency"] or "",
        area_code=row["area_code"] or "",
        import_id=row["import_id"],
        is_solved={1: True, 0: False}.get(row["is_solved"]),
        closed_at=row["closed_at"],
        reading=_reading(read),
    )


def _reading(row: Mapping[str, Any]) -> Reading:
    return Reading(
        estate_code=row["estate_code"],
        estate_match=row["estate_match"] or "",
        estate_confidence=row["estate_confidence"],
        is_likely=row["estate_certainty"] == "likely",
        property_related=row["property_related"],
        related_confidence=row["related_confidence"],
        category=row["category"] or "",
        category_confidence=row["category_confidence"],
    )


def _read_before_correction(store: Store, numbers: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """Of corrected complaints what the machine reads, by number (analytics.corrections)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = store.own_table("_corrections.arrow")
    if table is None:
        return {}
    rows = table.filter(pc.is_in(table["number"], value_set=pa.array(list(numbers), pa.string())))
    return {row["number"]: {name: row[f"read_{name}"] for name in _READ} for row in rows.to_pylist()}
