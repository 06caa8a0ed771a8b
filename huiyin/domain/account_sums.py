"""Whether an account adds up: its lines, the totals it states, and what stood there before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from huiyin.domain.report_parts import Side

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    side: Side
    amount: Decimal


@dataclass(frozen=True)
class Stated:
    """An account as it was written, in yuan."""

    opening: Decimal
    income: Decimal
    expense: Decimal
    closing: Decimal


@dataclass(frozen=True)
class WrongSum:
    """A figure that does not fit: what is stated and what it should be."""

    what: str
    stated: Decimal
    right: Decimal
    by: str = "按明细"

    @property
    def sentence(self) -> str:
        return f"{self.what}写的是 {yuan(self.stated)} 元，{self.by}应是 {yuan(self.right)} 元。"


def yuan(amount: Decimal) -> str:
    """1,234.50"""
    return f"{amount:,.2f}"


def total(lines: Iterable[Line], side: Side) -> Decimal:
    return sum((line.amount for line in lines if line.side is side), ZERO)


def wrong_sums(
    stated: Stated, lines: Iterable[Line], *, last_closing: Decimal | None = None
) -> list[WrongSum]:
    """Every figure that does not fit, in the order in which the table shows them; empty if all is right.

    `last_closing` is what the same account of the same company's last report ended with, where there is one.
    """
    lines = list(lines)
    checks = [
        WrongSum("收入合计", stated.income, total(lines, Side.INCOME)),
        WrongSum("支出合计", stated.expense, total(lines, Side.EXPENSE)),
        WrongSum("期末结余", stated.closing, stated.opening + stated.income - stated.expense, "按期初和收支"),
    ]
    if last_closing is not None:
        checks.insert(0, WrongSum("期初结余", stated.opening, last_closing, "按上一期的期末结余"))
    return [each for each in checks if each.stated != each.right]
