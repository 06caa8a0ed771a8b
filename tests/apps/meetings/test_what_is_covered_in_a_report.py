"""What the secretary covers in a report goes from the meeting that heard it; locked minutes say that it went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event, EventSecret
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings.models import Forum, Meeting, Minutes, Question
from huiyin.apps.meetings.services import close, forums, minutes, moderate, notes, run
from huiyin.apps.meetings.services.minutes import hash_of
from huiyin.apps.reports.models import Redaction, Report
from huiyin.apps.reports.services.covering import redact_report
from tests.apps.meetings.test_holding_a_forum import AUTUMN
from tests.given_meetings import CLOSING, END, FLOOR, LOCKING, MINUTE, a_question
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
NAME = "三号楼的门机"
"""Stands in the report of the cast; the masking lets it through, as it does a nickname."""


def quoted(cast: Cast, meeting: Meeting) -> Meeting:
    """A question that becomes a case, one that is turned down, a note, a result and a correction repeat the words."""
    by = cast.by_secretary
    asked = a_question(cast, meeting, text=f"{NAME}真的换了吗？")
    moderate.answer_on_the_spot(asked, by=by, text=f"{NAME}上周换的。", now=FLOOR + 5 * MINUTE)
    refused = a_question(cast, meeting, text=f"{NAME}的事再说一遍。", by=cast.by_neighbour)
    run.end_questions(meeting, by=by, now=END)
    moderate.reject(
        refused, by=by, reason_code="not_property_service", note=f"{NAME}已经说过。", now=END + MINUTE
    )
    meeting = close.close_meeting(meeting, by=by, now=CLOSING)
    notes.add_supervision_note(meeting, by=cast.actor("street_officer"), text=f"看过{NAME}。", now=CLOSING)
    notes.add_result(meeting, by=by, text=f"{NAME}由物业维护。", owner="青禾物业", now=CLOSING)
    proposal = minutes.propose_correction(
        Minutes.objects.get(), by=cast.by_manager, text=f"{NAME}是本周换的。", now=CLOSING
    )
    minutes.decide_correction(proposal, by=by, accept=True, reason=f"{NAME}有单据。", now=CLOSING)
    return meeting


def cover(cast: Cast, *, words: str = NAME, is_everywhere: bool = True) -> None:
    redact_report(
        Report.objects.get(),
        words=words,
        reason="有人的外号。",
        by=cast.by_secretary,
        is_everywhere=is_everywhere,
        now=LOCKING,
    )


def everything_said(meeting: Meeting) -> str:
    """Rows, minutes and events of the meeting, and the cases that came of it."""
    kept = EventSecret.objects.filter(event__stream=meeting.stream).values_list("texts", flat=True)
    rows = (
        Question.objects.values_list("text", "spoken_answer", "rejected_reason"),
        meeting.supervision_notes.values_list("text"),
        meeting.results.values_list("text"),
        Minutes.objects.get().corrections.values_list("text", "reason"),
        Case.objects.values_list("title", "text"),
    )
    return f"{list(kept)}{[list(each) for each in rows]}{Minutes.objects.get().content}"


def test_it_goes_from_whatever_was_said_there_and_the_locked_minutes_keep_both_hashes(
    in_phase: InPhase,
) -> None:
    cast, meeting = in_phase("questions")
    meeting = quoted(cast, meeting)
    before = minutes.lock_minutes(Minutes.objects.get(), by=cast.by_secretary, now=LOCKING)
    assert NAME in everything_said(meeting)
    cover(cast)
    assert NAME not in everything_said(meeting)
    kept = Minutes.objects.get()
    assert kept.sha256 == before.sha256
    assert kept.redacted_sha256 == hash_of(kept.content) != kept.sha256
    event = Event.objects.filter(kind="meetings.minutes_redacted").latest("pk")
    assert (event.public["report"], event.public["sha256"]) == (Report.objects.get().pk, kept.sha256)
    page = Client().get(f"/meetings/{meeting.pk}/minutes").text
    assert NAME not in page
    assert kept.sha256 in page
    assert kept.redacted_sha256 in page
    assert list(problems(Counts())) == []


def test_the_secretary_may_leave_what_was_said_there_as_it_is(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    meeting = quoted(cast, meeting)
    minutes.lock_minutes(Minutes.objects.get(), by=cast.by_secretary, now=LOCKING)
    cover(cast, is_everywhere=False)
    assert Redaction.objects.count() == 1
    assert NAME in everything_said(meeting)
    assert Minutes.objects.get().redacted_at is None


def test_a_promise_is_covered_on_the_agenda_of_a_forum_too(in_phase: InPhase) -> None:
    cast, _meeting = in_phase("locked")
    forums.open_forums(now=AUTUMN)
    forum = Forum.objects.get(quarter=date(2026, 10, 1))
    forum = forums.plan_forum(forum, by=cast.by_secretary, planned_at=AUTUMN, venue="社区", now=AUTUMN)
    item = forum.items.get(commitment__isnull=False)
    assert item.title == "修好地下车库防水"
    cover(cast, words="地下车库")
    item.refresh_from_db()
    assert item.title == "修好（已遮盖）防水"
    assert "地下车库" not in Client().get(f"/forums/{forum.pk}").text
    assert list(problems(Counts())) == []
