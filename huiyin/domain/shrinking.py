"""Small samples: a group of few is drawn towards the value of all, so that chance alone puts nobody first or last.

    shrunk = (numerator + weight × value of all) ÷ (denominator + weight)

It is the posterior mean under a prior worth `weight` of the denominator: a large group keeps its own value, a group of
nothing has that of all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shrinking:
    """Policy values: a group counts as if it had `weight` more of the denominator, at the value of all groups.

    A share: `weight` call-backs; a count per 1,000 households: `weight` thousand households. Below `least` of the
    denominator a group is marked as small: it is shown, and has no place.
    """

    weight: float
    least: float

    def __post_init__(self) -> None:
        if self.weight < 0 or self.least < 0:
            raise ValueError("收缩的权重和最小样本不能是负数。")

    def is_small(self, denominator: float) -> bool:
        return denominator < self.least

    def shrunk(self, numerator: float, denominator: float, of_all: float) -> float:
        """Nothing of nothing without a weight is the value of all."""
        base = denominator + self.weight
        return (numerator + self.weight * of_all) / base if base else of_all


SHARE = Shrinking(weight=30, least=10)
PER_THOUSAND = Shrinking(weight=0.3, least=0.1)
