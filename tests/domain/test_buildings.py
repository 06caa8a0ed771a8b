"""A number alone becomes the name of a building."""

from __future__ import annotations

import pytest

from huiyin.domain.buildings import named


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("6", "6号楼"),
        (" 12 ", "12号楼"),
        ("６", "６号楼"),
        ("6号楼", "6号楼"),
        ("3栋", "3栋"),
        ("南门", "南门"),
        ("", ""),
    ],
)
def test_a_number_alone_is_said_as_a_building(told: str, said: str) -> None:
    assert named(told) == said
