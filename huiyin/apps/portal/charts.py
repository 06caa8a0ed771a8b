"""A chart of two lines as plain SVG attributes (no inline style: CSP), for a template that also draws its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 22.0, 316.0, 18.0, 202.0
NEAREST_LABELS = 17.0


@dataclass(frozen=True)
class Tick:
    y: float
    label_y: float
    value: int


@dataclass(frozen=True)
class Line:
    path: str
    end_x: float
    end_y: float
    label_y: float
    last: int


@dataclass(frozen=True)
class Chart:
    ticks: list[Tick]
    main: Line
    other: Line
    xs: list[float]
    """Where each column stands, for the labels below."""


def two_lines(main: Sequence[int], other: Sequence[int]) -> Chart:
    """Both series over the same columns, on one scale that begins at 0."""
    step, top = _scale(max([*main, *other, 1]))
    width = (RIGHT - LEFT) / max(1, len(main) - 1)
    xs = [round(LEFT + width * at, 1) for at in range(len(main))]

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)

    main_label, other_label = y(main[-1]), y(other[-1])
    if abs(main_label - other_label) < NEAREST_LABELS:
        middle = min(max((main_label + other_label) / 2, TOP), BOTTOM - NEAREST_LABELS / 2)
        above = NEAREST_LABELS / 2 if main[-1] >= other[-1] else -NEAREST_LABELS / 2
        main_label, other_label = middle - above, middle + above

    def line(values: Sequence[int], label: float) -> Line:
        points = [f"{x} {y(value)}" for x, value in zip(xs, values, strict=True)]
        return Line(f"M{'L'.join(points)}", xs[-1], y(values[-1]), round(label + 5, 1), values[-1])

    ticks = [Tick(y(value), round(y(value) + 5, 1), value) for value in range(0, top + 1, step)]
    return Chart(ticks, line(main, main_label), line(other, other_label), xs)


def _scale(most: int) -> tuple[int, int]:
    """A round step and the top of the axis, with at most five lines."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 4 * step * factor:
                return step * factor, -(-most // (step * factor)) * step * factor
        step *= 10
