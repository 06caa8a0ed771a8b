"""Automata made from nets: sets of states become states, and those that cannot be told apart become one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.characters import AT_END, AT_START, SIGNS
from huiyin.language.kernels.needed import AHEAD, BEHIND, READ, SPLIT, Net


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


def automaton_of(patterns: Mapping[int, re.Pattern[str]]) -> Automaton:
    """One automaton that looks for all of them at once, each known by the number of its bit."""
    net = Net(is_alone=len(patterns) == 1)
    for number, pattern in patterns.items():
        net.add(pattern, number)
    return _Subsets(net).automaton()


class _Subsets:
    """An item is a set of classes that may come next and the state of the net it leads to."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.classes, self.of_set = classes_of(
            [what for kind, what, _ in net.states if kind in (READ, BEHIND, AHEAD)]
        )
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
            if kind == BEHIND:
                return True
            if kind in (SPLIT, AHEAD):
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
            if kind == READ:
                if may_come := allowed & self.of_set[what]:
                    items |= 1 << self._item(may_come, following[0])
            elif kind == SPLIT:
                open_ += [(each, allowed) for each in following]
            elif kind == BEHIND:
                if self.of_set[what] >> last & 1:
                    open_.append((following[0], allowed))
            elif kind == AHEAD:
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


def classes_of(sets: Iterable[int]) -> tuple[npt.NDArray[np.uint16], dict[int, int]]:
    """Signs no set tells apart are one class; each set as the bits of its classes."""
    distinct = list(dict.fromkeys([*sets, AT_START, AT_END]))
    rng = np.random.default_rng(1)
    weights = rng.integers(1, 1 << 63, len(distinct), dtype=np.uint64)
    members = [
        np.unpackbits(np.frombuffer(each.to_bytes(SIGNS // 8 + 1, "little"), np.uint8), bitorder="little")[
            :SIGNS
        ]
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
    """States that find the same from here on are one; the dead one first, those that have found something last."""
    rng = np.random.default_rng(2)
    weights = rng.integers(1, 1 << 63, steps.shape[1] + 1, dtype=np.uint64)
    _, group = np.unique(found, return_inverse=True)
    while True:
        sums = group.astype(np.uint64) * weights[-1] + (group[steps].astype(np.uint64) * weights[:-1]).sum(
            axis=1
        )
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
    return Automaton(
        classes, place[group[starts]], place[kept[order]], found[first[order]], int((found[first] == 0).sum())
    )
