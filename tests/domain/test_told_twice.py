"""Two numbers of one report that say two things of the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from huiyin.domain.told_twice import ToldNumber, told_twice

SIX = ToldNumber(6, "F01", Decimal(6), "次", date(2026, 4, 1), date(2026, 9, 30))
EIGHT = replace(SIX, number=13, value=Decimal(8))


def test_one_metric_with_two_values_for_the_same_days_is_told() -> None:
    assert told_twice([SIX, EIGHT]) == [(6, 13)]


@pytest.mark.parametrize(
    "other",
    [
        replace(EIGHT, value=Decimal("6.00")),
        replace(EIGHT, what="F02"),
        replace(EIGHT, unit="处"),
        replace(EIGHT, to_on=date(2026, 6, 30)),
        replace(EIGHT, of_what="报修总数"),
    ],
)
def test_the_same_value_or_something_else_is_not(other: ToldNumber) -> None:
    assert told_twice([SIX, other]) == []
