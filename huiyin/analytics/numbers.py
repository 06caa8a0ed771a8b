"""Complaint numbers as 64-bit keys: which rows of an import are there already, and which came twice.

Two different numbers among ten million share a key with a chance of about one in 370,000.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Keys = npt.NDArray[np.uint64]
_FEW = 1 << 16
_FULLEST = 0.6


@numba.njit(nogil=True, cache=True)
def _keys(data: Any, offsets: Any, keys: Any) -> None:
    for row in range(len(keys)):
        key = np.uint64(14695981039346656037)
        for at in range(offsets[row], offsets[row + 1]):
            key = (key ^ np.uint64(data[at])) * np.uint64(1099511628211)
        key ^= key >> np.uint64(33)
        key *= np.uint64(0xFF51AFD7ED558CCD)
        key ^= key >> np.uint64(33)
        keys[row] = key if key != 0 else np.uint64(1)


def keys_of(numbers: pa.Array) -> Keys:
    """One key a number (FNV-1a, mixed once more); never zero. The array holds no nulls."""
    count = len(numbers)
    keys = np.empty(count, np.uint64)
    if count:
        _, offsets, data = numbers.cast(pa.string()).buffers()
        bounds = np.frombuffer(offsets, np.int32)[numbers.offset : numbers.offset + count + 1]
        _keys(np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8), bounds, keys)
    return keys


@numba.njit(nogil=True, cache=True)
def _put(slots: Any, rows: Any, keys: Any, first: int, seen_at: Any) -> int:
    mask = np.uint64(len(slots) - 1)
    added = 0
    for at in range(len(keys)):
        key = keys[at]
        slot = key & mask
        while slots[slot] != 0 and slots[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] == key:
            seen_at[at] = rows[slot]
        else:
            slots[slot] = key
            rows[slot] = first + at
            seen_at[at] = -1
            added += 1
    return added


class Seen:
    """Keys met so far, each with its place in the order of arrival; twelve bytes or so a key."""

    def __init__(self) -> None:
        self._slots: Keys = np.zeros(_FEW, np.uint64)
        self._places = np.zeros(_FEW, np.int32)
        self._count = 0
        self._arrived = 0

    def add(self, keys: Keys) -> npt.NDArray[np.int32]:
        """For each key the place at which it came first, or -1 if that is here."""
        while self._count + len(keys) > _FULLEST * len(self._slots):
            self._grow()
        seen_at = np.empty(len(keys), np.int32)
        self._count += _put(self._slots, self._places, keys, self._arrived, seen_at)
        self._arrived += len(keys)
        return seen_at

    def keys(self) -> Keys:
        """All of them, sorted."""
        return np.sort(self._slots[self._slots != 0])

    def _grow(self) -> None:
        taken = self._slots != 0
        keys, places = self._slots[taken], self._places[taken]
        self._slots = np.zeros(2 * len(self._slots), np.uint64)
        self._places = np.zeros(len(self._slots), np.int32)
        _put_back(self._slots, self._places, keys, places)


@numba.njit(nogil=True, cache=True)
def _put_back(slots: Any, rows: Any, keys: Any, places: Any) -> None:
    mask = np.uint64(len(slots) - 1)
    for at in range(len(keys)):
        slot = keys[at] & mask
        while slots[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = keys[at]
        rows[slot] = places[at]
