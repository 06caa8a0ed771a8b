"""Codes on letters that people can type: K7AF-M3TX-9RWA, in characters that are not mistaken for each other."""

from __future__ import annotations

import math
import unicodedata

ALPHABET = "0123456789ACDEFGHJKMNPRTVWXY"
"""Of characters that look alike on paper one is in it; what is typed for it all the same is read as it."""
LENGTH, GROUP = 12, 4
BITS = LENGTH * math.log2(len(ALPHABET))
"""57.7: at twenty tries a minute one of ten thousand letters is found after two million years."""

_LOOKS_LIKE = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "U": "V"})
_BETWEEN = frozenset(" -‐‑‒–—―−ー_.·\t\n\u3000")


def grouped(code: str) -> str:
    """As it is printed: by four."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def canonical(text: str) -> str | None:
    """The twelve characters as somebody typed them, or None where it cannot be such a code."""
    if len(text) > 4 * LENGTH:
        return None
    typed = "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char not in _BETWEEN)
    code = typed.translate(_LOOKS_LIKE)
    return code if len(code) == LENGTH and all(char in ALPHABET for char in code) else None
