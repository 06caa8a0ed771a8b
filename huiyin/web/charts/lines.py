"""Two lines over the same columns, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.web.charts.scales import BOTTOM, TOP, Number, Tick, say, scale_for

LEFT, RIGHT = 26.0, 270.0
NEAREST_LABELS = 19.0


@dataclass(frozen=True)
class Line:
    path: str
    end_x: float
    end_y: float
    label_y: float
    last: Number

    @property
    def said(self) -> str:
        return say(self.last)


@dataclass(frozen=True)
class Lines:
    ticks: list[Tick]
    main: Line
    other: Line
    xs: list[float]
    """Where each column stands, for the labels below."""


def two_lines(main: Sequence[Number], other: Sequence[Number]) -> Lines:
    """Both series over the same columns, on one scale that begins at 0."""
    scale = scale_for([*main, *other])
    width = (RIGHT - LEFT) / max(1, len(main) - 1)
    xs = [round(LEFT + width * at, 1) for at in range(len(main))]
    main_label, other_label = scale.y(main[-1]), scale.y(other[-1])
    if abs(main_label - other_label) < NEAREST_LABELS:
        middle = min(max((main_label + other_label) / 2, TOP), BOTTOM - NEAREST_LABELS / 2)
        above = NEAREST_LABELS / 2 if main[-1] >= other[-1] else -NEAREST_LABELS / 2
        main_label, other_label = middle - above, middle + above

    def line(values: Sequence[Number], label: float) -> Line:
        points = [f"{x:g} {scale.y(value):g}" for x, value in zip(xs, values, strict=True)]
        return Line(f"M{'L'.join(points)}", xs[-1], scale.y(values[-1]), round(label + 5, 1), values[-1])

    return Lines(scale.ticks, line(main, main_label), line(other, other_label), xs)
