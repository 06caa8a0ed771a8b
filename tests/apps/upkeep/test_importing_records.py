"""Maintenance records come from a spreadsheet: each row once, bad ones back with their reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.imports import services
from huiyin.apps.imports.models import Import, RejectedRow
from huiyin.apps.places.services import start_engagement
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.row_checks import record_differences
from huiyin.apps.upkeep.selectors import COUNTS
from huiyin.apps.upkeep.services.records import correct_record
from huiyin.documents.writing import Sheet, write_xlsx
from huiyin.domain.errors import NotPermitted
from tests.given_upkeep import a_draft, a_record
from tests.people import Cast

Imported = Callable[..., Import]
HEADER = ("小区名称", "保养项目", "维保日期", "结束日期", "次数", "单位", "位置", "备注", "单号")


@pytest.fixture
def imported(tmp_path: Path, cast: Cast) -> Imported:
    """All steps of an import of these rows, by the manager."""

    def run(rows: Sequence[Sequence[str]], who: str = "manager") -> Import:
        path = tmp_path / "保养.xlsx"
        with path.open("wb") as out:
            write_xlsx(out, [Sheet("表", HEADER, rows)])
        return services.import_file(kind="upkeep.records", path=path, by=cast.actor(who))

    return run


def counts(one: Import) -> tuple[int, int, int]:
    return (one.created_count, one.unchanged_count, one.rows_bad)


def reasons(one: Import) -> str:
    return "".join(str(row.reasons) for row in RejectedRow.objects.filter(import_row=one).order_by("number"))


def a_row(**changes: str) -> tuple[str, ...]:
    row = {"estate": "云杉里小区", "what": "电梯维保", "on": "2026-06-03", "to": "", "count": "6", "unit": ""}
    row |= {"place": "", "note": "", "number": ""}
    return tuple((row | changes).values())


def test_rows_come_by_name_or_code_and_a_second_time_change_nothing(cast: Cast, imported: Imported) -> None:
    rows = [
        a_row(place="3号楼电梯", note="换了钢丝绳"),
        a_row(estate="YSL01", what="e01", on="2026年6月18日", number="D-18"),
        a_row(what="防火检查", on="2026-06-01", to="2026-06-30", count="30"),
        a_row(what="厨余垃圾量", on="2026-06-01", to="2026-06-30", count="1,268.5"),
    ]
    first = imported(rows)
    assert (first.state, counts(first)) == ("done", (4, 0, 0))
    kept = MaintenanceRecord.objects.order_by("metric", "done_from")
    assert [(each.metric, str(each.count), each.unit) for each in kept] == [
        ("E01", "6.00", "次"),
        ("E01", "6.00", "次"),
        ("F02", "30.00", "次"),
        ("W02", "1268.50", "kg"),
    ]
    assert kept[1].done_from == date(2026, 6, 18)
    assert {each.source for each in kept} == {"import"}
    event = Event.objects.get(kind="upkeep.records_imported")
    assert event.public["import"] == first.pk
    assert counts(imported(rows)) == (0, 4, 0)
    assert list(record_differences("")) == []


def test_bad_rows_come_back_with_what_is_wrong(imported: Imported) -> None:
    done = imported(
        [
            a_row(),
            a_row(),
            a_row(estate="北桥苑"),
            a_row(what="开心", on="2026-06-04"),
            a_row(what="物业费收缴率", on="2026-06-04"),
            a_row(on="2023-01-01"),
            a_row(on="2026-06-05", count="2.5"),
            a_row(on="2026-01-01", to="2026-06-30"),
            a_row(on="2026-06-01", to="2026-06-30"),
            a_row(what="消防演练和参与居民", unit="户", on="2026-06-04"),
        ]
    )
    assert counts(done) == (1, 0, 9)
    said = reasons(done)
    for words in (
        "和前面的一行相同",
        "“北桥苑”不是您服务的小区",
        "“开心”不在可以记录的项目里",
        "“物业费收缴率”不在可以记录的项目里",
        "这一天您没有服务这个小区",
        "是整数",
        "最多概括 31 天",
        "已经有一条同样的记录",
        "的单位是次、人",
    ):
        assert words in said


def test_a_number_known_already_with_another_content_is_not_overwritten(
    cast: Cast, imported: Imported
) -> None:
    imported([a_row(number="A1")])
    assert "内容不同" in reasons(imported([a_row(number="A1", count="7")]))
    old = MaintenanceRecord.objects.get()
    correct_record(old, draft=a_draft(count=5), reason="数错了。", by=cast.by_manager)
    again = imported([a_row(number="A1")])
    assert counts(again) == (0, 1, 0)
    assert MaintenanceRecord.objects.get(COUNTS).count == 5, "what was corrected here stays corrected"


def test_what_was_typed_at_the_desk_is_not_counted_again_from_a_file(cast: Cast, imported: Imported) -> None:
    a_record(cast)
    assert "已经有一条同样的记录" in reasons(imported([a_row()]))


def test_each_row_belongs_to_who_served_that_day(cast: Cast, imported: Imported) -> None:
    start_engagement(
        company=cast.company,
        estate=cast.other_estate,
        starts_on=date(2026, 6, 10),
        by=cast.by_district_officer,
    )
    rows = [a_row(), a_row(estate="北桥苑", on="2026-06-11"), a_row(estate="北桥苑", on="2026-06-09")]
    done = imported(rows, "company_admin")
    assert counts(done) == (2, 0, 1)
    estates = MaintenanceRecord.objects.order_by("pk").values_list("engagement__estate__name", flat=True)
    assert list(estates) == ["云杉里", "北桥苑"]


@pytest.mark.parametrize("who", ["technician", "secretary", "street_officer", "resident"])
def test_others_bring_no_records(imported: Imported, who: str) -> None:
    with pytest.raises(NotPermitted):
        imported([a_row()], who)


def test_a_long_file_reads_what_is_there_once(cast: Cast, imported: Imported) -> None:
    days = [date(2026, 1, 1).toordinal() + n for n in range(150)]
    rows = [a_row(what="防火巡查", on=date.fromordinal(day).isoformat(), count="12") for day in days]
    assert counts(imported(rows)) == (150, 0, 0)
    assert Event.objects.filter(kind="upkeep.records_imported").count() == 1
