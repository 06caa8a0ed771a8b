"""What a text must hold for a pattern to match: automata made from the pattern itself by leaving out what only narrows.

An automaton is started at a place and sees one character after the other. It finds something at every place where the
pattern matches and at few others: lookarounds of one character are kept, longer ones are read by their first character or left
out, a lookahead at the end of a pattern is read on, and repetitions lose their upper limit. Nothing is listed here
twice: a pattern that changes changes its automaton (ADR 0021).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np
import numpy.typing as npt

# An alphabet of the Basic Multilingual Plane and four signs for what it lacks; a set of them is the bits of an integer.
BMP = 0x10000
BEYOND = BMP
"""Any character outside the plane that is no ideograph."""
RARE_HAN = BMP + 1
"""Any ideograph outside the plane."""
START, END = BMP + 2, BMP + 3
SIGNS = BMP + 4
_CHARACTERS = (1 << START) - 1
_AT_START, _AT_END, _BEYOND = 1 << START, 1 << END, 1 << BEYOND
_FIRST_RARE_HAN = 0x20000
_MOST_COPIES = 4
"""x{0,4} is drawn as four optional x, x{0,5} as x*."""
_MOST_STATES, _READ_OF_NAME = 400, 2
"""Of a pattern of more states, so many characters of its group `name` are enough: what leads to a name is rare."""


@dataclass(frozen=True)
class Automaton:
    """`steps[state, class]` is the next state, `found[state]` has a bit for each pattern seen to match.

    A walk begins in the state `starts[class of the character before]` and ends in state 0, from which no way leads
    on. The text is ended by one step of the class of END. States from `first_finding` on have found something.
    """

    classes: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.uint16]
    steps: npt.NDArray[np.uint16]
    found: npt.NDArray[np.uint64]
    first_finding: int

    def patterns_that_may_match(self, text: str, place: int) -> int:
        """The bits of the patterns that may match text[place:]; the walk the kernels take."""
        signs = [START, *(sign_of(ord(char)) for char in text), END]
        state, found = self.starts[self.classes[signs[place]]], 0
        for sign in signs[place + 1 :]:
            state = self.steps[state, self.classes[sign]]
            found |= int(self.found[state])
        return found


def sign_of(code: int) -> int:
    if code < BMP:
        return code
    return RARE_HAN if code >= _FIRST_RARE_HAN else BEYOND


def automaton_of(patterns: Mapping[int, re.Pattern[str]]) -> Automaton:
    """One automaton that looks for all of them at once, each known by the number of its bit."""
    net = _Net()
    for number, pattern in patterns.items():
        net.add(pattern, number)
    return _Subsets(net).automaton()


# --- Sets of characters -----------------------------------------------------------------------------------------


def _range(first: int, last: int) -> int:
    found = 0
    if first < BMP:
        found = (1 << (min(last, BMP - 1) + 1)) - (1 << first)
    if last >= _FIRST_RARE_HAN:
        found |= 1 << RARE_HAN
    if first < _FIRST_RARE_HAN and last >= BMP:
        found |= _BEYOND
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
        return (_CHARACTERS & ~_category(opposite[name])) | _BEYOND
    matches = re.compile(written[name]).fullmatch
    bits = np.fromiter((matches(chr(code)) is not None for code in range(BMP)), bool, BMP)
    found = int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")
    return found | (1 << RARE_HAN | _BEYOND if name is op.CATEGORY_WORD else 0)


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


def _with_cases(chars: int) -> int:
    letters = _by_case()
    forms = [chr(code) for code in range(128) if chars >> code & 1]
    for char in forms:
        chars |= letters.get(char, 0)
    return chars


def _set_of(kind: Any, value: Any, flags: int, *, surely: bool = False) -> int | None:
    """The characters a node of one character matches; None for any other node. `surely` never has one too many."""
    if kind is op.LITERAL:
        chars = _range(value, value)
    elif kind is op.NOT_LITERAL:
        return (_CHARACTERS & ~_range(value, value)) | (0 if surely else _BEYOND)
    elif kind is op.ANY:
        return _CHARACTERS if flags & re.DOTALL else _CHARACTERS & ~(1 << ord("\n"))
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
            return (_CHARACTERS & ~chars) | (0 if surely else _BEYOND)
    else:
        return None
    if surely:
        return chars & ~_BEYOND
    return _with_cases(chars) if flags & re.IGNORECASE else chars


# --- The net: a pattern as states and the ways between them ------------------------------------------------------

_READ, _SPLIT, _BEHIND, _AHEAD, _FOUND = range(5)
_Node = tuple[Any, Any]


class _Net:
    """States are rows (kind, set of characters or bit, next states)."""

    def __init__(self) -> None:
        self.states: list[tuple[int, int, tuple[int, ...]]] = []
        self.beginnings: list[int] = []
        self._name: int | None = None
        self._goal = 0
        self._is_cut = False

    def add(self, pattern: re.Pattern[str], number: int) -> None:
        tree = parser.parse(pattern.pattern, pattern.flags)
        self._goal = self._state(_FOUND, 1 << number, ())
        self._name = pattern.groupindex.get("name")
        size = len(self.states)
        begins = self._sequence(list(tree), self._goal, pattern.flags)
        if self._name and len(self.states) - size > _MOST_STATES:
            del self.states[size:]
            self._is_cut = True
            begins = self._sequence(list(tree), self._goal, pattern.flags)
            self._is_cut = False
        self.beginnings.append(begins)

    def _state(self, kind: int, what: int, following: tuple[int, ...]) -> int:
        self.states.append((kind, what, following))
        return len(self.states) - 1

    def _sequence(self, nodes: Sequence[_Node], after: int, flags: int) -> int:
        for kind, value in reversed(nodes):
            after = self._node(kind, value, after, flags)
        return after

    def _node(self, kind: Any, value: Any, after: int, flags: int) -> int:
        chars = _set_of(kind, value, flags)
        if chars is not None:
            return self._state(_READ, chars, (after,))
        if kind is op.SUBPATTERN:
            begins = self._sequence(value[3], after, flags | value[1] & ~value[2])
            is_cut = self._is_cut and value[0] == self._name
            return self._cut(begins, _READ_OF_NAME, {}) if is_cut else begins
        if kind is op.ATOMIC_GROUP:
            return self._sequence(value, after, flags)
        if kind is op.BRANCH:
            return self._state(_SPLIT, 0, tuple(self._sequence(each, after, flags) for each in value[1]))
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(*value, after, flags)
        if kind is op.AT:
            return self._place(value, after)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return self._look(value[0] < 0, kind is op.ASSERT, list(value[1]), after, flags)
        raise ValueError(f"{kind} in a pattern: say in needed.py what it needs")

    def _repeat(self, least: int, most: int, nodes: Sequence[_Node], after: int, flags: int) -> int:
        is_last = self.states[after][0] == _FOUND
        if not is_last and most - least > _MOST_COPIES:
            loop = self._state(_SPLIT, 0, ())
            self.states[loop] = (_SPLIT, 0, (self._sequence(nodes, loop, flags), after))
            after = loop
        elif not is_last:
            behind = after
            for _ in range(most - least):
                after = self._state(_SPLIT, 0, (self._sequence(nodes, after, flags), behind))
        for _ in range(least):
            after = self._sequence(nodes, after, flags)
        return after

    def _cut(self, state: int, length: int, made: dict[tuple[int, int], int]) -> int:
        """A copy of the ways from this state on in which so many characters are enough."""
        kind, what, following = self.states[state]
        if length == 0 or kind == _FOUND:
            return self._goal
        if (state, length) not in made:
            copy = made[state, length] = self._state(kind, what, ())
            left = length - (kind == _READ)
            self.states[copy] = (kind, what, tuple(self._cut(each, left, made) for each in following))
        return made[state, length]

    def _place(self, which: Any, after: int) -> int:
        if which in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
            return self._state(_BEHIND, _AT_START, (after,))
        if which in (op.AT_END, op.AT_END_STRING):
            return self._state(_AHEAD, _AT_END | 1 << ord("\n"), (after,))
        raise ValueError(f"{which} in a pattern: say in needed.py what it needs")

    def _look(self, back: bool, wanted: bool, nodes: list[_Node], after: int, flags: int) -> int:
        if wanted and not back and self.states[after][0] == _FOUND:
            return self._sequence(nodes, after, flags)  # at the end of a pattern it may as well be read
        edge = _AT_START if back else _AT_END
        if wanted:
            allowed = _edge_of(nodes, flags, back)
            if allowed is None:
                return after
        else:
            allowed = ((_CHARACTERS | edge) & ~_surely_matched(nodes, flags, back)) | _BEYOND
        return self._state(_BEHIND if back else _AHEAD, allowed, (after,))


def _edge_of(nodes: Sequence[_Node], flags: int, back: bool) -> int | None:
    """The characters with which it may begin (or end, if looked at backwards); None if it may be empty."""
    found = 0
    for kind, value in reversed(nodes) if back else nodes:
        chars = _set_of(kind, value, flags)
        if chars is not None:
            return found | chars
        edges: Iterable[int | None]
        if kind is op.SUBPATTERN:
            edges = [_edge_of(value[3], flags, back)]
        elif kind is op.BRANCH:
            edges = [_edge_of(each, flags, back) for each in value[1]]
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            edge = _edge_of(value[2], flags, back)
            if edge is not None and value[0] == 0:
                found |= edge
                continue
            edges = [edge]
        elif kind is op.AT and value in (op.AT_END, op.AT_END_STRING) and not back:
            edges = [_AT_END | 1 << ord("\n")]
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


def _surely_matched(nodes: Sequence[_Node], flags: int, back: bool) -> int:
    """The characters that alone make it match, whatever stands beyond them."""
    order = list(reversed(nodes)) if back else list(nodes)
    found = 0
    for at, (kind, value) in enumerate(order):
        if all(_may_be_empty(*each) for each in order[at + 1 :]):
            chars = _set_of(kind, value, flags, surely=True)
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
                found |= _AT_END
        if not _may_be_empty(kind, value):
            break
    return found


def _may_be_empty(kind: Any, value: Any) -> bool:
    return kind is op.MAX_REPEAT and value[0] == 0


# --- The automaton: sets of states of the net ---------------------------------------------------------------------


class _Subsets:
    """An item is a set of classes that may come next and the state of the net it leads to."""

    def __init__(self, net: _Net) -> None:
        self.net = net
        self.classes, self.of_set = _classes_of([what for kind, what, _ in net.states if kind in (_READ, _BEHIND, _AHEAD)])
        self.class_count = int(self.classes.max()) + 1
        self.all = (1 << self.class_count) - 1
        self.looks_back = [self._has_lookbehind(state) for state in range(len(net.states))]
        self.items: dict[tuple[int, int], int] = {}
        self.targets: list[int] = []
        self.by_class = [0] * self.class_count
        self.closures: dict[tuple[int, int], tuple[int, int]] = {}

    def _has_lookbehind(self, state: int) -> bool:
        seen, open_ = {state}, [state]
        while open_:
            kind, _, following = self.net.states[open_.pop()]
            if kind == _BEHIND:
                return True
            if kind in (_SPLIT, _AHEAD):
                open_ += [each for each in following if each not in seen]
                seen.update(following)
        return False

    def _closure(self, state: int, last: int) -> tuple[int, int]:
        """The items reached without reading on, as bits, and the bits of the patterns found."""
        key = (state, last if self.looks_back[state] else -1)
        if key in self.closures:
            return self.closures[key]
        items = found = 0
        seen: set[tuple[int, int]] = set()
        open_ = [(state, self.all)]
        while open_:
            place = open_.pop()
            if place in seen:
                continue
            seen.add(place)
            here, allowed = place
            kind, what, following = self.net.states[here]
            if kind == _READ:
                if may_come := allowed & self.of_set[what]:
                    items |= 1 << self._item(may_come, following[0])
            elif kind == _SPLIT:
                open_ += [(each, allowed) for each in following]
            elif kind == _BEHIND:
                if self.of_set[what] >> last & 1:
                    open_.append((following[0], allowed))
            elif kind == _AHEAD:
                if may_come := allowed & self.of_set[what]:
                    open_.append((following[0], may_come))
            elif allowed == self.all:
                found |= what
            else:
                items |= 1 << self._item(allowed, here)
        self.closures[key] = items, found
        return items, found

    def _item(self, may_come: int, target: int) -> int:
        number = self.items.setdefault((may_come, target), len(self.items))
        if number == len(self.targets):
            self.targets.append(target)
            for each in range(self.class_count):
                if may_come >> each & 1:
                    self.by_class[each] |= 1 << number
        return number

    def _beginnings(self, last: int) -> tuple[int, int]:
        items = found = 0
        for state in self.net.beginnings:
            more, found_here = self._closure(state, last)
            items, found = items | more, found | found_here
        return items, found

    def automaton(self) -> Automaton:
        states: dict[tuple[int, int], int] = {}
        beginnings = [self._beginnings(each) for each in range(self.class_count)]
        rows: list[list[int]] = []
        order = list(dict.fromkeys(beginnings))
        states.update({each: number for number, each in enumerate(order)})
        known: dict[tuple[int, int], int] = {}
        for items, _ in order:
            row = []
            for each in range(self.class_count):
                moving = items & self.by_class[each]
                following = known.get((moving, each))
                if following is None:
                    reached = self._step(moving, each, (0, 0))
                    following = states.setdefault(reached, len(states))
                    known[moving, each] = following
                    if following == len(order):
                        order.append(reached)
                row.append(following)
            rows.append(row)
        found = np.array([found for _, found in order], np.uint64)
        starts = np.array([states[each] for each in beginnings])
        return _smallest(self.classes, starts, np.array(rows), found)

    def _step(self, moving: int, last: int, begun: tuple[int, int]) -> tuple[int, int]:
        items, found = begun
        while moving:
            lowest = moving & -moving
            moving ^= lowest
            more, found_here = self._closure(self.targets[lowest.bit_length() - 1], last)
            items, found = items | more, found | found_here
        return items, found


def _classes_of(sets: Iterable[int]) -> tuple[npt.NDArray[np.uint16], dict[int, int]]:
    """Signs no set tells apart are one class; each set as the bits of its classes."""
    distinct = list(dict.fromkeys([*sets, _AT_START, _AT_END]))
    rng = np.random.default_rng(1)
    weights = rng.integers(1, 1 << 63, len(distinct), dtype=np.uint64)
    members = [
        np.unpackbits(np.frombuffer(each.to_bytes(SIGNS // 8 + 1, "little"), np.uint8), bitorder="little")[:SIGNS]
        for each in distinct
    ]
    sums = np.zeros(SIGNS, np.uint64)
    for weight, bits in zip(weights, members, strict=True):
        sums += bits.astype(np.uint64) * weight
    _, first, classes = np.unique(sums, return_index=True, return_inverse=True)
    of_set = {
        each: int.from_bytes(np.packbits(bits[first], bitorder="little").tobytes(), "little")
        for each, bits in zip(distinct, members, strict=True)
    }
    return classes.astype(np.uint16), of_set


def _smallest(
    classes: npt.NDArray[np.uint16],
    starts: npt.NDArray[np.int64],
    steps: npt.NDArray[np.int64],
    found: npt.NDArray[np.uint64],
) -> Automaton:
    """States that find the same from here on are one; the dead one comes first, those that have found something last."""
    rng = np.random.default_rng(2)
    weights = rng.integers(1, 1 << 63, steps.shape[1] + 1, dtype=np.uint64)
    _, group = np.unique(found, return_inverse=True)
    while True:
        sums = group.astype(np.uint64) * weights[-1] + (group[steps].astype(np.uint64) * weights[:-1]).sum(axis=1)
        _, refined = np.unique(sums, return_inverse=True)
        if refined.max() == group.max():
            break
        group = refined
    _, first = np.unique(group, return_index=True)
    kept = group[steps[first]]
    is_dead = (kept == np.arange(len(first))[:, None]).all(axis=1) & (found[first] == 0)
    order = np.lexsort((~is_dead, found[first] != 0))
    place = np.empty(len(first), np.uint16)
    place[order] = np.arange(len(first))
    return Automaton(classes, place[group[starts]], place[kept[order]], found[first[order]], int((found[first] == 0).sum()))
