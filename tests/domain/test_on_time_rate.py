"""The ledger's figures on cohorts one can count by hand, and what can never raise the rate (domain.md §5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.domain.case_workflow import OPEN, Status
from huiyin.domain.clocks import BEIJING
from huiyin.domain.formulas import (
    CaseFact,
    DueDate,
    Rate,
    Standing,
    median_days_to_reply,
    on_time_rate,
    standing,
)


def day(number: int) -> datetime:
    """Noon of a day of June 2026; all cases below are registered on day 1."""
    return datetime(2026, 6, 1, 12, tzinfo=BEIJING) + timedelta(days=number - 1)


TODAY = day(20)


def case(
    status: str,
    *,
    due: int = 10,
    extended: int | None = None,
    replied: int | None = None,
    settled: int | None = None,
    missed: bool = False,
) -> CaseFact:
    return CaseFact(
        number="26-0000-001",
        registered_at=day(1),
        first_due_at=day(due),
        extended_due_at=day(extended or due),
        status=Status(status),
        replied_at=day(replied) if replied else None,
        settled_at=day(settled) if settled else None,
        merged_into="26-0000-002" if status == "merged" else None,
        missed_first_due=missed,
    )


# (what the row shows, the case on day 20, where it stands by the first due date, and by the extended one)
TABLE = [
    ("replied before the due date", case("replied", replied=9), "on_time", "on_time"),
    ("replied at the very due date", case("confirmed", replied=10, settled=12), "on_time", "on_time"),
    ("replied a day late", case("replied", replied=11), "late", "late"),
    ("replied late, confirmed all the same", case("confirmed", replied=11, settled=12), "late", "late"),
    ("replied after the first date within the extension", case("replied", extended=15, replied=14), "late", "on_time"),
    ("no reply, due date over", case("in_progress"), "late", "late"),
    ("no reply, extended beyond today", case("in_progress", extended=25), "late", "not_due"),
    ("no reply, not due yet", case("in_progress", due=30), "not_due", "not_due"),
    ("nobody assigned it and it is overdue", case("registered"), "late", "late"),
    ("waiting for the asker, overdue", case("awaiting_asker"), "late", "late"),
    ("rejected in time", case("rejected", settled=5), "excluded", "excluded"),
    ("rejected after the due date", case("rejected", settled=12), "late", "late"),
    ("withdrawn in time", case("withdrawn", settled=5), "excluded", "excluded"),
    ("withdrawn after the due date", case("withdrawn", settled=11), "late", "late"),
    ("withdrawn after a late reply", case("withdrawn", replied=11, settled=15), "late", "late"),
    ("not solvable in time", case("not_solvable", settled=10), "excluded", "excluded"),
    ("not solvable, too late", case("not_solvable", settled=11), "late", "late"),
    ("merged in time", case("merged", settled=5), "merged", "merged"),
    ("merged after the due date", case("merged", settled=11), "late", "late"),
    ("unmerged later, the miss stays", case("registered", due=30, missed=True), "late", "not_due"),
    ("reopened after a reply in time", case("reopened", replied=8), "on_time", "on_time"),
    ("reopened and replied again: the first reply counts", case("replied", replied=11), "late", "late"),
    ("unconfirmed after a reply in time", case("unconfirmed", replied=8, settled=18), "on_time", "on_time"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fact", "first", "extended"), TABLE, ids=[row[0] for row in TABLE])
def test_where_a_case_stands(what: str, fact: CaseFact, first: str, extended: str) -> None:
    assert standing(fact, TODAY) == Standing(first)
    assert standing(fact, TODAY, DueDate.EXTENDED) == Standing(extended)


def test_a_reply_after_the_day_of_the_figure_is_not_known_yet() -> None:
    assert standing(case("replied", replied=9), day(8)) is Standing.NOT_DUE
    assert standing(case("confirmed", replied=12, settled=14), day(11)) is Standing.LATE


def test_the_rate_is_on_time_over_replied_and_overdue() -> None:
    rate = on_time_rate((fact for _, fact, _, _ in TABLE), TODAY)
    assert (rate.numerator, rate.denominator) == (4, 18)
    assert (rate.excluded, rate.merged, rate.not_due) == (3, 1, 1)
    assert rate.cohort == len(TABLE)
    assert rate.value == Fraction(2, 9)
    assert rate.percent() == Decimal("22.2")


def test_the_second_figure_takes_the_extended_date() -> None:
    rate = on_time_rate((fact for _, fact, _, _ in TABLE), TODAY, DueDate.EXTENDED)
    assert (rate.numerator, rate.denominator, rate.not_due) == (5, 16, 3)
    assert rate.cohort == len(TABLE)


def test_an_empty_cohort_has_no_rate() -> None:
    rate = on_time_rate([], TODAY)
    assert rate.value is None
    assert rate.percent() is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1999, 2000, "99.9"),
        (1, 3000, "0.1"),
        (5, 5, "100.0"),
        (0, 5, "0.0"),
        (1, 8, "12.5"),
    ],
)
def test_a_percentage_is_100_or_0_only_when_it_is(numerator: int, denominator: int, percent: str) -> None:
    assert Rate(numerator, denominator, 0, TODAY).percent() == Decimal(percent)


def test_the_median_is_over_first_replies() -> None:
    cohort = [case("replied", replied=number) for number in (2, 5, 12)] + [case("in_progress")]
    median = median_days_to_reply(cohort, TODAY)
    assert (median.days, median.count) == (Decimal("4.0"), 3)
    assert median_days_to_reply([*cohort, case("replied", replied=6)], TODAY).days == Decimal("4.5")
    assert median_days_to_reply(cohort, day(1)).days is None


# --- properties ----------------------------------------------------------------------------------------------

days = st.integers(1, 40)
facts = st.builds(
    case,
    st.sampled_from([str(status) for status in OPEN]),
    due=days,
    extended=st.integers(40, 60),
    replied=st.none() | days,
)
SETTLING = (
    Status.MERGED,
    Status.REJECTED,
    Status.WITHDRAWN,
    Status.NOT_SOLVABLE,
    Status.CONFIRMED,
    Status.UNCONFIRMED,
)
REOPENING = (
    Status.REGISTERED,
    Status.REOPENED,
    Status.IN_PROGRESS,
    Status.AWAITING_ASKER,
    Status.REOPEN_REQUESTED,
)


def _after(fact: CaseFact, status: Status, moment: int) -> CaseFact:
    """The case after something happened to it: its status and settling change, its miss and first dates do not."""
    return replace(
        fact,
        status=status,
        settled_at=day(moment) if status in SETTLING else None,
        merged_into="26-0000-002" if status is Status.MERGED else None,
        extended_due_at=fact.extended_due_at + timedelta(days=moment),
        replied_at=fact.replied_at if fact.replied_at and fact.replied_at <= day(moment) else None,
        missed_first_due=fact.missed_first_due or standing(fact, day(moment)) is Standing.LATE,
    )


@settings(max_examples=300, deadline=None)
@given(
    st.lists(facts, min_size=1, max_size=8),
    st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from(SETTLING + REOPENING), st.integers(1, 5)), max_size=12
    ),
)
def test_nothing_that_happens_to_a_case_that_missed_its_date_raises_the_rate(
    cohort: list[CaseFact], events: list[tuple[int, Status, int]]
) -> None:
    moment = 41
    cohort = [_after(fact, fact.status, moment) for fact in cohort]
    before = on_time_rate(cohort, day(moment))
    late = {number for number, fact in enumerate(cohort) if standing(fact, day(moment)) is Standing.LATE}
    for chosen, status, passed in events:
        moment += passed
        if chosen in late:
            cohort[chosen] = _after(cohort[chosen], status, moment)
        after = on_time_rate(cohort, day(moment))
        assert (after.value or 0) <= (before.value or 0)
        assert after.denominator >= before.denominator
        before = after


@settings(max_examples=300, deadline=None)
@given(
    st.lists(facts, min_size=1, max_size=8),
    st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from(SETTLING + REOPENING), st.integers(1, 5)), max_size=12
    ),
)
def test_no_sequence_of_events_raises_the_rate_above_where_it_was(
    cohort: list[CaseFact], events: list[tuple[int, Status, int]]
) -> None:
    """Without a new reply, whatever is merged, rejected, withdrawn, reopened or extended, for late cases or not."""
    moment = 41
    cohort = [_after(fact, fact.status, moment) for fact in cohort]
    start = on_time_rate(cohort, day(moment)).value or 0
    for chosen, status, passed in events:
        moment += passed
        if chosen < len(cohort):
            cohort[chosen] = _after(cohort[chosen], status, moment)
        assert (on_time_rate(cohort, day(moment)).value or 0) <= start
