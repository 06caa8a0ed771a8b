"""Bars: beside each other or on top of each other by column, lying by row, and one bar cut into its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.web.charts.scales import BOTTOM, WIDTH, Number, Tick, say, scale_for

LEFT, RIGHT = 34.0, WIDTH - 4
MOST_COLUMNS_NAMED = 7
WIDEST_BAR = 34.0
ROW, BAR_ABOVE, BAR_HIGH = 50.0, 24.0, 16.0
PARTS_HIGH = 28.0


@dataclass(frozen=True)
class Series:
    """One row of numbers over the columns; `label` is its word in legend and table."""

    label: str
    values: Sequence[Number]

    @property
    def total(self) -> Number:
        return sum(self.values)


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    series: int
    """Which of the looks (1–4) it has; the legend says the word."""


@dataclass(frozen=True)
class Column:
    x: float
    label: str
    is_named: bool
    """Whether its word stands below: many columns leave some out."""


@dataclass(frozen=True)
class Bars:
    """Standing bars by column, with what its table says."""

    unit: str
    ticks: list[Tick]
    columns: list[Column]
    rects: list[Rect]
    series: Sequence[Series]
    is_stacked: bool

    @property
    def legend(self) -> list[tuple[int, str]]:
        return [(at, one.label) for at, one in enumerate(self.series, start=1)]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table: a row for each column of the chart, with its sum where bars stand on each other."""
        rows = []
        for at, column in enumerate(self.columns):
            values = [one.values[at] for one in self.series]
            rows.append((column.label, [say(value) for value in (*values, *self._sum(values))]))
        return rows

    @property
    def totals(self) -> list[str]:
        totals = [one.total for one in self.series]
        return [say(total) for total in (*totals, *self._sum(totals))]

    @property
    def is_empty(self) -> bool:
        return not any(value for one in self.series for value in one.values)

    def _sum(self, values: Sequence[Number]) -> list[Number]:
        return [sum(values)] if self.is_stacked and len(values) > 1 else []


def grouped_bars(columns: Sequence[str], series: Sequence[Series], *, unit: str) -> Bars:
    """For each column the bars of all series beside each other."""
    scale = scale_for([value for one in series for value in one.values])
    room = (RIGHT - LEFT) / max(1, len(columns))
    wide = round(min(WIDEST_BAR, room * 0.76 / max(1, len(series))), 1)
    rects = []
    for place, one in enumerate(series):
        for at, value in enumerate(one.values):
            left = LEFT + room * (at + 0.5) - wide * len(series) / 2 + wide * place
            y = scale.y(max(value, 0))
            rects.append(Rect(round(left, 1), y, round(wide - 1, 1), round(BOTTOM - y, 1), place + 1))
    return Bars(unit, scale.ticks, _columns(columns, room), rects, series, is_stacked=False)


def stacked_bars(columns: Sequence[str], series: Sequence[Series], *, unit: str) -> Bars:
    """For each column one bar made of the series, the first at the bottom."""
    totals = [sum(max(one.values[at], 0) for one in series) for at in range(len(columns))]
    scale = scale_for([*totals, *(value for one in series for value in one.values)])
    room = (RIGHT - LEFT) / max(1, len(columns))
    wide = round(min(WIDEST_BAR, room * 0.62), 1)
    rects = []
    for at in range(len(columns)):
        below: Number = 0
        for place, one in enumerate(series, start=1):
            value = max(one.values[at], 0)
            if not value:
                continue
            y, foot = scale.y(below + value), scale.y(below)
            left = round(LEFT + room * (at + 0.5) - wide / 2, 1)
            rects.append(Rect(left, y, wide, round(foot - y, 1), place))
            below += value
    return Bars(unit, scale.ticks, _columns(columns, room), rects, series, is_stacked=True)


def _columns(labels: Sequence[str], room: float) -> list[Column]:
    every = -(-len(labels) // MOST_COLUMNS_NAMED) if labels else 1
    return [
        Column(round(LEFT + room * (at + 0.5), 1), label, is_named=at % every == 0)
        for at, label in enumerate(labels)
    ]


@dataclass(frozen=True)
class LyingBar:
    label: str
    value: Number
    series: int
    y: float
    width: float

    @property
    def said(self) -> str:
        return say(self.value)

    @property
    def label_y(self) -> float:
        return self.y + BAR_ABOVE - 7

    @property
    def bar_y(self) -> float:
        return self.y + BAR_ABOVE


@dataclass(frozen=True)
class LyingBars:
    """Rows with their word above the bar, so that a long word has the whole width of a phone."""

    unit: str
    bars: list[LyingBar]
    height: float
    width: float = WIDTH
    thick: float = BAR_HIGH

    @property
    def is_empty(self) -> bool:
        return not any(bar.value for bar in self.bars)


def lying_bars(rows: Sequence[tuple[str, Number, int]], *, unit: str) -> LyingBars:
    """(label, value, look 1–4) each; all on one scale from 0, the longest over the whole width."""
    most = max([value for _label, value, _look in rows if value > 0], default=1)
    bars = [
        LyingBar(label, value, look, ROW * at, round(WIDTH * float(max(value, 0)) / float(most), 1))
        for at, (label, value, look) in enumerate(rows)
    ]
    return LyingBars(unit, bars, ROW * len(rows))


@dataclass(frozen=True)
class Part:
    label: str
    value: int
    series: int
    x: float
    width: float
    is_wide: bool
    """Whether its number fits inside."""

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Parts:
    unit: str
    parts: list[Part]
    total: int
    height: float = PARTS_HIGH
    width: float = WIDTH

    @property
    def is_empty(self) -> bool:
        return not self.total


def parts_of_a_whole(rows: Sequence[tuple[str, int, int]], *, unit: str) -> Parts:
    """(label, count, look) each: one bar cut by the counts; kept, late and dropped commitments."""
    total = sum(count for _label, count, _look in rows)
    parts, x = [], 0.0
    for label, count, look in rows:
        width = round(WIDTH * count / total, 1) if total else 0.0
        parts.append(Part(label, count, look, round(x, 1), width, is_wide=width >= 24))
        x += width
    return Parts(unit, parts, total)
