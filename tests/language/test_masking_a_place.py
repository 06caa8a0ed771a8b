"""In the answer to “which building” every number that names no building is a room."""

from __future__ import annotations

import pytest

from huiyin.language.masking import mask, mask_place


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("12-1205", "12〔房号〕"),
        ("3-501", "3〔房号〕"),
        ("３－２－５０１", "３〔房号〕"),
        ("3/2/501", "3〔房号〕"),
        ("501", "〔房号〕"),
        ("一二零五", "〔房号〕"),
        ("五百零一", "〔房号〕"),
        ("01室", "〔房号〕"),
        ("B1203", "〔房号〕"),
        ("1-2-3", "1〔房号〕"),
        ("东户", "〔房号〕"),
        ("6号楼501、601", "6号楼〔房号〕"),
        ("云杉里12-2-301", "云杉里12〔房号〕"),
        ("张大妈13800001234", "〔姓名〕大妈〔手机号〕"),
    ],
)
def test_a_room_goes_and_the_building_stays(written, shown):
    assert mask_place(written) == shown
    assert mask_place(shown) == mask(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "南门",
            "中心花园",
            "6号楼",
            "101号楼",
            "甲3号楼",
            "12#楼",
            "3#",
            "A座",
            "208号院",
            "6号楼3单元",
            "12-3单元",
        ],
        *[
            "1-2-3号楼",
            "12-13号楼",
            "1、3、5号楼",
            "18层",
            "2单元5层",
            "地下车库B2层",
            "丰台路101号",
            "105国道旁",
            "7号楼2024年加装的电梯",
        ],
    ],
)
def test_what_names_a_building_or_a_place_stays(text):
    assert mask_place(text) == text
