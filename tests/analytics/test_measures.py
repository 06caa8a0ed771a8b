"""Measures on five rows: every number can be checked by hand."""

from __future__ import annotations

from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from huiyin.analytics.asking import Asker, keep_estates
from huiyin.analytics.cube import COUNTS, EMPTY_CUBE
from huiyin.analytics.estates import Estate
from huiyin.analytics.measures.places import estates_table, placed
from huiyin.analytics.measures.rankings import ranked, ranking, shrunk, with_movement
from huiyin.analytics.measures.rates import measured, per_thousand_households
from huiyin.analytics.store import Store
from huiyin.domain import complaint_rankings
from huiyin.domain.complaint_measures import MEASURES
from huiyin.domain.complaint_periods import read_period
from huiyin.domain.complaint_rankings import Group
from huiyin.domain.errors import RuleBroken
from huiyin.domain.shrinking import Shrinking
from tests.analytics.given_complaints import a_file, taken_in

ESTATES = [
    Estate("E1", "清河里", area_code="110106001001", company="甲物业", households=1_000),
    Estate("E2", "望春园", area_code="110106001002", company="甲物业", households=500),
    Estate("E3", "和平苑", area_code="110106002001", company="乙物业", households=0),
]


def row(
    estate: str | None, *, month: str = "2025-01", about: bool = True, **counts: int
) -> dict[str, object]:
    return {
        "month": month,
        "estate_code": estate,
        "street_code": "110106009" if estate is None else None,
        "property_related": about,
        "category": "电梯",
        **dict.fromkeys(COUNTS, 0),
        **counts,
    }


FIVE = [
    row("E1", complaints=10, solved_valid=8, solved=4, not_assessed=2),
    row("E1", month="2025-02", complaints=6, solved_valid=5, solved=5),
    row("E2", complaints=2, solved_valid=1, solved=1),
    row("E3", complaints=1),
    row(None, about=False, complaints=5, solved_valid=4, solved=1),
]


@pytest.fixture
def cube() -> ir.Table:
    return placed(ibis.memtable(pa.Table.from_pylist(FIVE, schema=EMPTY_CUBE.schema)), estates())


def estates() -> ir.Table:
    return ibis.memtable(estates_table(ESTATES))


def rows_of(table: ir.Table, by: str) -> dict[object, dict[str, object]]:
    return {each[by]: each for each in table.to_pyarrow().to_pylist()}


def test_a_share_tells_numerator_denominator_and_what_was_left_out(cube: ir.Table) -> None:
    found = rows_of(measured(cube, MEASURES["solution_rate"], ["estate"]), "estate")
    assert found["E1"] == {"estate": "E1", "numerator": 9, "denominator": 13, "excluded": 3, "value": 9 / 13}
    assert found["E3"]["value"] is None
    assert found[None]["numerator"] == 1


def test_groups_add_up_to_the_whole(cube: ir.Table) -> None:
    (whole,) = measured(cube, MEASURES["complaints"], []).to_pyarrow().to_pylist()
    assert whole["value"] == 24
    for by in ("estate", "company", "street", "month", "category"):
        parts = measured(cube, MEASURES["complaints"], [by]).to_pyarrow().to_pylist()
        assert sum(each["numerator"] for each in parts) == 24, by


def test_the_share_of_property_complaints_counts_what_is_not_attributed_too(cube: ir.Table) -> None:
    (whole,) = measured(cube, MEASURES["property_share"], []).to_pyarrow().to_pylist()
    assert (whole["numerator"], whole["denominator"]) == (19, 24)


def test_an_attributed_complaint_lies_where_its_estate_lies(cube: ir.Table) -> None:
    found = rows_of(measured(cube, MEASURES["complaints"], ["street"]), "street")
    assert {street: each["numerator"] for street, each in found.items()} == {
        "110106001": 18,
        "110106002": 1,
        "110106009": 5,
    }


def test_per_thousand_households_counts_estates_without_complaints_and_skips_unknown_sizes(
    cube: ir.Table,
) -> None:
    found = rows_of(per_thousand_households(cube, estates(), MEASURES["complaints"], "estate"), "estate")
    assert found["E1"]["value"] == 16
    assert found["E2"]["value"] == 4
    assert found["E3"]["value"] is None
    by_company = rows_of(
        per_thousand_households(cube, estates(), MEASURES["complaints"], "company"), "company"
    )
    assert by_company["甲物业"]["value"] == pytest.approx(12)


@pytest.fixture
def mixed() -> tuple[ir.Table, ir.Table]:
    """Two estates of a company and a street, one of which nobody has counted the households of; codes too short."""
    listed = [
        Estate("E1", "清河里", area_code="110106001001", company="甲物业", households=300),
        Estate("E2", "望春园", area_code="110106001002", company="甲物业", households=0),
        Estate("E3", "和平苑", area_code="110105", company="乙物业", households=200),
        Estate("E4", "东风里", area_code="", company="", households=100),
    ]
    rows = [
        row("E1", complaints=3),
        row("E2", complaints=300),
        {**row(None, complaints=7), "street_code": STREET},
    ]
    homes = ibis.memtable(estates_table(listed))
    return placed(ibis.memtable(pa.Table.from_pylist(rows, schema=EMPTY_CUBE.schema)), homes), homes


STREET = "110106001"


@pytest.mark.parametrize(("by", "group", "excluded"), [("company", "甲物业", 300), ("street", STREET, 307)])
def test_complaints_count_for_each_household_only_with_households_of_the_same_estates(
    mixed: tuple[ir.Table, ir.Table], by: str, group: str, excluded: int
) -> None:
    found = rows_of(per_thousand_households(*mixed, MEASURES["complaints"], by), by)
    told = {name: found[group][name] for name in ("numerator", "households", "excluded", "value")}
    assert told == {"numerator": 3, "households": 300, "excluded": excluded, "value": 10}


def test_a_code_too_short_for_a_street_makes_none(mixed: tuple[ir.Table, ir.Table]) -> None:
    assert set(rows_of(per_thousand_households(*mixed, MEASURES["complaints"], "street"), "street")) == {
        STREET
    }
    districts = rows_of(per_thousand_households(*mixed, MEASURES["complaints"], "district"), "district")
    assert set(districts) == {"110106", "110105"}


def test_a_complaint_of_no_estate_counts_in_the_district_its_file_names(tmp_path: Path) -> None:
    codes = ("110106", "110106001", "110106001002", "110105", "1101", "")
    file = tmp_path / "a.csv"
    rows = [f"W{at},公交车晚点,{code}\n" for at, code in enumerate(codes)]
    file.write_text("工单编号,诉求内容,区划代码\n" + "".join(rows), encoding="utf-8")
    taken_in(tmp_path / "store", file)
    with Store.open(tmp_path / "store") as store:
        keep_estates(store, ESTATES)
    asker = Asker(Store(tmp_path / "store"))

    def counted(by: str) -> dict[object, object]:
        found = asker.rows(measured(asker.cube, MEASURES["complaints"], [by]))
        return {told[by]: told["value"] for told in found}

    assert counted("district") == {"110106": 3, "110105": 1, None: 2}
    assert counted("street") == {"110106001": 2, None: 4}
    assert counted("community") == {None: 6}


def test_estates_of_unknown_size_do_not_raise_the_mean_of_all(mixed: tuple[ir.Table, ir.Table]) -> None:
    measure, least = MEASURES["complaints"], Shrinking(weight=1, least=0)
    found = rows_of(ranking(*mixed, measure, "estate", per_households=True, per_thousand=least), "estate")
    mean = 3 / 0.6
    assert found["E3"]["ranked_by"] == pytest.approx((0 + mean) / (0.2 + 1))
    groups = [Group("E1", 3, 300), Group("E2", 300, 0), Group("E3", 0, 200), Group("E4", 0, 100)]
    ours = complaint_rankings.ranking(groups, measure, per_households=True, per_thousand=least)
    assert {each.key: each.ranked_by for each in ours} == {
        code: pytest.approx(each["ranked_by"]) for code, each in found.items()
    }


def test_a_small_sample_is_drawn_towards_all_and_marked(cube: ir.Table) -> None:
    shares = measured(cube.filter(cube.estate.notnull()), MEASURES["solution_rate"], ["estate"])
    found = rows_of(shrunk(shares, Shrinking(weight=10, least=5)), "estate")
    assert found["E1"]["shrunk"] == pytest.approx((9 + 10 * 10 / 14) / (13 + 10))
    assert found["E2"]["shrunk"] == pytest.approx((1 + 10 * 10 / 14) / (1 + 10))
    assert [found[each]["is_small"] for each in ("E1", "E2", "E3")] == [False, True, True]


def test_places_begin_with_the_worst_and_small_samples_have_none(cube: ir.Table) -> None:
    shares = measured(cube.filter(cube.estate.notnull()), MEASURES["solution_rate"], ["estate"])
    found = rows_of(
        ranked(shrunk(shares, Shrinking(weight=10, least=1)), "shrunk", worst_is_high=False), "estate"
    )
    assert {each: found[each]["place"] for each in found} == {"E1": 1, "E2": 2, "E3": None}


def test_a_ranking_of_counts_a_share_and_one_per_thousand_households(cube: ir.Table) -> None:
    def places(code: str, **how: object) -> dict[object, object]:
        found = rows_of(ranking(cube, estates(), MEASURES[code], "estate", **how), "estate")  # type: ignore[arg-type]
        return {estate: each["place"] for estate, each in found.items()}

    assert places("complaints") == {"E1": 1, "E2": 2, "E3": 3}
    assert places("solution_rate", share=Shrinking(weight=1, least=1)) == {"E1": 1, "E2": 2, "E3": None}
    assert places("complaints", per_households=True) == {"E1": 1, "E2": 2, "E3": None}


@pytest.mark.parametrize(
    ("code", "per_households"),
    [("complaints", False), ("complaints", True), ("solution_rate", False), ("property_share", False)],
)
def test_places_are_those_the_pages_give(cube: ir.Table, code: str, per_households: bool) -> None:
    measure, least = MEASURES[code], Shrinking(weight=2, least=1)
    found = rows_of(
        ranking(
            cube,
            estates(),
            measure,
            "estate",
            per_households=per_households,
            share=least,
            per_thousand=least,
        ),
        "estate",
    )
    groups = [Group(estate, each["numerator"], each["denominator"]) for estate, each in found.items()]  # type: ignore[arg-type]
    on_pages = complaint_rankings.ranking(
        groups, measure, per_households=per_households, share=least, per_thousand=least
    )
    for each in on_pages:
        told = found[each.key]
        assert (each.place, each.is_small, each.value) == (told["place"], told["is_small"], told["value"])
        assert each.ranked_by == pytest.approx(told["ranked_by"])


def test_movement_says_how_many_places_a_group_rose() -> None:
    now = ibis.memtable(pa.table({"estate": ["E1", "E2", "E4"], "place": [1, 2, 3]}))
    before = ibis.memtable(pa.table({"estate": ["E1", "E2"], "place": [2, 1]}))
    found = rows_of(with_movement(now, before, "estate"), "estate")
    assert {each: found[each]["moved"] for each in found} == {"E1": 1, "E2": -1, "E4": None}


@pytest.mark.parametrize(
    ("written", "first", "last", "before"),
    [
        ("2025", "2025-01", "2025-12", "2024"),
        ("2025-Q3", "2025-07", "2025-09", "2025-Q2"),
        ("2025-01", "2025-01", "2025-01", "2024-12"),
        ("2025-Q1", "2025-01", "2025-03", "2024-Q4"),
    ],
)
def test_a_period_knows_its_months_and_the_one_before(
    written: str, first: str, last: str, before: str
) -> None:
    period = read_period(written)
    assert (period.months[0], period.months[-1], str(period), str(period.before)) == (
        first,
        last,
        written,
        before,
    )


@pytest.mark.parametrize("written", ["", "25", "2025-13", "2025-Q5", "2025-1", "去年"])
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(RuleBroken, match="时期写作"):
        read_period(written)


def test_a_question_asked_again_is_not_translated_again(tmp_path: Path) -> None:
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", ("W1", "2025-01-07 08:00", "清河里物业", "", "")))
    with Store.open(tmp_path / "store") as store:
        keep_estates(store, ESTATES)
    asker = Asker(Store(tmp_path / "store"))

    def asked(month: str) -> list[dict[str, object]]:
        about = asker.cube.filter(asker.cube.month == month)
        return asker.rows(measured(about, MEASURES["complaints"], ["estate"]))

    first, other, again = asked("2025-01"), asked("2025-02"), asked("2025-01")
    assert [(row["estate"], row["numerator"]) for row in first] == [("E1", 1)]
    assert type(first[0]["numerator"]) is int
    assert (other, again) == ([], first)
    assert len(asker._translated) == 2
