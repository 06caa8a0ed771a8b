"""Loops over columns of complaints: compiled by numba, or, without it, the same lines as plain Python.

Loaded by whoever calls one, for numba takes a third of a second: what only reads or shows complaints starts without.
Arrays of bytes and offsets are those of Arrow's strings: text i is data[offsets[i] : offsets[i + 1]].
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar, cast

import numpy as np

from huiyin.language.kernels.caches import compiled_folder, keeps_compiled

HASHES, BANDS = 16, 4
"""Min-hashes of a text, each of sixteen bits; four of them, one 64-bit number, are a band."""
_NEVER = np.iinfo(np.int64).max
_Loop = TypeVar("_Loop", bound=Callable[..., Any])


def _kernel(loop: _Loop) -> _Loop:
    """Compiled without the interpreter's lock, kept in the user's cache, unless HUIYIN_KERNELS says `python`."""
    if os.environ.get("HUIYIN_KERNELS") == "python" or find_spec("numba") is None:
        plain: _Loop = np.errstate(over="ignore")(loop)  # keys wrap around, as they do compiled
        return plain
    import numba

    numba.config.CACHE_DIR = str(compiled_folder())  # type: ignore[attr-defined]
    return cast("_Loop", numba.njit(nogil=True, cache=keeps_compiled())(loop))


@_kernel
def keys(data: Any, offsets: Any, found: Any) -> None:
    """A 64-bit key of each text (FNV-1a, mixed once more), never zero."""
    for row in range(len(found)):
        key = np.uint64(14695981039346656037)
        for at in range(offsets[row], offsets[row + 1]):
            key = (key ^ np.uint64(data[at])) * np.uint64(1099511628211)
        key ^= key >> np.uint64(33)
        key *= np.uint64(0xFF51AFD7ED558CCD)
        key ^= key >> np.uint64(33)
        found[row] = key if key != 0 else np.uint64(1)


@_kernel
def put(slots: Any, places: Any, keys: Any, first: int, seen_at: Any) -> int:
    """Adds keys to the table (slots → places, numbered from `first`); `seen_at`: the place of a key that was there,
    else -1. Returns how many were added."""
    mask = np.uint64(len(slots) - 1)
    added = 0
    for at in range(len(keys)):
        key = keys[at]
        slot = key & mask
        while slots[slot] != 0 and slots[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] == key:
            seen_at[at] = places[slot]
        else:
            slots[slot] = key
            places[slot] = first + at
            seen_at[at] = -1
            added += 1
    return added


@_kernel
def put_back(slots: Any, places: Any, keys: Any, old_places: Any) -> None:
    """Fills a larger table with what a smaller one held."""
    mask = np.uint64(len(slots) - 1)
    for at in range(len(keys)):
        slot = keys[at] & mask
        while slots[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = keys[at]
        places[slot] = old_places[at]


@_kernel
def min_hashes(data: Any, offsets: Any, wanted: Any, signatures: Any, triples: Any) -> None:
    """Of the wanted texts: HASHES min-hashes and the number of triples, over their Chinese characters alone.

    One hash a triple: its upper bits say which of the sixteen it may be the smallest of.
    """
    empty = np.uint64(0xFFFFFFFFFFFFFFFF)
    smallest = np.empty(16, np.uint64)
    for row in range(len(triples)):
        if not wanted[row]:
            continue
        smallest[:] = empty
        before = np.uint64(0)
        seen = 0
        at = offsets[row]
        end = offsets[row + 1]
        while at < end:
            byte = data[at]
            if byte < 0xE0:
                at += 1 if byte < 0x80 else 2
                continue
            if byte >= 0xF0:
                at += 4
                continue
            if at + 2 >= end:
                break
            letter = (
                (np.uint64(byte & 0x0F) << np.uint64(12))
                | (np.uint64(data[at + 1] & 0x3F) << np.uint64(6))
                | np.uint64(data[at + 2] & 0x3F)
            )
            at += 3
            if letter < 0x4E00 or letter > 0x9FFF:
                continue
            seen += 1
            value = before | letter
            before = (value << np.uint64(16)) & np.uint64(0xFFFFFFFF0000)
            if seen >= 3:
                value *= np.uint64(0x9E3779B97F4A7C15)
                value ^= value >> np.uint64(29)
                value *= np.uint64(0xBF58476D1CE4E5B9)
                value ^= value >> np.uint64(32)
                which = value >> np.uint64(60)
                smallest[which] = min(smallest[which], value)
        if seen < 3:
            continue
        triples[row] = seen - 2
        for place in range(16):  # a place without a hash borrows the next one's
            step = 0
            while smallest[(place + step) % 16] == empty:
                step += 1
            signatures[row, place] = (smallest[(place + step) % 16] + np.uint64(step)) & np.uint64(0xFFFF)


@_kernel
def _root(parents: Any, at: int) -> int:
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at


@_kernel
def join_alike(estates: Any, able: Any, signatures: Any, bands: Any, least: int, parents: Any) -> None:
    """Join each complaint to the first one of its band, and to the one before it, where `least` min-hashes agree.

    Rows lie estate by estate. `bands`: the same bytes as `signatures`, BANDS numbers a row.
    """
    begin = 0
    size = 16
    first = np.full(size, -1, np.int32)
    last = np.full(size, -1, np.int32)
    while begin < len(estates):
        end = begin + 1
        while end < len(estates) and estates[end] == estates[begin]:
            end += 1
        if end - begin < 2 or estates[begin] < 0:
            begin = end
            continue
        while size < 2 * (end - begin):
            size *= 2
        if size > len(first):
            first = np.empty(size, np.int32)
            last = np.empty(size, np.int32)
        for band in range(BANDS):
            first[:size] = -1
            for row in range(begin, end):
                if not able[row]:
                    continue
                value = bands[row, band]
                slot = np.int64((value * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(33)) & (size - 1)
                while first[slot] >= 0 and bands[first[slot], band] != value:
                    slot = (slot + 1) & (size - 1)
                if first[slot] < 0:
                    first[slot] = row
                    last[slot] = row
                    continue
                for other in (first[slot], last[slot]):
                    alike = 0
                    for which in range(HASHES):
                        if signatures[other, which] == signatures[row, which]:
                            alike += 1
                    if alike >= least:
                        one, two = _root(parents, other), _root(parents, row)
                        parents[max(one, two)] = min(one, two)
                last[slot] = row
        size = 16
        begin = end


@_kernel
def smallest_keys(parents: Any, keys: Any) -> Any:
    """For each row the smallest key of those it is joined to, 0 where it is alone."""
    count = len(parents)
    sizes = np.zeros(count, np.int32)
    smallest = np.full(count, _NEVER)
    for row in range(count):
        root = _root(parents, row)
        sizes[root] += 1
        smallest[root] = min(smallest[root], max(keys[row], 1))
    groups = np.zeros(count, np.int64)
    for row in range(count):
        root = _root(parents, row)
        if sizes[root] > 1:
            groups[row] = smallest[root]
    return groups


@_kernel
def look_back(
    keys: Any, received: Any, closed: Any, at_most: int, begin: int, again: Any, recurred: Any
) -> None:
    """For each row from `begin`: whether one of its key came before, at most so long ago; and whether such a one was
    closed by then.

    Rows of one key lie in the order of time. `again` and `recurred` begin with row `begin`.
    """
    count = len(keys)
    size = 16
    while size < 2 * count:
        size *= 2
    newest = np.full(size, -1, np.int32)
    earlier = np.full(count, -1, np.int32)
    for row in range(count):
        at = np.int64((keys[row] * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(33)) & (size - 1)
        while newest[at] >= 0 and keys[newest[at]] != keys[row]:
            at = (at + 1) & (size - 1)
        earlier[row] = newest[at]
        newest[at] = row
    line = np.empty(16, np.int32)
    closings = np.empty(17, np.int32)
    for last in newest:
        if last < begin or earlier[last] < 0:
            continue
        one = last
        length = 0
        while one >= 0:
            length += 1
            one = earlier[one]
        if length > len(line):
            line = np.empty(2 * length, np.int32)
            closings = np.empty(2 * length + 1, np.int32)
        one = last
        for place in range(length - 1, -1, -1):
            line[place] = one
            one = earlier[one]
        closings[: length + 1] = 0
        end = 0
        for place in range(length):
            one = line[place]
            while end < length and received[line[end]] - received[one] <= at_most:
                end += 1
            if place + 1 < end:
                if line[place + 1] >= begin:
                    again[line[place + 1] - begin] = True
                # Those from the first one that came after the closing, as long as it is not too long ago.
                low, high = place + 1, end
                while low < high:
                    middle = (low + high) // 2
                    if received[line[middle]] >= closed[one]:
                        high = middle
                    else:
                        low = middle + 1
                closings[low] += 1
                closings[end] -= 1
        closed_before = 0
        for place in range(length):
            closed_before += closings[place]
            if closed_before > 0 and line[place] >= begin:
                recurred[line[place] - begin] = True
