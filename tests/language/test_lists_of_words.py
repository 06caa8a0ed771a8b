"""The lists of words kept as data find what their examples say, and the reference shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import checks_reference
from huiyin.language.lexicons import Lexicons
from huiyin.language.matters import AREAS, is_of_a_known_matter, matter_of, say
from huiyin.language.normalise import fold
from huiyin.language.pairs import pairs, swapped
from huiyin.language.units import Dimension, dimension_of
from huiyin.language.wordlists import DATA, WordList, word_lists
from huiyin.language.wordlists_reference import FILES, reference

ALL_FILES = FILES | checks_reference.FILES
LISTS = [(file, each) for file in ALL_FILES for each in word_lists(file).values()]
MATTERS = [each for area in AREAS for each in word_lists(f"answers/matters/{area}.toml").values()]


@pytest.mark.parametrize(
    "each", [each for _, each in LISTS], ids=[f"{file}:{each.name}" for file, each in LISTS]
)
def test_a_list_finds_its_good_example_and_not_its_bad_one(each: WordList):
    assert each.pattern.search(fold(each.found).text), each.found
    assert not each.pattern.search(fold(each.not_found).text), each.not_found


def test_a_matter_is_named_by_its_own_title_and_not_by_what_only_looks_like_it():
    for each in MATTERS:
        matter = matter_of(each.what)
        assert matter is not None, each.what
        assert matter.words >= {*each.words}, each.what
        assert any({*each.words, *each.signs} == {*hints} for hints in matter.weights), each.what
        assert not any(re.search(never, each.what) for never in each.never), each.what


LISTED = {"账", "蜱", "貉", "鸽", "藻", "铣", "剁"}
"""Words of one character that stand in no other word of a report."""


def test_a_word_of_one_character_is_a_listed_one():
    assert {word for each in MATTERS for word in each.words if len(word) == 1} == LISTED


@pytest.mark.parametrize(
    "text",
    [
        "工作继续进行",
        "连续三天",
        "后续安排",
        "手续已经办完",
        "树立服务意识",
        "夯实管理基础",
        "起草了初稿",
        "更换鼠标两个",
        "蛇形排队",
    ],
)
def test_plain_prose_is_of_no_matter(text):
    assert not is_of_a_known_matter(say(text))


def test_a_matter_stands_in_one_area_and_no_word_of_it_is_also_a_sign():
    names = [each.name for each in MATTERS]
    assert len(names) == len(set(names))
    assert not [(each.name, word) for each in MATTERS for word in {*each.words} & {*each.signs}]


def test_every_list_says_what_it_is_for():
    assert all(each.what and (each.terms or each.words) for _, each in LISTS)


def test_every_file_of_lists_is_in_a_reference():
    folders = ("replies", "answers", "claims", "checks")
    there = {
        path.relative_to(DATA).as_posix() for folder in folders for path in (DATA / folder).rglob("*.toml")
    }
    others = {f"checks/{name}.toml" for name in ("lexicons", "rules", "examples", "figures")}
    assert there - others == set(ALL_FILES)


def test_every_dimension_has_its_units():
    lists = word_lists("checks/units.toml")
    assert set(lists) == set(Dimension)
    assert all(dimension_of(unit) == name for name, each in lists.items() for unit in each.terms)


def test_the_reference_is_what_the_lists_give():
    page = Path(__file__).resolve().parents[2] / "docs/reference/replies-claims-answers.md"
    assert page.read_text(encoding="utf-8") == reference(), (
        "run: python -m huiyin.language.wordlists_reference"
    )


SHAPES = [
    "将(会|于)",
    "上(了)?(新)?台阶",
    "下个?月",
    "高度(重视|关注)",
    "已(经)?",
    "多次",
    "第[一二]条",
    "距(离)?",
    "会(?!议)",
    "不断(提升|改善)?地",
]


@pytest.mark.parametrize("term", SHAPES)
@settings(max_examples=60, deadline=None)
@given(text=st.text("将会于上了新台阶下个月高度重视关已经多次第一条距离议不断提升地😀", max_size=14))
def test_a_term_is_found_wherever_its_pattern_stands(term: str, text: str):
    found = [(hit.start, hit.end) for hit in Lexicons({"group": term}).find(text)]
    assert found == [match.span() for match in re.finditer(term, text)]


@given(st.text(max_size=30))
def test_a_pair_has_the_low_bytes_of_both_characters_before_the_high_ones(text: str):
    units = text.encode("utf-16-le", "surrogatepass")
    following = [int.from_bytes(units[at : at + 4], "little") for at in range(0, len(units) - 2, 2)]
    assert [swapped(pair) for pair in pairs(units, 2)] == following
