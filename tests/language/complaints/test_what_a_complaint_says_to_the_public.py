"""How the hotline writes a complaint down is no part of what it says."""

from __future__ import annotations

import pytest

from huiyin.language.complaints.public_words import public_words
from tests.costs import assert_grows_with_length


@pytest.mark.parametrize(
    ("masked", "public"),
    [
        ("市民反映：云杉里东区电梯困人的问题，7号楼又停了。", "云杉里东区电梯困人的问题，7号楼又停了。"),
        ("【特急】【物业】来电反映，6号楼电梯停运", "6号楼电梯停运"),
        ("[加急] 电梯又停了，请联系〔姓名〕〔手机号〕。", "电梯又停了。"),
        ("电梯停了，联系人〔姓名〕 〔手机号〕，微信 〔账号〕", "电梯停了"),
        ("电梯停了。电话〔手机号〕。物业不管", "电梯停了。物业不管"),
        ("居民反映的电梯一直没修", "居民反映的电梯一直没修"),
        ("业主〔姓名〕女士被困电梯", "业主〔姓名〕女士被困电梯"),
        ("打物业电话〔电话〕没人接", "打物业电话〔电话〕没人接"),
        ("联系电话〔手机号〕", "联系电话〔手机号〕"),
        ("【特急】", "【特急】"),
        ("", ""),
    ],
)
def test_only_how_it_was_written_down_goes(masked: str, public: str) -> None:
    assert public_words(masked) == public


@pytest.mark.parametrize("piece", ["联系人", "电话〔手机号〕", "【特】", "，", "请联系〔姓名〕、", " "])
def test_hostile_words_cost_no_more_than_their_length(piece: str) -> None:
    assert_grows_with_length(lambda count: public_words(piece * count), 250, 2_000)
