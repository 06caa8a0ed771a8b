"""Maintenance records at the desk's service: kept by the company, masked, counted once, corrected by a new row."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_texts
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.places.services import end_engagement
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.row_checks import record_differences
from huiyin.apps.upkeep.selectors import COUNTS, chain_of, records_for_desk
from huiyin.apps.upkeep.services.bulk import ToldByFile, import_records
from huiyin.apps.upkeep.services.covering import COVERED, cover_words
from huiyin.apps.upkeep.services.records import correct_record, void_record
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.apps.evidence.photos import a_photo
from tests.given_upkeep import A_DAY, THAT_EVENING, a_draft, a_record
from tests.people import Cast

LATER = THAT_EVENING + timedelta(days=1)


def found() -> list[str]:
    return [each.what for each in record_differences("")]


@pytest.mark.parametrize("who", ["technician", "manager", "company_admin"])
def test_whoever_works_for_the_company_writes_down_what_was_done(cast: Cast, who: str) -> None:
    record = a_record(cast, by=who, place="3号楼 1单元电梯")
    assert (record.count, record.unit, record.done_to) == (Decimal(6), "次", A_DAY)
    assert (record.source, record.recorded_by_label) == (
        "desk",
        {"technician": "维修人员", "manager": "项目负责人", "company_admin": "物业企业管理员"}[who],
    )
    event = Event.objects.get(stream=record.stream)
    assert (event.kind, event.public["count"], event.secret.texts) == (
        "upkeep.record_added",
        "6",
        {"place": "3号楼 1单元电梯"},
    )
    assert found() == []


@pytest.mark.parametrize("who", ["resident", "community_worker", "secretary", "street_officer", "stranger"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        a_record(cast, by=who)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("technician", 1),
        ("manager", 1),
        ("community_worker", 1),
        ("secretary", 1),
        ("street_officer", 1),
        ("district_officer", 1),
        ("auditor", 1),
        ("resident", 0),
        ("operator", 0),
        ("stranger", 0),
    ],
)
def test_the_company_and_the_area_read_them(cast: Cast, who: str, sees: int) -> None:
    a_record(cast)
    assert records_for_desk(cast.actor(who)).count() == sees


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"metric": "E99"}, "metric"),
        ({"metric": "S08"}, "metric"),
        ({"metric": "S05"}, "metric"),
        ({"metric": "M01"}, "metric"),
        ({"unit": "台"}, "unit"),
        ({"count": "1.5"}, "count"),
        ({"done_from": date(2026, 7, 2)}, "done_from"),
        ({"done_from": date(2023, 12, 31)}, "done_from"),
        ({"done_to": date(2026, 7, 15)}, "done_to"),
        ({"note": "字" * 301}, "note"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        a_record(cast, **changes)
    assert refusal.value.field == field
    assert not MaintenanceRecord.objects.exists()


def test_a_company_that_left_still_writes_down_what_it_did_until_then(cast: Cast) -> None:
    end_engagement(
        engagement=cast.engagement, ends_on=date(2026, 6, 10), by=cast.by_district_officer, now=THAT_EVENING
    )
    assert a_record(cast).pk
    with pytest.raises(RuleBroken, match="已经结束"):
        a_record(cast, done_from=date(2026, 6, 11))


def test_words_are_masked_before_they_are_kept(cast: Cast) -> None:
    record = a_record(cast, place="3号楼2单元501室门口", note="联系人：王小明，电话 13800138000")
    assert "501" not in record.place
    assert "13800138000" not in record.note
    assert "王小明" not in record.note


def test_the_same_thing_is_not_counted_twice(cast: Cast) -> None:
    a_record(cast, place="1号楼")
    for changes in ({}, {"done_from": date(2026, 6, 1), "done_to": date(2026, 6, 30), "count": 12}):
        with pytest.raises(RuleBroken, match="已经有一条同样的记录（6 次）"):
            a_record(cast, place="1号楼", **changes)
    a_record(cast, place="2号楼")
    a_record(cast, place="1号楼", metric="E02")
    a_record(cast, place="1号楼", done_from=date(2026, 6, 18))
    assert MaintenanceRecord.objects.count() == 4


def test_only_a_paper_of_ones_own_is_attached(cast: Cast) -> None:
    from huiyin.apps.upkeep.services.records import add_record

    theirs = add_photo(by=cast.by_secretary, upload=a_photo(), now=THAT_EVENING)
    own = add_photo(by=cast.by_manager, upload=a_photo(), now=THAT_EVENING)
    told = {"engagement": cast.engagement, "draft": a_draft(), "by": cast.by_manager, "now": THAT_EVENING}
    with pytest.raises(RuleBroken, match="自己上传"):
        add_record(document=theirs, **told)
    assert add_record(document=own, **told).document == own


# --- corrections --------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_row_with_its_reason_and_the_old_one_stays(cast: Cast) -> None:
    old = a_record(cast)
    new = correct_record(
        old, draft=a_draft(count=5), reason="少记了一部停用的。", by=cast.by_manager, now=LATER
    )
    newest = correct_record(new, draft=a_draft(count=4), reason="又核对了。", by=cast.by_manager, now=LATER)
    assert [each.count for each in chain_of(old)] == [4, 5, 6]
    assert MaintenanceRecord.objects.filter(COUNTS).get() == newest
    assert (new.replaces, newest.root_id) == (old, old.pk)
    event = Event.objects.filter(kind="upkeep.record_corrected").order_by("number").first()
    assert event is not None
    assert (event.public["replaces"], event.secret.texts["reason"]) == (old.pk, "少记了一部停用的。")
    assert found() == []
    with pytest.raises(RuleBroken, match="已经更正过"):
        correct_record(old, draft=a_draft(count=3), reason="再改。", by=cast.by_manager, now=LATER)


def test_a_correction_says_why_and_changes_something(cast: Cast) -> None:
    record = a_record(cast)
    with pytest.raises(RuleBroken, match="为什么更正"):
        correct_record(record, draft=a_draft(count=5), reason=" ", by=cast.by_manager, now=LATER)
    with pytest.raises(RuleBroken, match="没有改动"):
        correct_record(record, draft=a_draft(), reason="看看。", by=cast.by_manager, now=LATER)
    with pytest.raises(NotPermitted):
        correct_record(record, draft=a_draft(count=5), reason="改。", by=cast.by_technician, now=LATER)
    with pytest.raises(NotPermitted):
        void_record(record, reason="改。", by=cast.by_secretary, now=LATER)


def test_what_was_written_twice_is_taken_back_and_counts_no_more(cast: Cast) -> None:
    void_record(a_record(cast), reason="记了两次。", by=cast.by_manager, now=LATER)
    assert not MaintenanceRecord.objects.filter(COUNTS).exists()
    assert MaintenanceRecord.objects.count() == 2
    assert a_record(cast).pk, "the day is free again"
    assert found() == []


@pytest.mark.parametrize("statement", ["UPDATE {} SET count = 99", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_remove_a_record(cast: Cast, statement: str) -> None:
    a_record(cast)
    with pytest.raises(DatabaseError, match="never changed"), connection.cursor() as cursor:
        cursor.execute(statement.format("upkeep_maintenancerecord"))


def test_a_name_that_slipped_in_is_covered_in_every_record_and_in_the_history(cast: Cast) -> None:
    old = a_record(cast, note="王铁柱上门")
    new = correct_record(
        old, draft=a_draft(note="王铁柱上门两次"), reason="补一句。", by=cast.by_manager, now=LATER
    )
    with pytest.raises(NotPermitted):
        cover_words(new, secret="王铁柱", reason="姓名。", by=cast.by_technician, now=LATER)
    assert cover_words(new, secret="王铁柱", reason="写了姓名。", by=cast.by_secretary, now=LATER) == 2
    notes = MaintenanceRecord.objects.order_by("pk").values_list("note", flat=True)
    assert list(notes) == [f"{COVERED}上门", f"{COVERED}上门两次"]
    secrets = [str(event.secret.texts) for event in Event.objects.filter(stream=new.stream)]
    assert "王铁柱" not in "".join(secrets)
    assert "补一句" in "".join(secrets)
    assert found() == []
    with pytest.raises(RuleBroken, match="没有找到"):
        cover_words(new, secret="李铁柱", reason="写了姓名。", by=cast.by_secretary, now=LATER)


# --- many at once -------------------------------------------------------------------------------------------


def rows(*days: int, **changes: Any) -> list[ToldByFile]:
    return [ToldByFile(f"k{day}", a_draft(done_from=date(2026, 6, day), **changes)) for day in days]


def bring(cast: Cast, told: list[ToldByFile]) -> list[MaintenanceRecord]:
    return import_records(engagement=cast.engagement, rows=told, by=cast.by_manager, now=THAT_EVENING)


def test_many_are_written_with_one_event(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bring(cast, rows(1, place="1号楼"))
    with django_assert_num_queries(8) as few:
        bring(cast, rows(2, 3, place="1号楼"))
    with django_assert_num_queries(len(few)):
        bring(cast, rows(*range(4, 20), place="1号楼"))
    assert [len(each.public["records"]) for each in Event.objects.filter(kind="upkeep.records_imported")] == [
        1,
        2,
        16,
    ]
    assert found() == []


def test_many_are_all_or_none_and_none_counts_twice(cast: Cast) -> None:
    twice = [*rows(1, 2), ToldByFile("k9", a_draft(done_from=date(2026, 6, 2), done_to=date(2026, 6, 3)))]
    with pytest.raises(RuleBroken, match="已经有一条同样的记录"):
        bring(cast, twice)
    bring(cast, rows(1))
    with pytest.raises(RuleBroken, match="已经有一条同样的记录"):
        bring(cast, [ToldByFile("other", a_draft(done_from=date(2026, 6, 1)))])
    assert MaintenanceRecord.objects.count() == 1


def test_a_row_put_beside_the_history_or_a_changed_word_is_found(cast: Cast) -> None:
    record = bring(cast, rows(1, place="1号楼"))[0]
    MaintenanceRecord.objects.filter(pk=record.pk).update(place="2号楼")
    assert found() == ["保养记录的地点或说明"]
    MaintenanceRecord.objects.filter(pk=record.pk).update(place="1号楼")
    single = a_record(cast, place="3号楼")
    MaintenanceRecord.objects.filter(pk=single.pk).update(place="4号楼")
    assert found() == ["保养记录的地点或说明"]
    erase_texts(by=SYSTEM, now=LATER, reason="test", stream=single.stream)
    assert found() == []
    single.pk = None
    single.save(force_insert=True)
    assert found() == ["有一条保养记录没有经过"]
