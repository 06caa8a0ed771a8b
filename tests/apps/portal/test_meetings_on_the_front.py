"""The front page says which report meeting is on, which comes next, and in how many streets one was held."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.meetings.models import Meeting
from tests import given_meetings


@pytest.mark.parametrize("phase", ["announced", "questions", "paused"])
@pytest.mark.django_db
def test_what_is_on_or_coming_stands_on_the_front(
    phase: str,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setenv("HUIYIN_NOW", given_meetings.PLANNING.isoformat())
    _cast, meeting = given_meetings.a_cast_with_meeting(phase)
    with django_assert_max_num_queries(17):
        page = client.get("/").text
    assert f'href="/meetings/{meeting.pk}"' in page
    assert meeting.title in page
    assert "今年还没有开完的报告会。" in page


@pytest.mark.django_db
def test_a_meeting_is_counted_once_every_question_has_its_outcome(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_NOW", given_meetings.LOCKING.isoformat())
    _cast, meeting = given_meetings.a_cast_with_meeting("minutes_open")
    page = " ".join(client.get("/").text.split())
    assert "今年在 1 / 2 个街镇开了 1 场" in page
    assert f'href="/meetings/{meeting.pk}"' not in page
    Meeting.objects.update(planned_at=given_meetings.LOCKING.replace(year=2025))
    assert "今年还没有开完的报告会。" in client.get("/").text
