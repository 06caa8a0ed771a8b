"""Unified social credit codes by GB 32100-2015, compared with python-stdnum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from huiyin.domain import credit_codes
from huiyin.domain.errors import RuleBroken

letters = st.sampled_from(credit_codes.ALPHABET)
digits = st.sampled_from("0123456789")
codes = st.builds(
    lambda head, division, body: "".join([*head, *division, *body]),
    st.lists(digits, min_size=2, max_size=2),
    st.lists(digits, min_size=6, max_size=6),
    st.lists(letters, min_size=9, max_size=9),
).map(lambda first: first + credit_codes.check_character(first))


@pytest.mark.parametrize(
    "text", ["91110000600037341L", "9111 0000 6000 3734 1l", "９１１１００００６０００３７３４１Ｌ"]
)
def test_a_code_is_read_in_its_normal_form(text: str) -> None:
    assert credit_codes.check(text) == "91110000600037341L"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9111000060003734", "18 位，这里有 16 位"),
        ("91110000600037341I", "不用 I、O、S、V、Z"),
        ("911100OO600037341L", "不用 I、O、S、V、Z"),
        ("91110000600037341M", "校验位不对"),
        ("91110000600037314L", "校验位不对"),
    ],
)
def test_what_is_wrong_is_said(text: str, says: str) -> None:
    with pytest.raises(RuleBroken, match=says) as refusal:
        credit_codes.check(text)
    assert refusal.value.field == "credit_code"
    assert not credit_codes.is_valid(text)


@given(codes)
def test_the_same_codes_are_valid_as_for_stdnum(code: str) -> None:
    assert credit_codes.is_valid(code)
    assert uscc.is_valid(code)


@given(codes, st.integers(0, 17), letters)
def test_the_same_changed_codes_are_invalid_as_for_stdnum(code: str, place: int, sign: str) -> None:
    changed = code[:place] + sign + code[place + 1 :]
    if place > 1:  # stdnum allows no letters in the first two places, the standard does
        assert credit_codes.is_valid(changed) == uscc.is_valid(changed)
    if sign != code[place]:
        assert not credit_codes.is_valid(changed)
