"""`huiyin verify` names the first broken event, whatever someone with full rights over the database did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from huiyin.apps.audit import comparing
from huiyin.apps.audit.anchoring import make_anchor
from huiyin.apps.audit.models import Anchor, Event
from huiyin.apps.audit.services import record
from huiyin.domain import chain
from huiyin.domain.access import SYSTEM

TABLES = ("audit_event", "audit_anchor", "audit_anchorhead")


@pytest.fixture
def forger(fresh_database: str, owner_connection: psycopg.Connection, now: datetime) -> psycopg.Connection:
    """Three cases of four events, anchored on two days, and the owner with the triggers taken off."""
    for day in (2, 1):
        for case in (1, 2, 3):
            for ordinal in (1, 2):
                with transaction.atomic():
                    record(
                        kind="tests.case_replied",
                        stream=f"case/26-000{case}-000",
                        by=SYSTEM,
                        now=now - timedelta(days=day),
                        public={"ordinal": ordinal},
                        texts={"reply": "修好了"},
                    )
        make_anchor((now - timedelta(days=day)).date(), now=now - timedelta(days=day))
    call_command("verify")
    for table in TABLES:
        owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
    return owner_connection


def verdict(*arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("verify", *arguments)
    assert refused.value.returncode == 1
    return str(refused.value)


def remove(forger: psycopg.Connection, stream: str, number: int) -> None:
    event = Event.objects.get(stream=stream, number=number)
    with forger.transaction():
        forger.execute("DELETE FROM audit_eventsecret WHERE event_id = %s", [event.id])
        forger.execute("DELETE FROM audit_event WHERE id = %s", [event.id])


@contextmanager
def changed(forger: psycopg.Connection, table: str, change: str, where: str) -> Iterator[None]:
    """One row changed, and put back afterwards."""
    forger.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {where}".encode())
    forger.execute(f"UPDATE {table} SET {change} WHERE {where}".encode())
    yield
    with forger.transaction():
        forger.execute(f"DELETE FROM {table} WHERE {where}".encode())
        forger.execute(f"INSERT INTO {table} SELECT * FROM kept".encode())
        forger.execute("DROP TABLE kept")


def test_a_changed_field(forger: psycopg.Connection) -> None:
    for change in (
        """public = '{"ordinal": 9}'""",
        "kind = 'ledger.case_confirmed'",
        "actor_label = '别人'",
        "actor_key = 'person:9'",
        "occurred_at = occurred_at - interval '1 day'",
        "recorded_at = recorded_at - interval '1 microsecond'",
        "told_by_file = true",
        """digests = digests || '{"text.reply": "00"}'""",
    ):
        with changed(forger, "audit_event", change, "stream = 'case/26-0002-000' AND number = 3"):
            assert "case/26-0002-000 #3" in verdict()
            assert "case/26-0002-000 #3" in verdict("--stream", "case/26-0002-000")
            call_command("verify", "--stream", "case/26-0001-000")
    call_command("verify")


def test_a_changed_event_hashed_anew(forger: psycopg.Connection) -> None:
    """The link to the next event breaks; with all later ones hashed anew, the anchors break."""
    _rewrite(forger, until=2)
    assert "case/26-0002-000 #3" in verdict()
    _rewrite(forger, until=4)
    assert "case/26-0002-000 #2" in verdict()
    assert "存档" in verdict()


def _rewrite(forger: psycopg.Connection, *, until: int) -> None:
    previous_hash = ""
    for event in Event.objects.filter(stream="case/26-0002-000", number__gte=2, number__lte=until).order_by(
        "number"
    ):
        event.public = {"ordinal": 9}
        event.previous_hash = previous_hash or event.previous_hash
        previous_hash = chain.event_hash(event.document())
        forger.execute(
            """UPDATE audit_event SET public = '{"ordinal": 9}', previous_hash = %s, hash = %s WHERE id = %s""",
            [event.previous_hash, previous_hash, event.id],
        )
    forger.execute(
        """UPDATE audit_streamhead SET hash = (SELECT hash FROM audit_event
           WHERE stream = 'case/26-0002-000' AND number = 4) WHERE stream = 'case/26-0002-000'"""
    )


def test_a_removed_event(forger: psycopg.Connection) -> None:
    remove(forger, "case/26-0002-000", 2)
    assert "case/26-0002-000 #2" in verdict()


def test_two_swapped_events(forger: psycopg.Connection) -> None:
    for old, new in ((1, 99), (2, 1), (99, 2)):
        forger.execute(
            "UPDATE audit_event SET number = %s WHERE stream = 'case/26-0003-000' AND number = %s", [new, old]
        )
    assert "case/26-0003-000 #1" in verdict()


def test_a_cut_tail(forger: psycopg.Connection) -> None:
    remove(forger, "case/26-0002-000", 4)
    assert "case/26-0002-000 #4" in verdict()
    forger.execute(
        """UPDATE audit_streamhead SET number = 3, hash = (SELECT hash FROM audit_event
           WHERE stream = 'case/26-0002-000' AND number = 3) WHERE stream = 'case/26-0002-000'"""
    )
    assert "case/26-0002-000 #4" in verdict()


def test_an_added_tail_without_a_head(forger: psycopg.Connection) -> None:
    forger.execute("DELETE FROM audit_streamhead WHERE stream = 'case/26-0003-000'")
    assert "case/26-0003-000 #1" in verdict()


def test_a_missing_stream(forger: psycopg.Connection) -> None:
    for number in (1, 2, 3, 4):
        remove(forger, "case/26-0002-000", number)
    assert "case/26-0002-000" in verdict()
    forger.execute("DELETE FROM audit_streamhead WHERE stream = 'case/26-0002-000'")
    assert "case/26-0002-000" in verdict()
    forger.execute("DELETE FROM audit_anchorhead WHERE leaf = 'case/26-0002-000'")
    assert "anchor #1" in verdict()


def test_a_changed_anchor(forger: psycopg.Connection) -> None:
    for change in (
        "root = previous_hash",
        "made_at = made_at - interval '1 day'",
        "event_count = 1",
        "stream_count = 1",
    ):
        with changed(forger, "audit_anchor", change, "number = 1"):
            assert "anchor #1" in verdict()
    call_command("verify")


def test_a_removed_anchor(forger: psycopg.Connection) -> None:
    forger.execute("DELETE FROM audit_anchorhead WHERE anchor_id = 1")
    forger.execute("DELETE FROM audit_anchor WHERE number = 1")
    assert "anchor #2" in verdict()


# --- names, times and rows ---------------------------------------------------------------------------------------


def without_the_databases_rule(forger: psycopg.Connection) -> None:
    forger.execute(b"ALTER TABLE audit_streamhead DROP CONSTRAINT public_stream_is_anchored_by_its_name")


def append(forger: psycopg.Connection, stream: str, recorded_at: datetime) -> None:
    """What the owner adds by hand: an event that continues its stream, with a time of its choice."""
    last = Event.objects.filter(stream=stream).latest("number")
    with transaction.atomic():
        record(kind="tests.case_replied", stream=stream, by=SYSTEM, now=recorded_at, public={})
    assert Event.objects.get(stream=stream, number=last.number + 1).previous_hash == last.hash


def test_a_stream_that_hides_under_another_name(forger: psycopg.Connection) -> None:
    """Before its first anchor a case could leave the public list by name; the anchor's root would fit."""
    with transaction.atomic():
        record(
            kind="tests.case_registered",
            stream="case/26-0004-000",
            by=SYSTEM,
            now=datetime.fromisoformat("2026-11-23T09:00:00+08:00"),
            public={},
        )
    without_the_databases_rule(forger)
    forger.execute(
        "UPDATE audit_streamhead SET leaf = 'sealed/' || repeat('0', 64) WHERE stream = 'case/26-0004-000'"
    )
    assert "case/26-0004-000 #1: 这一串在存档里用的名字不对" in verdict()
    make_anchor(date(2026, 11, 23), now=datetime.fromisoformat("2026-11-23T10:00:00+08:00"))
    assert "case/26-0004-000 #1: 这一串在存档里用的名字不对" in verdict("--stream", "case/26-0004-000")
    forger.execute("UPDATE audit_streamhead SET leaf = stream WHERE stream = 'case/26-0004-000'")
    assert "sealed/0000" in verdict()


def test_a_stream_that_an_anchor_left_out(forger: psycopg.Connection) -> None:
    """The case is older than the newest anchor, which does not name it."""
    with transaction.atomic():
        record(
            kind="tests.case_registered",
            stream="case/26-0004-000",
            by=SYSTEM,
            now=datetime.fromisoformat("2026-11-22T08:00:00+08:00"),
            public={},
        )
    assert "case/26-0004-000 #1: 记录自称的时间早于没有它的那次存档" in verdict()


@pytest.mark.parametrize(("minutes", "is_found"), [(61, True), (59, False)])
def test_an_event_added_later_with_an_old_time(
    forger: psycopg.Connection, now: datetime, minutes: int, is_found: bool
) -> None:
    """An hour of grace: a change is recorded with the time it began."""
    append(forger, "case/26-0002-000", now - timedelta(days=1, minutes=minutes))
    if not is_found:
        call_command("verify")
        return
    said = verdict()
    assert "case/26-0002-000 #5: 记录自称的时间早于没有它的那次存档" in said
    make_anchor(now.date(), now=now)
    assert said in verdict(), "an anchor made since does not heal it"


def test_an_anchor_dated_back(forger: psycopg.Connection, now: datetime) -> None:
    """It is hashed anew and no later one stands in the way; the events added after it are dated before."""
    anchor = Anchor.objects.get(number=2)
    for made_at in (datetime.fromisoformat("2020-01-01T00:00:00Z"), anchor.made_at - timedelta(days=1)):
        anchor.made_at = made_at
        forger.execute(
            "UPDATE audit_anchor SET made_at = %s, hash = %s WHERE number = 2",
            [made_at, chain.anchor_hash(anchor.document())],
        )
        assert "anchor #2: 存档时间是假的" in verdict()


def test_an_anchor_of_a_missed_day_dated_before_the_one_before_it(
    forger: psycopg.Connection, now: datetime
) -> None:
    last = Anchor.objects.get(number=2)
    first = Anchor.objects.get(number=1)
    first.made_at = last.made_at + timedelta(minutes=1)
    last.previous_hash = chain.anchor_hash(first.document())
    for anchor in (first, last):
        forger.execute(
            "UPDATE audit_anchor SET made_at = %s, previous_hash = %s, hash = %s WHERE number = %s",
            [anchor.made_at, anchor.previous_hash, chain.anchor_hash(anchor.document()), anchor.number],
        )
    assert "anchor #2: 存档时间是假的" in verdict()


def test_a_stream_that_does_not_exist_is_no_success(fresh_database: str) -> None:
    for name in ("case/26-9999-999", "sealed/" + "0" * 64):
        with pytest.raises(CommandError, match="没有“") as refused:
            call_command("verify", "--stream", name)
        assert refused.value.returncode == 2


def test_a_sealed_stream_may_be_asked_for_as_the_list_names_it(
    fresh_database: str, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction.atomic():
        event = record(kind="tests.consent_given", stream="person/7", by=SYSTEM, now=now, public={})
    call_command("verify", "--stream", f"sealed/{event.hash}")
    assert "已核对 1 串、1 条记录" in capsys.readouterr().out


def test_rows_of_apps_above_are_compared_and_named(forger: psycopg.Connection) -> None:
    def compare(stream: str) -> Iterator[comparing.Difference]:
        yield comparing.Difference("case/26-0002-000", 3, "答复")

    comparing.register("tests", compare)
    try:
        assert "case/26-0002-000 #3: 页面上的内容与记录不符（答复）" in verdict()
    finally:
        comparing.forget("tests")
    call_command("verify")
