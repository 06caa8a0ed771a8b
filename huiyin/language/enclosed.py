"""What stands between marks: quotations, titles of laws and documents, brackets. Offsets of the text as given."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple


class Range(NamedTuple):
    start: int
    end: int


# A mark that is never closed on its line encloses nothing.
_QUOTE = re.compile(
    r"“[^“”\n]*”|「[^「」\n]*」|『[^『』\n]*』|‘[^‘’\n]*’|〝[^〝〞\n]*〞|\"[^\"\n]*\"|＂[^＂\n]*＂"
)
_TITLE = re.compile(
    r"《[^《》\n]*(?:《[^《》\n]*》[^《》\n]*)*》|〈[^〈〉\n]*〉|﹝[^﹝﹞\n]*﹞|〔[^〔〕\n]*〕"
)
_BRACKET = re.compile(r"\([^()\n]*\)|（[^（）\n]*）|【[^【】\n]*】|\[[^\[\]\n]*\]")


def find_quotes(text: str) -> list[Range]:
    """Quotations with their marks, in order."""
    return [Range(*match.span()) for match in _QUOTE.finditer(text)]


def find_titles(text: str) -> list[Range]:
    """《…》 and 〔…〕 with their marks, in order."""
    return [Range(*match.span()) for match in _TITLE.finditer(text)]


def find_brackets(text: str) -> list[Range]:
    """(…) and 【…】 with their marks, innermost, in order."""
    return [Range(*match.span()) for match in _BRACKET.finditer(text)]


class Ranges:
    """Asked often whether a place lies inside one of them."""

    def __init__(self, *families: Iterable[tuple[int, int]]) -> None:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(one for family in families for one in family):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        self._starts = [start for start, _ in merged]
        self._ends = [end for _, end in merged]

    def __bool__(self) -> bool:
        return bool(self._starts)

    def holds(self, at: int) -> bool:
        """True if the character at this offset stands inside."""
        nearest = bisect_right(self._starts, at) - 1
        return nearest >= 0 and at < self._ends[nearest]
