"""What a person should look at: complaints whose estate is only likely, by the words that were read; and corrections.

One decision settles all complaints of the same words. A correction is doubted when its complaint came again with
another text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.corrections import Corrections
from huiyin.analytics.numbers import keys_of
from huiyin.analytics.schema import LIKELY
from huiyin.analytics.store import Store
from huiyin.analytics.unknown_names import around, street_of

MOST_DOUBTS = 500
_COLUMNS = (
    *("number", "text", "area_code", "estate_code", "estate_match", "estate_confidence"),
    *("property_related", "category", "import_id"),
)
Key = tuple[str, str, str]


@dataclass
class Doubt:
    """Complaints that write `match` and come from one street, nine digits or "": perhaps all about this estate."""

    match: str
    estate_code: str
    street_code: str
    complaints: int = 0
    confidence: float = 0.0
    """Of the surest of them."""
    example: str = ""
    import_ids: list[str] = field(default_factory=list)


def doubts(store: Store) -> list[Doubt]:
    """Those with most complaints first; the newest complaint of each is its example."""
    found: dict[Key, Doubt] = {}
    for month in reversed(store.months()):
        for row in reversed(list(_likely(store, month))):
            key = (row["estate_match"] or "", row["estate_code"], street_of(row["area_code"]))
            doubt = found.setdefault(key, Doubt(*key, example=around(row["text"], key[0])))
            doubt.complaints += 1
            doubt.confidence = round(max(doubt.confidence, row["estate_confidence"] or 0.0), 3)
            if row["import_id"] not in doubt.import_ids:
                doubt.import_ids.append(row["import_id"])
    return sorted(found.values(), key=lambda each: (-each.complaints, each.match))[:MOST_DOUBTS]


def complaints_in_doubt(store: Store, key: Key) -> list[dict[str, Any]]:
    """Number, month, and what else is read of each complaint with these words, this estate and this street."""
    return [
        {
            "number": row["number"],
            "month": month,
            "property_related": row["property_related"],
            "category": row["category"] or "",
        }
        for month in store.months()
        for row in _likely(store, month)
        if (row["estate_match"] or "", row["estate_code"], street_of(row["area_code"])) == key
    ]


def doubted_complaints(store: Store) -> list[dict[str, str]]:
    """Number and month of each that was corrected and came again with another text."""
    numbers = pa.array(Corrections.of(store).doubted, pa.string())
    return [
        {"number": number, "month": month}
        for month in store.months_holding(np.unique(keys_of(numbers)))
        for number in _among(store.table_of(month, ["number"])["number"], numbers)
    ]


def _among(column: pa.ChunkedArray, numbers: pa.Array) -> list[str]:
    found: list[str] = column.filter(pc.is_in(column, value_set=numbers)).to_pylist()
    return found


def _likely(store: Store, month: str) -> Iterator[dict[str, Any]]:
    certainty = store.table_of(month, ["estate_certainty"])["estate_certainty"].cast(pa.string())
    is_likely = pc.equal(certainty, LIKELY)
    if pc.any(is_likely).as_py():
        yield from store.table_of(month, list(_COLUMNS)).filter(is_likely).to_pylist()
