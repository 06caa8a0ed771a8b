"""The balance of a meeting: asked = cases + merged + rejected, and what is still to be dealt with (domain.md §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from huiyin.domain.question_workflow import PENDING, Outcome, QuestionStatus, outcome_of


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


def balance(asked: int, questions: Iterable[Standing]) -> Balance:
    """`asked` is the last number given out, counted apart from the rows, so that a row that vanished is seen."""
    counts: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for each in questions:
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
        asked=asked,
        cases=counts[Outcome.CASE],
        answered=within[QuestionStatus.ANSWERED],
        hidden=within[QuestionStatus.HIDDEN],
        merged=counts[Outcome.MERGED],
        rejected=counts[Outcome.REJECTED],
        pending=counts["pending"],
    )
