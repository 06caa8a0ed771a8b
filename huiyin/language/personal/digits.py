"""Runs of digits in normalised text, Arabic and Chinese, and the groups they are written in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from huiyin.language.personal.kinds import MARKS

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
HAN_DIGITS = "".join(char for char in _VALUES if not char.isascii())
_SPOKEN = {"洞": "0", "拐": "7", "勾": "9"}  # as on the radio, with 幺 and 两
_IN_CIRCLES = {char: str(unicodedata.digit(char)) for char in "⓪①②③④⑤⑥⑦⑧⑨❶❷❸❹❺❻❼❽❾➊➋➌➍➎➏➐➑➒⑴⑵⑶⑷⑸⑹⑺⑻⑼"}
_VALUES |= _SPOKEN | _IN_CIRCLES
DIGIT = f"[0-9{''.join(char for char in _VALUES if not char.isascii())}]"
_TO_ASCII = str.maketrans(_VALUES)

# What stands between the digits of one number, and hardly between two numbers.
_PLAIN_GAPS = frozenset(" -._·~*|=+/:#\\^'\"<>…\u3000\u00a0")
_LIST_SIGNS = re.compile(r"[,、。;!?\n]")
_BRACKETS = str.maketrans("", "", "()[]")
GAP = rf"(?:(?:[^\w○〔〕¥$%{MARKS}]|_){{0,6}}|\s?横?杠\s?)"
SHORTEST = 11
"""No number that is looked for in a run has fewer digits."""
RUN = re.compile(rf"{DIGIT}(?:{GAP}{DIGIT}){{{SHORTEST - 1},}}")

# Written with the same hyphens and dots as telephone numbers (domain.md: case numbers; ISO dates).
_NOT_PERSONAL = re.compile(
    r"(?<![\d-])(?:\d{2}-\d{4}-\d{3}(?!-?\d)"
    r"|(?:19|20)\d{2}([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d))"
)

BEFORE, AFTER = 16, 8
"""Characters around a number that are read to tell what it is."""
_ARABIC, _HAN, _CIRCLED = range(3)
_PREFIXES = ("86", "086", "0086", "0", "17951", "12593")
_LENGTHS = (11, 12, 16, 17, 18, 19)
# The last digits count what the next word names: …12343号楼.
_COUNTS_ON = re.compile(r"\s?(?:号[楼院]|[月次天栋幢年点楼]|单元|个月)")
_AFTER_HOUSE = re.compile(r"(?:单元|号楼|栋|幢|座|#|层|楼|-)\s?$")


def _script(char: str) -> int:
    return _ARABIC if char.isascii() else _CIRCLED if char in _IN_CIRCLES else _HAN


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
    edges: frozenset[int]
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
        """Between the digits only what joins, spaces and hyphens or one sign throughout; brackets do not matter."""
        gaps = {gap.translate(_BRACKETS).strip() for gap in self.gaps[start + 1 : end]} - {""}
        return all(_PLAIN_GAPS.issuperset(gap) for gap in gaps) and (len(gaps) <= 1 or gaps == {"-", "--"})

    def may_be_one(self, start: int, end: int) -> bool:
        """Signs that stand in lists too are read as part of a number only where one stands in every gap."""
        written = [gap.strip(" ") for gap in self.gaps[start + 1 : end] if gap]
        gaps = set(written)
        return (len(gaps) <= 1 < len(written)) or not any(_LIST_SIGNS.search(gap) for gap in gaps)

    def is_cut_from_more(self, start: int, end: int, taken: set[int]) -> bool:
        """Single digits with one gap between all of them, going on before or behind: part of a longer number."""
        gap = self.gaps[start + 1]
        single_before = start == 1 or bool(start and self.gaps[start - 1])
        goes_on_before = single_before and start - 1 not in taken and self.gaps[start] == gap
        goes_on_behind = end < len(self.digits) and end not in taken and self.gaps[end] == gap
        length = end - start
        return bool(gap) and (
            (goes_on_before and start % length != 0) or (goes_on_behind and len(self.digits) % length != 0)
        )

    def stands_free(self, start: int, end: int) -> bool:
        """Between gaps, but for one numeral of the words on either side."""
        ends = {end, end + 1} & (self.edges | {len(self.digits)})
        return bool({start, start - 1} & self.edges and ends)

    def is_arabic(self, start: int, end: int) -> bool:
        return self.text[self.at[start] : self.at[end - 1] + 1].isascii()

    def is_free(self, start: int, end: int, taken: set[int]) -> bool:
        return taken.isdisjoint(range(start, end))

    def before(self, start: int) -> str:
        return self.text[max(0, self.at[start] - BEFORE) : self.at[start]]

    def after(self, end: int) -> str:
        return self.text[self.at[end - 1] + 1 : self.at[end - 1] + 1 + AFTER]


def run_of(match: re.Match[str]) -> Run:
    """What a match of RUN consists of."""
    text, (start, end) = match.string, match.span()
    at = [i for i in range(start, end) if text[i] in _VALUES]
    digits = "".join(_VALUES[text[i]] for i in at)
    gaps = [""] + [text[a + 1 : b] for a, b in pairwise(at)]
    script = [_script(text[i]) for i in at]
    count = len(at)
    # An atom is digits of one script without a gap: a number may begin or end only at its edges, except that
    # Chinese numerals run into the words beside them (王五一三八…, …零零一直, 五零一一三八…).
    edges = [0] + [i for i in range(1, count) if gaps[i] or script[i] != script[i - 1]] + [count]
    starts, ends = set(edges[:-1]), set(edges[1:])
    clear = frozenset({0} | {i for i in range(1, count) if gaps[i]})
    for a, b in pairwise(edges):
        if script[a] != _ARABIC:
            starts.update(range(a + 1, b))
            ends.update(range(a + 1, b))
            continue
        atom = digits[a:b]
        for prefix in _PREFIXES:
            if atom.startswith(prefix) and len(atom) > len(prefix):
                starts.add(a + len(prefix))
        # Two numbers, or a room and a number, written without anything between.
        for length in _LENGTHS:
            if b - a - length in _LENGTHS:
                starts.add(a + length)
                ends.add(a + length)
        if b - a == 33:
            starts.update((a + 11, a + 22))
            ends.update((a + 11, a + 22))
        if b == count and _COUNTS_ON.match(text, end):
            ends.update((b - 1, b - 2))
        if b - a in (14, 15) and _AFTER_HOUSE.search(text, max(0, at[a] - 4), at[a]):
            starts.add(b - 11)
    barred: set[int] = set()
    for match in _NOT_PERSONAL.finditer(text, start, end):
        barred.update(i for i, where in enumerate(at) if match.start() <= where < match.end())
    possible = tuple(sorted(i for i in starts if i < count))
    return Run(
        text, digits, at, gaps, possible, clear, frozenset(i for i in ends if i <= count), frozenset(barred)
    )
