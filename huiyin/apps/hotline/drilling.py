"""The masked complaints behind the numbers of an estate, read from the store when somebody asks for them.

Arrow is loaded then, not before: a web process that nobody asks for complaints does not pay for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiyin.apps.hotline.asking import folder
from huiyin.apps.hotline.mirroring import UNKNOWN_MONTH

_COLUMNS = [
    *("number", "received_at", "text", "estate_certainty", "property_related", "category", "urgency"),
    *("is_solved", "is_satisfied", "repeat_group", "same_caller_before", "recurrence"),
]
_ANSWERS = {1: True, 0: False}


@dataclass(frozen=True)
class StoredComplaint:
    """As the store keeps it; `is_solved` and `is_satisfied` are None where nobody was asked or could say."""

    number: str
    month: str
    received_at: datetime | None
    text: str
    is_likely: bool
    """That it is about this estate is not certain."""
    property_related: bool
    category: str
    urgency: str
    is_solved: bool | None
    is_satisfied: bool | None
    is_one_of_many: bool
    same_caller_before: bool
    recurrence: bool


def complaints_of(
    estate_code: str, months: Iterable[date | None], *, only: Collection[str] | None = None
) -> list[StoredComplaint]:
    """Of these months (None: the ones whose file tells no time), the newest first; `only` of these numbers."""
    wanted = None if only is None else frozenset(only)
    found = [
        _complaint(row, month)
        for month in map(_name_of, months)
        for row in _rows(estate_code, month)
        if wanted is None or row["number"] in wanted
    ]
    return sorted(found, key=_when, reverse=True)


def _when(complaint: StoredComplaint) -> tuple[str, str]:
    """Those without a time are the oldest."""
    at = complaint.received_at
    return at.isoformat() if at else "", complaint.number


def _name_of(month: date | None) -> str:
    return UNKNOWN_MONTH if month is None else f"{month:%Y-%m}"


def _rows(estate_code: str, month: str) -> list[dict[str, Any]]:
    """The store lies sorted by estate, so that of a month only what may hold this one is read."""
    from pyarrow import parquet

    path = folder() / f"month={month}" / "complaints.parquet"
    if not path.exists():
        return []
    filters = [("estate_code", "=", estate_code)]
    rows: list[dict[str, Any]] = parquet.read_table(
        path, columns=_COLUMNS, filters=filters, partitioning=None
    ).to_pylist()
    return rows


def _complaint(row: Mapping[str, Any], month: str) -> StoredComplaint:
    return StoredComplaint(
        number=row["number"],
        month=month,
        received_at=row["received_at"],
        text=row["text"],
        is_likely=row["estate_certainty"] == "likely",
        property_related=row["property_related"],
        category=row["category"] or "",
        urgency=row["urgency"] or "",
        is_solved=_ANSWERS.get(row["is_solved"]),
        is_satisfied=_ANSWERS.get(row["is_satisfied"]),
        is_one_of_many=row["repeat_group"] is not None,
        same_caller_before=bool(row["same_caller_before"]),
        recurrence=bool(row["recurrence"]),
    )
