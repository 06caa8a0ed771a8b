"""However a home is written on a sheet or a phone, it is one household."""

from __future__ import annotations

import pytest

from huiyin.domain.homes import Home, home_said


@pytest.mark.parametrize(
    "said",
    [
        ("6号楼", "2单元", "302室"),
        ("６", "2", "302"),
        ("06", "02", "302"),
        ("六号楼", "二", "302"),
        ("6", "", "2-302"),
        ("6", "2", "2-302"),
        ("6号楼2单元", "", "302"),
        ("", "", "6-2-302"),
        ("6-2-302", "", ""),
        ("青槐路5号院6号楼", "2", "302"),
    ],
)
def test_one_home_in_many_spellings(said: tuple[str, str, str]) -> None:
    assert home_said(*said) == Home("6", "2", "302")


@pytest.mark.parametrize(
    ("said", "home"),
    [
        (("十二", "", "501"), ("12", "", "501")),
        (("二十一号楼", "1", "03"), ("21", "1", "3")),
        (("A座", "", "1203"), ("a", "", "1203")),
        (("甲3号楼", "1", "1203-1"), ("甲3", "1", "1203-1")),  # a part of a flat
        (("6", "", "1203-1"), ("6", "", "1203-1")),
        (("6", "", ""), ("6", "", "")),
    ],
)
def test_what_is_another_home_stays_another(said: tuple[str, str, str], home: tuple[str, ...]) -> None:
    assert home_said(*said) == Home(*home)
