"""Case numbers: written, read out, typed back with the usual slips."""

from __future__ import annotations

import pytest
import stdnum.damm
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.case_numbers import (
    LONGEST_SEQUENCE,
    CaseNumber,
    canonical,
    is_valid,
    number_for,
    parse,
    spoken,
)
from huiyin.domain.errors import RuleBroken

numbers = st.builds(number_for, st.integers(2000, 2099), st.integers(1, LONGEST_SEQUENCE))


def test_a_number_is_year_sequence_and_check_digit() -> None:
    assert number_for(2026, 4173) == "26-0041-738"
    assert parse("26-0041-738") == CaseNumber(2026, 4173)


def test_a_number_is_read_out_in_three_groups() -> None:
    assert spoken("26-0041-738") == "二六 零零四一 七三八"


@pytest.mark.parametrize(
    "text",
    [
        "26-0041-738",
        "260041738",
        " 26 0041 738 ",
        "２６－００４１－７３８",
        "26—0041—738",
        "26.0041.738",
        "编号：26-0041-738",
        "No. 26-0041-738",
        "#260041738",
        "第26-0041-738号",
        "二六 零零四一 七三八",
        "二六〇〇四一七三八",
        "两六，洞洞四幺，拐三八",
        "二六-0041-七38",
    ],
)
def test_a_number_is_understood_however_it_is_written(text: str) -> None:
    assert canonical(text) == "26-0041-738"


@pytest.mark.parametrize(
    "text", ["", "26-0041-73", "26-0041-7388", "26-OO41-738", "电梯坏了", "13800138000", "26-0041-738?"]
)
def test_what_has_not_nine_digits_is_no_number(text: str) -> None:
    with pytest.raises(RuleBroken, match="9 位数字"):
        parse(text)
    assert not is_valid(text)


def test_a_wrong_digit_is_told_with_the_number_that_was_read() -> None:
    with pytest.raises(RuleBroken, match="26-0041-739"):
        parse("二六零零四一七三九")


@pytest.mark.parametrize("text", ["000000000", "00-0000-000", "26-0000-00" + "0123456789"[0]])
def test_zeros_are_no_number(text: str) -> None:
    assert not is_valid(text)


@pytest.mark.parametrize(("year", "sequence"), [(1999, 1), (2100, 1), (2026, 0), (2026, 1_000_000)])
def test_a_number_outside_what_it_can_hold_is_refused(year: int, sequence: int) -> None:
    with pytest.raises(ValueError, match="year"):
        number_for(year, sequence)


@given(numbers)
def test_what_is_written_or_spoken_reads_back(number: str) -> None:
    assert canonical(number) == canonical(spoken(number)) == canonical(number.replace("-", "")) == number


@given(numbers)
def test_the_check_digit_is_damms_with_a_leading_five(number: str) -> None:
    assert stdnum.damm.is_valid("5" + number.replace("-", ""))


@given(numbers)
def test_every_wrong_digit_is_found(number: str) -> None:
    digits = number.replace("-", "")
    for place, right in enumerate(digits):
        for wrong in set("0123456789") - {right}:
            assert not is_valid(digits[:place] + wrong + digits[place + 1 :])


@given(numbers)
def test_every_swap_of_neighbours_is_found(number: str) -> None:
    digits = number.replace("-", "")
    for place in range(8):
        one, other = digits[place], digits[place + 1]
        if one != other:
            assert not is_valid(digits[:place] + other + one + digits[place + 2 :])
