"""Complaint numbers as 64-bit keys: which rows of an import are there already, and which came twice.

Two different numbers among ten million share a key with a chance of about one in 370,000.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiyin.analytics.columns import chunks_of, texts_of

Keys = npt.NDArray[np.uint64]
_FEW = 1 << 16
_FULLEST = 0.6


def keys_of(numbers: pa.Array | pa.ChunkedArray) -> Keys:
    """One key a number (FNV-1a, mixed once more); never zero. The column holds no nulls."""
    from huiyin.analytics import kernels

    keys = np.empty(len(numbers), np.uint64)
    start = 0
    for piece in chunks_of(numbers):
        kernels.keys(*texts_of(piece.cast(pa.string())), keys[start : start + len(piece)])
        start += len(piece)
    return keys


class Seen:
    """Keys met so far, each with its place in the order of arrival; twelve bytes or so a key."""

    def __init__(self) -> None:
        self._slots: Keys = np.zeros(_FEW, np.uint64)
        self._places = np.zeros(_FEW, np.int32)
        self._count = 0
        self._arrived = 0

    def add(self, keys: Keys) -> npt.NDArray[np.int32]:
        """For each key the place at which it came first, or -1 if that is here."""
        from huiyin.analytics import kernels

        while self._count + len(keys) > _FULLEST * len(self._slots):
            self._grow()
        seen_at = np.empty(len(keys), np.int32)
        self._count += kernels.put(self._slots, self._places, keys, self._arrived, seen_at)
        self._arrived += len(keys)
        return seen_at

    def keys(self) -> Keys:
        """All of them, sorted."""
        return np.sort(self._slots[self._slots != 0])

    def _grow(self) -> None:
        from huiyin.analytics import kernels

        taken = self._slots != 0
        keys, places = self._slots[taken], self._places[taken]
        self._slots = np.zeros(2 * len(self._slots), np.uint64)
        self._places = np.zeros(len(self._slots), np.int32)
        kernels.put_back(self._slots, self._places, keys, places)
