"""The pages sum rows in SQL, the command line the store's cube in Ibis: of the same rows both tell the same."""

from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
import pytest

from huiyin.analytics.cube import COUNTS, EMPTY_CUBE
from huiyin.analytics.estates import Estate as StoreEstate
from huiyin.analytics.measures.places import estates_table, placed
from huiyin.analytics.measures.rankings import ranking
from huiyin.analytics.measures.rates import measured
from huiyin.apps.hotline.models import HotlineCount, HotlineTotal
from huiyin.apps.hotline.periods import stored_months
from huiyin.apps.hotline.rules import rules_on
from huiyin.apps.hotline.sight import district, sight_of
from huiyin.apps.hotline.standings import Question, standing
from huiyin.apps.hotline.sums import summed_of, sums_of
from huiyin.domain.complaint_measures import MEASURES
from huiyin.domain.complaint_periods import read_period
from tests.given_counts import JUNE, a_count
from tests.people import Cast

JUNE_2026, JULY = read_period("2026-06"), date(2026, 7, 15)


def five_rows(cast: Cast) -> None:
    a_count(cast.estate, complaints=40, contactable=38, contacted=30, solved_valid=30, solved=21, likely=4)
    a_count(cast.estate, category="停车", complaints=6, satisfied_valid=5, satisfied=2, same_caller_again=3)
    a_count(cast.other_estate, complaints=22, solved_valid=20, solved=9, in_groups=6, recurrences=1)
    a_count(cast.other_estate, about=False, complaints=5, solved_valid=5, solved=5, not_assessed=2)
    a_count(None, street_code="119901002", complaints=7, solved_valid=6, solved=1)


def test_every_measure_and_every_place_is_the_same(cast: Cast) -> None:
    five_rows(cast)
    estates = ibis.memtable(
        estates_table(
            [
                StoreEstate(each.code, each.name, area_code=each.area.code, households=each.household_count)
                for each in (cast.estate, cast.other_estate)
            ]
        )
    )
    codes = {cast.estate.pk: cast.estate.code, cast.other_estate.pk: cast.other_estate.code, None: None}
    rows = [
        {
            "month": f"{JUNE:%Y-%m}",
            "estate_code": codes[each.estate_id],
            "street_code": each.street_code or None,
            "property_related": each.property_related,
            "category": each.category,
            **{name: getattr(each, name) for name in COUNTS},
        }
        for each in HotlineCount.objects.all()
    ]
    cube = placed(ibis.memtable(pa.Table.from_pylist(rows, schema=EMPTY_CUBE.schema)), estates)

    sums = sums_of(HotlineTotal.objects.all(), summed_of(MEASURES.values()))
    for measure in MEASURES.values():
        (told,) = measured(cube, measure, []).to_pyarrow().to_pylist()
        ours = sums.told(measure.code)
        assert (ours.numerator, ours.denominator, ours.excluded) == (
            told["numerator"],
            told["denominator"],
            told["excluded"],
        ), measure.code

    places = district()
    sight = sight_of(cast.by_district_officer, places)
    for code, by, per_households in (
        ("property_complaints", "estate", True),
        ("complaints", "estate", False),
        ("solution_rate", "estate", False),
        ("solution_rate", "street", False),
        ("complaints", "street", True),
    ):
        measure = MEASURES[code]
        theirs = ranking(cube, estates, measure, by, per_households=per_households).to_pyarrow().to_pylist()
        asked = Question(
            measure, JUNE_2026, stored_months(), JULY, rules_on(JUNE).small_samples, by, per_households
        )
        ours = standing(asked, places, sight, HotlineTotal.objects.all()).lines
        told = {each[by]: each for each in theirs}
        assert len(ours) == len(told)
        for line in ours:
            its = told[code_of(line.named.name, cast)]
            assert (line.ranked.place, line.ranked.numerator, line.ranked.excluded) == (
                *(its["place"], its["numerator"], its["excluded"]),
            ), (code, by)
            assert line.ranked.value == pytest.approx(its["value"])


def code_of(name: str, cast: Cast) -> str:
    """By which the store calls an estate or a street."""
    return {
        cast.estate.name: cast.estate.code,
        cast.other_estate.name: cast.other_estate.code,
        cast.street.name: cast.street.code[:9],
        cast.other_street.name: cast.other_street.code[:9],
    }[name]
