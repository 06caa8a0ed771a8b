"""What the system knows of a metric in a period: from records, from the ledger, from forums that were held."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.meetings.models import Forum
from huiyin.apps.meetings.services.forums import open_forums
from huiyin.apps.upkeep import facts
from huiyin.apps.upkeep.facts import FactBook, facts_of
from huiyin.apps.upkeep.services.records import correct_record, void_record
from huiyin.domain.claim_verdicts import ClaimedNumber, Verdict, verdict
from huiyin.domain.facts import Fact, Lack, PlaceCount
from huiyin.domain.ledger_rules import Kind
from huiyin.domain.metric_frequencies import Period
from tests import given
from tests.given_upkeep import THAT_EVENING, a_draft, a_record
from tests.people import Cast

HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
LATER = THAT_EVENING + timedelta(days=1)


def fact(cast: Cast, metric: str = "E01", unit: str = "", now: datetime = LATER) -> Fact:
    found = facts_of(cast.engagement, metric=metric, period=HALF, unit=unit, now=now)
    assert found is not None
    return found


def test_records_of_the_period_are_added_up_by_place(cast: Cast) -> None:
    a_record(cast, place="1号楼")
    a_record(cast, place="1号楼", done_from=date(2026, 6, 18))
    a_record(cast, place="2号楼", count=2, done_from=date(2026, 5, 1), done_to=date(2026, 5, 31))
    a_record(cast, done_from=date(2025, 12, 31))
    found = fact(cast)
    assert (found.value, found.unit, found.record_count, found.source) == (14, "次", 3, "保养记录")
    assert found.per_place == (PlaceCount("1号楼", Decimal(12)), PlaceCount("2号楼", Decimal(2)))
    assert [month.month for month in found.missing[0].months] == [1, 2, 3, 4]


def test_only_records_of_what_is_usual_so_often_are_called_maintenance(cast: Cast) -> None:
    for metric, unit in (("E06", "次"), ("E20", "件"), ("S06", "件")):
        a_record(cast, metric=metric, unit=unit)
    assert [fact(cast, each).source for each in ("E06", "E20", "S06")] == ["保养记录", "记录", "记录"]


def test_a_correction_changes_the_fact_and_its_fingerprint(cast: Cast) -> None:
    record = a_record(cast)
    before = fact(cast)
    new = correct_record(record, draft=a_draft(count=5), reason="数错了。", by=cast.by_manager, now=LATER)
    after = fact(cast)
    assert (before.value, after.value, after.record_count) == (6, 5, 1)
    assert before.fingerprint != after.fingerprint
    void_record(new, reason="记错小区。", by=cast.by_manager, now=LATER)
    assert facts_of(cast.engagement, metric="E01", period=HALF, now=LATER) is None


def test_a_fact_comes_in_the_unit_that_was_recorded(cast: Cast) -> None:
    a_record(cast, metric="F06", unit="人", count=80)
    assert fact(cast, "F06", "人").value == 80
    assert fact(cast, "F06", "次").unit == "人"
    told = ClaimedNumber("F06", Decimal(1), "次", HALF)
    assert verdict(told, fact(cast, "F06", "次"), Decimal("0.05")).missing[0].what is Lack.UNIT


def test_where_nothing_was_recorded_there_is_no_fact(cast: Cast) -> None:
    assert facts_of(cast.engagement, metric="E06", period=HALF, now=LATER) is None
    assert facts_of(cast.engagement, metric="Z99", period=HALF, now=LATER) is None


def test_a_whole_report_is_two_queries_however_many_numbers_it_has(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for metric in ("E01", "E06", "W01", "F02"):
        a_record(cast, metric=metric)
    facts_of(cast.engagement, metric="E06", period=HALF, now=LATER)
    with django_assert_num_queries(2):
        book = FactBook(cast.engagement, now=LATER)
        values = [book.of(metric, HALF) for metric in ("E01", "E06", "W01", "F02", "E02", "S05", "S05")]
    assert [each and each.value for each in values] == [6, 6, 6, 6, None, None, None]


def test_the_ledger_counts_complaints_answered_in_time(cast: Cast) -> None:
    for kind in (Kind.COMPLAINT, Kind.COMPLAINT, Kind.QUESTION):
        given.a_case(cast, status="replied", kind=kind)
    given.a_case(cast, status="assigned", kind=Kind.COMPLAINT)
    now = given.A_MONDAY + timedelta(days=90)
    found = fact(cast, "S05", now=now)
    assert (found.numerator, found.denominator, found.unit) == (2, 3, "%")
    assert (found.value, found.source) == (Decimal("66.67"), "台账")
    told = ClaimedNumber("S05", Decimal("95.5"), "%", HALF)
    judged = verdict(told, found, Decimal("0.05"))
    assert (judged.verdict, judged.counted) == (Verdict.DEVIATES, Decimal("66.67"))


def test_forums_are_counted_and_a_quarter_before_the_system_is_missing(cast: Cast) -> None:
    assert facts_of(cast.engagement, metric="S08", period=HALF, now=LATER) is None
    open_forums(now=datetime(2026, 4, 1, 9, tzinfo=given.BEIJING))
    assert fact(cast, "S08").value == 0
    Forum.objects.filter(estate=cast.estate).update(
        held_on=date(2026, 5, 20), closed_at=THAT_EVENING, closed_by_label="社区书记"
    )
    found = fact(cast, "S08")
    assert (found.value, found.source) == (1, "座谈会")
    assert [month.month for month in found.missing[0].months] == [1, 2, 3]


@pytest.mark.parametrize("metric", ["S05", "S08"])
def test_what_the_system_counts_nobody_records(cast: Cast, metric: str) -> None:
    assert metric in facts.counted_here()
