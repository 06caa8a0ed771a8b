"""Charts: axes from 0 in round steps, labels that never lie on each other, bars as long as their numbers."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from huiyin.web.charts.bars import (
    LEFT,
    MOST_COLUMNS_NAMED,
    RIGHT,
    Series,
    grouped_bars,
    lying_bars,
    parts_of_a_whole,
    stacked_bars,
)
from huiyin.web.charts.lines import NEAREST_LABELS, two_lines
from huiyin.web.charts.scales import BOTTOM, TOP, WIDTH, Number, say, scale_for

MONTHS = ["1月", "2月", "3月"]


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (17, [0, 5, 10, 15, 20]),
        (170, [0, 50, 100, 150, 200]),
        (Decimal("0.35"), [0, Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), Decimal("0.4")]),
        (Decimal("23.9"), [0, 10, 20, 30]),
    ],
)
def test_the_axis_begins_at_zero_and_has_round_steps(most: Number, ticks: list[Number]) -> None:
    scale = scale_for([0, most])
    assert [tick.value for tick in scale.ticks] == ticks
    assert scale.ticks[0].y == BOTTOM
    assert scale.ticks[-1].y == TOP


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (1268, "1,268"),
        (Decimal("1268.00"), "1,268"),
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+3"), "1,000"),
        (None, "–"),
    ],
)
def test_a_number_is_said_without_empty_decimals(value: Number | None, said: str) -> None:
    assert say(value) == said


@pytest.mark.parametrize(("main", "other"), [(5, 5), (0, 0), (6, 5), (5, 6), (20, 0)])
def test_the_two_labels_keep_apart(main: int, other: int) -> None:
    chart = two_lines([1, main], [20, other])
    assert abs(chart.main.label_y - chart.other.label_y) >= NEAREST_LABELS - 0.1
    assert max(chart.main.label_y, chart.other.label_y) <= BOTTOM + NEAREST_LABELS


def test_grouped_bars_stand_beside_each_other_on_the_ground() -> None:
    chart = grouped_bars(MONTHS, [Series("登记", [4, 0, 2]), Series("确认", [2, 1, 0])], unit="件")
    first, second = chart.rects[0], chart.rects[3]
    assert first.height == 2 * second.height
    assert first.y + first.height == second.y + second.height == BOTTOM
    assert first.x + first.width < second.x
    assert chart.rows == [("1月", ["4", "2"]), ("2月", ["0", "1"]), ("3月", ["2", "0"])]
    assert chart.totals == ["6", "3"]


def test_stacked_bars_add_up_and_their_table_says_the_sums() -> None:
    chart = stacked_bars(MONTHS, [Series("立即解决", [4, 0, 2]), Series("短期推进", [2, 1, 0])], unit="件")
    below, above = chart.rects[0], chart.rects[1]
    assert (below.series, above.series) == (1, 2)
    assert round(above.y + above.height, 1) == below.y
    assert len(chart.rects) == 4, "nothing is drawn for a nought"
    assert chart.rows[0] == ("1月", ["4", "2", "6"])
    assert chart.totals == ["6", "3", "9"]


def test_many_columns_are_not_all_named() -> None:
    chart = stacked_bars([f"{n}月" for n in range(1, 25)], [Series("件", [1] * 24)], unit="件")
    named = [column for column in chart.columns if column.is_named]
    assert len(named) <= MOST_COLUMNS_NAMED
    assert chart.rows[23] == ("24月", ["1"])


def test_lying_bars_share_one_scale() -> None:
    chart = lying_bars([("收入", Decimal("176.8"), 1), ("支出", Decimal("88.4"), 2)], unit="万元")
    assert [bar.width for bar in chart.bars] == [WIDTH, WIDTH / 2]
    assert chart.bars[0].said == "176.8"


def test_a_whole_is_cut_by_its_counts() -> None:
    chart = parts_of_a_whole([("做到了", 3, 1), ("晚了", 1, 2), ("没做", 0, 3)], unit="项")
    assert [part.width for part in chart.parts] == [270.0, 90.0, 0.0]
    assert chart.total == 4
    assert parts_of_a_whole([("做到了", 0, 1)], unit="项").is_empty


numbers = st.integers(-50, 10**9) | st.integers(0, 10**8).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(numbers, min_size=1, max_size=30), st.integers(1, 4))
def test_whatever_the_numbers_every_bar_stays_in_the_picture(values: list[Number], rows: int) -> None:
    columns = len(values)
    series = [Series("数", values)] * rows
    labels = [str(at) for at in range(columns)]
    for chart in (grouped_bars(labels, series, unit="件"), stacked_bars(labels, series, unit="件")):
        for rect in chart.rects:
            assert rect.x >= LEFT - 0.1
            assert rect.x + rect.width <= RIGHT + 0.1
            assert rect.y >= TOP - 0.1
            assert rect.height >= 0
            assert abs(rect.y + rect.height) <= BOTTOM + 0.2


def drawn(tag: str, chart: object) -> str:
    source = f'{{% load charts %}}{{% {tag} chart about "项目" %}}'
    return engines["django"].from_string(source).render({"chart": chart, "about": "第一期 <收支>"})


@pytest.mark.parametrize(
    ("tag", "chart"),
    [
        ("bars", grouped_bars(MONTHS, [Series("登记", [4, 0, 2]), Series("确认", [2, 1, 0])], unit="件")),
        ("bars", stacked_bars(MONTHS, [Series("<b>", [4, 0, 2])], unit="件")),
        ("lying_bars", lying_bars([("物业费", Decimal("1768.50"), 1)], unit="元")),
        ("parts", parts_of_a_whole([("做到了", 3, 1), ("晚了", 1, 2)], unit="项")),
    ],
)
def test_a_chart_is_well_formed_has_words_and_a_table_and_no_inline_style(tag: str, chart: object) -> None:
    html = drawn(tag, chart)
    tree = ElementTree.fromstring(html)
    svg = next(each for each in tree.iter("svg") if each.get("role") == "img")
    assert svg.get("aria-label") == "第一期 <收支>"
    assert tree.find(".//details//table") is not None
    assert "style=" not in html
    assert "<b>," not in html
