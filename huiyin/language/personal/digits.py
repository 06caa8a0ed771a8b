"""Runs of digits in normalised text, Arabic and Chinese, and the groups they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_VALUES = {
    **{str(n): str(n) for n in range(10)},
    **dict.fromkeys("〇零○", "0"),
    **dict.fromkeys("一壹幺弌", "1"),
    **dict.fromkeys("二贰貳两", "2"),
    **dict.fromkeys("三叁參", "3"),
    **dict.fromkeys("四肆", "4"),
    **dict.fromkeys("五伍", "5"),
    **dict.fromkeys("六陆陸", "6"),
    **dict.fromkeys("七柒", "7"),
    **dict.fromkeys("八捌", "8"),
    **dict.fromkeys("九玖", "9"),
}
HAN_DIGITS = "〇零○一壹幺弌二贰貳两三叁參四肆五伍六陆陸七柒八捌九玖"
DIGIT = f"[0-9{HAN_DIGITS}]"
_TO_ASCII = str.maketrans(_VALUES)

PLAIN_GAPS = frozenset(" -._·~")
_RUN = re.compile(rf"{DIGIT}(?:[-\s._·~,、/()\[\]]{{0,3}}{DIGIT}){{6,}}")

# Written with the same hyphens and dots as telephone numbers (domain.md: case numbers; ISO dates).
_NOT_PERSONAL = re.compile(
    r"(?<![\d-])(?:\d{2}-\d{4}-\d{3}(?!-?\d)"
    r"|(?:19|20)\d{2}([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d))"
)


def to_ascii(text: str) -> str:
    """Chinese numerals read one by one: 三零二 → 302."""
    return text.translate(_TO_ASCII)


@dataclass(frozen=True)
class Run:
    """Digits that stand together; `gaps[i]` is what is written before digit i, `at[i]` where digit i is."""

    text: str
    digits: str
    at: list[int]
    gaps: list[str]
    starts: tuple[int, ...]
    ends: frozenset[int]
    barred: frozenset[int]

    def groups(self, start: int, end: int) -> tuple[int, ...]:
        """Lengths of the groups of digits[start:end], e.g. (3, 4, 4)."""
        lengths = [1]
        for gap in self.gaps[start + 1 : end]:
            if gap:
                lengths.append(1)
            else:
                lengths[-1] += 1
        return tuple(lengths)

    def is_plain(self, start: int, end: int) -> bool:
        """Only spaces, hyphens and dots between the digits."""
        return all(not gap or PLAIN_GAPS.issuperset(gap) for gap in self.gaps[start + 1 : end])

    def is_free(self, start: int, end: int, taken: set[int]) -> bool:
        return taken.isdisjoint(range(start, end))

    def before(self, start: int, length: int = 16) -> str:
        return self.text[max(0, self.at[start] - length) : self.at[start]]

    def after(self, end: int, length: int = 8) -> str:
        return self.text[self.at[end - 1] + 1 : self.at[end - 1] + 1 + length]


def runs(text: str) -> Iterator[Run]:
    """Every run of at least seven digits."""
    for match in _RUN.finditer(text):
        yield _run(text, match.start(), match.end())


def _run(text: str, start: int, end: int) -> Run:
    at = [i for i in range(start, end) if text[i] in _VALUES]
    digits = "".join(_VALUES[text[i]] for i in at)
    gaps = [""] + [text[a + 1 : b] for a, b in pairwise(at)]
    arabic = [text[i].isascii() for i in at]
    count = len(at)
    # An atom is digits of one script without a gap: a number may begin or end only at its edges, except
    # that a Chinese numeral at the edge may belong to a word (王五一三八…, …零零一直).
    edges = [0] + [i for i in range(1, count) if gaps[i] or arabic[i] != arabic[i - 1]] + [count]
    starts, ends = set(edges[:-1]), set(edges[1:])
    for a, b in pairwise(edges):
        if not arabic[a]:
            starts.add(a + 1)
            ends.update({b - 1, b - 2})
            continue
        atom = digits[a:b]
        for prefix in ("86", "086", "0086", "0", "17951", "12593"):
            if atom.startswith(prefix) and len(atom) > len(prefix):
                starts.add(a + len(prefix))
        if b - a in (22, 33):
            starts.update(range(a, b, 11))
            ends.update(range(a + 11, b, 11))
    barred: set[int] = set()
    for match in _NOT_PERSONAL.finditer(text, start, end):
        barred.update(i for i, where in enumerate(at) if match.start() <= where < match.end())
    possible = tuple(sorted(i for i in starts if i < count))
    return Run(text, digits, at, gaps, possible, frozenset(i for i in ends if i <= count), frozenset(barred))
