"""Is a complaint about the estate that is named in it, or is it only named? Weighed by the words beside the name.

The weights stand in data/places/about.json: what stands before the name, what follows it (one to three characters
each), pairs of characters anywhere in the text, and where the name stands. `python -m bench.learn_places` finds them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from functools import cache
from operator import add
from typing import NamedTuple

from huiyin.language.places.written import DATA

NEAR = 3
"""Characters before and after a name that are weighed."""
BEGINS, ENDS = "^", "$"
STEPS = (1, 4, 8, 16, 32, 64, 128, 256)
_ALIKE = {
    **{ord(digit): "0" for digit in "123456789"},
    **dict.fromkeys(range(ord("A"), ord("Z") + 1), "a"),
}


class About(NamedTuple):
    """Whole numbers; a sum of them divided by `unit` is the logarithm of the odds."""

    unit: int
    intercept: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    pairs: Mapping[str, int]
    traits: Mapping[str, int]

    def of_text(self, text: str) -> int:
        """What the whole text adds for each name in it."""
        found = set(map(add, text, text[1:]))
        return sum([self.pairs[pair] for pair in self.pairs.keys() & found])

    def of_place(self, text: str, start: int, end: int, mentions: int) -> int:
        """What one place of a name adds."""
        before, after, traits = self.before, self.after, self.traits
        return (
            sum([before.get(each, 0) for each in before_of(text, start)])
            + sum([after.get(each, 0) for each in after_of(text, end)])
            + sum([traits.get(each, 0) for each in traits_of(start, end, mentions)])
        )

    def odds(self, total: int) -> float:
        """The share of complaints with such a sum that are about the estate."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total / self.unit))))


def before_of(text: str, start: int) -> list[str]:
    """The one, two and three characters before; figures and letters look alike, and so does the beginning."""
    near = text[max(0, start - NEAR) : start].translate(_ALIKE)
    if start < NEAR:
        near = BEGINS + near
    return [near[-length:] for length in range(1, len(near) + 1)]


def after_of(text: str, end: int) -> list[str]:
    """The one, two and three characters after."""
    near = text[end : end + NEAR].translate(_ALIKE)
    if end + NEAR > len(text):
        near += ENDS
    return [near[:length] for length in range(1, len(near) + 1)]


def traits_of(start: int, end: int, mentions: int) -> Iterable[str]:
    """Where it stands, how long it is, how often it is named."""
    return (f"at {step_of(start)}", f"length {min(end - start, 7)}", f"named {min(mentions, 4)}")


def step_of(start: int) -> str:
    """How far into the text, roughly."""
    return next((str(step) for step in STEPS if start <= step), "far")


@cache
def shipped() -> About:
    """The weights as shipped, read once."""
    data = json.loads((DATA / "about.json").read_text(encoding="utf-8"))
    return About(
        data["unit"], data["intercept"], data["before"], data["after"], data["pairs"], data["traits"]
    )
