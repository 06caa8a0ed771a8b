"""Who has the most complaints or the worst rate: places from 1, small samples shrunk and without one, with movement.

The same rules as huiyin/analytics/measures/rankings.py, for pages that have their sums already; a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

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
    groups: Iterable[Group[Key]],
    measure: Measure,
    *,
    before: Mapping[Key, int | None] = MappingProxyType({}),
    per_households: bool = False,
    share: Shrinking = SHARE,
    per_thousand: Shrinking = PER_THOUSAND,
) -> list[Ranked[Key]]:
    """The worst first, those without a place at the end in the order of their values; equal values share a place.

    A count is ranked as it is, a share and a count per 1,000 households by their shrunk value. `before`: the place of
    each group in the period before, where the two may be compared.
    """
    if per_households:
        found = _shrunk(list(groups), per_thousand, scale=HOUSEHOLDS)
    elif measure.is_share:
        found = _shrunk(list(groups), share)
    else:
        found = [_Valued(each, each.numerator, each.numerator, False) for each in groups]
    return list(_in_places(found, before, worst_is_high=measure.more_is_worse))


class _Valued(NamedTuple, Generic[Key]):
    group: Group[Key]
    value: float | None
    ranked_by: float
    is_small: bool


def _shrunk(groups: Sequence[Group[Key]], shrinking: Shrinking, *, scale: int = 1) -> list[_Valued[Key]]:
    whole = sum(each.denominator or 0 for each in groups) / scale
    of_all = sum(each.numerator for each in groups if each.denominator) / whole if whole else 0.0
    found = []
    for each in groups:
        base = (each.denominator or 0) / scale
        value = each.numerator / base if base else None
        ranked_by = shrinking.shrunk(each.numerator, base, of_all)
        found.append(_Valued(each, value, ranked_by, shrinking.is_small(base)))
    return found


def _in_places(
    found: Sequence[_Valued[Key]], before: Mapping[Key, int | None], *, worst_is_high: bool
) -> Iterator[Ranked[Key]]:
    some = [each for each in found if not each.is_small]
    some.sort(key=lambda each: each.ranked_by, reverse=worst_is_high)
    others = [each for each in found if each.is_small]
    others.sort(key=lambda each: each.value or 0.0, reverse=worst_is_high)
    others.sort(key=lambda each: each.value is None)
    place, last = 0, None
    for at, each in enumerate(some, start=1):
        if each.ranked_by != last:
            place, last = at, each.ranked_by
        earlier = before.get(each.group.key)
        yield _ranked(each, place, None if earlier is None else earlier - place)
    for each in others:
        yield _ranked(each, None, None)


def _ranked(each: _Valued[Key], place: int | None, moved: int | None) -> Ranked[Key]:
    group = each.group
    return Ranked(
        group.key,
        group.numerator,
        group.denominator,
        each.value,
        each.ranked_by,
        each.is_small,
        group.excluded,
        place,
        moved,
    )
