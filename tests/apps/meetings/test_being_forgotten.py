"""A person who is erased leaves the meetings; what was asked stays as a matter of the estate, and counts stay."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from huiyin.apps.audit.models import EventSecret
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.meetings import personal, selectors
from huiyin.apps.meetings.attendance import attendance_of
from huiyin.apps.meetings.models import CheckIn, CheckInPrivate, Meeting, Question, Support
from huiyin.apps.meetings.services import announce, ask, close, minutes, moderate, run
from huiyin.apps.people.services import erase_person
from tests.given_meetings import (
    CLOSING,
    END,
    FLOOR,
    LIFT,
    MINUTE,
    NOTICE,
    START,
    a_paper_question,
    a_phone_comes,
    a_question,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
NOW = FLOOR + 5 * MINUTE
WORDS = "打我电话 13912345678，电梯什么时候修？"


def lively(in_phase: InPhase) -> tuple[Cast, Meeting]:
    cast, meeting = in_phase("questions")
    a_phone_comes(cast, meeting, now=NOW, person_id=cast.resident.pk)
    moderate.let_through(a_question(cast, meeting, text=WORDS), by=cast.by_secretary, now=NOW)
    other = a_question(cast, meeting, by=cast.actor("neighbour"), text=LIFT)
    ask.support(other, by=cast.actor("resident"), now=NOW)
    return cast, meeting


def test_a_person_takes_out_everything_the_meetings_know(in_phase: InPhase) -> None:
    cast, _meeting = lively(in_phase)
    told = personal.export_meetings(cast.resident)
    assert told["questions"][0]["text_as_written"] == WORDS
    assert told["check_ins"][0]["building"] == "6"
    assert told["supports"][0]["number"] == 2
    assert json.dumps(told, ensure_ascii=False)


def test_what_a_person_wanted_corrected_in_the_minutes_is_taken_out_too(in_phase: InPhase) -> None:
    cast, meeting = lively(in_phase)
    run.end_questions(meeting, by=cast.by_secretary, reason="停电。", now=END)
    kept = close.close_meeting(meeting, by=cast.by_secretary, now=CLOSING).minutes
    minutes.propose_correction(kept, by=cast.by_resident, text="是九月底。", question_number=1, now=CLOSING)
    (told,) = personal.export_meetings(cast.resident)["corrections"]
    assert (told["number"], told["text"], told["state"]) == (1, "是九月底。", "proposed")


def test_who_is_forgotten_cannot_be_found_at_any_meeting(in_phase: InPhase) -> None:
    cast, meeting = lively(in_phase)
    before = attendance_of(meeting)
    erase_person(person=cast.resident, by=cast.actor("resident"), now=NOW + MINUTE)
    assert not CheckIn.objects.filter(person=cast.resident).exists()
    assert not Support.objects.filter(person=cast.resident).exists()
    question = Question.objects.select_related("private").get(number=1)
    assert question.nickname == ""
    assert (question.private.person, question.private.household, question.private.text) == (None, None, "")
    assert "13912345678" not in question.text
    assert not [row for row in EventSecret.objects.all() if "13912345678" in str(row.private)]
    after = attendance_of(meeting)
    assert (after.people, after.households) == (before.people, before.households)
    assert selectors.supports_of(meeting, NOW + MINUTE) == {Question.objects.get(number=2).pk: 1}
    assert list(problems(Counts())) == []


def test_the_meeting_goes_on_without_the_forgotten_one(in_phase: InPhase) -> None:
    cast, meeting = lively(in_phase)
    erase_person(person=cast.resident, by=cast.actor("resident"), now=NOW + MINUTE)
    run.end_questions(meeting, by=cast.actor("secretary"), now=END)
    close.close_meeting(meeting, by=cast.actor("secretary"), now=CLOSING)
    asker = Question.objects.get(number=1).case.askers.get()
    assert (asker.person, asker.household) == (None, None)
    assert list(problems(Counts())) == []


def test_names_on_the_list_go_ninety_days_after_the_closing(in_phase: InPhase) -> None:
    _cast, meeting = in_phase("minutes_open")
    assert CheckInPrivate.objects.count() == 10
    assert personal.remove_old_lists(CLOSING + timedelta(days=90)) == 0
    assert personal.remove_old_lists(CLOSING + timedelta(days=91)) == 10
    assert personal.remove_old_lists(CLOSING + timedelta(days=91)) == 0
    assert attendance_of(meeting).households == 10


def test_names_on_the_list_go_too_where_nobody_closed_the_meeting(in_phase: InPhase) -> None:
    _cast, _meeting = in_phase("closed")
    assert CheckInPrivate.objects.count() == 10
    assert personal.remove_old_lists(END + timedelta(days=90)) == 0
    assert personal.remove_old_lists(END + timedelta(days=91)) == 10


def test_the_contact_of_a_slip_goes_after_a_cancelled_meeting_too(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    a_paper_question(cast, meeting, now=NOTICE + MINUTE)
    announce.cancel(
        meeting, by=cast.actor("secretary"), reason_code="company_changes", now=NOTICE + 2 * MINUTE
    )

    def kept() -> list[EventSecret]:
        told = EventSecret.objects.filter(event__stream=meeting.stream)
        return [row for row in told if "13900000000" in str(row.private)]

    assert personal.remove_old_lists(START + timedelta(days=90)) == 0
    assert kept()
    assert personal.remove_old_lists(START + timedelta(days=91)) == 1
    assert not kept()
    assert list(problems(Counts())) == []
