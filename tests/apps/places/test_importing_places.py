"""Areas, companies, estates and engagements come from a spreadsheet; bad rows come back with their reason."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from huiyin.apps.imports import services
from huiyin.apps.imports.models import Import, RejectedRow
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.people.services import erase_person, revoke_role
from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.apps.places.selectors import area_by_code
from huiyin.documents.writing import Sheet, write_csv, write_xlsx
from huiyin.domain.access import Actor
from huiyin.domain.errors import NotPermitted
from tests.people import Cast, a_cast, a_credit_code

Imported = Callable[[str, Sequence[str], Sequence[Sequence[str]], Actor], Import]
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    """All steps of an import of these rows as that actor."""

    def run(kind: str, header: Sequence[str], rows: Sequence[Sequence[str]], by: Actor) -> Import:
        path = tmp_path / "表.xlsx"
        with path.open("wb") as out:
            write_xlsx(out, [Sheet("表", header, rows)])
        return services.import_file(kind=kind, path=path, by=by)

    return run


def counts(one: Import) -> tuple[int, int, int, int]:
    return (one.created_count, one.updated_count, one.unchanged_count, one.rows_bad)


def reasons(one: Import) -> str:
    return "".join(str(row.reasons) for row in RejectedRow.objects.filter(import_row=one).order_by("number"))


AREA_HEADER = ("区划代码", "名称", "启用日期", "旧代码")


def test_areas_come_with_their_parents_by_the_code(cast: Cast, imported: Imported) -> None:
    rows = [
        ("119901003", "南苑街道", "2025-01-01", ""),
        ("119901003001", "南苑一社区", "2025-01-01", ""),
        ("119901099001", "没有街道的社区", "", ""),
        ("119901001001", "云杉里社区", "", ""),
        ("1199", "写错的", "", ""),
    ]
    done = imported("places.areas", AREA_HEADER, rows, cast.by_district_officer)
    assert counts(done) == (2, 0, 1, 2)
    assert area_by_code("119901003001").parent == area_by_code("119901003")  # type: ignore[union-attr]
    assert "上级" in reasons(done)
    assert "6、9 或 12 位" in reasons(done)
    assert counts(imported("places.areas", AREA_HEADER, rows, cast.by_district_officer)) == (0, 0, 3, 2)


def test_an_area_gets_its_new_code_from_the_file(cast: Cast, imported: Imported) -> None:
    rows = [("119901001009", "云杉里社区", "2026-07-01", "119901001001")]
    assert counts(imported("places.areas", AREA_HEADER, rows, cast.by_district_officer)) == (1, 0, 0, 0)
    assert Area.objects.get(code="119901001009").path == cast.community.path


def test_areas_bring_the_number_people_may_call(cast: Cast, imported: Imported) -> None:
    header = ("区划代码", "名称", "社区值班电话")
    rows = [
        ("119901001001", "云杉里社区", "010-5550 0301"),
        ("119901001009", "溪口社区", "０１０－５５５０　０３０９"),
        ("119901001010", "桥头社区", "打给王书记"),
    ]
    done = imported("places.areas", header, rows, cast.by_district_officer)
    assert counts(done) == (1, 1, 0, 1)
    assert "电话只写一个号码" in reasons(done)
    phones = Area.objects.filter(code__in=("119901001001", "119901001009")).order_by("code")
    assert list(phones.values_list("duty_phone", flat=True)) == ["010-5550 0301", "010-5550 0309"]
    empty = [("119901001001", "云杉里社区", "")]
    assert counts(imported("places.areas", header, empty, cast.by_district_officer)) == (0, 0, 1, 0)
    assert Area.objects.get(code="119901001001").duty_phone == "010-5550 0301"


def test_one_old_code_has_one_successor_and_what_it_was_is_gone_for_later_rows(
    cast: Cast, imported: Imported
) -> None:
    rows = [
        ("119901001008", "云杉里一社区", "2026-07-01", "119901001001"),
        ("119901001009", "云杉里二社区", "2026-07-01", "119901001001"),
        ("119901001001", "云杉里社区", "", ""),
    ]
    done = imported("places.areas", AREA_HEADER, rows, cast.by_district_officer)
    assert (done.state, counts(done)) == ("done", (1, 0, 0, 2))
    assert reasons(done).count("前面的行已经把这个代码改成新的。") == 2


def test_rows_that_lean_on_a_row_its_rule_refuses_are_refused_with_it(cast: Cast, imported: Imported) -> None:
    rows = [
        ("119901009", "望溪街道", "2020-01-01", "119901001"),  # the old code is in use only since 2024
        ("119901009001", "新街社区", "2026-01-01", ""),
        ("119901003", "南苑街道", "2026-01-01", ""),
    ]
    done = imported("places.areas", AREA_HEADER, rows, cast.by_district_officer)
    assert (done.state, counts(done)) == ("done", (1, 0, 0, 2))
    assert "没有代码为 119901009000 的上级" in reasons(done)


def test_companies_are_told_apart_by_their_code(cast: Cast, imported: Imported) -> None:
    header = ("物业企业", "信用代码", "联系电话")
    rows = [
        ("长风物业", a_credit_code(2), "010-5550 0102"),
        ("青禾物业服务有限公司", a_credit_code(1), ""),
        ("校验位不对", a_credit_code(3)[:-1] + "?", ""),
    ]
    done = imported("places.companies", header, rows, cast.by_street_officer)
    assert counts(done) == (1, 0, 1, 1)
    assert Company.objects.count() == 2


ESTATE_HEADER = ("项目编号", "小区名称", "所属社区", "别名", "户数", "物业费", "小区类型")


def test_estates_come_once_and_are_updated_afterwards(cast: Cast, imported: Imported) -> None:
    rows = [
        ("YSL02", "听雨家园", "云杉里社区", "听雨、听雨园", "310", "2.35", "商品房"),
        ("BQ02", "麦浪小区", "北桥社区", "", "80", "", ""),
        ("YSL03", "无名", "没有的社区", "", "", "", ""),
    ]
    done = imported("places.estates", ESTATE_HEADER, rows, cast.by_street_officer)
    assert counts(done) == (1, 0, 0, 2)
    assert "管辖范围" in reasons(done)
    estate = Estate.objects.get(code="YSL02")
    assert (estate.area, estate.slug, str(estate.fee_per_m2)) == (cast.community, "ysl02", "2.35")
    assert set(estate.aliases.values_list("name", flat=True)) == {"听雨", "听雨园"}
    again = [("YSL02", "听雨家园", "云杉里社区", "听雨、听雨园", "312", "2.35", "商品房")]
    assert counts(imported("places.estates", ESTATE_HEADER, again, cast.by_street_officer)) == (0, 1, 0, 0)
    assert counts(imported("places.estates", ESTATE_HEADER, again, cast.by_street_officer)) == (0, 0, 1, 0)


def test_engagements_do_not_overlap_even_within_one_file(cast: Cast, imported: Imported) -> None:
    header = ("小区", "物业企业", "开始日期", "结束日期", "服务等级")
    rows = [
        ("云杉里", "青禾物业服务有限公司", "2024-01-01", "2026-06-30", "3"),
        ("BQ01", a_credit_code(1), "2025-01-01", "2025-12-31", "2"),
        ("BQ01", a_credit_code(1), "2025-06-01", "", "2"),
        ("BQ01", a_credit_code(1), "2026-01-01", "", "9"),
    ]
    done = imported("places.engagements", header, rows, cast.by_district_officer)
    assert counts(done) == (1, 0, 0, 3)
    assert "内容不同" in reasons(done)
    assert "已经有物业企业" in reasons(done)
    assert Engagement.objects.filter(estate=cast.other_estate).count() == 1


@pytest.mark.parametrize(
    "name", ["secretary", "manager", "community_worker", "auditor", "operator", "resident"]
)
def test_others_import_no_estates(cast: Cast, imported: Imported, name: str) -> None:
    with pytest.raises(NotPermitted):
        imported(
            "places.estates", ESTATE_HEADER, [("A", "B", "云杉里社区", "", "", "", "")], cast.actor(name)
        )


@pytest.mark.parametrize("is_erased", [False, True])
def test_whoever_left_after_the_upload_writes_nothing_more(cast: Cast, is_erased: bool) -> None:
    by, out = cast.by_street_officer, io.BytesIO()
    write_csv(out, ESTATE_HEADER[:3], [("YSL09", "新苑", "云杉里社区")])
    file = services.upload_file(kind="places.estates", data=out.getvalue(), name="小区.csv", by=by)
    file = services.set_mapping(file, mapping=file.mapping, options={}, by=by)
    file = services.start_import(file, by=by, defer=False)
    revoke_role(
        assignment=RoleAssignment.objects.get(person=cast.street_officer), by=cast.by_district_officer
    )
    if is_erased:
        erase_person(person=cast.street_officer, by=cast.actor("street_officer"))
    file = services.run_import(file.pk)
    assert (file.state, file.error) == ("failed", "上传的人已经没有导入这类表格的权限，导入停在这里。")
    assert not Estate.objects.filter(code="YSL09").exists()
