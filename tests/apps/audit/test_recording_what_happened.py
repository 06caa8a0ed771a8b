"""Recording: one unbroken chain a stream, in the transaction of the change, however many write at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from pytest_django.fixtures import DjangoAssertNumQueries

from huiyin.apps.audit import drafts
from huiyin.apps.audit.bulk import EventDraft, record_many
from huiyin.apps.audit.models import Event, StreamHead
from huiyin.apps.audit.selectors import history_of
from huiyin.apps.audit.services import record
from huiyin.apps.audit.verification import Counts, problems
from huiyin.domain import chain
from huiyin.domain.access import SYSTEM, FixedActor

SECRETARY = FixedActor("person:7", "社区书记 何知夏")


def a_draft(number: int, stream: str, now: datetime) -> EventDraft:
    return EventDraft(
        kind="tests.case_replied",
        stream=stream,
        by=SECRETARY,
        now=now,
        public={"due_on": "2026-12-01", "ordinal": number},
        texts={"reply": f"第{number}次答复：换了灯，“保修一年”\n"},
        private={"phone": "13800138000"} if number % 2 else {},
        occurred_at=now - timedelta(days=number),
    )


def as_recorded(draft: EventDraft) -> Event:
    return record(
        kind=draft.kind,
        stream=draft.stream,
        by=draft.by,
        now=draft.now,
        public=draft.public,
        texts=draft.texts,
        private=draft.private,
        occurred_at=draft.occurred_at,
        told_by_file=draft.told_by_file,
    )


@pytest.mark.django_db
def test_each_event_continues_the_one_before(now: datetime) -> None:
    for number in range(3):
        as_recorded(a_draft(number, "case/26-0001-000", now))
    first, second, third = history_of("case/26-0001-000")
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert first.previous_hash == chain.GENESIS
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert StreamHead.objects.get(stream="case/26-0001-000").hash == third.hash
    assert list(problems(Counts())) == []


@pytest.mark.django_db
def test_what_is_read_back_is_what_was_returned(now: datetime) -> None:
    event = as_recorded(a_draft(1, "case/26-0001-000", now))
    kept = Event.objects.get(id=event.id)
    assert kept.document() == event.document()
    assert (kept.actor_key, kept.actor_label, kept.hash) == ("person:7", "社区书记 何知夏", event.hash)


@pytest.mark.django_db
def test_texts_private_values_and_who_acted_are_public_only_as_salted_digests(now: datetime) -> None:
    event = as_recorded(a_draft(1, "case/26-0001-000", now))
    shown = str(event.document())
    assert "保修一年" not in shown
    assert "13800138000" not in shown
    assert "person:7" not in shown
    assert set(event.digests) == {"actor", "private", "text.reply"}
    again = as_recorded(a_draft(1, "case/26-0001-000", now))
    assert all(event.digests[name] != again.digests[name] for name in event.digests)


@pytest.mark.django_db
def test_recording_takes_two_statements(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 2):
        with django_assert_num_queries(2):
            as_recorded(a_draft(number, "case/26-0001-000", now))


def test_recording_outside_a_transaction_is_refused(fresh_database: str, now: datetime) -> None:
    with pytest.raises(TransactionManagementError):
        as_recorded(a_draft(1, "case/26-0001-000", now))
    with pytest.raises(TransactionManagementError):
        record_many([a_draft(1, "case/26-0001-000", now)])


def test_an_event_goes_with_its_transaction(fresh_database: str, now: datetime) -> None:
    with transaction.atomic():
        as_recorded(a_draft(1, "case/26-0001-000", now))
        transaction.set_rollback(True)
    assert history_of("case/26-0001-000") == []
    assert not StreamHead.objects.filter(stream="case/26-0001-000").exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"public": {"share": 0.5}}, TypeError),
        ({"public": {"due_on": datetime(2026, 1, 1)}}, TypeError),
        ({"public": {"区": "1"}}, ValueError),
        ({"public": {"count": 2**60}}, ValueError),
        ({"texts": {"reply": "a\x00b"}}, ValueError),
        ({"texts": {"Reply": "x"}}, ValueError),
        ({"kind": "case_replied"}, ValueError),
        ({"stream": "case/二十六"}, ValueError),
        ({"now": datetime(2026, 1, 1)}, ValueError),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_hashed_the_same_everywhere_is_refused(
    now: datetime, changes: dict[str, object], error: type[Exception]
) -> None:
    values = {"kind": "tests.x", "stream": "case/1", "by": SYSTEM, "now": now, "public": {}, **changes}
    with pytest.raises(error):
        record(**values)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_many_at_once_give_the_same_chain_as_one_by_one(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts.secrets, "token_hex", lambda size: "5a" * size)
    streams = ["case/26-0001-000", "estate/YSL01", "person/7"]
    wanted = [a_draft(number, streams[number % 3], now) for number in range(20)]

    def chain_of(write: Callable[[], object]) -> list[tuple[str, int, str]]:
        with transaction.atomic():
            write()
            assert list(problems(Counts())) == []
            ours = {"stream__in": streams}
            events = Event.objects.filter(**ours).order_by("stream", "number")
            found = list(events.values_list("stream", "number", "hash"))
            heads = StreamHead.objects.filter(**ours).order_by("stream")
            found += list(heads.values_list("leaf", "number", "hash"))
            transaction.set_rollback(True)
        return found

    one_by_one = chain_of(lambda: [as_recorded(draft) for draft in wanted])
    in_two_parts = chain_of(lambda: (record_many(wanted[:7]), record_many(wanted[7:])))
    assert chain_of(lambda: record_many(wanted)) == one_by_one
    assert in_two_parts == one_by_one
    assert len(one_by_one) == 23


@pytest.mark.django_db
def test_many_at_once_take_four_statements(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        events = record_many([a_draft(n, f"case/26-0001-{n % 100:03}", now) for n in range(1000)])
    assert [event.public["ordinal"] for event in events] == list(range(1000))
    assert all(event.id for event in events)


def test_writers_of_one_stream_at_the_same_time_never_fork_it(fresh_database: str, now: datetime) -> None:
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    if writer % 2:
                        as_recorded(a_draft(number, "case/26-0001-000", now))
                    else:
                        record_many([a_draft(n, f"case/26-0001-00{n}", now) for n in (number % 2, 0)])
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert list(problems(Counts())) == []
    assert Event.objects.filter(stream__startswith="case/").count() == 3 * 10 + 3 * 20


@pytest.mark.django_db
def test_a_stream_that_begins_takes_one_statement_and_is_chained_like_any_other(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stream = "case/26-0041-738"
    with django_assert_num_queries(1):
        first = record(
            kind="tests.began", stream=stream, by=SECRETARY, now=now, public={}, begins_stream=True
        )
    second = record(kind="tests.went_on", stream=stream, by=SECRETARY, now=now, public={})
    assert (first.number, first.previous_hash) == (1, chain.GENESIS)
    assert (second.number, second.previous_hash) == (2, first.hash)
    assert list(problems(Counts())) == []


@pytest.mark.django_db
def test_a_stream_does_not_begin_twice(now: datetime) -> None:
    for_stream = {"kind": "tests.began", "stream": "case/26-0041-738", "by": SECRETARY, "now": now}
    record(**for_stream, public={}, begins_stream=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        record(**for_stream, public={}, begins_stream=True)
