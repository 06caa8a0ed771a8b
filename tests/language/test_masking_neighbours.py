"""Third persons are covered as neighbours speak of them, and staff and mere words are not."""

from __future__ import annotations

import random

import pytest

from huiyin.language.masking import mask, mask_nickname, needs_a_reader
from tests.costs import assert_grows_with_length
from tests.language.neighbours import HARMLESS, no_person, third_person

TEXTS = 600


def test_of_third_persons_99_of_100_are_covered() -> None:
    rng = random.Random("third persons")
    missed = []
    for _ in range(TEXTS):
        text, secret = third_person(rng)
        shown = mask(text)
        assert mask(shown) == shown, text
        if secret in shown or "〔姓名〕" not in shown:
            missed.append((text, shown))
    assert len(missed) <= TEXTS // 100, missed[:10]


def test_of_what_only_sounds_like_a_person_at_most_1_of_100_is_covered() -> None:
    rng = random.Random("no persons")
    changed = [text for text in (no_person(rng) for _ in range(TEXTS)) if mask(text) != text]
    assert len(changed) <= TEXTS // 100, changed[:10]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "隔壁老王家天天半夜吵，他老婆张桂兰还骂人",
            "隔壁〔姓名〕家天天半夜吵，他老婆〔姓名〕还骂人",
        ),
        ("302的王大妈摔了一跤，电话13800001234", "〔房号〕的〔姓名〕大妈摔了一跤，电话〔手机号〕"),
        ("儿子王强不交费", "儿子〔姓名〕不交费"),
        ("302家天天吵，住302的老太太", "〔房号〕家天天吵，住〔房号〕的老太太"),
        ("刘叔和小李，老张家媳妇", "〔姓名〕叔和〔姓名〕，〔姓名〕家媳妇"),
        ("王桂兰骂人，张秀英家的狗", "〔姓名〕骂人，〔姓名〕家的狗"),
        ("周女士和何先生", "〔姓名〕女士和〔姓名〕先生"),
        ("王建国先生来电投诉物业", "〔姓名〕先生来电投诉物业"),
        (
            "市民李淑芬女士反映，欧阳明先生、欧阳女士也反映",
            "市民〔姓名〕女士反映，〔姓名〕先生、〔姓名〕女士也反映",
        ),
        ("市民王建国来电反映物业，李淑芬反映物业不作为", "市民〔姓名〕来电反映物业，〔姓名〕反映物业不作为"),
        ("电梯坠落，刘桂英老人（82岁）摔伤", "电梯坠落，〔姓名〕老人（82岁）摔伤"),
        ("李淑芬反映，陈晓东同志说，周芳女士来电", "〔姓名〕反映，〔姓名〕同志说，〔姓名〕女士来电"),
        ("残疾人李淑芬行动不便", "残疾人〔姓名〕行动不便"),
    ],
)
def test_as_neighbours_speak(written: str, shown: str) -> None:
    assert mask(written) == shown
    assert mask(shown) == shown


def test_how_somebody_wants_to_be_called_stays() -> None:
    assert mask_nickname("周大爷302室") == "周大爷〔房号〕"


@pytest.mark.parametrize(
    "text",
    [
        "302的王大妈摔了",
        "打我电话13800001234",
        "〔姓名〕大妈摔了",
        "隔壁的欧阳晓月",
        "那个叫什么的人",
        "林某家",
    ],
)
def test_what_may_name_somebody_needs_a_reader(text: str) -> None:
    assert needs_a_reader(text)


@pytest.mark.parametrize("text", ["6号楼的电梯什么时候修？", "谢谢阿姨", "车位费一个月多少钱？", *HARMLESS])
def test_what_names_nobody_needs_none(text: str) -> None:
    assert not needs_a_reader(text)


@pytest.mark.parametrize(
    "piece", ["老婆", "老王家", "业主王", "王大", "302的", "张桂兰家", "隔壁的", "小", "老婆张桂兰"]
)
def test_twice_the_text_takes_about_twice_the_time(piece: str) -> None:
    assert_grows_with_length(lambda length: mask((piece * length)[:length]), 2_500, 20_000)
