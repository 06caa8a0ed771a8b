"""Who has the most complaints or the worst rate: places from 1, small samples shrunk and without one, with movement.

The same rules as huiyin/analytics/measures/rankings.py, for pages that have their sums already; a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from huiyin.domain.complaint_measures import Measure
from huiyin.domain.shrinking import PER_THOUSAND, SHARE, Shrinking

Key = TypeVar("Key")
HOUSEHOLDS = 1_000


@dataclass(frozen=True)
class Group(Generic[Key]):
    """The sums of one group; `denominator` is that of a share, or households, or None where a count is ranked.

    Households are those of a month, on the average of the months. `excluded`: complaints not in the denominator.
    """

    key: Key
    numerator: int
    denominator: float | None = None
    excluded: int | None = None


@dataclass(frozen=True)
class Ranked(Generic[Key]):
    """`value` is as counted (None: of nothing), `ranked_by` what its place was given by."""

    key: Key
    numerator: int
    denominator: float | None
    value: float | None
    ranked_by: float | None
    is_small: bool
    excluded: int | None = None
    place: int | None = None
    moved: int | None = None
    """How many places it rose towards the first, the worst; None without a place then or now."""


def ranking(
    groups: Sequence[Group[Key]],
    measure: Measure,
    *,
    per_households: bool = False,
    share: Shrinking = SHARE,
    per_thousand: Shrinking = PER_THOUSAND,
) -> list[Ranked[Key]]:
    """The worst first, those without a place at the end; equal values share a place.

    A count is ranked as it is, a share and a count per 1,000 households by their shrunk value.
    """
    if per_households:
        found = _shrunk(groups, per_thousand, scale=HOUSEHOLDS)
    elif measure.is_share:
        found = _shrunk(groups, share)
    else:
        found = [
            Ranked(each.key, each.numerator, None, each.numerator, each.numerator, is_small=False)
            for each in groups
        ]
    return _with_places(found, worst_is_high=measure.more_is_worse)


def _shrunk(groups: Sequence[Group[Key]], shrinking: Shrinking, *, scale: int = 1) -> list[Ranked[Key]]:
    whole = sum(each.denominator or 0 for each in groups) / scale
    of_all = sum(each.numerator for each in groups) / whole if whole else 0.0
    found = []
    for each in groups:
        base = (each.denominator or 0) / scale
        found.append(
            Ranked(
                each.key,
                each.numerator,
                each.denominator,
                each.numerator / base if base else None,
                shrinking.shrunk(each.numerator, base, of_all),
                is_small=shrinking.is_small(base),
                excluded=each.excluded,
            )
        )
    return found


def _with_places(groups: Iterable[Ranked[Key]], *, worst_is_high: bool) -> list[Ranked[Key]]:
    some: list[Ranked[Key]] = []
    others: list[Ranked[Key]] = []
    for each in groups:
        (others if each.is_small or each.ranked_by is None else some).append(each)
    some.sort(key=lambda each: each.ranked_by or 0.0, reverse=worst_is_high)
    others.sort(key=lambda each: each.value or 0.0, reverse=worst_is_high)
    others.sort(key=lambda each: each.value is None)
    placed: list[Ranked[Key]] = []
    for at, each in enumerate(some, start=1):
        last = placed[-1] if placed else None
        is_equal = last is not None and last.ranked_by == each.ranked_by
        placed.append(replace(each, place=last.place if last and is_equal else at))
    return placed + others


def with_movement(now: Iterable[Ranked[Key]], before: Mapping[Key, int | None]) -> list[Ranked[Key]]:
    """`before`: the place of each group in the period before."""
    return [
        replace(each, moved=earlier - each.place)
        if each.place is not None and (earlier := before.get(each.key)) is not None
        else each
        for each in now
    ]
