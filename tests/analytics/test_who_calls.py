"""One person is one caller, however the telephone is written; where nobody is told there is none."""

from __future__ import annotations

import pyarrow as pa
import pytest

from huiyin.analytics.callers import callers_of, check_of

MOBILE = "13800001234"


def caller(written: str | None) -> object:
    """Beside a plain number, as in a file."""
    both: list[object] = callers_of(pa.array([MOBILE, written], pa.string())).to_pylist()
    assert both[0] == MOBILE
    return both[1]


@pytest.mark.parametrize(
    "written",
    [
        *(
            "13800001234",
            "138 0000 1234",
            "138-0000-1234",
            "138—0000—1234",
            "+8613800001234",
            "+86 138-0000-1234",
        ),
        *("008613800001234", "8613800001234", "013800001234", "１３８００００１２３４", "13800001234.0"),
        *("张三 13800001234", "13800001234（张三）", " 13800001234\t"),
        *("13800001234/13900005678", "13800001234 13900005678", "138 0000 1234、139 0000 5678"),
        *("138 0000 1234 139 0000 5678", "1380000123413900005678", "13800001234；63812345"),
        *("138-0000-1234/13900005678", "张三138 0000 1234 李四13900005678", "+86 138 0000 1234;13900005678"),
        *("138 0000 1234 13900005678", "63812345/13800001234", "(138)0000-1234"),
    ],
)
def test_a_telephone_is_the_same_however_it_is_written(written: str) -> None:
    assert caller(written) == MOBILE


@pytest.mark.parametrize(
    "written",
    [
        *(
            None,
            "",
            " ",
            "匿名",
            "匿名用户",
            "无",
            "无名氏",
            "未知",
            "保密",
            "不详",
            "市民",
            "来电人",
            "N/A",
            "null",
        ),
        *(
            "0",
            "00000000000",
            "11111111111",
            "1234",
            "1.38E+10",
            "-",
            "－",
            "/",
            "***",
            "张先生",
            "李女士",
            "张*",
            "王某某",
        ),
    ],
)
def test_nobody_is_told(written: str | None) -> None:
    assert caller(written) is None


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("010-88881234", "01088881234"),
        ("（010）8888 1234", "01088881234"),
        ("+86 010 88881234", "01088881234"),
        ("张建国", "张建国"),
        ("138****1234", "138****1234"),
    ],
)
def test_what_is_no_mobile_telephone_is_still_one_caller(written: str, found: str) -> None:
    assert caller(written) == found


def test_a_part_of_a_column_is_read_as_it_lies() -> None:
    column = pa.array(["匿名", MOBILE, None, "138 0000 1234", "匿名"])
    assert callers_of(column.slice(1, 3)).to_pylist() == [MOBILE, None, MOBILE]


def test_a_key_is_known_by_its_check_and_not_told_by_it() -> None:
    assert check_of("one") == check_of("one") != check_of("two")
    assert "one" not in check_of("one")
