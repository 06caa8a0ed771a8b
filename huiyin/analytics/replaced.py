"""Complaints that an import replaced, kept so that it can be undone.

_before/<import>/2025-01.arrow     those of the month, as the machine read them
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from huiyin.analytics.columns import without_unused_words
from huiyin.analytics.store import Change, Store


def replaced_by(store: Store, import_id: str) -> dict[str, pa.Table]:
    """Month → the rows that an import replaced."""
    return dict(each_replaced_by(store, import_id))


def each_replaced_by(store: Store, import_id: str) -> Iterator[tuple[str, pa.Table]]:
    """As `replaced_by`, a month at a time."""
    for path in sorted((store.folder / "_before" / import_id).glob("*.arrow")):
        table = store.own_table(str(path.relative_to(store.folder)))
        if table is not None:
            yield path.stem, table


def put_replaced(change: Change, import_id: str, month: str, rows: pa.Table) -> None:
    """What the import replaced of the month from now on; no rows, and nothing is kept of it."""
    change.put_table(f"_before/{import_id}/{month}.arrow", without_unused_words(rows))
