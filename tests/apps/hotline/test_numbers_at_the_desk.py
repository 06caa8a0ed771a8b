"""What complaints show at the desk: whose are seen, rates with what they leave out, who stands where."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from huiyin.apps.hotline.models import HotlineMirrored
from huiyin.apps.hotline.reach import totals_for_desk
from huiyin.apps.places.models import Estate
from huiyin.apps.places.services import end_engagement, register_company, start_engagement
from huiyin.domain.complaint_measures import MEASURES
from tests.given_counts import JUNE, a_year_of_complaints, more_estates, some_complaints
from tests.people import Cast, a_credit_code, sign_in

PICTURE_QUERIES, RANKING_QUERIES = 16, 10
MAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _in_july(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2026-07-15T10:00:00+08:00")


@pytest.fixture
def officer(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.district_officer)


def lines(answer: Any) -> list[tuple[str, int | None, int | None]]:
    return [(each.named.name, each.ranked.place, each.ranked.moved) for each in answer.context["lines"]]


def test_everybody_sees_the_complaints_of_their_own_scope(cast: Cast) -> None:
    some_complaints(cast.estate, 1)
    some_complaints(cast.other_estate, 2)
    some_complaints(None, 4, street_code="119901001")
    some_complaints(None, 8, street_code="119901002")
    some_complaints(None, 16, category="停车")

    def seen(name: str) -> int:
        return sum(each.complaints for each in totals_for_desk(cast.actor(name)))

    assert {name: seen(name) for name in ("district_officer", "auditor")} == {
        "district_officer": 31,
        "auditor": 31,
    }
    assert (seen("street_officer"), seen("secretary"), seen("community_worker")) == (5, 1, 1)
    assert (seen("manager"), seen("company_admin"), seen("stranger")) == (1, 1, 2)
    assert (seen("technician"), seen("resident"), seen("operator")) == (0, 0, 0)


def test_a_company_sees_and_answers_for_the_months_it_served(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 5, month=MAY)
    some_complaints(cast.estate, 7, month=JUNE)
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 5, 20), by=cast.by_district_officer)
    later = register_company(
        name="新禾物业有限公司", credit_code=a_credit_code(2), by=cast.by_district_officer
    )
    start_engagement(
        company=later, estate=cast.estate, starts_on=date(2026, 5, 21), by=cast.by_district_officer
    )
    officer = sign_in(client, cast.district_officer)
    for period, told in (("2026-05", [("青禾物业服务有限公司", 5)]), ("2026-06", [("新禾物业有限公司", 7)])):
        page = officer.get(f"/desk/hotline/rankings?by=company&count=absolute&period={period}")
        assert [(each.named.name, each.ranked.numerator) for each in page.context["lines"]] == told
    one = officer.get(f"/desk/hotline/companies/{cast.company.pk}?period=2026")
    assert one.context["picture"].property_count == 5
    admin = sign_in(Client(), cast.company_admin).get("/desk/hotline?period=2026")
    assert admin.context["picture"].property_count == 5


def test_rates_stand_with_both_numbers_and_what_is_left_out(officer: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 10, valid=8, solved=6, category="电梯")
    some_complaints(cast.estate, 10, about=False, category="其他")
    some_complaints(None, 5, street_code="119901001", category="停车")
    page = officer.get("/desk/hotline")
    picture = page.context["picture"]
    assert str(picture.period) == "2026-06"
    share, _responded, solved, _satisfied = picture.shares
    assert (share.numerator, share.denominator, share.percent) == (15, 25, "60.0")
    assert (solved.numerator, solved.denominator, solved.excluded) == (6, 8, 17)
    assert "占 75.0%。另有 17 件不计入。回访为已解决的件数 ÷ 有效回访件数" in page.text
    assert "全部诉求里 5 件还没有归到小区，归属率 80.0%" in page.text
    assert [(each.name, each.count) for each in picture.categories] == [("电梯", 10), ("停车", 5)]


def test_the_ranking_moves_and_small_estates_have_no_place(officer: Client, cast: Cast) -> None:
    first, second, tiny = more_estates(cast, 3)
    Estate.objects.filter(pk=tiny.pk).update(household_count=20)
    for estate, may, june in ((cast.estate, 9, 4), (first, 6, 30), (second, 1, 3), (tiny, 0, 3)):
        some_complaints(estate, may, month=MAY)
        some_complaints(estate, june, month=JUNE)
    page = officer.get("/desk/hotline/rankings")
    assert lines(page) == [
        ("南苑0号院", 1, 1),
        ("南苑1号院", 2, 1),
        ("云杉里", 3, -2),
        ("北桥苑", 4, 0),
        ("南苑2号院", None, None),
    ]
    assert "样本少，不排位" in page.text
    assert "升 1 位" in page.text
    absolute = officer.get("/desk/hotline/rankings?count=absolute&top=20")
    assert lines(absolute)[:2] == [("南苑0号院", 1, 1), ("云杉里", 2, -1)]
    assert lines(officer.get("/desk/hotline/rankings?by=street&count=absolute")) == [("望溪街道", 1, 0)]
    by_community = officer.get("/desk/hotline/rankings?by=community&measure=solution_rate")
    assert lines(by_community) == [("云杉里社区", None, None)]
    fragment = officer.get("/desk/hotline/rankings", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment


def test_a_street_counts_what_its_files_name_too(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 3)
    some_complaints(None, 4, street_code="119901001")
    some_complaints(cast.other_estate, 9)
    street = sign_in(client, cast.street_officer)
    page = street.get(f"/desk/hotline/streets/{cast.street.code}")
    assert page.context["picture"].property_count == 7
    assert [name for name, *_ in lines(page)] == ["云杉里"]
    assert street.get(f"/desk/hotline/streets/{cast.other_street.code}").status_code == 404
    assert (
        sign_in(Client(), cast.secretary).get(f"/desk/hotline/streets/{cast.street.code}").status_code == 404
    )


def test_a_period_is_chosen_and_an_empty_one_says_so(officer: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 3, month=MAY)
    some_complaints(cast.estate, 2, month=date(2026, 7, 1), category="停车")
    page = officer.get("/desk/hotline/estates/yunshanli?period=2026-Q2")
    assert page.context["picture"].property_count == 3
    assert '<option value="2026-Q2" selected>2026年第二季度</option>' in page.text
    assert str(officer.get("/desk/hotline?period=gestern").context["picture"].period) == "2026-07"
    assert "这段时期没有诉求" in officer.get("/desk/hotline?period=2020").text


@pytest.mark.parametrize(
    ("page", "queries"),
    [
        ("/desk/hotline", PICTURE_QUERIES),
        ("/desk/hotline/estates/yunshanli", PICTURE_QUERIES),
        ("/desk/hotline/rankings", RANKING_QUERIES),
        ("/desk/hotline/rankings?by=company", RANKING_QUERIES),
        ("/desk/hotline/rankings?by=street&period=2026", RANKING_QUERIES),
        ("/desk/hotline/streets/119901001000", PICTURE_QUERIES),
        ("/desk/hotline/published", RANKING_QUERIES),
    ],
)
def test_a_page_costs_the_same_queries_for_few_and_many_complaints(
    officer: Client,
    cast: Cast,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    page: str,
    queries: int,
) -> None:
    some_complaints(cast.estate, 3)
    officer.get(page)
    with django_assert_max_num_queries(queries) as few:
        assert officer.get(page).status_code == 200
    a_year_of_complaints(more_estates(cast, 6))
    with django_assert_max_num_queries(queries) as many:
        assert officer.get(page).status_code == 200
    assert len(many) == len(few)


def test_the_menu_leads_to_the_complaints(officer: Client) -> None:
    assert 'href="/desk/hotline" aria-current="page"' in officer.get("/desk/hotline").text


def test_what_has_no_estate_is_compared_by_street_alone(officer: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 30)
    for by in ("estate", "community", "company", "street"):
        page = officer.get(f"/desk/hotline/rankings?measure=attributed_share&by={by}&period=2026-06")
        assert page.context["asked"].by == "street"


def test_an_export_says_in_each_row_how_it_was_computed(officer: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 30, valid=20, solved=5)
    some_complaints(cast.other_estate, 3, valid=2, solved=2)
    HotlineMirrored.objects.create(commit=1, changed_at=datetime(2026, 7, 2, 8, 30, tzinfo=UTC))
    query = "measure=solution_rate&period=2026-06"
    answer = officer.get(f"/desk/hotline/rankings/export.csv?{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert [first[name] for name in ("位次", "小区", "件数", "分母", "不计入的件数", "占比")] == [
        *("1", "云杉里", "5", "20", "10", "0.25")
    ]
    assert (second["位次"], second["占比"], second["说明"]) == ("", "1", "样本少，不排位")
    assert (first["指标"], first["版本"], first["时期"]) == ("解决率", "1", "2026年6月")
    assert (first["公式"], first["截至"]) == (MEASURES["solution_rate"].formula, "2026-07-02 16:30:00")
    sheet = officer.get(f"/desk/hotline/rankings/export.xlsx?{query}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(sheet.streaming_content)))
    assert book.get_sheet_by_name("排名").to_python()[1][:3] == [1, "", "云杉里"]
    shown = officer.get(f"/desk/hotline/rankings?{query}").text
    assert "/desk/hotline/rankings/export.xlsx?measure=solution_rate&amp;period=2026-06" in shown
    assert "截至 <time" in shown
