"""Figures that say too little: one that counts something and has no unit, a number of deeds in no period.

Which words make a figure a claim and which make it a number of a house or a telephone: data/checks/figures.toml.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import NamedTuple

from huiyin.language.dates import TimeKind
from huiyin.language.enclosed import Ranges
from huiyin.language.lexicons import DATA
from huiyin.language.reading import Statement
from huiyin.language.units import BareNumber, Dimension, Quantity

LONGEST_FIGURE = 6
"""Characters of a figure that counts; what is longer is a number of something."""
_LOOKED_BACK = 8
_NOT_YET_DONE = frozenset({"future", "law", "condition"})


class WordList(NamedTuple):
    """Terms of one list with texts in which it finds one and texts in which it does not."""

    about: str
    terms: str
    finds: list[str]
    passes: list[str]

    @property
    def alternatives(self) -> str:
        return "(?:" + "|".join(self.terms.split()) + ")"


@cache
def word_lists() -> dict[str, WordList]:
    """The lists of data/checks/figures.toml by name."""
    with (DATA / "figures.toml").open("rb") as file:
        return {name: WordList(**table) for name, table in tomllib.load(file).items()}


class Patterns(NamedTuple):
    """What is asked of the text before a figure (`…_before`), after it, and of a whole statement."""

    claims_before: re.Pattern[str]
    counts_nothing_before: re.Pattern[str]
    counts_nothing_after: re.Pattern[str]
    counted: re.Pattern[str]
    period_said: re.Pattern[str]


@cache
def patterns() -> Patterns:
    """The lists as patterns, compiled once."""
    said = {name: each.alternatives for name, each in word_lists().items()}
    return Patterns(
        claims_before=re.compile(rf"{said['claims_before']}[\u4e00-\u9fff]{{0,4}}\s*$"),
        counts_nothing_before=re.compile(rf"{said['counts_nothing_before']}\s*$"),
        counts_nothing_after=re.compile(rf"\s*{said['counts_nothing_after']}"),
        counted=re.compile(said["counted"]),
        period_said=re.compile(said["period_said"]),
    )


def says_the_period(text: str) -> bool:
    return patterns().period_said.search(text) is not None


def has_time(statement: Statement) -> bool:
    """A day, a period or a deadline; a mere duration says nothing of when."""
    return any(time.kind is not TimeKind.DURATION for time in statement.times)


def without_unit(statement: Statement) -> list[BareNumber]:
    """Figures that count something and do not say what."""
    if not statement.bare_numbers:
        return []
    titles = Ranges(statement.titles)
    return [
        bare
        for bare in statement.bare_numbers
        if not titles.holds(bare.start) and _counts_something(statement, bare.start, bare.end)
    ]


def counted_in_no_period(statement: Statement) -> Quantity | None:
    """The first number of deeds done, where the statement speaks of what was done."""
    if not statement.quantities or any(hit.group in _NOT_YET_DONE for hit in statement.hits):
        return None
    counted, offset = patterns().counted, statement.part.start
    return next(
        (
            each
            for each in statement.quantities
            if each.dimension is Dimension.COUNT and counted.search(statement.text, 0, each.start - offset)
        ),
        None,
    )


def _counts_something(statement: Statement, start: int, end: int) -> bool:
    if end - start > LONGEST_FIGURE:
        return False
    text, asked = statement.text, patterns()
    at, to = start - statement.part.start, end - statement.part.start
    back = max(0, at - _LOOKED_BACK)
    if asked.counts_nothing_before.search(text, back, at) or asked.counts_nothing_after.match(text, to):
        return False
    return asked.claims_before.search(text, back, at) is not None
