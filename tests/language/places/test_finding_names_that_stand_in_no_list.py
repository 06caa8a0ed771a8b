"""Names of estates nobody listed are found by their shape; all names here are invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import find_estate_names
from tests.costs import assert_costs_at_most


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我是翠鹂湾小区的业主,物业长期不打扫楼道", "翠鹂湾"),
        ("投诉银雀华府物业乱收停车费\n我们银雀华府小区的物业乱收停车费", "银雀华府"),
        ("丰台区芳竹园小区电梯坏了三天没人修", "芳竹园"),
        ("万科碧梧之城二期3栋漏水,开发商不管", "万科碧梧之城"),
        ("我住在云鹭公寓,楼下饭店油烟扰民", "云鹭公寓"),
        ("东柳安置小区停水三天", "东柳安置小区"),
    ],
)
def test_the_likeliest_name_comes_first(text, name):
    assert find_estate_names([text])[0][:1] == [name]


@pytest.mark.parametrize(
    "text",
    ["", "公交车总是等很久才来", "请问社保卡什么时候能办好", "路灯坏了,晚上看不见", "希望地铁早日开通"],
)
def test_a_text_about_no_estate_gives_no_name(text):
    assert find_estate_names([text]) == [[]]


@pytest.mark.parametrize(
    "text",
    [
        "我们小区的电梯坏了三天,物业不管",
        "市民反映本小区垃圾没人清运",
        "该小区物业乱收停车费",
        "咱们院的路灯不亮,物业不修",
        "老旧小区改造什么时候开始,隔壁小区都改完了",
        "这个小区业主要求公开账目",
    ],
)
def test_words_that_point_at_an_estate_are_no_name(text):
    assert find_estate_names([text]) == [[]]


def test_a_name_behind_such_words_is_found():
    names = find_estate_names(["我们银雀华府小区的物业乱收停车费", "本溪花园小区的电梯坏了"])
    assert [each[0] for each in names] == ["银雀华府", "本溪花园"]


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_every_name_is_a_piece_of_its_text(text):
    for name in find_estate_names([f"我是{text}小区的业主"])[0]:
        assert name in f"我是{text}小区的业主"


def test_each_text_has_its_own_answer():
    assert [len(names) > 0 for names in find_estate_names(["我是翠鹂湾小区的业主,物业不管", "公交太慢"])] == [
        True,
        False,
    ]


def test_a_very_long_text_takes_no_longer_than_its_beginning():
    text = "我是翠鹂湾小区的业主,银雀华府二期3栋漏水,物业不管。" * 2000
    assert_costs_at_most(2, lambda: find_estate_names([text]), lambda: find_estate_names([text[:5000]]))
