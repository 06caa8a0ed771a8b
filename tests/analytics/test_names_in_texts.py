"""Thousands of names are looked for at once, and found where a regular expression of them all would find them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from huiyin.analytics.names_in_texts import Names

SIGNS = "甲乙丙园𠮷\n"


def test_the_leftmost_name_is_found_and_of_those_that_begin_there_the_longest() -> None:
    names = Names(["银杏家园", "银杏家园二区", "清河里"])
    texts = ["物业在银杏家园二区，不在清河里", "清河里旁边的银杏家园", "银杏园", "银杏", ""]
    assert names.first_in(texts) == ["银杏家园二区", "清河里", None, None, None]


def test_no_name_reaches_from_one_text_into_the_next() -> None:
    assert Names(["银杏家园"]).first_in(["我住银杏", "家园物业"]) == [None, None]


@given(
    st.sets(st.text(SIGNS, min_size=2, max_size=4), min_size=1, max_size=8),
    st.lists(st.text(SIGNS, max_size=12), max_size=6),
)
def test_names_are_found_as_a_regular_expression_finds_them(names: set[str], texts: list[str]) -> None:
    longest_first = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    expected = [match and match[0] for match in map(longest_first.search, texts)]
    assert Names(names).first_in(texts) == expected
