"""Complaints a person corrected, as rows that the classes are learned from: masked words and labels, nobody's name."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.corrections import Corrections
from huiyin.analytics.store import ERASED, Store


def labelled_complaints(store: Store) -> list[dict[str, Any]]:
    """`text`, `property_related`, `category` (its Chinese name) of each; null where nobody decided.

    In the order of the texts: neither the number nor the time of a complaint can be told from a row.
    """
    labels = {label.number: label for label in Corrections.of(store).labels()}
    numbers = pa.array(list(labels), pa.string())
    rows = []
    for month in store.months() if labels else ():
        table = store.table_of(month, ["number", "text"])
        for row in table.filter(pc.is_in(table["number"], value_set=numbers)).to_pylist():
            label = labels[row["number"]]
            rows.append(
                {
                    "text": row["text"],
                    "property_related": label.property_related,
                    "category": label.category,
                }
            )
    return sorted((row for row in rows if row["text"] != ERASED), key=lambda row: str(row["text"]))
