"""Numbers with their units in folded text: 96 次, 三十余户, 2.35 元/㎡·月, 98%."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from huiyin.language.dates import TimeMention
from huiyin.language.numerals import NUMBER, number_at
from huiyin.language.wordlists import word_lists


class Dimension(StrEnum):
    COUNT = "count"
    MONEY = "money"
    AREA = "area"
    VOLUME = "volume"
    LENGTH = "length"
    WEIGHT = "weight"
    SHARE = "share"
    TIME = "time"
    OTHER = "other"


_WORDS = word_lists("checks/numbers.toml")
_DIMENSION_OF = {
    unit: Dimension(name) for name, units in word_lists("checks/units.toml").items() for unit in units.terms
}
_UNIT = "|".join(re.escape(unit) for unit in sorted(_DIMENSION_OF, key=len, reverse=True))
_PER_UNIT = f"个?(?:{_WORDS['per'].source})"
_PER = rf"(?:[/每／]{_PER_UNIT}(?:[/每／·.*]{_PER_UNIT})?)"
_AFTER_NUMBER = re.compile(rf"\s*(?P<unit>{_UNIT})(?P<per>{_PER})?")
_FIRSTS = frozenset({" ", *(unit[0] for unit in _DIMENSION_OF)})
_COUNTS_NOTHING = _WORDS["counts_nothing"].pattern
_PART_OF_A_WORD_AFTER = frozenset(_WORDS["part_of_a_word_after"].terms)


class Quantity(NamedTuple):
    """text[start:end]; `unit` as written, `per` what it is counted by (/㎡·月), `is_about` for 余, 多, 约."""

    start: int
    end: int
    value: Decimal
    unit: str
    dimension: Dimension
    per: str = ""
    is_about: bool = False


class BareNumber(NamedTuple):
    """A figure without a unit at text[start:end]."""

    start: int
    end: int
    value: Decimal


def dimension_of(unit: str) -> Dimension:
    """What a unit measures; COUNT for words that are none."""
    return _DIMENSION_OF.get(unit, Dimension.COUNT)


def find_quantities(text: str, times: Sequence[TimeMention] = ()) -> tuple[list[Quantity], list[BareNumber]]:
    """Numbers with a unit, and figures without one; what belongs to a mention of time is neither."""
    quantities: list[Quantity] = []
    bare: list[BareNumber] = []
    at, count = 0, len(times)
    for match in NUMBER.finditer(text):
        start, end = match.span()
        while at < count and times[at].end <= start:
            at += 1
        if at < count and times[at].start <= start:
            continue
        unit = _AFTER_NUMBER.match(text, end) if text[end : end + 1] in _FIRSTS else None
        if unit is None:
            if match["figures"]:
                number = number_at(match)
                if number:
                    bare.append(BareNumber(start, end, number.value))
            continue
        if _is_a_word(text, match):
            continue
        number = number_at(match)
        if number is None:
            continue
        quantities.append(
            Quantity(
                start,
                unit.end(),
                number.value,
                unit["unit"],
                dimension_of(unit["unit"]),
                unit["per"] or "",
                number.is_about,
            )
        )
    return quantities, bare


def _is_a_word(text: str, match: re.Match[str]) -> bool:
    """一个, 一位, 统一户名: numerals that count nothing."""
    if match["figures"]:
        return False
    if match["chinese"] == "一" and _COUNTS_NOTHING.match(text, match.start()):
        return True
    return text[max(0, match.start() - 1) : match.start()] in _PART_OF_A_WORD_AFTER
