"""In which month of the store a complaint lies, by its number: from the keys of the months, without reading complaints.

The kernels that make keys by the million stay out of web processes (ADR 0021); one key is a few steps of Python.
"""

from __future__ import annotations

from huiyin.apps.hotline.asking import folder

_BITS = (1 << 64) - 1
_FNV_START, _FNV_PRIME, _MIX = 14695981039346656037, 1099511628211, 0xFF51AFD7ED558CCD


def month_with(number: str) -> str | None:
    """As the store names it, the newest first; None where no complaint bears the number."""
    import numpy as np

    from huiyin.analytics.store import Store

    key, store = np.uint64(key_of(number)), Store(folder())
    for month in sorted(store.months(), reverse=True):
        keys = store.keys_of(month)
        at = int(np.searchsorted(keys, key))
        if at < len(keys) and keys[at] == key:
            return month
    return None


def key_of(number: str) -> int:
    """As huiyin.analytics.numbers.keys_of; a test compares both."""
    key = _FNV_START
    for byte in number.encode():
        key = ((key ^ byte) * _FNV_PRIME) & _BITS
    key ^= key >> 33
    key = (key * _MIX) & _BITS
    key ^= key >> 33
    return key or 1
