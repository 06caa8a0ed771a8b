"""Two lines over the same columns, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

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


def two_lines(main: Sequence[Number | None], other: Sequence[Number | None]) -> Lines:
    """Both series over the same columns, on one scale that begins at 0; None, but not at the end, leaves a gap."""
    assert main[-1] is not None
    assert other[-1] is not None
    scale = scale_for([value for value in (*main, *other) if value is not None])
    width = (RIGHT - LEFT) / max(1, len(main) - 1)
    xs = [round(LEFT + width * at, 1) for at in range(len(main))]
    main_label, other_label = scale.y(main[-1]), scale.y(other[-1])
    if abs(main_label - other_label) < NEAREST_LABELS:
        middle = min(max((main_label + other_label) / 2, TOP), BOTTOM - NEAREST_LABELS / 2)
        above = NEAREST_LABELS / 2 if main[-1] >= other[-1] else -NEAREST_LABELS / 2
        main_label, other_label = middle - above, middle + above

    def line(values: Sequence[Number | None], last: Number, label: float) -> Line:
        points = [(x, None if value is None else scale.y(value)) for x, value in zip(xs, values, strict=True)]
        return Line(_path(points), xs[-1], scale.y(last), round(label + 5, 1), last)

    return Lines(scale.ticks, line(main, main[-1], main_label), line(other, other[-1], other_label), xs)


def _path(points: Sequence[tuple[float, float | None]]) -> str:
    """A line from each point to the next; one that stands alone between two gaps is a dash."""
    found = []
    for is_gap, some in groupby(points, key=lambda point: point[1] is None):
        stretch = [f"{x:g} {y:g}" for x, y in some if y is not None]
        if not is_gap:
            found.append(f"M{'L'.join(stretch)}" if len(stretch) > 1 else f"M{stretch[0]}m-2 0h4")
    return "".join(found)
