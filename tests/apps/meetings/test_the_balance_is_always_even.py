"""Whatever people do at a meeting, in whatever order: asked = cases + merged + rejected (domain.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.clock import clock_of
from huiyin.apps.meetings.models import Meeting, Question
from huiyin.apps.meetings.personal import erase_meetings
from huiyin.apps.meetings.row_checks import differences
from huiyin.apps.meetings.services import ask, close, moderate, run
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import Refused
from tests import given
from tests.given_meetings import FLOOR, SPOKEN, a_held_question, a_paper_question, a_question
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]


@dataclass
class Hall:
    """A meeting, and a clock that goes on by a minute with every act."""

    cast: Cast
    meeting: Meeting
    case: Case
    minutes: int = 0

    @property
    def now(self):  # type: ignore[no-untyped-def]
        return FLOOR + timedelta(minutes=self.minutes)

    def question(self, place: int) -> Question | None:
        asked = list(Question.objects.filter(meeting=self.meeting).order_by("number"))
        return asked[place % len(asked)] if asked else None


def _on_question(act: Callable[..., object], **said: object) -> Callable[[Hall, int, int], None]:
    def on(hall: Hall, first: int, second: int) -> None:
        if (question := hall.question(first)) is not None:
            act(question, by=hall.cast.actor("secretary"), now=hall.now, **said)

    return on


def _merge(hall: Hall, first: int, second: int) -> None:
    question, into = hall.question(first), hall.question(second)
    if question is not None and into is not None:
        moderate.merge(question, into=into, by=hall.cast.actor("secretary"), now=hall.now)


def _merge_into_case(hall: Hall, first: int, second: int) -> None:
    if (question := hall.question(first)) is not None:
        by = hall.cast.actor("secretary")
        moderate.merge_into_case(question, case=hall.case, by=by, now=hall.now)


def _support(hall: Hall, first: int, second: int) -> None:
    if (question := hall.question(first)) is not None:
        ask.support(question, by=hall.cast.actor("neighbour"), now=hall.now)


def _floor(act: Callable[..., object], **said: object) -> Callable[[Hall, int, int], None]:
    return lambda hall, first, second: (
        act(hall.meeting, by=hall.cast.actor("secretary"), now=hall.now, **said) and None
    )


ACTS: dict[str, Callable[[Hall, int, int], object]] = {
    "ask": lambda hall, n, _: a_question(
        hall.cast, hall.meeting, text=f"第 {hall.minutes} 件事怎么办？", key=f"key {n}", now=hall.now
    ),
    "ask on paper": lambda hall, n, _: a_paper_question(hall.cast, hall.meeting, now=hall.now),
    "ask without a phone": lambda hall, n, _: a_held_question(hall.cast, hall.meeting, now=hall.now),
    "let through": _on_question(moderate.let_through),
    "hide": _on_question(moderate.hide, reason_code="insult"),
    "put on screen": _on_question(moderate.make_current),
    "answer": _on_question(moderate.answer_on_the_spot, text=SPOKEN),
    "defer": _on_question(moderate.defer),
    "reject": _on_question(moderate.reject, reason_code="in_court"),
    "take back": _on_question(moderate.take_back),
    "merge": _merge,
    "support": _support,
    "merge into a case": _merge_into_case,
    "the company asks": lambda hall, n, _: ask.company_asks(
        hall.meeting,
        by=hall.cast.actor("manager"),
        estate=hall.cast.estate,
        text="浇花改到早上，大家同意吗？",
        now=hall.now,
    ),
    "forget the resident": lambda hall, n, _: erase_meetings(hall.cast.resident, SYSTEM, hall.now),
    "pause": _floor(run.pause),
    "resume": _floor(run.resume),
    "end the questions": _floor(run.end_questions, reason="点错了。"),
    "go on": _floor(run.go_on),
}
acts = st.lists(
    st.tuples(
        st.sampled_from([*ACTS, "ask", "ask", "ask on paper", "merge", "go on"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=14,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@hypothesis_given(acts, st.booleans())
def test_asked_is_cases_and_merged_and_rejected(
    hall: Hall, acts: list[tuple[str, int, int]], sits_again: bool
) -> None:
    with transaction.atomic():
        hall.minutes = 0
        open_for = 0
        for name, first, second in acts:
            was_open = Meeting.objects.get(pk=hall.meeting.pk).phase == "questions"
            hall.minutes += 1
            open_for += was_open
            try:
                with transaction.atomic():
                    ACTS[name](hall, first, second)
            except Refused:
                pass  # what the rules refuse changes nothing
            assert balance_of(hall.meeting).adds_up
            assert clock_of(hall.meeting, hall.now).counted == timedelta(minutes=open_for)
        if sits_again:
            _sit_again(hall)
        _close(hall)
        counted = balance_of(hall.meeting)
        assert counted.is_even
        questions = Question.objects.filter(meeting=hall.meeting)
        assert counted.asked == questions.filter(direction="to_company", case__isnull=False).count()
        assert counted.to_residents == questions.filter(direction="to_residents", case=None).count()
        asked = Event.objects.filter(stream=hall.meeting.stream, kind="meetings.question_asked")
        assert [each.public["question"] for each in asked.order_by("number")] == list(
            range(1, questions.count() + 1)
        ), "numbers have no gap, whatever was refused"
        assert list(differences(hall.meeting.stream)) == []
        transaction.set_rollback(True)


def _sit_again(hall: Hall) -> None:
    """The questions end, and go on at a further sitting eight days later."""
    by = hall.cast.actor("secretary")
    _end(hall)
    after = timedelta(days=8)
    run.add_sitting(hall.meeting, by=by, planned_at=hall.now + after, venue="活动室", now=hall.now)
    hall.minutes += int(after.total_seconds()) // 60
    run.open_reporting(hall.meeting, by=by, now=hall.now)
    run.open_questions(hall.meeting, by=by, now=hall.now)
    a_paper_question(hall.cast, hall.meeting, now=hall.now)


def _close(hall: Hall) -> None:
    """Of what is held every second one is let through, the others are hidden."""
    by = hall.cast.actor("secretary")
    for question in Question.objects.filter(meeting=hall.meeting, status="held"):
        if question.number % 2:
            moderate.let_through(question, by=by, now=hall.now)
        else:
            moderate.hide(question, by=by, reason_code="insult", now=hall.now)
    hall.minutes += 1
    _end(hall)
    close.close_meeting(hall.meeting, by=by, now=hall.now)


def _end(hall: Hall) -> None:
    if Meeting.objects.get(pk=hall.meeting.pk).phase != "closed":
        by = hall.cast.actor("secretary")
        run.end_questions(hall.meeting, by=by, reason="到时间了。", now=hall.now)


@pytest.fixture
def hall(in_phase: InPhase) -> Hall:
    cast, meeting = in_phase("questions")
    return Hall(cast, meeting, given.a_registered_case(cast, now=FLOOR))
