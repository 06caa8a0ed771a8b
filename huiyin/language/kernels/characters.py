"""Sets of characters as the nodes of a parsed pattern name them: each the bits of one integer."""

from __future__ import annotations

import re
from functools import cache
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

import numpy as np

# An alphabet of the Basic Multilingual Plane and four signs for what it lacks; a set of them is the bits of an integer.
BMP = 0x10000
BEYOND = BMP
"""Any character outside the plane that is no ideograph."""
RARE_HAN = BMP + 1
"""Any ideograph outside the plane."""
START, END = BMP + 2, BMP + 3
SIGNS = BMP + 4
CHARACTERS = (1 << START) - 1
AT_START, AT_END, AT_BEYOND = 1 << START, 1 << END, 1 << BEYOND
_UNTOLD = AT_BEYOND | 1 << RARE_HAN
"""Signs of characters of which some are words and some are none: Unicode has not given out all ideographs yet."""
_FIRST_RARE_HAN = 0x20000


def sign_of(code: int) -> int:
    if code < BMP:
        return code
    return RARE_HAN if code >= _FIRST_RARE_HAN else BEYOND


def _range(first: int, last: int) -> int:
    found = 0
    if first < BMP:
        found = (1 << (min(last, BMP - 1) + 1)) - (1 << first)
    if last >= _FIRST_RARE_HAN:
        found |= 1 << RARE_HAN
    if first < _FIRST_RARE_HAN and last >= BMP:
        found |= AT_BEYOND
    return found


@cache
def _category(name: Any) -> int:
    written = {
        op.CATEGORY_DIGIT: r"\d",
        op.CATEGORY_SPACE: r"\s",
        op.CATEGORY_WORD: r"\w",
    }
    opposite = {
        op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
        op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
        op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
    }
    if name in opposite:
        return (CHARACTERS & ~_category(opposite[name])) | _UNTOLD
    matches = re.compile(written[name]).fullmatch
    bits = np.fromiter((matches(chr(code)) is not None for code in range(BMP)), bool, BMP)
    found = int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")
    return found | (1 << RARE_HAN | AT_BEYOND if name is op.CATEGORY_WORD else 0)


@cache
def _by_case() -> dict[str, int]:
    """Every character that is another one in some other case, by that one."""
    found: dict[str, int] = {}
    for code in range(BMP):
        char = chr(code)
        forms = {char.lower()[:1], char.upper()[:1], char.casefold()[:1]}
        if forms != {char}:
            for form in forms:
                found[form] = found.get(form, 1 << ord(form)) | 1 << code
    return found


@cache
def _cased() -> int:
    return sum(1 << ord(form) for form in _by_case())


@cache
def _with_cases(chars: int) -> int:
    for form, others in _by_case().items():
        if chars >> ord(form) & 1:
            chars |= others
    return chars


def set_of(kind: Any, value: Any, flags: int, *, surely: bool = False) -> int | None:
    """The characters a node of one character matches; None for any other node. `surely` never has one too many."""
    if kind is op.LITERAL:
        chars = _range(value, value)
    elif kind is op.NOT_LITERAL:
        return (CHARACTERS & ~_range(value, value)) | (0 if surely else AT_BEYOND)
    elif kind is op.ANY:
        return CHARACTERS if flags & re.DOTALL else CHARACTERS & ~(1 << ord("\n"))
    elif kind is op.IN:
        chars, negated = 0, False
        for inner, what in value:
            if inner is op.NEGATE:
                negated = True
            elif inner is op.LITERAL:
                chars |= _range(what, what)
            elif inner is op.RANGE:
                chars |= _range(*what)
            else:
                chars |= _category(what)
        if negated:
            return (CHARACTERS & ~chars) | (0 if surely else _UNTOLD)
    else:
        return None
    if surely:
        return chars & ~_UNTOLD
    return _with_cases(chars) if flags & re.IGNORECASE and chars & _cased() else chars
