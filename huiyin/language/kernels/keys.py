"""The keys that stand for callers: the first eight bytes of HMAC-SHA256 (RFC 2104, FIPS 180-4), for a whole column."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.compiling import inlined, kernel, part

KEY_BYTES = 8
_BLOCK = 64


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
    inner, outer, state = _FIRST_STATE.copy(), _FIRST_STATE.copy(), np.empty(8, np.uint32)
    words, block = np.empty(64, np.uint32), np.empty(_BLOCK, np.uint8)
    for i in range(_BLOCK):
        block[i] = padded[i] ^ 0x36
    _compress(inner, block, 0, words)
    for i in range(_BLOCK):
        block[i] = padded[i] ^ 0x5C
    _compress(outer, block, 0, words)
    for text in range(len(offsets) - 1):
        start, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        state[:] = inner
        whole = start
        while whole + _BLOCK <= end:
            _compress(state, data, whole, words)
            whole += _BLOCK
        for i in range(end - whole):
            block[i] = data[whole + i]
        _finish(state, block, end - whole, _BLOCK + end - start, words)
        for i in range(8):
            for k in range(4):
                block[4 * i + k] = state[i] >> np.uint32(24 - 8 * k)
        state[:] = outer
        _finish(state, block, 32, _BLOCK + 32, words)
        for i in range(KEY_BYTES):
            found[text, i] = state[i // 4] >> np.uint32(24 - 8 * (i % 4))


@part
def _finish(state, block, filled, length, words):
    """The last block or two: what is left, a one, zeros, the length in bits."""
    block[filled] = 0x80
    for i in range(filled + 1, _BLOCK):
        block[i] = 0
    if filled >= _BLOCK - 8:
        _compress(state, block, 0, words)
        for i in range(_BLOCK):
            block[i] = 0
    for i in range(8):
        block[_BLOCK - 1 - i] = (length * 8) >> (8 * i) & 0xFF
    _compress(state, block, 0, words)


@inlined
def _turned(word, by):
    return word >> np.uint32(by) | word << np.uint32(32 - by)


@part
def _compress(state, data, start, words):
    for i in range(16):
        at = start + 4 * i
        words[i] = (
            np.uint32(data[at]) << np.uint32(24)
            | np.uint32(data[at + 1]) << np.uint32(16)
            | np.uint32(data[at + 2]) << np.uint32(8)
            | np.uint32(data[at + 3])
        )
    for i in range(16, 64):
        early, late = words[i - 15], words[i - 2]
        words[i] = (
            words[i - 16]
            + (_turned(early, 7) ^ _turned(early, 18) ^ early >> np.uint32(3))
            + words[i - 7]
            + (_turned(late, 17) ^ _turned(late, 19) ^ late >> np.uint32(10))
        )
    a, b, c, d = state[0], state[1], state[2], state[3]
    e, f, g, h = state[4], state[5], state[6], state[7]
    for i in range(64):
        chosen = g ^ (e & (f ^ g))
        first = h + (_turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)) + chosen + _ROUNDS[i] + words[i]
        majority = (a & b) | (c & (a | b))
        second = (_turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)) + majority
        h, g, f, e = g, f, e, np.uint32(d + first)
        d, c, b, a = c, b, a, np.uint32(first + second)
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e
    state[5] += f
    state[6] += g
    state[7] += h
