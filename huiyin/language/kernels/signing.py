"""Signatures: sixteen numbers by which texts that say nearly the same are found (MinHash)."""

from __future__ import annotations

import numpy as np
from numba import njit

SIGNATURE = 16
_M1, _M2, _M3, _M4 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F
_SEEDS = np.array([(n + 1) * 0x9E3779B97F4A7C15 % (1 << 32) | 1 for n in range(SIGNATURE)], np.uint32)
_TURNS = np.array([(n + 1) * 0xD1B54A32D192ED03 % (1 << 32) for n in range(SIGNATURE)], np.uint32)
NOTHING = 0xFFFFFFFF
"""Each number of the signature of a text without letters."""


@njit(nogil=True, inline="always")
def _mixed(a, b, c):
    value = a * np.uint32(_M1) ^ b * np.uint32(_M2) ^ c * np.uint32(_M3)
    value ^= value >> np.uint32(15)
    value *= np.uint32(_M4)
    return value ^ value >> np.uint32(13)


@njit(nogil=True, inline="always")
def _lower(signature, value):
    for lane in range(SIGNATURE):
        here = np.uint32(value * _SEEDS[lane]) ^ _TURNS[lane]
        signature[lane] = min(signature[lane], here)


@njit(nogil=True)
def sign(formed, length, kinds, is_letter, least):
    """Least values of sixteen hashes over the triples of letters (of each character its kind).

    `least` is where they are written. A text of one or two letters has one triple, filled up with zeros.
    """
    for lane in range(SIGNATURE):
        least[lane] = np.uint32(NOTHING)
    first = second = np.uint32(0)
    count = 0
    for i in range(length):
        if is_letter[kinds[i]]:
            third = np.uint32(formed[i])
            count += 1
            if count >= 3:
                _lower(least, _mixed(first, second, third))
            first, second = second, third
    if 0 < count < 3:
        _lower(least, _mixed(first, second, np.uint32(0)))
