"""The title of a group of complaints: short, of words they share, without names; the texts are invented."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language.complaints.titles import LONGEST, NOTHING_SHARED, SHORTEST, title_of

GRILL = [
    "楼下餐馆油烟扰民，没有专用烟道，晚上不敢开窗。",
    "投诉牡丹园3号楼底商餐馆油烟扰民\n电话13800138000，请尽快处理。",
    "尊敬的领导，您好：我们小区楼下餐馆油烟扰民一年多了。",
]


def test_a_title_is_what_all_of_them_say() -> None:
    assert title_of(GRILL, estate="牡丹园") == "楼下餐馆油烟扰民"


def test_one_complaint_has_a_title_too() -> None:
    assert title_of(["A1区关于电梯经常出故障的投诉\n请领导关注"]) == "电梯经常出故障"


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["小区停车费涨价", "物业乱涨停车费", "停车费从150涨到300"], "停车费涨价"),
        (["【特急】电梯困人", "市民来电反映：电梯困人，请回电13800001234"], "电梯困人"),
        (["暖气不热", "家里暖气不热，才15度", "供暖温度低，老人受不了"], "家里暖气不热"),
        (["私装地锁", "小区内有人私装地锁，联系人王先生"], "私装地锁"),
    ],
)
def test_short_records_have_a_title_of_four_characters_or_more(texts: list[str], title: str) -> None:
    assert title_of(texts) == title


@pytest.mark.parametrize(
    "texts",
    [
        ["停水", "又停水", "张垚停水"],
        ["电梯坏", "张垚停梯"],
        ["漏水", "漏水张垚"],
        ["停水六单元王"],
        ["六单元王停水"],
    ],
)
def test_a_rare_name_that_is_cut_into_characters_gets_into_no_title(texts: list[str]) -> None:
    assert title_of(texts) == NOTHING_SHARED


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["物业从不公示公共收益。", "物业不公示公共收益"], "不公示公共收益"),
        (["物业不同意安装充电桩"], "不同意安装充电桩"),
        (["不同意就不给开门"], "不同意就不给开门"),
        (["要求协调物业同意安装充电桩"], "协调物业同意安装充电桩"),
        (["没有公示停车费收入"], "停车费收入"),
        (["电梯没有维保记录"], NOTHING_SHARED),
        (["未经业主同意上调物业费"], NOTHING_SHARED),
    ],
)
def test_no_title_says_the_opposite_by_leaving_a_denial_out(texts: list[str], title: str) -> None:
    assert title_of(texts) == title


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["街道已回复，诉求人不满意，电梯停运", "电梯停运三天，诉求人不满意"], "电梯停运三天"),
        (["3单元电梯经常困人", "电梯经常困人"], "电梯经常困人"),
        (["手机信号差", "家里手机信号差"], "家里手机信号差"),
        (["广场每晚跳广场舞", "跳广场舞扰民"], "广场舞扰民"),
    ],
)
def test_a_title_is_of_the_matter_and_whole(texts: list[str], title: str) -> None:
    assert title_of(texts) == title


@pytest.mark.parametrize("texts", [[], [""], ["？？？"], ["2号楼"], ["谢谢"], ["请尽快处理"]])
def test_where_nothing_can_be_said_the_title_says_so(texts: list[str]) -> None:
    assert title_of(texts) == NOTHING_SHARED


@pytest.mark.parametrize(
    "texts",
    [
        ["我是3号楼的欧阳翠芬，电话13800138000，楼上漏水到我家厨房没有人管理"] * 2,
        ["王建国经理态度恶劣，停车收费不合理，王建国经理乱收停车费"],
        ["请胡书记为民做主，噪音扰民严重影响休息"],
    ],
)
def test_no_name_and_no_number_gets_into_a_title(texts: list[str]) -> None:
    title = title_of(texts)
    assert SHORTEST <= len(title) <= LONGEST
    assert not any(part in title for part in ("欧阳", "翠芬", "王建国", "建国", "胡", "经理", "书记", "138"))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(GRILL), st.text(alphabet="电梯停车漏水经常坏了的在3A，。\n\ud800", max_size=40)
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_every_order_gives_the_same_title_and_it_is_short(texts: list[str], chance: random.Random) -> None:
    title = title_of(texts)
    mixed = list(texts)
    chance.shuffle(mixed)
    assert title_of(mixed) == title
    assert SHORTEST <= len(title) <= LONGEST
