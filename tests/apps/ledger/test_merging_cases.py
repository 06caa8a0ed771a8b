"""Cases on one matter become one: every asker keeps an own answer, and nothing is lost on the way."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from huiyin.apps.ledger.models import Case, Pause
from huiyin.apps.ledger.services import answer, askers, assign, merge, register
from huiyin.apps.ledger.services.escalate import tend
from huiyin.apps.ledger.services.transition import locked_for
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)


def two_cases(cast: Cast, *, original: str = "in_progress") -> tuple[Case, Case]:
    """(the original, the one merged into it), asked by two neighbours."""
    into = given.a_case(cast, status=original)
    other = given.a_registered_case(cast, person=cast.neighbour)
    return into, merge.merge(other, into=into, by=cast.actor("secretary"), now=given.A_MONDAY)


def test_a_case_merged_while_it_waits_for_the_asker_stops_no_clock(cast: Cast) -> None:
    waiting = given.a_case(cast, status="awaiting_asker")
    into = given.a_registered_case(cast, person=cast.neighbour)
    merge.merge(waiting, into=into, by=cast.actor("secretary"), now=given.A_MONDAY + DAY)
    assert not Pause.objects.filter(resumed_at=None).exists()
    tend(now=given.A_MONDAY + 9 * DAY)
    assert Case.objects.get(pk=waiting.pk).status == "merged"


def test_a_case_withdrawn_while_it_waits_for_the_asker_stops_no_clock(cast: Cast) -> None:
    waiting = given.a_case(cast, status="awaiting_asker")
    answer.withdraw(given.original_asker(waiting), by=cast.actor("resident"), now=given.A_MONDAY + DAY)
    overdue = given.a_registered_case(cast, person=cast.neighbour)
    tend(now=given.A_MONDAY + 40 * DAY)
    assert Case.objects.get(pk=overdue.pk).missed_first_due_at is not None


def test_who_asked_in_a_merged_case_objects_to_what_became_of_the_original(cast: Cast) -> None:
    into = given.a_registered_case(cast)
    other = given.a_registered_case(cast, person=cast.neighbour)
    merge.merge(other, into=into, by=cast.actor("secretary"), now=given.A_MONDAY)
    given._reject(cast, into, given.A_MONDAY)
    objection = askers.object_to_outcome(
        given.original_asker(other), by=cast.actor("neighbour"), text="就是物业的事。", now=given.A_MONDAY
    )
    assert objection.case == into


def test_a_case_others_wait_for_is_not_withdrawn_over_their_heads(cast: Cast) -> None:
    into, _other = two_cases(cast)
    with pytest.raises(RuleBroken, match="还有 1 户在等"):
        answer.withdraw(given.original_asker(into), by=cast.actor("resident"), now=given.A_MONDAY)
    alone = given.a_registered_case(cast)
    assert (
        answer.withdraw(given.original_asker(alone), by=cast.actor("resident"), now=given.A_MONDAY).status
        == "withdrawn"
    )


def test_a_code_works_with_the_number_asked_under_and_with_the_originals(cast: Cast) -> None:
    into = given.a_registered_case(cast)
    paper = given.a_paper_case(cast)
    merge.merge(paper, into=into, by=cast.actor("secretary"), now=given.A_MONDAY)
    mine = given.original_asker(paper)
    code = askers.issue_answer_code(mine, now=given.A_MONDAY)
    for number in (paper.number, into.number):
        assert askers.asker_by_code(number, code, now=given.A_MONDAY) == mine


def test_cases_of_two_places_are_not_merged(cast: Cast) -> None:
    """Without an estate the community is the place."""
    here, there = (
        register.register_case(
            by=cast.actor("resident"),
            text="路口没有路灯，晚上看不清。",
            area=area,
            asker=register.AskerDraft(person_id=cast.resident.pk),
            now=given.A_MONDAY,
        )
        for area in (cast.community, cast.street)
    )
    with pytest.raises((RuleBroken, NotPermitted)):
        merge.merge(here, into=there, by=cast.actor("secretary"), now=given.A_MONDAY)


def test_assigned_again_after_a_merge_keeps_its_first_promise(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    by, lead = cast.actor("secretary"), assign.Lead.company(cast.engagement)
    assign.assign(case, by=by, case_list="immediate", lead=lead, now=given.A_MONDAY)
    promised = Case.objects.get(pk=case.pk).first_due_at
    into = given.a_registered_case(cast, person=cast.neighbour)
    merge.merge(case, into=into, by=by, now=given.A_MONDAY + DAY)
    merge.unmerge(case, by=by, reason="不是同一件事。", now=given.A_MONDAY + DAY)
    case = assign.assign(case, by=by, case_list="short_term", lead=lead, now=given.A_MONDAY + DAY)
    assert (case.first_due_at, case.due_at) == (promised, promised)


def test_a_long_term_case_assigned_again_gets_a_new_plan(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    by, lead = cast.actor("secretary"), assign.Lead.company(cast.engagement)
    steps = [assign.Step("征求意见", (given.A_MONDAY + 20 * DAY).date())]
    assign.assign(case, by=by, case_list="long_term", lead=lead, milestones=steps, now=given.A_MONDAY)
    into = given.a_registered_case(cast, person=cast.neighbour)
    merge.merge(case, into=into, by=by, now=given.A_MONDAY)
    merge.unmerge(case, by=by, reason="不是同一件事。", now=given.A_MONDAY)
    case = assign.assign(case, by=by, case_list="long_term", lead=lead, milestones=steps, now=given.A_MONDAY)
    assert [(step.ordinal, step.title) for step in case.milestones.all()] == [(1, "征求意见")]


def test_an_answer_and_a_merge_at_once_do_not_block_each_other(fresh_database: str) -> None:
    """The asker of a merged case answers while its original is merged further: both end, neither waits for ever."""
    from tests.people import a_cast

    cast = a_cast()
    for _ in range(3):
        child, into = (
            given.a_registered_case(cast, person=cast.neighbour),
            given.a_case(cast, status="replied"),
        )
        merge.merge(child, into=into, by=cast.actor("secretary"), now=given.A_MONDAY)
        last = given.a_registered_case(cast)
        mine, together, failures = given.original_asker(child), Barrier(2), list[Exception]()

        def run(act: object, barrier: Barrier = together, failed: list[Exception] = failures) -> None:
            try:
                barrier.wait()
                act()  # type: ignore[operator]
            except RuleBroken:
                pass
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        def answers(mine: object = mine) -> object:
            return answer.answer(
                mine, by=cast.actor("neighbour"), answer="not_solved", comment="不亮。", now=given.A_MONDAY
            )

        def merges(into: Case = into, last: Case = last) -> object:
            return merge.merge(into, into=last, by=cast.actor("secretary"), now=given.A_MONDAY)

        threads = [Thread(target=run, args=(act,)) for act in (answers, merges)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []


def test_an_answer_locks_only_the_case_it_is_counted_on(cast: Cast) -> None:
    into, other = two_cases(cast)
    assert locked_for(given.original_asker(other)) == into
    assert locked_for(given.original_asker(into)) == into
