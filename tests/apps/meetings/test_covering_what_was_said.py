"""What only a meeting or a forum said can be covered there: corrections, notes, results, statements; locked or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event, EventSecret
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.meetings import row_checks
from huiyin.apps.meetings.covering import cover_at_forum, cover_at_meeting
from huiyin.apps.meetings.models import Meeting, Minutes
from huiyin.apps.meetings.services import minutes, notes
from huiyin.apps.meetings.services.minutes import hash_of
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.apps.meetings.at_pages import as_, it_is
from tests.apps.meetings.test_holding_a_forum import HELD, close, planned, state_all
from tests.given_meetings import CLOSING, LOCKING
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
NAME = "外号铁算盘的那位"
"""A nickname, which the masking lets through."""


def said(cast: Cast, meeting: Meeting) -> Minutes:
    """A correction that was refused, a note and a result name somebody."""
    by = cast.by_secretary
    kept = Minutes.objects.get()
    proposal = minutes.propose_correction(kept, by=cast.by_manager, text=f"是{NAME}停的电。", now=CLOSING)
    minutes.decide_correction(proposal, by=by, accept=False, reason="不说是谁。", now=CLOSING)
    notes.add_supervision_note(meeting, by=cast.actor("street_officer"), text=f"{NAME}没有来。", now=CLOSING)
    notes.add_result(meeting, by=by, text="周末换灯。", owner=NAME, now=CLOSING)
    return kept


def told(meeting: Meeting) -> str:
    kept = EventSecret.objects.filter(event__stream=meeting.stream).values_list("texts", flat=True)
    return f"{list(kept)}{Client().get(f'/meetings/{meeting.pk}/minutes').text}"


@pytest.mark.parametrize("is_locked", [False, True])
def test_a_name_goes_from_corrections_notes_and_results(
    in_phase: InPhase, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    cast, meeting = in_phase("minutes_open")
    kept = said(cast, meeting)
    if is_locked:
        minutes.lock_minutes(kept, by=cast.by_secretary, now=LOCKING)
    it_is(monkeypatch, LOCKING)
    assert NAME in told(meeting)
    form = {"words": NAME, "replacement": "（已遮盖）", "reason": "写了居民的小名。"}
    done = as_(cast, "secretary").post(f"/desk/meetings/{meeting.pk}/cover", form)
    assert done.status_code == 303
    assert NAME not in told(meeting)
    assert told(meeting).count("（已遮盖）") >= 3
    event = Event.objects.get(kind="meetings.words_covered")
    assert event.secret.texts == {"reason": "写了居民的小名。"}
    assert "遮盖了不该公开的字：写了居民的小名。" in told(meeting)
    kept.refresh_from_db()
    assert bool(kept.redacted_sha256) is is_locked
    if is_locked:
        assert kept.redacted_sha256 == hash_of(kept.content) != kept.sha256
        assert kept.sha256 in told(meeting)
    assert list(row_checks.differences("")) == []
    assert list(problems(Counts())) == []


def test_only_the_secretary_covers_and_only_what_was_said(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    said(cast, meeting)
    with pytest.raises(NotPermitted):
        cover_at_meeting(meeting, words=NAME, reason="小名。", by=cast.by_manager, now=LOCKING)
    with pytest.raises(RuleBroken, match="没有找到这些字"):
        cover_at_meeting(meeting, words="没有说过", reason="小名。", by=cast.by_secretary, now=LOCKING)
    assert NAME in told(meeting)


def test_a_name_goes_from_the_statements_of_a_forum_that_is_closed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    forum = planned(cast)
    state_all(cast, forum)
    forum = close(cast, forum)
    forum.summary = f"{NAME}说下周修。"
    forum.save()
    it_is(monkeypatch, HELD)
    assert NAME in Client().get(f"/forums/{forum.pk}").text
    desk = as_(cast, "secretary")
    form = {"words": NAME, "replacement": "（已遮盖）", "reason": "写了居民的小名。"}
    assert desk.post(f"/desk/forums/{forum.pk}/cover", {**form, "words": "没说"}).status_code == 422
    assert desk.post(f"/desk/forums/{forum.pk}/cover", form).status_code == 303
    page = Client().get(f"/forums/{forum.pk}").text
    assert "（已遮盖）说下周修" in page
    assert "遮盖了不该公开的字：写了居民的小名。" in page
    with pytest.raises(NotPermitted):
        cover_at_forum(forum, words="已遮盖", reason="小名。", by=cast.by_manager)
    assert Event.objects.get(kind="meetings.words_covered").stream == forum.stream
