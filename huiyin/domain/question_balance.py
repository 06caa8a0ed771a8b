"""The balance of a meeting: asked = cases + merged + rejected, and what is still to be dealt with (domain.md §4).

It counts what residents ask. What the company asks them is numbered in the same row and told apart: it goes into no
ledger, so it can make no balance look better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from huiyin.domain.question_workflow import PENDING, Direction, Outcome, QuestionStatus, outcome_of


@dataclass(frozen=True)
class Balance:
    """`answered` and `hidden` are counted within `cases`; `pending` is 0 once the meeting is closed."""

    asked: int
    cases: int
    answered: int
    hidden: int
    merged: int
    rejected: int
    pending: int
    to_residents: int = 0
    """Asked by the company, beside the balance."""

    @property
    def is_even(self) -> bool:
        """Nothing is missing: every question asked stands in exactly one place, and none waits."""
        return self.pending == 0 and self.asked == self.cases + self.merged + self.rejected

    @property
    def adds_up(self) -> bool:
        """The same while the meeting runs, with what still waits."""
        return self.asked == self.cases + self.merged + self.rejected + self.pending


@dataclass(frozen=True)
class Standing:
    """One question: its status and, once closed, its outcome."""

    status: str
    outcome: str = ""
    direction: str = Direction.TO_COMPANY

    @property
    def is_beside(self) -> bool:
        """Asked by the company. Where it has an outcome, from before this was so, it counts as its minutes say."""
        return self.direction == Direction.TO_RESIDENTS and not self.outcome


def balance(last_number: int, questions: Iterable[Standing]) -> Balance:
    """`last_number` was given out last: counted apart from the rows, so that a row that vanished is seen."""
    counts: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for each in questions:
        if each.is_beside:
            counts["beside"] += 1
            continue
        if each.outcome:
            outcome = Outcome(each.outcome)
        elif each.status in PENDING:
            counts["pending"] += 1
            continue
        else:
            outcome = outcome_of(each.status)
        counts[outcome] += 1
        if outcome is Outcome.CASE:
            within[each.status] += 1
    return Balance(
        asked=last_number - counts["beside"],
        cases=counts[Outcome.CASE],
        answered=within[QuestionStatus.ANSWERED],
        hidden=within[QuestionStatus.HIDDEN],
        merged=counts[Outcome.MERGED],
        rejected=counts[Outcome.REJECTED],
        pending=counts["pending"],
        to_residents=counts["beside"],
    )
