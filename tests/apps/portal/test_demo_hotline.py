"""The calls of the demo before they are written down: whole sentences, right places, nothing real or personal."""

from __future__ import annotations

import re
from random import Random

import pytest

from huiyin.apps.portal.demo.hotline.calls import known_matters, words
from huiyin.apps.portal.demo.hotline.published import LONG, OURS, lines_of
from huiyin.apps.portal.demo.matters import leaning_at, matters
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.language import classify
from huiyin.language.masking import mask
from huiyin.language.places import find_estate_names

ROWS = [*words()["matter"], *words()["around"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.get("code", row["want"][0]))
def test_what_a_caller_says_is_whole_and_holds_nothing_personal(row: dict[str, list[str]]) -> None:
    for seed in range(20):
        teller = Teller(Random(seed), {"b": "6号楼", "u": "2单元", "r": "望溪路东口"})
        teller.slots["want"] = teller.pick(row["want"])
        said = f"{teller.pick(row['what'])}。{teller.pick(words()['tells'])}{teller.pick(words()['wants'])}"
        assert not re.search(r"[\[\]{}|@]", said), said
        assert mask(said) == said


def test_callers_speak_of_matters_the_ledger_knows() -> None:
    assert {row["code"] for row in words()["matter"]} <= {matter.code for matter in matters()}
    assert len(known_matters()) == len(words()["matter"])


def test_an_estate_leans_to_the_same_troubles_all_year_and_another_to_others() -> None:
    known = [matter for matter, _ in known_matters()]
    assert leaning_at("YSL01", known) == leaning_at("YSL01", known)
    assert leaning_at("YSL01", known) != leaning_at("YSL02", known)


def test_most_matters_of_an_estate_are_told_as_such() -> None:
    texts = []
    for row in words()["matter"]:
        teller = Teller(Random(1), {"want": row["want"][0]})
        said = f"{teller.pick(row['what'])}。{teller.pick(words()['wants'])}"
        texts.append(f"市民来电反映：云杉里东区{said}")
    related = [each.property_related for each in classify(texts)]
    assert sum(related) > 0.7 * len(related)


@pytest.mark.parametrize("name", words()["unknown"])
def test_a_name_nobody_knows_is_found_for_the_review(name: str) -> None:
    (found,) = find_estate_names([f"市民来电反映：{name}6号楼2单元楼道灯坏了，物业没有修好。"])
    assert found[:1] == [name]


def test_the_published_list_names_each_estate_once() -> None:
    for ours in OURS:
        lines = lines_of("2026-Q3", ours)
        assert [place for place, _, _ in lines] == list(range(1, LONG + 1))
        assert len({name for _, name, _ in lines}) == LONG
        assert {place: name for place, name, _ in lines if name in ours} == {p: n for n, p in ours.items()}
        assert [count for _, _, count in lines] == sorted((count for _, _, count in lines), reverse=True)
