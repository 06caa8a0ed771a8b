"""Numbers of one report that say two things of the same: one metric, the same days and unit, other values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class ToldNumber:
    """`what` is the code of its metric, or the name it was given; `of_what` names the denominator of a share."""

    number: int
    what: str
    value: Decimal
    unit: str
    from_on: date | None
    to_on: date | None
    of_what: str = ""


def told_twice(numbers: Iterable[ToldNumber]) -> list[tuple[int, ...]]:
    """Groups of numbers that cannot all be right, each in the order of the report."""
    same: dict[tuple[object, ...], list[ToldNumber]] = defaultdict(list)
    for each in numbers:
        same[each.what, each.unit, each.from_on, each.to_on, each.of_what].append(each)
    return [
        tuple(each.number for each in group)
        for group in same.values()
        if len({each.value for each in group}) > 1
    ]
