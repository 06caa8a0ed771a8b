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
    assert list(Vocabulary(WORDS).find(text)) == found


@given(st.lists(st.sampled_from("电梯广告控猫眼"), max_size=30).map("".join))
def test_every_word_found_stands_in_the_text_in_order(text):
    at = 0
    for word in Vocabulary(WORDS).find(text):
        assert word in text[at:]
        at = text.index(word, at)
