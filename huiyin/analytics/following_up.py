"""What an import asks of the ledger: complaints a rule makes cases, and call-backs of complaints that are cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.schema import NO, SURE, YES
from huiyin.analytics.store import Store

_NEEDED = (
    *("number", "import_id", "received_at", "estate_code", "estate_certainty", "property_related"),
    *("category", "urgency", "same_caller_before", "is_solved", "closed_at"),
)


@dataclass(frozen=True)
class Rule:
    """Complaints of these categories, marked with one of these words, received since."""

    code: str
    categories: Sequence[str]
    urgencies: Sequence[str]
    since: datetime


def wanted_cases(store: Store, import_id: str, rules: Sequence[Rule]) -> list[dict[str, str]]:
    """Number, month and rule of each new complaint that fits one, of the first rule it fits.

    Of property, of an estate beyond doubt, and not the same caller once more.
    """
    found = []
    for month, table in _of_import(store, import_id):
        certain = pc.and_(
            pc.and_(table["property_related"], pc.equal(_words(table["estate_certainty"]), SURE)),
            pc.invert(pc.fill_null(table["same_caller_before"], False)),
        )
        for row in table.filter(certain).to_pylist():
            rule = next((each for each in rules if _fits(each, row)), None)
            if rule:
                found.append({"number": row["number"], "month": month, "rule": rule.code})
    return found


def call_backs(store: Store, import_id: str, numbers: Collection[str]) -> list[dict[str, Any]]:
    """Number, whether it was solved, and when the hotline closed it, of those complaints that were asked back."""
    found = []
    wanted = pa.array(sorted(numbers), pa.string())
    for _, table in _of_import(store, import_id):
        assessed = pc.and_(
            pc.is_in(table["number"], wanted), pc.is_in(table["is_solved"], pa.array([YES, NO], pa.int8()))
        )
        found += [
            {
                "number": row["number"],
                "is_solved": row["is_solved"] == YES,
                "closed_at": row["closed_at"].isoformat() if row["closed_at"] else "",
            }
            for row in table.filter(assessed).to_pylist()
        ]
    return found


def _of_import(store: Store, import_id: str) -> Iterator[tuple[str, pa.Table]]:
    for month in store.months():
        table = store.table_of(month, list(_NEEDED))
        ours = table.filter(pc.equal(_words(table["import_id"]), import_id))
        if ours.num_rows:
            yield month, ours


def _words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _fits(rule: Rule, row: dict[str, Any]) -> bool:
    return (
        row["category"] in rule.categories
        and row["urgency"] in rule.urgencies
        and row["received_at"] is not None
        and row["received_at"] >= rule.since
    )
