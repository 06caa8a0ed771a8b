"""`huiyin verify` names a meeting whose rows say something else than its events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from huiyin.apps.meetings.models import FloorInterval, Meeting, Minutes, Question, RatingCast, RatingTally
from huiyin.apps.meetings.row_checks import differences
from huiyin.apps.meetings.services import close, minutes, rate, run
from tests import given
from tests.apps.meetings.test_rating_a_meeting import LATER, OVER, scores
from tests.given_meetings import (
    CLOSING,
    END,
    FLOOR,
    LOCKING,
    MINUTE,
    a_paper_question,
    a_question,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]


def found(stream: str = "") -> list[str]:
    return [each.what for each in differences(stream)]


@pytest.mark.parametrize(
    "phase",
    [
        "draft",
        "announced",
        "postponed",
        "cancelled",
        "reporting",
        "questions",
        "paused",
        "closed",
        "minutes_open",
        "locked",
    ],
)
def test_what_the_services_wrote_agrees(in_phase: InPhase, phase: str) -> None:
    in_phase(phase)
    assert found() == []


@pytest.fixture
def held(in_phase: InPhase) -> tuple[Cast, Meeting]:
    """Paused and resumed, two questions, closed, rated, locked."""
    cast, meeting = in_phase("paused")
    by = cast.actor("secretary")
    run.resume(meeting, by=by, now=FLOOR + 12 * MINUTE)
    a_question(cast, meeting, now=FLOOR + 13 * MINUTE)
    a_paper_question(cast, meeting, now=FLOOR + 14 * MINUTE)
    Question.objects.filter(status="held").update(status="shown", is_let_through=True)
    run.pause(meeting, by=by, since=FLOOR + 20 * MINUTE, now=FLOOR + 22 * MINUTE)
    run.resume(meeting, by=by, now=FLOOR + 23 * MINUTE)
    run.end_questions(meeting, by=by, now=END)
    meeting = close.close_meeting(meeting, by=by, now=CLOSING)
    rate.rate(meeting, scores=scores(), by=cast.actor("resident"), estate=cast.estate, now=LATER)
    minutes.lock_minutes(meeting.minutes, by=by, now=LOCKING)
    rate.count_ratings(meeting, now=OVER)
    assert found() == []
    return cast, Meeting.objects.get(pk=meeting.pk)


CHANGES: list[tuple[Any, dict[str, object], list[str]]] = [
    (Meeting, {"phase": "minutes_open"}, ["阶段"]),
    (Meeting, {"outcome": "not_reached", "outcome_reason": "改。"}, ["结论"]),
    (Meeting, {"open_seconds": 3600}, ["提问时长或到场户数"]),
    (Meeting, {"household_count": 99}, ["提问时长或到场户数"]),
    (FloorInterval, {"closed_at": FLOOR + 11 * MINUTE}, ["提问开放的第 1 段"]),
    (FloorInterval, {"opened_at": FLOOR - MINUTE}, ["提问开放的第 1 段"]),
    (Minutes, {"content": {"questions": []}}, ["会议记录"]),
    (Minutes, {"sha256": "0" * 64}, ["会议记录"]),
    (Minutes, {"locked_at": None, "sha256": ""}, ["锁定的会议记录不见了"]),
    (Question, {"outcome": "rejected"}, ["锁定以后改过的提问", "第 1 问的去向"]),
    (RatingTally, {"count": 9}, ["评议的分数"]),
]


@pytest.mark.parametrize(("model", "change", "what"), CHANGES)
def test_a_row_that_was_altered_is_named(
    held: tuple[Cast, Meeting], model: Any, change: dict[str, object], what: list[str]
) -> None:
    first = model.objects.order_by("pk").values("pk")[:1]
    assert model.objects.filter(pk__in=first).update(**change) == 1
    assert found() == what


def test_an_interval_nobody_witnessed_and_one_that_is_gone_are_found(held: tuple[Cast, Meeting]) -> None:
    _cast, meeting = held
    sitting = meeting.sittings.get()
    added = FloorInterval.objects.create(sitting=sitting, opened_at=END + MINUTE, closed_at=END + 9 * MINUTE)
    assert found() == ["提问开放的时段多了 1 段"]
    added.delete()
    FloorInterval.objects.latest("opened_at").delete()
    assert found() == ["提问开放的第 3 段"]


def test_a_question_with_another_case_and_one_that_is_gone_are_found(held: tuple[Cast, Meeting]) -> None:
    cast, _meeting = held
    question = Question.objects.get(number=1)
    question.case = given.a_registered_case(cast)
    question.save()
    assert found() == ["锁定以后改过的提问", "第 1 问和它的台账事项", "第 1 问的去向"]
    question.delete()
    assert found() == ["锁定以后改过的提问", "第 1 问不见了"]


def test_a_rating_put_beside_is_found(held: tuple[Cast, Meeting]) -> None:
    cast, meeting = held
    other = cast.estate.households.exclude(pk=RatingCast.objects.get().household_id).first()
    RatingCast.objects.create(meeting=meeting, household=other)
    assert "评议的户数" in found(meeting.stream)


def test_a_second_sitting_that_was_given_up_agrees(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    run.end_questions(meeting, by=by, reason="停电。", now=FLOOR + 5 * MINUTE)
    run.add_sitting(meeting, by=by, planned_at=END + timedelta(days=8), venue="活动室", now=END)
    run.drop_sitting(meeting, by=by, reason="物业企业换了。", now=END + MINUTE)
    assert found() == []
