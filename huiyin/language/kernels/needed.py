"""What a text must hold for a pattern to match: automata made from the pattern itself by leaving out what only narrows.

An automaton is started at a place and sees one character after the other. It finds something at every place where the
pattern matches and at few others: lookarounds of one character are kept, longer ones are read by their first
character or left out, a lookahead at the end of a pattern is read on, repetitions lose a high upper limit. Nothing is
listed here twice: a pattern that changes changes its automaton (ADR 0021).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from huiyin.language.kernels.characters import AT_BEYOND, AT_END, AT_START, CHARACTERS, set_of

_MOST_COPIES = 4
"""x{0,4} is drawn as four optional x, x{0,5} as x*."""
_MOST_STATES, _READ_OF_NAME = 400, 2
"""Of a pattern of more states, so many characters of its group `name` are enough: what leads to a name is rare."""
READ, SPLIT, BEHIND, AHEAD, FOUND = range(5)
Node = tuple[Any, Any]


class Net:
    """States are rows (kind, set of characters or bit, next states)."""

    def __init__(self, *, is_alone: bool = True) -> None:
        """A pattern that is not alone is cut if it is large: together their states would multiply."""
        self.states: list[tuple[int, int, tuple[int, ...]]] = []
        self.beginnings: list[int] = []
        self._name: int | None = None
        self._goal = 0
        self._may_cut = not is_alone
        self._is_cut = False

    def add(self, pattern: re.Pattern[str], number: int) -> None:
        tree = parser.parse(pattern.pattern, pattern.flags)
        self._goal = self._state(FOUND, 1 << number, ())
        self._name = pattern.groupindex.get("name")
        size = len(self.states)
        begins = self._sequence(list(tree), self._goal, pattern.flags)
        if self._may_cut and self._name and len(self.states) - size > _MOST_STATES:
            del self.states[size:]
            self._is_cut = True
            begins = self._sequence(list(tree), self._goal, pattern.flags)
            self._is_cut = False
        self.beginnings.append(begins)

    def _state(self, kind: int, what: int, following: tuple[int, ...]) -> int:
        self.states.append((kind, what, following))
        return len(self.states) - 1

    def _sequence(self, nodes: Sequence[Node], after: int, flags: int) -> int:
        for kind, value in reversed(nodes):
            after = self._node(kind, value, after, flags)
        return after

    def _node(self, kind: Any, value: Any, after: int, flags: int) -> int:
        chars = set_of(kind, value, flags)
        if chars is not None:
            return self._state(READ, chars, (after,))
        if kind is op.SUBPATTERN:
            begins = self._sequence(value[3], after, flags | value[1] & ~value[2])
            is_cut = self._is_cut and value[0] == self._name
            return self._cut(begins, _READ_OF_NAME, {}) if is_cut else begins
        if kind is op.ATOMIC_GROUP:
            return self._sequence(value, after, flags)
        if kind is op.BRANCH:
            return self._state(SPLIT, 0, tuple(self._sequence(each, after, flags) for each in value[1]))
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(value, after, flags)
        if kind is op.AT:
            return self._place(value, after)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return self._look(value[0] < 0, kind is op.ASSERT, list(value[1]), after, flags)
        raise ValueError(f"{kind} in a pattern: say in needed.py what it needs")

    def _repeat(self, repeat: tuple[int, int, Sequence[Node]], after: int, flags: int) -> int:
        least, most, nodes = repeat
        is_last = self.states[after][0] == FOUND
        if not is_last and most - least > _MOST_COPIES:
            loop = self._state(SPLIT, 0, ())
            self.states[loop] = (SPLIT, 0, (self._sequence(nodes, loop, flags), after))
            after = loop
        elif not is_last:
            behind = after
            for _ in range(most - least):
                after = self._state(SPLIT, 0, (self._sequence(nodes, after, flags), behind))
        for _ in range(least):
            after = self._sequence(nodes, after, flags)
        return after

    def _cut(self, state: int, length: int, made: dict[tuple[int, int], int]) -> int:
        """A copy of the ways from this state on in which so many characters are enough."""
        kind, what, following = self.states[state]
        if length == 0 or kind == FOUND:
            return self._goal
        if (state, length) not in made:
            copy = made[state, length] = self._state(kind, what, ())
            left = length - (kind == READ)
            self.states[copy] = (kind, what, tuple(self._cut(each, left, made) for each in following))
        return made[state, length]

    def _place(self, which: Any, after: int) -> int:
        if which in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
            return self._state(BEHIND, AT_START, (after,))
        if which in (op.AT_END, op.AT_END_STRING):
            return self._state(AHEAD, AT_END | 1 << ord("\n"), (after,))
        raise ValueError(f"{which} in a pattern: say in needed.py what it needs")

    def _look(self, back: bool, wanted: bool, nodes: list[Node], after: int, flags: int) -> int:
        if wanted and not back and self.states[after][0] == FOUND:
            return self._sequence(nodes, after, flags)  # at the end of a pattern it may as well be read
        edge = AT_START if back else AT_END
        if wanted:
            allowed = edge_of(nodes, flags, back)
            if allowed is None:
                return after
        else:
            allowed = ((CHARACTERS | edge) & ~_surely_matched(nodes, flags, back)) | AT_BEYOND
        return self._state(BEHIND if back else AHEAD, allowed, (after,))


def edge_of(nodes: Sequence[Node], flags: int, back: bool) -> int | None:
    """The characters with which it may begin (or end, if looked at backwards); None if it may be empty."""
    found = 0
    for kind, value in reversed(nodes) if back else nodes:
        chars = set_of(kind, value, flags)
        if chars is not None:
            return found | chars
        edges: Iterable[int | None]
        if kind is op.SUBPATTERN:
            edges = [edge_of(value[3], flags, back)]
        elif kind is op.BRANCH:
            edges = [edge_of(each, flags, back) for each in value[1]]
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            edge = edge_of(value[2], flags, back)
            if edge is not None and value[0] == 0:
                found |= edge
                continue
            edges = [edge]
        elif kind is op.AT and value in (op.AT_END, op.AT_END_STRING) and not back:
            edges = [AT_END | 1 << ord("\n")]
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            continue
        else:
            return None
        if any(edge is None for edge in edges):
            return None
        for edge in edges:
            found |= edge or 0
        return found
    return None


def _surely_matched(nodes: Sequence[Node], flags: int, back: bool) -> int:
    """The characters that alone make it match, whatever stands beyond them."""
    order = list(reversed(nodes)) if back else list(nodes)
    found = 0
    for at, (kind, value) in enumerate(order):
        if all(_may_be_empty(*each) for each in order[at + 1 :]):
            chars = set_of(kind, value, flags, surely=True)
            if chars is not None:
                found |= chars
            elif kind is op.SUBPATTERN:
                found |= _surely_matched(value[3], flags, back)
            elif kind is op.BRANCH:
                for each in value[1]:
                    found |= _surely_matched(each, flags, back)
            elif kind is op.MAX_REPEAT and value[0] <= 1:
                found |= _surely_matched(value[2], flags, back)
            elif kind is op.AT and value is op.AT_END and not back:
                found |= AT_END
        if not _may_be_empty(kind, value):
            break
    return found


def _may_be_empty(kind: Any, value: Any) -> bool:
    return kind is op.MAX_REPEAT and value[0] == 0
