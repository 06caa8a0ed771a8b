"""What a report until 31 December can say of a promise, by its dates and by what the public record says already."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.domain.report_parts import sayable

END = date(2026, 12, 31)
OCTOBER, NOVEMBER, SPRING = date(2026, 10, 31), date(2026, 11, 15), date(2027, 4, 30)

# (first date, date now, state, settled on, what can be said)
TABLE = [
    (OCTOBER, OCTOBER, "open", None, "kept late dropped"),
    (OCTOBER, NOVEMBER, "open", None, "late dropped"),  # moved: it was not kept by the first date
    (OCTOBER, SPRING, "open", None, "late dropped not_due"),
    (SPRING, SPRING, "open", None, "kept dropped not_due"),  # nothing is late before its day
    (OCTOBER, OCTOBER, "kept", date(2026, 10, 20), "kept"),
    (OCTOBER, NOVEMBER, "kept", date(2026, 10, 20), "kept"),
    (OCTOBER, NOVEMBER, "kept", date(2026, 11, 10), "late"),
    (OCTOBER, OCTOBER, "dropped", date(2026, 10, 20), "dropped"),
    (SPRING, SPRING, "kept", date(2027, 1, 4), "kept not_due"),  # kept after the period, before the report
]


@pytest.mark.parametrize(("first", "now", "state", "settled", "said"), TABLE)
def test_only_what_fits_the_public_record_can_be_said(
    first: date, now: date, state: str, settled: date | None, said: str
) -> None:
    told = sayable(period_to=END, first_due_on=first, due_on=now, state=state, settled_on=settled)
    assert told == frozenset(said.split())
