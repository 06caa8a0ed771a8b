"""Runs the programs of `kernels/programs.py` over a text: exact matches of regular expressions, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels import programs as does
from huiyin.language.kernels.compiling import part

NO_MATCH, TOO_LONG = -1, -2
"""Instead of the end of a match; too long is what would take more steps or memory than a usual text ever does."""
_MOST_STEPS, _MOST_OPEN = 20_000, 2_000
_LINE_END = ord("\n")


class Walk(NamedTuple):
    """What a match writes down; `marks[2 i : 2 i + 2]` are where held group i begins and ends, -1 if it has no part."""

    marks: npt.NDArray[np.int32]
    open_at: npt.NDArray[np.int32]
    """Ways not yet taken: an instruction and a place, or -1 - a mark and what it was before."""
    kept: npt.NDArray[np.int32]
    """For each group not gone back into how many ways were open when it began, and at which place."""


def walk_for() -> Walk:
    return Walk(
        np.empty(does.MOST_MARKS, np.int32),
        np.empty((_MOST_OPEN, 2), np.int32),
        np.empty((does.MOST_KEPT, 2), np.int32),
    )


@part
def match_at(programs, number, text, begin, end, place, walk):
    """Where the match of text[begin:end] that begins at `place` ends, as re.match tells; NO_MATCH or TOO_LONG."""
    marks, open_at, kept = walk
    operations, xs = programs.operations, programs.x
    marks[:] = -1
    now = np.int64(programs.starts[number])
    at = np.int64(place)
    top = 0
    for _ in range(_MOST_STEPS):
        operation, x = operations[now], xs[now]
        now += 1
        fails = False
        if operation == does.LITERAL:
            fails = at >= end or text[at] != x
            at += 1
        elif operation == does.SET:
            fails = at >= end or not programs.member[x, programs.class_of[text[at]]]
            at += 1
        elif operation == does.SKIP:
            if at >= end or not programs.member[programs.y[now - 1], programs.class_of[text[at]]]:
                now = np.int64(x)
        elif operation == does.BEGINS:
            fails = at >= end or not programs.member[x, programs.class_of[text[at]]]
        elif operation == does.FORK or operation == does.AVOID:
            if top == _MOST_OPEN:
                return TOO_LONG
            open_at[top, 1] = at
            if operation == does.FORK:
                open_at[top, 0] = x
            else:
                open_at[top, 0] = now
                now = np.int64(x)
            top += 1
        elif operation == does.JUMP:
            now = np.int64(x)
        elif operation == does.MARK:
            if top == _MOST_OPEN:
                return TOO_LONG
            open_at[top, 0], open_at[top, 1] = -1 - x, marks[x]
            top += 1
            marks[x] = at
        elif operation == does.KEEP:
            kept[x, 0], kept[x, 1] = top, at
        elif operation == does.CUT:
            top = np.int64(kept[x, 0])
        elif operation == does.RETURN:
            top, at = np.int64(kept[x, 0]), np.int64(kept[x, 1])
        elif operation == does.UNLESS:
            if top == _MOST_OPEN:
                return TOO_LONG
            kept[x, 0] = top
            open_at[top, 0], open_at[top, 1] = programs.y[now - 1], at
            top += 1
        elif operation == does.FAIL:
            top = np.int64(kept[x, 0])
            fails = True
        elif operation == does.BACK:
            at -= x
            fails = at < begin
        elif operation == does.AT_START:
            fails = at != begin
        elif operation == does.AT_END:
            fails = at != end and not (at == end - 1 and text[at] == _LINE_END)
        else:
            return at
        if fails:
            while top > 0 and open_at[top - 1, 0] < 0:
                top -= 1
                marks[-1 - open_at[top, 0]] = open_at[top, 1]
            if top == 0:
                return NO_MATCH
            top -= 1
            now, at = np.int64(open_at[top, 0]), np.int64(open_at[top, 1])
    return TOO_LONG


@part
def stands_between(programs, number, text, begin, end, first, walk):
    """1 if it matches anywhere in text[begin:end] from `first` on, as re.search tells, else 0; or TOO_LONG."""
    for place in range(first, end + 1):
        found = match_at(programs, number, text, begin, end, place, walk)
        if found == TOO_LONG:
            return TOO_LONG
        if found != NO_MATCH:
            return 1
    return 0
