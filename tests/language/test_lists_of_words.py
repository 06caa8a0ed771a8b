"""The lists of words kept as data find what their examples say, and the reference shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiyin.language.matters import AREAS
from huiyin.language.normalise import fold
from huiyin.language.wordlists import DATA, WordList, word_lists
from huiyin.language.wordlists_reference import FILES, reference

MATTERS = [each for area in AREAS for each in word_lists(f"answers/matters/{area}.toml").values()]
LISTS = [each for file in FILES for each in word_lists(file).values()]


@pytest.mark.parametrize("each", LISTS, ids=lambda each: each.name)
def test_a_list_finds_its_good_example_and_not_its_bad_one(each: WordList):
    assert each.pattern.search(fold(each.found).text), each.found
    assert not each.pattern.search(fold(each.not_found).text), each.not_found


def test_a_matter_is_named_by_its_own_title_and_not_by_what_only_looks_like_it():
    for each in MATTERS:
        assert any(re.search(named, each.what) for named in each.named), each.what
        assert not any(re.search(never, each.what) for never in each.never), each.what


def test_a_matter_stands_in_one_area_and_no_word_of_it_is_also_a_sign():
    names = [each.name for each in MATTERS]
    assert len(names) == len(set(names))
    assert not [(each.name, word) for each in MATTERS for word in {*each.words} & {*each.signs}]


def test_every_list_says_what_it_is_for():
    assert all(each.what and (each.terms or each.words) for each in LISTS)


def test_every_file_of_lists_is_in_the_reference():
    folders = ("replies", "answers", "claims")
    there = {
        path.relative_to(DATA).as_posix() for folder in folders for path in (DATA / folder).rglob("*.toml")
    }
    assert there == set(FILES)


def test_the_reference_is_what_the_lists_give():
    page = Path(__file__).resolve().parents[2] / "docs/reference/replies-claims-answers.md"
    assert page.read_text(encoding="utf-8") == reference(), (
        "run: python -m huiyin.language.wordlists_reference"
    )
