"""Two lines on one scale, with labels that never lie on each other."""

from __future__ import annotations

import pytest

from huiyin.apps.portal.charts import BOTTOM, NEAREST_LABELS, TOP, two_lines


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (17, [0, 5, 10, 15, 20]),
        (170, [0, 50, 100, 150, 200]),
    ],
)
def test_the_axis_begins_at_zero_and_has_round_steps(most: int, ticks: list[int]) -> None:
    chart = two_lines([0, 0], [0, most])
    assert [tick.value for tick in chart.ticks] == ticks
    assert chart.ticks[0].y == BOTTOM
    assert chart.ticks[-1].y == TOP


@pytest.mark.parametrize(("main", "other"), [(5, 5), (0, 0), (6, 5), (5, 6), (20, 0)])
def test_the_two_labels_keep_apart(main: int, other: int) -> None:
    chart = two_lines([1, main], [20, other])
    assert abs(chart.main.label_y - chart.other.label_y) >= NEAREST_LABELS - 0.1
    assert max(chart.main.label_y, chart.other.label_y) <= BOTTOM + NEAREST_LABELS
