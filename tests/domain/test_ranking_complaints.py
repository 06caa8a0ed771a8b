"""Places of groups of complaints: the worst first, small samples shrunk and without a place."""

from __future__ import annotations

import pytest

from huiyin.domain.complaint_measures import MEASURES, THREE_RATES
from huiyin.domain.complaint_rankings import Group, ranking
from huiyin.domain.shrinking import Shrinking

SOLVED = MEASURES["solution_rate"]
COUNT = MEASURES["property_complaints"]


def test_every_measure_says_its_formula_and_a_share_what_it_is_of() -> None:
    assert all(each.formula and each.version >= 1 for each in MEASURES.values())
    assert all(MEASURES[code].is_share and not MEASURES[code].more_is_worse for code in THREE_RATES)
    assert not COUNT.is_share


def test_of_counts_the_most_is_first_and_equals_share_a_place() -> None:
    found = ranking([Group("甲", 3), Group("乙", 9), Group("丙", 3), Group("丁", 1)], COUNT)
    assert [(each.key, each.place) for each in found] == [("乙", 1), ("甲", 2), ("丙", 2), ("丁", 4)]


def test_of_rates_the_lowest_is_first_and_a_lucky_few_do_not_lead() -> None:
    groups = [Group("大", 40, 100), Group("小", 0, 2), Group("中", 15, 30)]
    found = ranking(groups, SOLVED, share=Shrinking(weight=10, least=5))
    assert [(each.key, each.place, each.is_small) for each in found] == [
        ("大", 1, False),
        ("中", 2, False),
        ("小", None, True),
    ]
    assert found[2].value == 0
    assert found[2].ranked_by == pytest.approx((0 + 10 * 55 / 132) / 12)


def test_per_thousand_households_a_group_of_unknown_size_has_neither_value_nor_place() -> None:
    groups = [Group("甲", 10, 1_000), Group("乙", 8, 400), Group("丙", 5, 0)]
    found = ranking(groups, COUNT, per_households=True)
    assert [(each.key, each.place, each.value) for each in found] == [
        ("乙", 1, 20),
        ("甲", 2, 10),
        ("丙", None, None),
    ]


def test_movement_counts_the_places_risen_towards_the_worst() -> None:
    now = ranking([Group("甲", 9), Group("乙", 5), Group("丙", 1)], COUNT, before={"甲": 3, "乙": 1})
    moved = {each.key: each.moved for each in now}
    assert moved == {"甲": 2, "乙": -1, "丙": None}


def test_shrinking_keeps_the_value_of_the_large_and_gives_that_of_all_to_nothing() -> None:
    shrinking = Shrinking(weight=30, least=10)
    assert shrinking.shrunk(0, 0, 0.6) == pytest.approx(0.6)
    assert shrinking.shrunk(9_000, 10_000, 0.1) == pytest.approx(0.9, abs=0.01)
    assert Shrinking(weight=0, least=1).shrunk(0, 0, 0.6) == 0.6
    with pytest.raises(ValueError, match="不能是负数"):
        Shrinking(weight=-1, least=0)
