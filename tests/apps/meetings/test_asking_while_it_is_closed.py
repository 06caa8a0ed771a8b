"""Many phones at once, and the closing among them: no number twice, none missing, nothing behind the closing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event, Thread
from time import sleep
from types import ModuleType

import pytest
from django.db import OperationalError, connection, transaction

from huiyin.apps.meetings import redaction
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.models import Meeting, Minutes, Question, Support
from huiyin.apps.meetings.services import ask, attend, close, minutes, run
from huiyin.domain.errors import RuleBroken
from tests import given_meetings
from tests.given_meetings import CLOSING, END, FLOOR, LOCKING, a_phone_comes, a_question
from tests.people import a_person


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returns, or the refusal it met."""
    together, outcomes = Barrier(len(acts)), list[object]()

    def do(act: Callable[[], object]) -> None:
        try:
            together.wait()
            outcomes.append(act())
        except (RuleBroken, OperationalError) as refused:
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


def test_who_decides_waits_for_what_is_just_being_written(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.people import a_cast

    cast = a_cast()
    meeting = given_meetings.a_meeting(cast, phase="questions", households=9)
    question, by = a_question(cast, meeting), cast.actor("secretary")

    def in_flight(
        where: ModuleType, name: str, act: Callable[[], object], *behind: Callable[[], object]
    ) -> None:
        """`act` stands still once it has done `where.name`, the others come meanwhile."""
        done, real = Event(), getattr(where, name)

        def slow(*args: object, **said: object) -> object:
            answer = real(*args, **said)
            if not done.is_set():
                done.set()
                sleep(0.3)
            return answer

        with monkeypatch.context() as patch:
            patch.setattr(where, name, slow)
            outcomes = at_once(act, *(lambda each=each: done.wait(5) and each() for each in behind))
        assert not [each for each in outcomes if isinstance(each, Exception)]

    in_flight(
        attend,
        "witness",
        lambda: a_phone_comes(cast, meeting, now=FLOOR),
        lambda: run.end_questions(meeting, by=by, now=END),  # a tenth household: no reason is asked for
    )
    assert Meeting.objects.get().outcome == "compliant"

    close.close_meeting(meeting, by=by, now=CLOSING)
    question.refresh_from_db()

    @transaction.atomic
    def redact() -> None:
        redaction.replace_at_meetings(question.case, question.text, "■■■■")

    kept = Minutes.objects.select_related("meeting").get()
    in_flight(redaction, "_replace_in_question", redact, lambda: minutes.lock_minutes(kept, now=LOCKING))
    kept.refresh_from_db()
    assert kept.locked_at == LOCKING
    assert "■■■■" in str(kept.content)
