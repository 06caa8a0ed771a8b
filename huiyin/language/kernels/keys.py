"""The keys that stand for callers: the first eight bytes of HMAC-SHA256 (RFC 2104, FIPS 180-4), for a whole column.

Sixteen texts are hashed side by side: each step of the hash is one loop over as many lanes, which the compiler turns
into instructions for whole vectors.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.compiling import inlined, kernel, part

KEY_BYTES = 8
_BLOCK, _LANES = 64, 16


def _roots(power: int) -> npt.NDArray[np.uint32]:
    """The first 32 bits of the fractions of the square or cube roots of the first primes."""
    primes = [n for n in range(2, 312) if all(n % d for d in range(2, int(n**0.5) + 1))]
    count = 8 if power == 2 else 64
    return np.array(
        [_root_of(prime << 32 * power, power) & 0xFFFFFFFF for prime in primes[:count]], np.uint32
    )


def _root_of(number: int, power: int) -> int:
    low, high = 0, 1 << (number.bit_length() // power + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**power <= number else (low, middle - 1)
    return low


_FIRST_STATE = _roots(2)
_ROUNDS = _roots(3)


def keys_of(data: npt.NDArray[np.uint8], offsets: npt.NDArray[Any], key: bytes) -> npt.NDArray[np.uint8]:
    """The key of each text data[offsets[i]:offsets[i + 1]], a row of eight bytes."""
    whole = hashlib.sha256(key).digest() if len(key) > _BLOCK else key
    padded = np.frombuffer(whole.ljust(_BLOCK, b"\0"), np.uint8)
    found = np.empty((len(offsets) - 1, KEY_BYTES), np.uint8)
    _keys(data, offsets, padded, found)
    return found


@kernel
def _keys(data, offsets, padded, found):
    words, work = np.empty((64, _LANES), np.uint32), np.empty((8, _LANES), np.uint32)
    inner, outer = np.empty((8, _LANES), np.uint32), np.empty((8, _LANES), np.uint32)
    _begin(padded ^ np.uint8(0x36), inner, words, work)
    _begin(padded ^ np.uint8(0x5C), outer, words, work)
    state, ended = np.empty_like(inner), np.empty_like(inner)
    starts, lengths = np.zeros(_LANES, np.int64), np.zeros(_LANES, np.int64)
    last = np.empty(_BLOCK, np.uint8)
    count = len(offsets) - 1
    for first in range(0, count, _LANES):
        most = np.int64(0)
        for lane in range(_LANES):
            text = min(first + lane, count - 1)
            starts[lane], lengths[lane] = offsets[text], offsets[text + 1] - offsets[text]
            most = max(most, _blocks(lengths[lane]))
        state[:] = inner
        for block in range(most):
            for lane in range(_LANES):
                _put_block(data, starts[lane], lengths[lane], block, last, words, lane)
            _compress(state, words, work)
            for lane in range(_LANES):
                if block == _blocks(lengths[lane]) - 1:
                    ended[:, lane] = state[:, lane]
        _put_digests(ended, words)
        state[:] = outer
        _compress(state, words, work)
        for lane in range(min(_LANES, count - first)):
            for i in range(KEY_BYTES):
                found[first + lane, i] = state[i // 4, lane] >> np.uint32(24 - 8 * (i % 4))


@part
def _begin(block, state, words, work):
    """Writes the state of every lane behind this block, which is that of a key."""
    for lane in range(_LANES):
        for i in range(8):
            state[i, lane] = _FIRST_STATE[i]
        for i in range(16):
            words[i, lane] = _word(block, 4 * i)
    _compress(state, words, work)


@inlined
def _word(data, at):
    return (
        np.uint32(data[at]) << np.uint32(24)
        | np.uint32(data[at + 1]) << np.uint32(16)
        | np.uint32(data[at + 2]) << np.uint32(8)
        | np.uint32(data[at + 3])
    )


@inlined
def _blocks(length):
    """How many blocks a text of so many bytes fills, with the one behind it and the eight bytes of its length."""
    return (length + 8) // _BLOCK + 1


@part
def _put_block(data, start, length, block, last, words, lane):
    """Writes one block of a text to its lane: its bytes, a one, zeros and, in the last block, the length in bits.

    What stands behind the last block is not read.
    """
    begins = block * _BLOCK
    if begins + _BLOCK <= length:
        for i in range(16):
            words[i, lane] = _word(data, start + begins + 4 * i)
        return
    left = max(np.int64(0), length - begins)
    for i in range(left):
        last[i] = data[start + begins + i]
    for i in range(left, _BLOCK):
        last[i] = 0
    if begins <= length:
        last[left] = 0x80
    for i in range(16):
        words[i, lane] = _word(last, 4 * i)
    if block == _blocks(length) - 1:
        _put_length(words, lane, _BLOCK + length)


@inlined
def _put_length(words, lane, length):
    """In bits; the block of the key counts too."""
    words[14, lane] = np.uint32(length >> 29)
    words[15, lane] = np.uint32(length << 3)


@part
def _put_digests(state, words):
    """The inner digests as the texts of the outer hash."""
    for lane in range(_LANES):
        for i in range(8):
            words[i, lane] = state[i, lane]
        words[8, lane] = 0x80000000
        for i in range(9, 14):
            words[i, lane] = 0
        _put_length(words, lane, _BLOCK + 32)


@inlined
def _turned(word, by):
    return word >> np.uint32(by) | word << np.uint32(32 - by)


@inlined
def _round(a, b, c, d, e, f, g, h, word):
    """One round, the word with its constant; returns what becomes of d and of h, the others only change their names."""
    chosen = g ^ (e & (f ^ g))
    first = h + (_turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)) + chosen + word
    majority = (a & b) | (c & (a | b))
    second = (_turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)) + majority
    return np.uint32(d + first), np.uint32(first + second)


@part
def _compress(state, words, work):
    """One block for each lane; state[8, lanes] goes on, the first 16 of words[64, lanes] are the block."""
    for i in range(16, 64):
        for lane in range(_LANES):
            early, late = words[i - 15, lane], words[i - 2, lane]
            words[i, lane] = (
                words[i - 16, lane]
                + (_turned(early, 7) ^ _turned(early, 18) ^ early >> np.uint32(3))
                + words[i - 7, lane]
                + (_turned(late, 17) ^ _turned(late, 19) ^ late >> np.uint32(10))
            )
    for i in range(8):
        for lane in range(_LANES):
            work[i, lane] = state[i, lane]
    for i in range(0, 64, 8):
        for lane in range(_LANES):
            a, b, c, d = work[0, lane], work[1, lane], work[2, lane], work[3, lane]
            e, f, g, h = work[4, lane], work[5, lane], work[6, lane], work[7, lane]
            d, h = _round(a, b, c, d, e, f, g, h, words[i, lane] + _ROUNDS[i])
            c, g = _round(h, a, b, c, d, e, f, g, words[i + 1, lane] + _ROUNDS[i + 1])
            b, f = _round(g, h, a, b, c, d, e, f, words[i + 2, lane] + _ROUNDS[i + 2])
            a, e = _round(f, g, h, a, b, c, d, e, words[i + 3, lane] + _ROUNDS[i + 3])
            h, d = _round(e, f, g, h, a, b, c, d, words[i + 4, lane] + _ROUNDS[i + 4])
            g, c = _round(d, e, f, g, h, a, b, c, words[i + 5, lane] + _ROUNDS[i + 5])
            f, b = _round(c, d, e, f, g, h, a, b, words[i + 6, lane] + _ROUNDS[i + 6])
            e, a = _round(b, c, d, e, f, g, h, a, words[i + 7, lane] + _ROUNDS[i + 7])
            work[0, lane], work[1, lane], work[2, lane], work[3, lane] = a, b, c, d
            work[4, lane], work[5, lane], work[6, lane], work[7, lane] = e, f, g, h
    for i in range(8):
        for lane in range(_LANES):
            state[i, lane] += work[i, lane]
