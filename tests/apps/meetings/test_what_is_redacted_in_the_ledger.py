"""What the secretary takes out of a case goes from the meeting it came from too; locked minutes say that it went."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event, EventSecret
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.public_texts import public_texts
from huiyin.apps.ledger.services import redact
from huiyin.apps.meetings.models import ForumItem, Meeting, Minutes, Question
from huiyin.apps.meetings.services import close, minutes, moderate, run
from huiyin.apps.meetings.services.minutes import hash_of
from tests import given
from tests.apps.meetings.test_holding_a_forum import planned
from tests.given_meetings import CLOSING, END, FLOOR, LOCKING, MINUTE, a_question
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
# A nickname no masking knows: what only a person sees is a name.
NAME = "三楼的胖婶"
ASKED = f"{NAME}家天天往楼下倒水，物业管不管？"
SAID = f"已经找{NAME}谈过，下周一起去看下水管。"


def asked_and_answered(cast: Cast, meeting: Meeting) -> Meeting:
    question = a_question(cast, meeting, text=ASKED)
    by = cast.actor("secretary")
    moderate.answer_on_the_spot(question, by=by, text=SAID, now=FLOOR + 5 * MINUTE)
    run.end_questions(meeting, by=by, now=END)
    return close.close_meeting(meeting, by=by, now=CLOSING)


def take_out(cast: Cast, case: Case) -> None:
    """Every text of the case in which the name stands."""
    while found := [each for each in public_texts(case) if NAME in each.words]:
        words = found[0].words.replace(NAME, "一户")
        redact.redact_text(case, by=cast.by_secretary, key=found[0].key, words=words, reason="有人的外号。")
        case.refresh_from_db()


def everything_kept(meeting: Meeting) -> str:
    return " ".join(str(each.texts) for each in EventSecret.objects.filter(event__stream=meeting.stream))


def test_it_goes_from_the_question_the_answer_the_open_minutes_and_the_events(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    meeting = asked_and_answered(cast, meeting)
    assert NAME in everything_kept(meeting)
    question = Question.objects.get()
    take_out(cast, question.case)
    question.refresh_from_db()
    assert question.text == ASKED.replace(NAME, "一户")
    assert question.spoken_answer == SAID.replace(NAME, "一户")
    for page in ("", "/minutes"):
        assert NAME not in Client().get(f"/meetings/{meeting.pk}{page}").text
    assert NAME not in everything_kept(meeting)
    kept = Minutes.objects.get()
    assert (NAME in str(kept.content), kept.redacted_at) == (False, None)
    locked = minutes.lock_minutes(kept, by=cast.by_secretary, now=LOCKING)
    assert NAME not in str(locked.content)
    assert list(problems(Counts())) == []


def test_locked_minutes_show_the_hash_of_what_is_left_beside_that_of_the_lock(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    meeting = asked_and_answered(cast, meeting)
    before = minutes.lock_minutes(Minutes.objects.get(), by=cast.by_secretary, now=LOCKING)
    case = Question.objects.get().case
    take_out(cast, case)
    kept = Minutes.objects.get()
    assert NAME not in str(kept.content)
    assert kept.sha256 == before.sha256
    assert kept.redacted_sha256 == hash_of(kept.content) != kept.sha256
    event = Event.objects.filter(kind="meetings.minutes_redacted").latest("pk")
    assert event.public["case"] == case.number
    assert (event.public["sha256"], event.public["redacted_sha256"]) == (kept.sha256, kept.redacted_sha256)
    for page in ("minutes", "certificate"):
        shown = Client().get(f"/meetings/{meeting.pk}/{page}").text
        assert NAME not in shown
        assert kept.sha256 in shown
        assert kept.redacted_sha256 in shown
    assert list(problems(Counts())) == []


@pytest.mark.parametrize("is_redacted", [False, True], ids=["as locked", "redacted"])
def test_minutes_that_were_changed_without_an_event_are_found(in_phase: InPhase, is_redacted: bool) -> None:
    cast, meeting = in_phase("questions")
    meeting = asked_and_answered(cast, meeting)
    kept = minutes.lock_minutes(Minutes.objects.get(), by=cast.by_secretary, now=LOCKING)
    if is_redacted:
        take_out(cast, Question.objects.get().case)
        kept.refresh_from_db()
    kept.content["questions"][0]["answer"] = "什么也没说。"
    kept.save(update_fields=["content"])
    assert [each.what for each in problems(Counts())] == ["会议记录"]
    kept.redacted_at, kept.redacted_sha256 = LOCKING, hash_of(kept.content)
    kept.save()
    assert [each.what for each in problems(Counts())] == ["会议记录"], "nor with a hash of one's own"


def test_what_another_question_says_in_other_words_stays(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    other = a_question(cast, meeting, text="门口的灯坏了两个月了。", by=cast.by_neighbour)
    asked_and_answered(cast, meeting)
    take_out(cast, Question.objects.exclude(pk=other.pk).get().case)
    other.refresh_from_db()
    assert other.text == "门口的灯坏了两个月了。"
    told = EventSecret.objects.get(
        event__kind="meetings.question_asked", event__public__question=other.number
    )
    assert told.texts["text"] == other.text


def test_it_goes_from_the_agenda_of_a_forum(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress", text=f"{NAME}家漏水。")
    forum = planned(cast)
    assert NAME in ForumItem.objects.get(case=case).title
    take_out(cast, case)
    assert NAME not in ForumItem.objects.get(case=case).title
    page = Client().get(f"/forums/{forum.pk}").text
    assert "一户家漏水" in page
    assert NAME not in page
