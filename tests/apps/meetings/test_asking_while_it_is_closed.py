"""Many phones at once, and the closing among them: no number twice, none missing, nothing behind the closing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.models import Question, Support
from huiyin.apps.meetings.services import ask, close, run
from huiyin.domain.errors import RuleBroken
from tests import given_meetings
from tests.given_meetings import CLOSING, END, FLOOR, a_question
from tests.people import a_person


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returns, or the refusal it met."""
    together, outcomes = Barrier(len(acts)), list[object]()

    def do(act: Callable[[], object]) -> None:
        try:
            together.wait()
            outcomes.append(act())
        except RuleBroken as refused:
            outcomes.append(refused)
        finally:
            connection.close()

    threads = [Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_burst_of_questions_and_the_closing_at_the_same_moment(fresh_database: str) -> None:
    from huiyin.apps.people.selectors import actor_of
    from tests.people import a_cast

    cast = a_cast()
    meeting = given_meetings.a_meeting(cast, phase="questions")
    people = [actor_of(a_person(100 + number)) for number in range(4)]
    first = a_question(cast, meeting)

    # The same key from two tabs, other questions, supports of one question, two of them by the same person.
    at_once(
        *(
            lambda by=by: a_question(cast, meeting, by=by, text="同一时刻提的问题。", key=by.key)
            for by in people
        ),
        lambda: a_question(cast, meeting, by=people[0], text="同一时刻提的问题。", key=people[0].key),
        *(lambda by=by: ask.support(first, by=by, now=FLOOR) for by in (*people, people[0])),
    )
    assert sorted(Question.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert Support.objects.count() == 4

    by = cast.actor("secretary")
    outcomes = at_once(
        lambda: run.end_questions(meeting, by=by, now=END),
        *(
            lambda by=by: a_question(cast, meeting, by=by, text="快结束了再问一个。", key=f"{by.key}b")
            for by in people
        ),
    )
    refused = [each for each in outcomes if isinstance(each, RuleBroken)]
    asked = 5 + 4 - len(refused)
    assert all(each.code == "meeting.ask.not_in_closed" for each in refused)

    outcomes = at_once(*[lambda: close.close_meeting(meeting, by=by, now=CLOSING)] * 2)
    assert sum(isinstance(each, RuleBroken) for each in outcomes) == 1, "pressed twice, closed once"
    counted = balance_of(meeting)
    assert counted.is_even
    assert counted.asked == counted.cases == asked == Question.objects.filter(case__isnull=False).count()
    assert Question.objects.get(number=1).support_count == 4
