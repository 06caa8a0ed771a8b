"""Regular expressions as programs that kernels run: the same matches as `re`, groups and lookarounds included.

A program is instructions (operation, x). A match walks through them; where there are two ways it takes the one `re`
prefers and remembers the other (`kernels/matching.py`). Unlike the automata these tell exactly whether a pattern
matches and what its groups hold. Characters outside the Basic Multilingual Plane are not told apart well enough: a text
with one of them is left to `re`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.automata import classes_of
from huiyin.language.kernels.characters import CHARACTERS, set_of
from huiyin.language.kernels.needed import edge_of

(
    LITERAL,  # the character x
    SET,  # a character of set x
    BEGINS,  # the next character is one of set x
    SKIP,  # goes to x where the next character is none of set y
    FORK,  # goes on, and back to x if that fails
    AVOID,  # goes to x, and on if that fails
    JUMP,  # goes to x
    MARK,  # writes down the place as mark x
    KEEP,  # begins what is not gone back into: a group that is atomic, what must stand ahead or behind
    CUT,  # ends an atomic group
    RETURN,  # ends what must stand ahead or behind: back to where it began
    UNLESS,  # begins what must not stand there, and goes to the instruction y behind it if that fails
    FAIL,  # ends what must not stand there
    BACK,  # x characters back
    AT_START,
    AT_END,
    DONE,
) = range(17)
HELD = ("name", "number", "place", "tail", "first", "floor", "mine")
"""Groups whose places are written down: two marks each, in the order of the pattern."""
MOST_MARKS, MOST_KEPT = 4, 2000
_MANY = 4
"""Branches of which it is asked at once whether any can begin here."""
Node = tuple[Any, Any]


class Programs(NamedTuple):
    """Program i begins at starts[i]; set x holds the character c where member[x, class_of[c]]."""

    starts: npt.NDArray[np.int32]
    operations: npt.NDArray[np.uint8]
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]
    class_of: npt.NDArray[np.uint16]
    member: npt.NDArray[np.bool_]


def programs_of(patterns: Mapping[int, re.Pattern[str]]) -> Programs:
    """Each by its number."""
    writer = _Writer()
    starts = np.full(max(patterns) + 1, -1, np.int32)
    for number, pattern in patterns.items():
        starts[number] = len(writer.code)
        writer.write(pattern)
    classes, of_set = classes_of(writer.sets)
    member = np.zeros((len(writer.sets), int(classes.max()) + 1), np.bool_)
    for row, chars in zip(member, writer.sets, strict=True):
        row[:] = [of_set[chars] >> number & 1 for number in range(len(row))]
    code = np.array(writer.code, np.int32)
    return Programs(
        starts, code[:, 0].astype(np.uint8), code[:, 1].copy(), code[:, 2].copy(), classes, member
    )


class _Writer:
    def __init__(self) -> None:
        self.code: list[list[int]] = []
        self.sets: dict[int, int] = {}
        self._marks: dict[int, int] = {}
        self._kept = 0
        self._inside = 0

    def write(self, pattern: re.Pattern[str]) -> None:
        held = sorted(number for name, number in pattern.groupindex.items() if name in HELD)
        self._marks = {group: 2 * at for at, group in enumerate(held)}
        self._kept = 0
        tree = parser.parse(pattern.pattern, pattern.flags)
        self._sequence(list(tree), pattern.flags)
        self._put(DONE)
        if 2 * len(held) > MOST_MARKS or self._kept > MOST_KEPT:
            raise ValueError(f"too many groups in {pattern.pattern[:40]}: widen programs.py")

    def _put(self, operation: int, x: int = 0, y: int = 0) -> list[int]:
        self.code.append([operation, x, y])
        return self.code[-1]

    def _set(self, chars: int) -> int:
        return self.sets.setdefault(chars, len(self.sets))

    def _skip(self, nodes: Sequence[Node], flags: int) -> list[list[int]]:
        """An instruction to leave out what cannot begin here, if that can be told by one character."""
        chars = edge_of(nodes, flags, back=False)
        return [self._put(SKIP, 0, self._set(chars))] if chars is not None and chars <= CHARACTERS else []

    def _keep(self) -> int:
        self._kept += 1
        return self._kept - 1

    def _sequence(self, nodes: Sequence[Node], flags: int) -> None:
        for kind, value in nodes:
            self._node(kind, value, flags)

    def _node(self, kind: Any, value: Any, flags: int) -> None:
        if kind is op.LITERAL and not flags & re.IGNORECASE:
            self._put(LITERAL, value)
        elif (chars := set_of(kind, value, flags)) is not None:
            self._put(SET, self._set(chars))
        elif kind is op.SUBPATTERN:
            self._group(value[0], value[3], flags | value[1] & ~value[2])
        elif kind is op.ATOMIC_GROUP:
            self._apart(value, flags)
        elif kind is op.BRANCH:
            self._branches(value[1], flags)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            self._repeat(FORK if kind is op.MAX_REPEAT else AVOID, *value, flags)
        elif kind is op.POSSESSIVE_REPEAT:
            self._apart([(op.MAX_REPEAT, value)], flags)
        elif kind is op.AT:
            self._put({op.AT_BEGINNING: AT_START, op.AT_END: AT_END}[value])
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            self._look(kind is op.ASSERT, value[0] < 0, value[1], flags)
        else:
            raise ValueError(f"{kind} in a pattern: say in programs.py how it is run")

    def _group(self, group: int | None, nodes: Sequence[Node], flags: int) -> None:
        mark = self._marks.get(group) if group is not None else None
        if mark is None:
            return self._sequence(nodes, flags)
        if self._inside:
            raise ValueError(
                "a group that is held lies in an atomic one: say in programs.py how it is undone"
            )
        self._put(MARK, mark)
        self._sequence(nodes, flags)
        self._put(MARK, mark + 1)
        return None

    def _apart(self, nodes: Sequence[Node], flags: int) -> None:
        kept = self._keep()
        self._put(KEEP, kept)
        self._inside += 1
        self._sequence(nodes, flags)
        self._inside -= 1
        self._put(CUT, kept)

    def _branches(self, branches: Sequence[Sequence[Node]], flags: int) -> None:
        leave = []
        chars = edge_of([(op.BRANCH, (None, branches))], flags, back=False)
        if len(branches) >= _MANY and chars is not None and chars <= CHARACTERS:
            self._put(BEGINS, self._set(chars))
        for branch in branches[:-1]:
            forks = [*self._skip(branch, flags), self._put(FORK)]
            self._sequence(branch, flags)
            leave.append(self._put(JUMP))
            for fork in forks:
                fork[1] = len(self.code)
        self._sequence(branches[-1], flags)
        for jump in leave:
            jump[1] = len(self.code)

    def _repeat(self, choice: int, least: int, most: int, nodes: Any, flags: int) -> None:
        for _ in range(least):
            self._sequence(nodes, flags)
        if most is op.MAXREPEAT:
            if nodes.getwidth()[0] == 0:
                raise ValueError("what may be empty is repeated for ever: say in programs.py how that ends")
            loop = len(self.code)
            leave = [*self._skip_repeat(choice, nodes, flags), self._put(choice)]
            self._sequence(nodes, flags)
            self._put(JUMP, loop)
        else:
            leave = []
            for _ in range(most - least):
                leave += [*self._skip_repeat(choice, nodes, flags), self._put(choice)]
                self._sequence(nodes, flags)
        for fork in leave:
            fork[1] = len(self.code)

    def _skip_repeat(self, choice: int, nodes: Sequence[Node], flags: int) -> list[list[int]]:
        return self._skip(nodes, flags) if choice == FORK else []

    def _look(self, wanted: bool, back: bool, nodes: Any, flags: int) -> None:
        skip = [] if wanted or back else self._skip(list(nodes), flags)
        kept = self._keep()
        begin = self._put(KEEP if wanted else UNLESS, kept)
        self._inside += 1
        if back:
            self._put(BACK, nodes.getwidth()[0])
        self._sequence(nodes, flags)
        self._inside -= 1
        self._put(RETURN if wanted else FAIL, kept)
        begin[2] = len(self.code)
        for each in skip:
            each[1] = len(self.code)
