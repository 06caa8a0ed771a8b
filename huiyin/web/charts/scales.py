"""The axis of a chart: from 0, in round steps, at most five lines; and how its numbers are said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

WIDTH, HEIGHT = 360.0, 230.0
"""Of every chart with columns: about as wide as a phone, so that letters keep their size there."""
TOP, BOTTOM = 18.0, 202.0
LABELS_BELOW = 222.0
SMALLEST_STEP = Decimal("0.01")

Number = int | Decimal


@dataclass(frozen=True)
class Tick:
    y: float
    label_y: float
    value: Number

    @property
    def said(self) -> str:
        return say(self.value)


@dataclass(frozen=True)
class Scale:
    step: Number
    top: Number

    def y(self, value: Number) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * float(value) / float(self.top), 1)

    @property
    def ticks(self) -> list[Tick]:
        values = [self.step * at for at in range(int(self.top / self.step) + 1)]
        return [Tick(self.y(value), round(self.y(value) + 5, 1), value) for value in values]


def scale_for(values: Sequence[Number]) -> Scale:
    """The axis that holds all values; whole steps as long as every value is whole."""
    most = max([*values, 0])
    step: Number = 1
    if most <= 0:
        return Scale(1, 1)
    if any(value != int(value) for value in values):
        step = SMALLEST_STEP
    while True:
        for factor in (1, 2, 5):
            wide = step * factor
            if most <= 4 * wide:
                return Scale(wide, ceil(most / wide) * wide)
        step *= 10


def say(value: Number | None) -> str:
    """1268 → 1,268; 12.50 → 12.5; nothing → a dash."""
    if value is None:
        return "–"
    if isinstance(value, Decimal):
        value = value.normalize() if value != value.to_integral() else value.quantize(Decimal(1))
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
