"""A search finds what a person would expect, and names stand in the familiar order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.language.words import query_tokens, search_vector_text, sort_key, tokens


def found(query: str, text: str) -> bool:
    return set(query_tokens(query)) <= set(search_vector_text(text).split())


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("飞线充电", "楼下总有人从窗户飞线充电没人管"),
        ("飞线", "电坏了没人修飞线充电"),
        ("电梯坏了", "3号楼的电梯又坏了"),
        ("物业费", "今年物业费涨价"),
        ("ABC", "ａｂｃ座的门禁"),
        ("请问停车费怎么收", "停车费收得不明白,怎样收"),
        ("2号楼", "2号楼漏水"),
        ("桶站", "垃圾桶站满溢"),
        ("梯", "梯"),
    ],
)
def test_a_query_finds_the_text_with_its_words(query, text):
    assert found(query, text)


def test_a_query_does_not_find_another_matter():
    assert not found("电梯", "停车收费不明白")


def test_words_without_meaning_are_not_searched_for():
    assert query_tokens("请问我们的电梯") == ["电梯"]


@given(st.text(alphabet="电梯坏了没人修飞线充电物业费停车abc12 ,。", min_size=1, max_size=30))
def test_every_text_is_found_by_itself(text):
    assert found(text, text), tokens(text)


def test_names_stand_by_pinyin_and_numbers_by_value():
    names = ["紫竹院", "安贞里", "10区", "万丰家园", "2区", "B座小区", "丰台", "富锦嘉园"]
    assert sorted(names, key=sort_key) == [
        "2区",
        "10区",
        "B座小区",
        "安贞里",
        "丰台",
        "富锦嘉园",
        "万丰家园",
        "紫竹院",
    ]


def test_rare_characters_come_after_the_common_ones():
    assert sort_key("紫") < sort_key("鑫")
    assert len(sort_key("一" * 500)) == 240
