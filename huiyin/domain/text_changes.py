"""What changed between two wordings, for people: paragraph by paragraph, and within a paragraph word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"[0-9A-Za-z.,]+|\s+|.", re.DOTALL)
"""A figure is changed as a whole: 86 to 96 is not an 8 that became a 9."""
MOST_PAIRS = 20_000
"""Of equal words in both. Comparing costs their number several times over: a line of a thousand dots took a minute."""


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One paragraph or row: how it was and how it is; `pieces` join both where it was changed."""

    kind: Kind
    before: str = ""
    after: str = ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(pieces(self.before, self.after))


def pieces(before: str, after: str) -> Iterator[Piece]:
    """What stayed, went and came, in reading order."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for tag, a_from, a_to, b_from, b_to in _opcodes(old, new):
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(old[a_from:a_to]))
            continue
        if a_to > a_from:
            yield Piece(Kind.REMOVED, "".join(old[a_from:a_to]))
        if b_to > b_from:
            yield Piece(Kind.ADDED, "".join(new[b_from:b_to]))


def paragraph_changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Every paragraph in its order, the same ones too, so that a reader sees where a change stands."""
    changes: list[Change] = []
    for tag, a_from, a_to, b_from, b_to in _opcodes(before, after):
        old, new = before[a_from:a_to], after[b_from:b_to]
        if tag == "equal":
            changes += [Change(Kind.SAME, each, each) for each in old]
            continue
        both = min(len(old), len(new))
        changes += [Change(Kind.CHANGED, *pair) for pair in zip(old[:both], new[:both], strict=True)]
        changes += [Change(Kind.REMOVED, each, "") for each in old[both:]]
        changes += [Change(Kind.ADDED, "", each) for each in new[both:]]
    return changes


def row_changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Change]:
    """The rows that are not the same in both, by their key: those of before first, then new ones."""
    changes: dict[str, Change] = {}
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key, ""), after.get(key, "")
        if key not in after:
            changes[key] = Change(Kind.REMOVED, old, "")
        elif key not in before:
            changes[key] = Change(Kind.ADDED, "", new)
        elif old != new:
            changes[key] = Change(Kind.CHANGED, old, new)
    return changes


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """What is the same at both ends, and between them the steps of difflib; in one step where words repeat too much."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a_end, b_end = len(old) - tail, len(new) - tail
    if head:
        yield "equal", 0, head, 0, head
    a, b = old[head:a_end], new[head:b_end]
    known = Counter(b)
    if sum(known[word] for word in a) > MOST_PAIRS:
        yield "replace", head, a_end, head, b_end
    else:
        for tag, a_from, a_to, b_from, b_to in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            yield tag, head + a_from, head + a_to, head + b_from, head + b_to
    if tail:
        yield "equal", a_end, len(old), b_end, len(new)
