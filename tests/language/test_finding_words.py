"""A vocabulary finds its words in one pass, the longest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.language.vocabulary import Vocabulary

WORDS = ("电梯", "电梯广告", "广告", "梯控", "猫", "猫眼", "眼科")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电梯广告收入", ["电梯广告"]),
        ("电梯和广告", ["电梯", "广告"]),
        ("电梯控制", ["电梯", "梯控"]),
        ("猫眼科", ["猫眼", "眼科"]),
        ("流浪猫", ["猫"]),
        ("", []),
    ],
)
def test_of_words_that_begin_together_the_longest_is_found_and_none_inside_it(text, found):
    assert [each.word for each in Vocabulary(WORDS).find(text)] == found


TEXTS = st.lists(st.sampled_from("电梯广告控猫眼"), max_size=30).map("".join)


@given(TEXTS)
def test_every_word_found_stands_where_it_is_said_to_in_order(text):
    found = list(Vocabulary(WORDS).find(text))
    assert all(text[each.start : each.end] == each.word for each in found)
    assert found == sorted(found, key=lambda each: (each.start, each.end))


@given(TEXTS)
def test_every_word_that_stands_in_the_text_is_found_or_inside_one_that_is(text):
    found = list(Vocabulary(WORDS).find(text))
    for word in WORDS:
        for at in range(len(text)):
            if text.startswith(word, at):
                assert any(each.start <= at and at + len(word) <= each.end for each in found)


def test_a_word_that_returns_is_found_at_each_of_its_places():
    found = [(each.word, each.start) for each in Vocabulary(WORDS).find("电梯广告和广告")]
    assert found == [("电梯广告", 0), ("广告", 5)]
