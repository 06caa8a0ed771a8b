"""The ledger's figures: on-time rate, days to the first reply, and what each leaves out (domain.md §5).

All are taken over a cohort: the cases registered in a period, fixed once the period is over, whatever happens later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import median

from huiyin.domain.case_workflow import Status

EXCLUDED = frozenset({Status.REJECTED, Status.WITHDRAWN, Status.NOT_SOLVABLE})


@dataclass(frozen=True)
class CaseFact:
    """What the figures need of one case.

    `first_due_at` never changes once set; `extended_due_at` is the current date with extensions and pauses, after the
    first reply the one that stood then, because a reopening moves the current date later. `replied_at` is the first
    full reply, also when the case was reopened later. `settled_at` is when the case took its settled status, None while
    open. `missed_first_due` is the flag frozen at the moment of the miss.
    """

    number: str
    registered_at: datetime
    first_due_at: datetime
    extended_due_at: datetime
    status: Status
    replied_at: datetime | None = None
    settled_at: datetime | None = None
    merged_into: str | None = None
    missed_first_due: bool = False


class DueDate(StrEnum):
    FIRST = "first"
    EXTENDED = "extended"


class Standing(StrEnum):
    """Where one case stands in the on-time rate; each case stands in exactly one place."""

    ON_TIME = "on_time"
    LATE = "late"
    NOT_DUE = "not_due"
    MERGED = "merged"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Rate:
    """numerator ÷ denominator with everything left out: cohort = denominator + excluded + merged + not_due."""

    numerator: int
    denominator: int
    excluded: int
    as_of: datetime
    merged: int = 0
    not_due: int = 0

    @property
    def cohort(self) -> int:
        return self.denominator + self.excluded + self.merged + self.not_due

    @property
    def value(self) -> Fraction | None:
        """None when nothing counts yet: no rate is not a rate of zero."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    def percent(self, places: int = 1) -> Decimal | None:
        """Rounded half up, but 100 and 0 only when they are exact: 1999 of 2000 is not "100 %"."""
        if self.value is None:
            return None
        step = Decimal(1).scaleb(-places)
        rounded = (Decimal(100 * self.numerator) / self.denominator).quantize(step, ROUND_HALF_UP)
        if self.numerator < self.denominator:
            rounded = min(rounded, 100 - step)
        return max(rounded, step) if self.numerator else rounded


@dataclass(frozen=True)
class MedianDays:
    """The median time from registration to the first full reply, in days, over `count` replied cases."""

    days: Decimal | None
    count: int
    as_of: datetime


def missed(fact: CaseFact, as_of: datetime, due: DueDate = DueDate.FIRST) -> bool:
    """True once a due date went by without a full reply, whatever became of the case afterwards."""
    due_at = fact.first_due_at if due is DueDate.FIRST else fact.extended_due_at
    if due is DueDate.FIRST and fact.missed_first_due:
        return True
    answered_or_ended = [at for at in (fact.replied_at, fact.settled_at) if at is not None and at <= as_of]
    return min(answered_or_ended, default=as_of) > due_at


def standing(fact: CaseFact, as_of: datetime, due: DueDate = DueDate.FIRST) -> Standing:
    """A miss weighs first: no status takes a case that missed its due date out of the rate."""
    if missed(fact, as_of, due):
        return Standing.LATE
    if fact.status is Status.MERGED:
        return Standing.MERGED
    if fact.status in EXCLUDED:
        return Standing.EXCLUDED
    if fact.replied_at is not None and fact.replied_at <= as_of:
        return Standing.ON_TIME
    return Standing.NOT_DUE


def on_time_rate(cohort: Iterable[CaseFact], as_of: datetime, due: DueDate = DueDate.FIRST) -> Rate:
    """on time ÷ (replied + overdue without reply); on time = first full reply ≤ first due date.

    `due=DueDate.EXTENDED` gives the second figure, which is never shown without the first.
    """
    counts = dict.fromkeys(Standing, 0)
    for fact in cohort:
        counts[standing(fact, as_of, due)] += 1
    return Rate(
        numerator=counts[Standing.ON_TIME],
        denominator=counts[Standing.ON_TIME] + counts[Standing.LATE],
        excluded=counts[Standing.EXCLUDED],
        merged=counts[Standing.MERGED],
        not_due=counts[Standing.NOT_DUE],
        as_of=as_of,
    )


def median_days_to_reply(cohort: Iterable[CaseFact], as_of: datetime) -> MedianDays:
    """Over first full replies, one decimal; cases without a reply are not in it and show in the on-time rate."""
    taken = [
        (fact.replied_at - fact.registered_at) // timedelta(seconds=1)
        for fact in cohort
        if fact.replied_at is not None and fact.replied_at <= as_of
    ]
    if not taken:
        return MedianDays(None, 0, as_of)
    days = Decimal(median(taken)) / 86400
    return MedianDays(days.quantize(Decimal("0.1"), ROUND_HALF_UP), len(taken), as_of)
