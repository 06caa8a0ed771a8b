"""No sequence of commands raises the on-time rate of a cohort, moves a first promise or unwrites a miss.

Playing costs far more than looking on: each play is watched for every rule at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.figures import fact_of, figures, with_standing
from huiyin.apps.ledger.models import AnswerGiven, Case
from huiyin.apps.ledger.selectors import CaseFilter
from huiyin.apps.ledger.services.transition import askers_of
from huiyin.domain.case_workflow import OWING_A_REPLY, Status
from huiyin.domain.formulas import DueDate, Standing, missed, on_time_rate, standing
from huiyin.domain.ledger_rules import NEGATIVE
from tests.apps.ledger.acting import PASSING, Play
from tests.people import Cast

plays = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
MOVES_DUE_LATER = {
    "resumes", "extends", "changes_list", "answers", "decides_reopening", "objects", "clock_tends", "unmerges",
}  # fmt: skip
MOVES_DUE_EARLIER = {"assigns", "changes_list"}
MAKES_COUNT_AGAIN = {"unmerges", "objects"}
"""What was left out of the rate comes back in: with what it had earned before, never with more."""


@contextmanager
def undone() -> Iterator[None]:
    """Everything done within is rolled back, so that one cast serves all examples."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Step:
    """One thing that was tried: the cases before, what was done to which or why not, the cases after."""

    at: datetime
    before: dict[str, Case]
    chosen: Case
    name: str
    refusal: str
    after: list[Case]


@dataclass
class Memory:
    """What the test itself has seen of each case, by other means than the code under test."""

    first_due: dict[str, object] = field(default_factory=dict)
    ever_missed: set[str] = field(default_factory=set)
    replied_in_time: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    frozen: dict[str, bool] = field(default_factory=dict)

    def see_time_pass(self, now: datetime, cases: list[Case]) -> None:
        """Whoever owes a first reply when the first due date goes by has missed it."""
        for case in cases:
            if case.status in OWING_A_REPLY and case.replied_at is None and now > case.first_due_at:
                self.ever_missed.add(case.number)

    def see_reply(self, now: datetime, before: Case) -> None:
        if before.replied_at is None and before.number not in self.ever_missed and now <= before.first_due_at:
            self.replied_in_time.add(before.number)

    @property
    def most(self) -> Fraction | None:
        """The best rate that could be claimed: replies that were in time ÷ those and every miss there ever was."""
        whole = len(self.replied_in_time) + len(self.ever_missed)
        return Fraction(len(self.replied_in_time), whole) if whole else None


def look(play: Play, memory: Memory, cases: list[Case]) -> None:
    """What must hold after every step."""
    for case in cases:
        number, fact = case.number, fact_of(case)
        assert case.status in set(Status)
        if case.assigned_at is not None:
            assert memory.first_due.setdefault(number, case.first_due_at) == case.first_due_at, (
                "first promise moved"
            )
        if standing(fact, play.now) is Standing.LATE:
            memory.late.add(number)
        assert number not in memory.late or standing(fact, play.now) is Standing.LATE, (
            "a late case got out of it"
        )
        assert number not in memory.ever_missed or missed(fact, play.now), "a miss was unwritten"
        if case.is_on_time is not None:
            assert memory.frozen.setdefault(number, case.is_on_time) == case.is_on_time, "punctuality thawed"
            assert case.is_on_time == (number in memory.replied_in_time)
        else:
            assert number not in memory.frozen


def the_rate_rises_by_replies_only(step: Step, memory: Memory) -> None:
    before = on_time_rate(map(fact_of, step.before.values()), step.at)
    after = on_time_rate(map(fact_of, step.after), step.at)
    assert after.cohort == before.cohort == len(step.after)
    if step.name not in {"replies"} | MAKES_COUNT_AGAIN:
        assert (after.value or 0) <= (before.value or 0), "the rate rose without a reply"
    if after.value is not None:
        assert memory.most is not None
        assert after.value <= memory.most


def the_current_due_date_moves_only_by_what_may_move_it(step: Step) -> None:
    for case in step.after:
        was = step.before[case.number]
        if case.due_at == was.due_at:
            continue
        assert not step.refusal, "a refused command moved a date"
        assert case.number == step.chosen.number or step.name == "clock_tends"
        if case.due_at > was.due_at:
            assert step.name in MOVES_DUE_LATER | {"assigns", "merges", "withdraws"}, "moved later"
            if step.name == "changes_list":
                assert case.extension_count == was.extension_count + 1, "later is an extension"
            if step.name == "assigns":
                assert was.assigned_at is None, "a second assignment is no way to a later date"
            if step.name in ("merges", "withdraws"):
                assert was.status == Status.AWAITING_ASKER, "only the time it was paused"
        else:
            assert step.name in MOVES_DUE_EARLIER, "moved earlier"
        assert case.extension_count <= 2
        assert case.pause_count <= 2


def words_on_the_latest_reply(case: Case) -> set[str]:
    """What each asker said last of the reply that stands now: from the answers given, not from the askers' rows."""
    said = AnswerGiven.objects.filter(reply=case.replies.first(), asker__in=askers_of(case))
    return set(dict(said.order_by("answered_at", "pk").values_list("asker", "answer")).values())


def only_the_askers_words_confirm_or_reopen(step: Step) -> None:
    """One negative answer reopens; confirmed needs one 'solved' and nobody of the askers, merged ones too, against."""
    for case in step.after:
        was = step.before[case.number]
        if case.status == was.status:
            continue
        words = words_on_the_latest_reply(case)
        if case.status == Status.CONFIRMED:
            assert step.name in ("answers", "clock_tends")
            assert "solved" in words
            assert not NEGATIVE.intersection(words)
        if case.status in (Status.REOPENED, Status.REOPEN_REQUESTED):
            assert step.name == "answers"
            assert NEGATIVE.intersection(words)
            assert (case.status == Status.REOPEN_REQUESTED) == (was.reopened_count >= 3)
        if was.status == Status.MERGED:
            assert step.name == "unmerges"


def the_databases_figures_equal_the_formulas(play: Play) -> None:
    as_of = play.now + play.choose([*PASSING, *(-passed for passed in PASSING)])
    facts = {case.number: fact_of(case) for case in play.cases()}
    rows = Case.objects.filter(number__in=play.numbers)
    counted = figures(rows, as_of)
    assert counted.on_time == on_time_rate(facts.values(), as_of)
    assert counted.on_time_extended == on_time_rate(facts.values(), as_of, DueDate.EXTENDED)
    stands = with_standing(rows, as_of)
    for column, due in (("standing", DueDate.FIRST), ("standing_extended", DueDate.EXTENDED)):
        each = dict(stands.values_list("number", column))
        assert each == {number: str(standing(fact, as_of, due)) for number, fact in facts.items()}
    missed_now = set(CaseFilter(state="missed").apply(rows, as_of).values_list("number", flat=True))
    assert missed_now == set(stands.filter(standing=Standing.LATE).values_list("number", flat=True))


@plays
@given(st.data())
@pytest.mark.slow
def test_no_sequence_of_commands_breaks_a_rule(cast: Cast, data: st.DataObject) -> None:
    with undone():
        play, memory = Play(cast, data), Memory()
        play.begin(data.draw(st.integers(2, 5), label="cases"))
        for _ in range(data.draw(st.integers(6, 26), label="steps")):
            play.let_time_pass()
            before = play.cases()
            memory.see_time_pass(play.now, before)
            name, chosen, refusal = play.step()
            note(f"{play.now:%m-%d %H}h {chosen.number} {chosen.status}: {name} {refusal}")
            if name == "replies" and not refusal:
                memory.see_reply(play.now, chosen)
            after = play.cases()
            # A case put back into work after its first date is missed from that moment on.
            memory.see_time_pass(play.now, after)
            look(play, memory, after)
            step = Step(play.now, {case.number: case for case in before}, chosen, name, refusal, after)
            the_rate_rises_by_replies_only(step, memory)
            the_current_due_date_moves_only_by_what_may_move_it(step)
            only_the_askers_words_confirm_or_reopen(step)
        the_databases_figures_equal_the_formulas(play)
        assert list(problems(Counts())) == []
