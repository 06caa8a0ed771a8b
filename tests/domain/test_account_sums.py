"""Whether an account adds up, to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.account_sums import Line, Stated, total, wrong_sums, yuan
from huiyin.domain.report_parts import Side

LINES = (
    Line(Side.INCOME, Decimal("5000.50")),
    Line(Side.INCOME, Decimal("0.10")),
    Line(Side.EXPENSE, Decimal("4100.25")),
)


def stated(opening: str, income: str, expense: str, closing: str) -> Stated:
    return Stated(*(Decimal(each) for each in (opening, income, expense, closing)))


def test_an_account_that_adds_up_has_nothing_wrong() -> None:
    assert wrong_sums(stated("1200.00", "5000.60", "4100.25", "2100.35"), LINES) == []


# (what is stated, last closing, what is named, in words)
WRONG = [
    (
        stated("1200.00", "5000.50", "4100.25", "2100.25"),
        None,
        ["收入合计写的是 5,000.50 元，按明细应是 5,000.60 元。"],
    ),
    (
        stated("1200.00", "5000.60", "4100.20", "2100.40"),
        None,
        ["支出合计写的是 4,100.20 元，按明细应是 4,100.25 元。"],
    ),
    (
        stated("1200.00", "5000.60", "4100.25", "2100.34"),
        None,
        ["期末结余写的是 2,100.34 元，按期初和收支应是 2,100.35 元。"],
    ),
    (
        stated("1200.00", "5000.60", "4100.25", "2100.35"),
        Decimal("1199.99"),
        ["期初结余写的是 1,200.00 元，按上一期的期末结余应是 1,199.99 元。"],
    ),
]


@pytest.mark.parametrize(("account", "last", "says"), WRONG)
def test_each_figure_that_does_not_fit_is_named_with_the_right_one(
    account: Stated, last: Decimal | None, says: list[str]
) -> None:
    assert [each.sentence for each in wrong_sums(account, LINES, last_closing=last)] == says


amounts = st.decimals(0, 10**9, places=2)


@given(amounts, st.lists(st.tuples(st.sampled_from(Side), amounts), max_size=30))
def test_what_is_computed_from_the_lines_is_never_wrong(
    opening: Decimal, rows: list[tuple[Side, Decimal]]
) -> None:
    lines = [Line(*row) for row in rows]
    income, expense = (total(lines, side) for side in (Side.INCOME, Side.EXPENSE))
    right = Stated(opening, income, expense, opening + income - expense)
    assert wrong_sums(right, lines, last_closing=opening) == []
    off = Stated(opening, income, expense, right.closing + Decimal("0.01"))
    assert [each.what for each in wrong_sums(off, lines)] == ["期末结余"]


def test_money_is_written_with_two_decimals_and_commas() -> None:
    assert yuan(Decimal("1234567.5")) == "1,234,567.50"
