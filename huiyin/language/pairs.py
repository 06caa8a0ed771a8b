"""Neighbouring characters as one number each: cheaper to make and to look up than two characters of text."""

from __future__ import annotations


def pairs(encoded: bytes, width: int) -> list[int]:
    """Each unit of `width` bytes, of which two are looked at, with the one after it, in order.

    The low bytes of both stand lowest: they tell pairs apart best, and a dictionary looks at the lowest bits first.
    """
    low, high = encoded[::width], encoded[1::width]
    mixed = bytearray(4 * max(0, len(low) - 1))
    mixed[0::4], mixed[1::4] = low[:-1], low[1:]
    mixed[2::4], mixed[3::4] = high[:-1], high[1:]
    return memoryview(mixed).cast("I").tolist()


def swapped(pair: int) -> int:
    """The number of a pair for its two characters one after the other, and the other way round."""
    return pair & 0xFF0000FF | (pair & 0x00FF0000) >> 8 | (pair & 0x0000FF00) << 8
