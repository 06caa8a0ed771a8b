"""Names of estates that unattributed complaints write, and how many write each; a person says which is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.corrections import Corrections
from huiyin.analytics.store import Store

FindNames = Callable[[Sequence[str]], list[list[str]]]
"""Texts → for each the names of estates it may write, best first."""

MOST_TEXTS = 20_000
"""The newest unattributed property complaints are looked at, no more, so that a large import does not wait for them."""
MOST_NAMES = 300
_STREET_DIGITS = 9
_AT_ONCE = 2_000
_AROUND = 60
_COLUMNS = ("number", "text", "estate_code", "property_related", "area_code", "import_id")


@dataclass
class UnknownName:
    """`street_code`: nine digits, "" where the file tells none; the newest of its complaints is the example."""

    name: str
    street_code: str
    complaints: int
    example: str
    import_id: str


def unknown_names(store: Store, find: FindNames) -> list[UnknownName]:
    """The most frequent first."""
    found: dict[tuple[str, str], UnknownName] = {}
    for rows in _unattributed(store, Corrections.of(store)):
        for row, names in zip(rows, find([row["text"] for row in rows]), strict=True):
            if not names:
                continue
            name, street = names[0], street_of(row["area_code"])
            known = found.setdefault(
                (name, street),
                UnknownName(name, street, 0, around(row["text"], name), row["import_id"]),
            )
            known.complaints += 1
    return sorted(found.values(), key=lambda each: (-each.complaints, each.name))[:MOST_NAMES]


def _unattributed(store: Store, corrections: Corrections) -> Iterator[list[dict[str, str]]]:
    """Those that a person said belong to no estate are not asked about again."""
    left = MOST_TEXTS
    for month in reversed(store.months()):
        table = store.table_of(month, list(_COLUMNS))
        wanted = pc.and_(pc.is_null(table["estate_code"]), table["property_related"])
        wanted = pc.and_(wanted, pc.invert(corrections.is_placed(table["number"])))
        table = table.filter(wanted)
        table = table.slice(max(0, table.num_rows - left))
        left -= table.num_rows
        for batch in pa.Table.to_batches(table, max_chunksize=_AT_ONCE):
            if batch.num_rows:
                yield batch.to_pylist()
        if not left:
            return


def street_of(area_code: str | None) -> str:
    """Nine digits, "" where the file tells none."""
    return area_code[:_STREET_DIGITS] if area_code and len(area_code) >= _STREET_DIGITS else ""


def around(text: str, name: str) -> str:
    """Where the name stands, with what is said before and after it."""
    at = max(text.find(name), 0)
    start, end = max(at - _AROUND, 0), at + len(name) + _AROUND
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
