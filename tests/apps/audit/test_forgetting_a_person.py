"""Erasing texts and salts: the values are gone, the chain is whole, and that it was done is recorded."""

from __future__ import annotations

from datetime import datetime

import pytest

from huiyin.apps.audit.models import Event, EventSecret
from huiyin.apps.audit.selectors import history_of
from huiyin.apps.audit.services import erase_actor, erase_parts, erase_texts, record
from huiyin.apps.audit.verification import Counts, problems
from huiyin.domain.access import SYSTEM, FixedActor

pytestmark = pytest.mark.django_db
ASKER = FixedActor("person:42", "居民")
CASE = "case/26-0001-000"


@pytest.fixture
def recorded(now: datetime) -> list[Event]:
    return [
        record(
            kind="tests.case_registered",
            stream=CASE,
            by=ASKER,
            now=now,
            public={},
            texts={"question": "我家电话 13800138000"},
            private={"phone": "13800138000"},
        ),
        record(
            kind="tests.case_replied", stream=CASE, by=SYSTEM, now=now, public={}, texts={"reply": "修好了"}
        ),
        record(kind="people.consent_given", stream="person/42", by=ASKER, now=now, public={}),
    ]


def test_the_values_are_gone_and_the_chain_is_whole(recorded: list[Event], now: datetime) -> None:
    ids = [recorded[0].id, recorded[2].id]
    marks = erase_texts(by=SYSTEM, now=now, reason="person_erased", event_ids=ids)
    for event in (recorded[0], recorded[2]):
        secret = EventSecret.objects.get(event=event)
        assert (secret.texts, secret.private, secret.salts, secret.erased_at) == ({}, {}, {}, now)
    assert EventSecret.objects.get(event=recorded[1]).texts == {"reply": "修好了"}
    assert [(mark.stream, mark.public) for mark in marks] == [
        (CASE, {"events": [1], "reason": "person_erased"}),
        ("person/42", {"events": [1], "reason": "person_erased"}),
    ]
    assert list(problems(Counts())) == []


def test_a_stream_or_single_events_can_be_erased(recorded: list[Event], now: datetime) -> None:
    erase_texts(by=SYSTEM, now=now, reason="missed_masking", event_ids=[recorded[0].id])
    erase_texts(by=SYSTEM, now=now, reason="retention", stream=CASE)
    marks = [event.public for event in history_of(CASE)[2:]]
    assert [mark["events"] for mark in marks] == [[1], [2]]
    assert erase_texts(by=SYSTEM, now=now, reason="retention", stream=CASE) == []
    assert list(problems(Counts())) == []


def test_erasing_needs_to_know_what(recorded: list[Event], now: datetime) -> None:
    with pytest.raises(ValueError, match="needs"):
        erase_texts(by=SYSTEM, now=now, reason="x")
    assert not EventSecret.objects.exclude(erased_at=None).exists()


def test_a_text_that_vanished_without_such_a_record_is_found(recorded: list[Event]) -> None:
    EventSecret.objects.filter(event=recorded[1]).update(
        texts={}, salts={}, erased_at=recorded[1].recorded_at
    )
    assert [(problem.stream, problem.number) for problem in problems(Counts())] == [(CASE, 2)]


@pytest.mark.parametrize(
    "change", [{"texts": {"reply": "没修好"}}, {"salts": {}}, {"texts": {}}, {"private": {"phone": "1"}}]
)
def test_a_changed_text_is_found(recorded: list[Event], change: dict[str, object]) -> None:
    EventSecret.objects.filter(event=recorded[1]).update(**change)
    assert [(problem.stream, problem.number) for problem in problems(Counts())] == [(CASE, 2)]


def test_one_value_goes_and_the_others_of_its_event_can_still_be_checked(
    recorded: list[Event], now: datetime
) -> None:
    (mark,) = erase_parts({recorded[0].id: ["private"]}, by=SYSTEM, now=now, reason="retention")
    secret = EventSecret.objects.get(event=recorded[0])
    assert (secret.private, secret.texts) == ({}, {"question": "我家电话 13800138000"})
    assert sorted(secret.salts) == ["actor", "text.question"]
    assert mark.public == {"events": [1], "parts": {"1": ["private"]}, "reason": "retention"}
    assert list(problems(Counts())) == []
    secret.texts = {"question": "别的话"}
    secret.save()
    assert [(problem.stream, problem.number) for problem in problems(Counts())] == [(CASE, 1)]


def test_what_is_left_after_its_parts_can_be_erased_too(recorded: list[Event], now: datetime) -> None:
    erase_parts({recorded[0].id: ["private", "text.no_such"]}, by=SYSTEM, now=now, reason="retention")
    assert erase_parts({recorded[0].id: ["private"]}, by=SYSTEM, now=now, reason="retention") == []
    erase_texts(by=SYSTEM, now=now, reason="person_erased", stream=CASE)
    assert EventSecret.objects.get(event=recorded[0]).texts == {}
    assert list(problems(Counts())) == []


def test_a_part_that_vanished_without_such_a_record_is_found(recorded: list[Event], now: datetime) -> None:
    erase_parts({recorded[1].id: ["text.reply"]}, by=SYSTEM, now=now, reason="text_redacted")
    secret = EventSecret.objects.get(event=recorded[0])
    del secret.texts["question"], secret.salts["text.question"]
    secret.save()
    assert [(problem.stream, problem.number) for problem in problems(Counts())] == [(CASE, 1)]


def test_whose_deed_it_was_is_forgotten_and_the_words_can_still_be_checked(
    recorded: list[Event], now: datetime
) -> None:
    marks = erase_actor("person:42", by=SYSTEM, now=now, reason="person_erased")
    assert [(mark.stream, mark.public["parts"]) for mark in marks] == [
        (CASE, {"1": ["actor"]}),
        ("person/42", {"1": ["actor"]}),
    ]
    secret = EventSecret.objects.get(event=recorded[0])
    assert sorted(secret.salts) == ["private", "text.question"]
    assert list(problems(Counts())) == []
    assert erase_actor("person:42", by=SYSTEM, now=now, reason="person_erased") == []
    secret.texts = {"question": "别的话"}
    secret.save()
    assert [(problem.stream, problem.number) for problem in problems(Counts())] == [(CASE, 1)]


def test_an_actor_that_vanished_without_such_a_record_is_found(recorded: list[Event]) -> None:
    secret = EventSecret.objects.get(event=recorded[1])
    del secret.salts["actor"]
    secret.save()
    assert [(problem.stream, problem.number) for problem in problems(Counts())] == [(CASE, 2)]
