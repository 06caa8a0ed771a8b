"""Which of thousands of names stands first in each of hundreds of thousands of texts.

NumPy finds where a name may begin, by its first two characters; only there is looked which name it is. A regular
expression of all the names would take longer the more of them there are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

_BETWEEN = "\0"
"""Between two texts; a name holds none, so none reaches from one text into the next."""
_BEGINS = 2


class Names:
    """Names of two characters or more."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._lengths: dict[str, list[int]] = {}
        for begin, length in sorted({(name[:_BEGINS], len(name)) for name in self._names}, reverse=True):
            self._lengths.setdefault(begin, []).append(length)
        self._is_at = [np.zeros(sys.maxunicode + 1, np.bool_) for _ in range(_BEGINS)]
        for begin in self._lengths:
            for is_here, sign in zip(self._is_at, begin, strict=True):
                is_here[ord(sign)] = True

    def first_in(self, texts: Sequence[str]) -> list[str | None]:
        """For each text the name that stands first in it, of those that begin at one place the longest."""
        found: list[str | None] = [None] * len(texts)
        ends = np.cumsum([len(text) + len(_BETWEEN) for text in texts])
        together = _BETWEEN.join(texts)
        places = self._places(together)
        for at, text in zip(
            places.tolist(), np.searchsorted(ends, places, side="right").tolist(), strict=True
        ):
            if found[text] is None:
                found[text] = self._at(together, at)
        return found

    def _places(self, text: str) -> npt.NDArray[np.intp]:
        """Where the first character of some name stands before the second of some name, be it another."""
        signs = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        first, second = self._is_at
        return np.flatnonzero(first[signs[:-1]] & second[signs[1:]])

    def _at(self, text: str, at: int) -> str | None:
        for length in self._lengths.get(text[at : at + _BEGINS], ()):
            name = text[at : at + length]
            if name in self._names:
                return name
        return None
