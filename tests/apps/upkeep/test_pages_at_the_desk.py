"""The pages of maintenance records: the list, months against what is usual, writing and correcting one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.places.services import end_engagement, start_engagement
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.months import MonthLine
from huiyin.apps.upkeep.selectors import COUNTS
from huiyin.apps.upkeep.services.bulk import ToldByFile, import_records
from huiyin.apps.upkeep.services.records import correct_record, void_record
from huiyin.web.now import now as clock
from tests.apps.evidence.pdfs import a_pdf
from tests.apps.evidence.photos import a_photo
from tests.given_upkeep import THAT_EVENING, a_draft, a_record
from tests.people import Cast, sign_in

LIST_QUERIES, MONTHS_QUERIES, RECORD_QUERIES = 6, 6, 5


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.manager)


def many(cast: Cast, *days: int) -> None:
    rows = [ToldByFile(f"k{day}", a_draft(metric="F01", done_from=date(2026, 6, day))) for day in days]
    import_records(engagement=cast.engagement, rows=rows, by=cast.by_manager, now=THAT_EVENING)


def a_paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("保养单.pdf", a_pdf(), "application/pdf")


def lines(answer: Any) -> list[MonthLine]:
    return [*answer.context["recorded"], *answer.context["unrecorded"]]


def told(**changes: Any) -> dict[str, Any]:
    return {"what": "E01 次", "count": "６", "done_from": "2026-06-03", "place": "1号楼", **changes}


@pytest.mark.parametrize(
    ("page", "queries"),
    [("/desk/upkeep", LIST_QUERIES), ("/desk/upkeep/months?from=2026-01&to=2026-06", MONTHS_QUERIES)],
)
def test_a_page_costs_the_same_queries_for_two_and_twenty_records(
    manager: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, page: str, queries: int
) -> None:
    many(cast, 1, 2)
    manager.get(page)
    with django_assert_num_queries(queries):
        assert manager.get(page).status_code == 200
    many(cast, *range(3, 21))
    with django_assert_num_queries(queries):
        assert manager.get(page).status_code == 200


def test_a_record_costs_the_same_queries_however_often_it_was_corrected(
    manager: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record = a_record(cast)
    manager.get(f"/desk/upkeep/{record.pk}")
    with django_assert_num_queries(RECORD_QUERIES):
        manager.get(f"/desk/upkeep/{record.pk}")
    for count in (5, 4, 3):
        record = correct_record(record, draft=a_draft(count=count), reason="核对。", by=cast.by_manager)
    with django_assert_num_queries(RECORD_QUERIES):
        manager.get(f"/desk/upkeep/{record.pk}")


def test_the_list_is_filtered_by_metric_and_days_and_hides_what_was_replaced(
    manager: Client, cast: Cast
) -> None:
    old = a_record(cast)
    correct_record(old, draft=a_draft(count=5), reason="数错了。", by=cast.by_manager)
    void_record(a_record(cast, metric="E06", count=1), reason="记错了。", by=cast.by_manager)
    many(cast, 1, 2)

    def shown(query: str) -> list[tuple[str, Decimal]]:
        page = manager.get(f"/desk/upkeep{query}").context["page"]
        return [(row.metric, row.count) for row in page]

    assert shown("") == [("E01", 5), ("F01", 6), ("F01", 6)]
    assert shown("?metric=E01") == [("E01", 5)]
    assert shown("?from=2026-06-02&to=2026-06-02") == [("F01", 6)]
    assert shown("?estate=nowhere") == []
    assert len(shown("?replaced=1")) == 6
    assert shown("?from=gestern&metric=") == shown("")
    page = manager.get("/desk/upkeep?replaced=1").text
    assert all(words in page for words in ("已更正", "已撤回", "撤回，不再计数"))
    fragment = manager.get("/desk/upkeep", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "电梯维保" in fragment


def test_the_months_say_what_is_missing_before_the_report(manager: Client, cast: Cast) -> None:
    a_record(cast, done_from=date(2026, 5, 4))
    a_record(cast, done_from=date(2026, 6, 4))
    answer = manager.get("/desk/upkeep/months?from=2026-05&to=2026-06")
    line = next(each for each in lines(answer) if each.metric.code == "E01")
    assert (line.due, line.done, line.gap) == (24, 12, 12)
    assert "少 12" in answer.text
    half = manager.get("/desk/upkeep/months?from=2026-01&to=2026-06")
    line = next(each for each in lines(half) if each.metric.code == "E01")
    assert [month.month for month in line.empty_months] == [1, 2, 3, 4]
    assert "1月至 4月" in half.text
    assert "该做过、还没有一条记录的" in half.text


def test_a_month_that_runs_owes_only_what_is_usual_until_today(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2026-11-20T10:00:00+08:00")
    now = lines(manager.get("/desk/upkeep/months"))
    assert next(each.due for each in now if each.metric.code == "E01") == 6
    assert manager.get("/desk/upkeep/months?from=0001-01&to=9999-12").status_code == 200
    assert manager.get("/desk/upkeep/months?engagement=999999").status_code == 404


def test_of_all_estates_the_months_read_the_names_and_of_one_its_contracts(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    officer = sign_in(client, cast.district_officer)
    last_day, by = date(2026, 6, 30), cast.by_district_officer
    end_engagement(engagement=cast.engagement, ends_on=last_day, by=by)
    later, elsewhere = (
        start_engagement(company=cast.company, estate=estate, starts_on=last_day + timedelta(days=1), by=by)
        for estate in (cast.estate, cast.other_estate)
    )
    page = officer.get("/desk/upkeep/months?from=2026-05&to=2026-06")
    assert {name for _slug, name in page.context["estates"]} == {cast.estate.name, cast.other_estate.name}
    with django_assert_num_queries(MONTHS_QUERIES):
        latest = officer.get(f"/desk/upkeep/months?estate={cast.estate.slug}&from=2026-05&to=2026-06")
    assert latest.context["engagement"] == later
    assert f"?engagement={cast.engagement.pk}&amp;from=2026-05" in latest.text
    named = officer.get(f"/desk/upkeep/months?engagement={cast.engagement.pk}")
    assert named.context["engagement"] == cast.engagement
    left = officer.get(f"/desk/upkeep/months?engagement={cast.engagement.pk}&estate={cast.other_estate.slug}")
    assert left.context["engagement"] == elsewhere
    assert officer.get("/desk/upkeep/months?estate=nowhere").status_code == 404


def test_a_record_is_written_with_its_paper_and_the_next_begun_from_it(manager: Client, cast: Cast) -> None:
    form = manager.get("/desk/upkeep/new")
    assert "E01 电梯维保（次）" in form.text
    assert "F06 消防演练和参与居民（人）" in form.text
    sent = told(engagement=cast.engagement.pk, document=a_paper(), again="1")
    answer = manager.post("/desk/upkeep/new", sent)
    assert answer.status_code == 303
    record = MaintenanceRecord.objects.select_related("document").get()
    assert (record.count, record.place) == (6, "1号楼")
    assert record.document is not None
    assert record.document.caption == "E01 电梯维保（次） 2026-06-03"
    again = manager.get(answer.headers["Location"]).text
    assert '<option value="E01 次" selected>' in again
    assert 'value="2026-06-03"' in again
    assert "PDF，" in manager.get(f"/desk/upkeep/{record.pk}").text
    address = f"/evidence/{record.document_id}/document"
    paper = sign_in(Client(), cast.secretary).get(address)
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    assert sign_in(Client(), cast.stranger).get(address).status_code == 404


def test_a_record_that_cannot_be_comes_back_with_its_words(manager: Client, cast: Cast) -> None:
    both = told(engagement=cast.engagement.pk, photo=a_photo(), document=a_paper())
    assert "照片和 PDF 只附一样" in manager.post("/desk/upkeep/new", both).text
    future = (clock().date()).replace(year=clock().year + 1).isoformat()
    answer = manager.post("/desk/upkeep/new", told(engagement=cast.engagement.pk, done_from=future))
    assert answer.status_code == 422
    assert "日期在将来" in answer.text
    assert 'value="1号楼"' in answer.text
    assert not MaintenanceRecord.objects.exists()
    assert manager.post("/desk/upkeep/new", told(engagement="999999")).status_code == 422


def test_a_record_is_corrected_and_taken_back_and_its_history_stays(manager: Client, cast: Cast) -> None:
    record = a_record(cast, place="1号楼")
    form = manager.get(f"/desk/upkeep/{record.pk}/correct").text
    assert '<option value="E01 次" selected>' in form
    assert 'value="6"' in form
    path = f"/desk/upkeep/{record.pk}/correct"
    assert manager.post(path, told(count="6", reason="看看。")).status_code == 422
    answer = manager.post(path, told(count="5", reason="停用一部。"))
    new = MaintenanceRecord.objects.get(COUNTS)
    assert answer.headers["Location"] == f"/desk/upkeep/{new.pk}"
    page = manager.get(f"/desk/upkeep/{new.pk}").text
    assert "停用一部。" in page
    assert "已经被后来的代替" in manager.get(f"/desk/upkeep/{record.pk}").text
    assert manager.post(f"/desk/upkeep/{record.pk}/void", {"reason": "记了两次。"}).status_code == 422
    manager.post(f"/desk/upkeep/{new.pk}/void", {"reason": "记了两次。"})
    assert not MaintenanceRecord.objects.filter(COUNTS).exists()


def test_the_secretary_covers_a_name_and_sees_no_other_button(client: Client, cast: Cast) -> None:
    record = a_record(cast, note="王铁柱上门")
    secretary = sign_in(client, cast.secretary)
    page = secretary.get(f"/desk/upkeep/{record.pk}").text
    assert "遮盖姓名" in page
    assert "/correct" not in page
    assert "/void" not in page
    missing = secretary.post(f"/desk/upkeep/{record.pk}/cover", {"secret": "李铁柱", "reason": "写了姓名。"})
    assert missing.status_code == 422
    secretary.post(f"/desk/upkeep/{record.pk}/cover", {"secret": "王铁柱", "reason": "写了姓名。"})
    assert "王铁柱" not in secretary.get(f"/desk/upkeep/{record.pk}").text


def test_the_menu_leads_to_the_records_and_to_the_import(manager: Client, cast: Cast) -> None:
    page = manager.get("/desk/upkeep").text
    assert "/desk/imports/new?kind=upkeep.records" in page
    assert "保养记录" in manager.get("/desk/imports/new?kind=upkeep.records").text
    technician = sign_in(Client(), cast.technician).get("/desk/upkeep").text
    assert "/desk/upkeep/new" in technician
    assert "kind=upkeep.records" not in technician
