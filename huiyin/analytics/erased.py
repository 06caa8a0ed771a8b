"""Complaints whose words were erased for good, so that no later file brings them back.

    _erased.arrow   a mark of each number, sorted, and the key they were made with

A mark is the first eight bytes of HMAC-SHA256 of the number under a key of the store's own, made at the first erasure:
not that of the callers, which may be lost. It outlives the row: after the import was undone it still holds.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.columns import chunks_of, texts_of
from huiyin.analytics.schema import KEPT
from huiyin.analytics.store import ERASED, Change, Store

PLACE = "_erased.arrow"
_MARKS = pa.schema([pa.field("mark", pa.int64(), nullable=False)])
_KEY = b"key"
_MANY = 20_000
"""Numbers that are worth loading what is compiled."""
_EMPTIED = {
    "text": ERASED,
    "estate_match": None,
    "caller_key": None,
    **dict.fromkeys(("channel", "category_given", "urgency", "dispatched_to")),
}
Marks = npt.NDArray[np.int64]


class Erased:
    """The marks of a store, as they are or as a change makes them."""

    def __init__(self, key: bytes, marks: Marks) -> None:
        self._key = key
        self._marks = marks

    @classmethod
    def of(cls, store: Store) -> Erased:
        table = store.own_table(PLACE)
        if table is None:
            return cls(secrets.token_bytes(32), np.empty(0, np.int64))
        return cls(bytes.fromhex(table.schema.metadata[_KEY].decode()), table["mark"].to_numpy())

    def __len__(self) -> int:
        return len(self._marks)

    def including(self, numbers: Sequence[str]) -> Erased:
        marks = _marks_of(pa.array(list(numbers), pa.string()), self._key)
        return Erased(self._key, np.union1d(self._marks, marks))

    def put(self, change: Change) -> None:
        marks = pa.array(self._marks, pa.int64())
        change.put_table(PLACE, pa.table([marks], _MARKS.with_metadata({_KEY: self._key.hex()})))

    def among(self, numbers: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.bool_]:
        """For each number whether its words were erased. A fraction of a microsecond each where any ever were."""
        if not len(self):
            return np.zeros(len(numbers), np.bool_)
        return np.isin(_marks_of(numbers, self._key), self._marks)

    def taken_from(self, complaints: pa.Table) -> pa.Table:
        """The complaints (number, other columns of KEPT) without the words of those that were erased."""
        return emptied(complaints, self.among(complaints["number"]))


def emptied(complaints: pa.Table, which: npt.NDArray[np.bool_]) -> pa.Table:
    """Without what these say and who called."""
    if not which.any():
        return complaints
    mask = pa.array(which)
    for name, value in _EMPTIED.items():
        if name in complaints.column_names:
            field = KEPT.field(name)
            column = pc.if_else(mask, pa.scalar(value, field.type), complaints[name])
            complaints = complaints.set_column(complaints.schema.get_field_index(name), field, column)
    return complaints


def _marks_of(numbers: pa.Array | pa.ChunkedArray, key: bytes) -> Marks:
    from huiyin.language.kernels import plain  # loaded where anything was erased
    from huiyin.language.kernels.choosing import kernels
    from huiyin.language.kernels.texts import Texts

    keys_of = (kernels() if len(numbers) >= _MANY else plain).keys_of
    marks = [keys_of(Texts(*texts_of(piece)), key) for piece in chunks_of(numbers)]
    return np.concatenate(marks) if marks else np.empty(0, np.int64)
