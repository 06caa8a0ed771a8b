"""Anchors: one a day, over every stream, chained; a missed day is made up and never back-dated."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from huiyin.apps.audit.anchoring import make_anchor, make_due_anchors
from huiyin.apps.audit.bulk import EventDraft, record_many
from huiyin.apps.audit.downloads import public_anchor
from huiyin.apps.audit.models import Anchor, AnchorHead
from huiyin.apps.audit.proofs import proof_of
from huiyin.apps.audit.selectors import heads_at, latest_anchor
from huiyin.apps.audit.services import record
from huiyin.apps.audit.tasks import make_anchors
from huiyin.domain import chain, merkle
from huiyin.domain.access import SYSTEM
from tests.domain.citizen import CHECKER

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def happen(stream: str, now: datetime, times: int = 1) -> None:
    for _ in range(times):
        record(kind="tests.happened", stream=stream, by=SYSTEM, now=now, public={})


def test_an_anchor_holds_every_stream_and_counts_their_events(now: datetime) -> None:
    before = make_anchor(TODAY - DAY, now=now)
    happen("case/26-0002-000", now, 3)
    happen("case/26-0001-000", now, 2)
    happen("person/7", now)
    anchor = make_anchor(TODAY, now=now)
    assert anchor.stream_count == before.stream_count + 3
    assert anchor.event_count == before.event_count + 6
    assert anchor.previous_hash == before.hash
    heads = list(heads_at(anchor.number))
    assert anchor.root == merkle.root([merkle.leaf(*head) for head in heads]).hex()
    assert [head[0] for head in heads] == sorted(head[0] for head in heads)
    assert not any(name.startswith("person/") for name, _, _ in heads)


def test_a_day_has_one_anchor(now: datetime) -> None:
    first = make_anchor(TODAY, now=now)
    happen("case/26-0001-000", now)
    again = make_anchor(TODAY, now=now + timedelta(hours=2))
    assert (again.hash, Anchor.objects.count()) == (first.hash, 1)


def test_only_streams_that_changed_are_stored_again(now: datetime) -> None:
    happen("case/26-0001-000", now)
    happen("case/26-0002-000", now)
    make_anchor(TODAY - DAY, now=now)
    happen("case/26-0002-000", now)
    anchor = make_anchor(TODAY, now=now)
    stored = AnchorHead.objects.filter(anchor=anchor).values_list("leaf", "number")
    assert list(stored) == [("case/26-0002-000", 2)]
    seen = {name: number for name, number, _ in heads_at(anchor.number)}
    assert (seen["case/26-0001-000"], seen["case/26-0002-000"]) == (1, 2)


def test_missed_days_are_made_up_with_the_time_they_were_made(now: datetime) -> None:
    make_due_anchors(now=now - 3 * DAY)
    made = make_due_anchors(now=now)
    assert [anchor.day for anchor in made] == [TODAY - 2 * DAY, TODAY - DAY, TODAY]
    assert [anchor.is_late for anchor in made] == [True, True, False]
    assert {anchor.made_at for anchor in made} == {now}
    assert make_due_anchors(now=now + timedelta(hours=1)) == []


def test_the_first_anchor_is_of_today_and_none_of_the_future(now: datetime) -> None:
    assert [anchor.day for anchor in make_due_anchors(now=now)] == [TODAY]
    for day in (TODAY + DAY, TODAY - DAY):
        with pytest.raises(ValueError, match=str(day)):
            make_anchor(day, now=now)


def test_a_clock_that_went_back_makes_no_anchor_that_would_look_forged(now: datetime) -> None:
    make_anchor(TODAY - DAY, now=now)
    with pytest.raises(ValueError, match="clock"):
        make_anchor(TODAY, now=now - timedelta(minutes=1))
    assert Anchor.objects.count() == 1


def test_midnight_is_that_of_beijing(now: datetime) -> None:
    assert [
        anchor.day for anchor in make_due_anchors(now=datetime.fromisoformat("2026-11-22T16:05:00Z"))
    ] == [TODAY]


def test_the_hourly_task_makes_the_anchor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2026-11-23T00:05:00+08:00")
    make_anchors(timestamp=0)
    make_anchors(timestamp=3600)
    assert [anchor.day for anchor in Anchor.objects.all()] == [TODAY]


@pytest.mark.parametrize("width", [2, 1024])
def test_the_path_of_each_stream_leads_to_the_root(
    now: datetime, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("huiyin.apps.audit.anchoring.BRANCH_WIDTH", width)
    monkeypatch.setattr("huiyin.apps.audit.proofs.BRANCH_WIDTH", width)
    streams = [f"case/26-{number:04}-000" for number in range(7)]
    for stream in streams:
        happen(stream, now)
    make_anchor(TODAY - DAY, now=now)
    happen(streams[3], now)
    anchor = make_anchor(TODAY, now=now)
    for stream in streams:
        proof = proof_of(stream)
        assert proof
        assert proof["number"] == (2 if stream == streams[3] else 1)
        found = merkle.root_from_path(
            merkle.leaf(stream, proof["number"], proof["hash"]),  # type: ignore[arg-type]
            index=proof["index"],  # type: ignore[arg-type]
            size=anchor.stream_count,
            sisters=[bytes.fromhex(sister) for sister in proof["path"]],  # type: ignore[union-attr,arg-type]
        )
        assert found
        assert found.hex() == anchor.root
    # Before the first, after the last, and behind each: also where one run ends and the next begins.
    for young in ("aaa", *(f"{stream}-a" for stream in streams), "zzz"):
        proof = proof_of(young)
        assert proof
        CHECKER.check_absence(young, proof, public_anchor(anchor))
        for stream in streams:
            with pytest.raises(CHECKER.Broken):
                CHECKER.check_absence(stream, proof, public_anchor(anchor))


def test_before_the_first_anchor_nothing_is_proven(now: datetime) -> None:
    happen("case/26-0001-000", now)
    assert proof_of("case/26-0001-000") is None


def test_a_path_costs_the_same_among_many_streams(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    drafts = [
        EventDraft(kind="tests.happened", stream=f"case/26-{number:04}-000", by=SYSTEM, now=now)
        for number in range(3000)
    ]
    record_many(drafts[:100])
    make_anchor(TODAY - DAY, now=now)
    with django_assert_num_queries(2):
        assert proof_of("case/26-0099-000")
    record_many(drafts[100:])
    make_anchor(TODAY, now=now)
    with django_assert_num_queries(2):
        assert proof_of("case/26-2999-000")


def test_footers_ask_once_in_half_a_minute(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_anchor(TODAY, now=now)
    with django_assert_num_queries(1):
        for _ in range(3):
            anchor = latest_anchor()
    assert anchor
    assert anchor.short_code == chain.short_code(anchor.hash)
