"""How hot a topic is, from 0 to 100: how much is said, by how many, how lately, how urgent, and how ill it ended.

Each of five parts is a share from 0 to 1; heat is their mean, weighted by the policy, times 100:

    volume    1 - exp(-complaints / many)                 `many` complaints give 63 %, twice as many 86 %
    spread    callers / complaints, nothing for one caller
    recency   mean over the complaints of 0.5 ^ (age in days / half-life)
    urgency   urgent complaints / complaints
    negative  (not solved + not satisfied) / (answers to either question), nothing where nobody was asked

A caller who is not known counts for none in spread: many lines without a number must not look like many people.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class HeatWeights:
    """Policy values: what each part counts, how many complaints are many, and after how many days one counts half."""

    volume: float
    spread: float
    recency: float
    urgency: float
    negative: float
    many: int
    half_life_in_days: int

    def __post_init__(self) -> None:
        parts = (self.volume, self.spread, self.recency, self.urgency, self.negative)
        if min(parts) < 0 or sum(parts) <= 0:
            raise ValueError("热度的权重不能是负数，也不能全是 0。")
        if self.many < 1 or self.half_life_in_days < 1:
            raise ValueError("热度的件数和半衰期至少是 1。")


@dataclass(frozen=True)
class Told:
    """One complaint of a topic; `caller` is a key, empty if it is not known; None where nobody was asked."""

    on: date
    caller: str = ""
    is_urgent: bool = False
    is_solved: bool | None = None
    is_satisfied: bool | None = None


@dataclass(frozen=True)
class Heat:
    """The shares from 0 to 1 and what they come to, from 0 to 100, so that a page can say why."""

    volume: float
    spread: float
    recency: float
    urgency: float
    negative: float
    total: float


def heat_of(complaints: Sequence[Told], *, weights: HeatWeights, today: date) -> Heat:
    """Nothing is 0; a complaint of a later day counts as one of today."""
    count = len(complaints)
    if not count:
        return Heat(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    volume = 1 - math.exp(-count / weights.many)
    callers = len({each.caller for each in complaints if each.caller})
    spread = callers / count if callers > 1 else 0.0
    ages = (max(0, (today - each.on).days) for each in complaints)
    recency = math.fsum(0.5 ** (age / weights.half_life_in_days) for age in ages) / count
    urgency = sum(each.is_urgent for each in complaints) / count
    answers = [
        said for each in complaints for said in (each.is_solved, each.is_satisfied) if said is not None
    ]
    negative = answers.count(False) / len(answers) if answers else 0.0
    shares = (volume, spread, recency, urgency, negative)
    counted = (weights.volume, weights.spread, weights.recency, weights.urgency, weights.negative)
    mean = math.fsum(map(operator.mul, shares, counted)) / math.fsum(counted)
    return Heat(*shares, 100 * mean)
