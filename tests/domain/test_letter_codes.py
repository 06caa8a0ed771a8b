"""A code on a letter is short, and read however somebody types it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.letter_codes import ALPHABET, BITS, LENGTH, canonical, grouped

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_a_code_is_long_enough_not_to_be_guessed() -> None:
    assert BITS >= 55
    assert len(set(ALPHABET)) == len(ALPHABET)


@given(codes)
def test_what_is_printed_is_read_back(code: str) -> None:
    assert canonical(grouped(code)) == code
    assert canonical(f" {grouped(code).lower().replace('-', ' ')} ") == code


@pytest.mark.parametrize(
    "typed",
    [
        "k7af-m3tx-9rwa",
        "K7AFM3TX9RWA",
        "Ｋ７ＡＦ　Ｍ３ＴＸ　９ＲＷＡ",
        "K7AF—M3TX－9RWA",
        "k7 af m3 tx 9r wa",
    ],
)
def test_case_width_and_what_stands_between_do_not_matter(typed: str) -> None:
    assert canonical(typed) == "K7AFM3TX9RWA"


def test_what_looks_alike_is_read_as_the_one_that_is_printed() -> None:
    assert canonical("OQIL-ZSBU-oqil") == canonical("0011-258V-0011") == "0011258V0011"


@pytest.mark.parametrize(
    "typed", ["", "K7AF-M3TX-9RW", "K7AF-M3TX-9RWAA", "K7AF-M3TX-9RW中", "mGh2Kx0pQ9vT7bWc5LzR1A"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert canonical(typed) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_gives_a_code_or_none(typed: str) -> None:
    code = canonical(typed)
    assert code is None or canonical(code) == code
