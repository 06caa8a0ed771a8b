"""The tree over all stream heads: its root is the daily anchor's, a path shows one stream in it (RFC 9162 §2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from huiyin.domain.canonical import canonical


def leaf(name: str, number: int, hash_: str) -> bytes:
    """The leaf of a stream: its name in anchors, how many events it has, and the hash of the last one."""
    return hashlib.sha256(b"\x00" + canonical([name, number, hash_])).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root; of no leaves at all it is the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _up(level)
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The sisters on the way from leaf `index` to the root, lowest first."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    sisters = []
    level = list(leaves)
    while len(level) > 1:
        sister = index ^ 1
        if sister < len(level):
            sisters.append(level[sister])
        level, index = _up(level), index >> 1
    return sisters


def root_from_path(leaf_: bytes, *, index: int, size: int, sisters: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to, or None if a path of this length cannot belong to leaf `index` of `size`."""
    if not 0 <= index < size:
        return None
    last, result = size - 1, leaf_
    for sister in sisters:
        if last == 0:
            return None
        if index & 1 or index == last:
            result = _node(sister, result)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            result = _node(result, sister)
        index, last = index >> 1, last >> 1
    return result if last == 0 else None


def branch_roots(leaves: Sequence[bytes], width: int) -> list[bytes]:
    """Roots of consecutive runs of `width` leaves (a power of two): their root is the root of all leaves.

    So the path of one leaf is its path within its run followed by the run's path over these.
    """
    if width < 1 or width & (width - 1):
        raise ValueError("the width of a branch is a power of two")
    return [root(leaves[start : start + width]) for start in range(0, len(leaves), width)]


def _up(level: Sequence[bytes]) -> list[bytes]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs
