"""Which periods there are to choose, what is compared with what, and whose place everybody sees."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from huiyin.apps.hotline.mirroring import total_up
from huiyin.apps.hotline.models import HotlineMonth
from huiyin.apps.places.models import Estate
from huiyin.apps.places.services import end_engagement, register_company, start_engagement
from tests.given_counts import JUNE, a_count, more_estates, some_complaints
from tests.given_hotline import a_row, an_import
from tests.people import Cast, a_credit_code, sign_in

MAY, JULY = date(2026, 5, 1), date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _in_july(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2026-07-15T10:00:00+08:00")


@pytest.fixture
def officer(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.district_officer)


def days(month: date, first: int, last: int) -> None:
    its = month.replace(day=first), month.replace(day=last)
    total_up(month, days=(its[0].isoformat(), its[1].isoformat()))


# --- periods ----------------------------------------------------------------------------------------------------


def test_only_periods_with_complaints_are_offered_and_the_shown_one(officer: Client, cast: Cast) -> None:
    for month in (date(2024, 5, 1), MAY, JUNE):
        some_complaints(cast.estate, 2, month=month)
    page = officer.get("/desk/hotline")
    offered = [[str(each) for each in choices] for _name, choices in page.context["periods"].choices]
    assert offered == [["2026-06", "2026-05", "2024-05"], ["2026-Q2", "2024-Q2"], ["2026", "2024"]]
    assert str(page.context["periods"].shown) == "2026-06"
    empty = officer.get("/desk/hotline?period=2025-03")
    assert '<option value="2025-03" selected>2025年3月</option>' in empty.text
    assert [str(each) for each in empty.context["periods"].choices[0][1]] == [
        *("2026-06", "2026-05", "2025-03", "2024-05"),
    ]


def test_the_newest_month_is_shown_also_while_it_runs_and_says_so(officer: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 5)
    some_complaints(cast.estate, 2, month=JULY)
    days(JULY, 1, 14)
    page = officer.get("/desk/hotline").text
    assert "2026年7月还没过完，存到 <time" in page
    assert '<a href="?period=2026-06">看 2026年6月</a>' in page
    assert "，比上期" not in page
    assert "其中物业诉求 2 件" in page


def test_a_month_of_the_future_is_never_opened_by_itself(officer: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 5)
    some_complaints(cast.estate, 1, month=date(2036, 11, 1))
    assert str(officer.get("/desk/hotline").context["periods"].shown) == "2026-06"


def test_an_import_tells_between_which_days_a_month_holds_complaints(cast: Cast) -> None:
    an_import(
        cast.by_secretary,
        [
            a_row(1, "云杉里物业不修电梯", at="2026-05-06 08:00:00"),
            a_row(2, "云杉里物业不扫楼道", at="2026-05-29 23:59:00"),
            a_row(3, "云杉里物业不修门禁", at="2026-06-02 08:00:00"),
            a_row(4, "云杉里物业不修门禁", at="2026-07-16 00:00:01"),
        ],
    )
    assert list(HotlineMonth.objects.values_list("month", "first_on", "last_on")) == [
        (MAY, date(2026, 5, 6), date(2026, 5, 29)),
        (JUNE, date(2026, 6, 2), date(2026, 6, 2)),
    ]


# --- movement ---------------------------------------------------------------------------------------------------


def two_estates(cast: Cast, month: date, first: int, second: int) -> None:
    some_complaints(cast.estate, first, month=month)
    some_complaints(cast.other_estate, second, month=month)


@pytest.mark.parametrize("how", ["", "&count=absolute", "&measure=property_share", "&by=company"])
def test_nothing_moves_where_the_period_before_holds_nothing(officer: Client, cast: Cast, how: str) -> None:
    two_estates(cast, JUNE, 30, 4)
    page = officer.get(f"/desk/hotline/rankings?period=2026-06{how}")
    assert {line.ranked.moved for line in page.context["lines"]} == {None}
    assert "上期没有诉求，不列升降。" in page.text
    assert 'data-th="较上期"' not in page.text


def test_nothing_moves_where_the_period_before_is_not_whole(officer: Client, cast: Cast) -> None:
    two_estates(cast, MAY, 4, 30)
    two_estates(cast, JUNE, 30, 4)
    days(MAY, 1, 20)
    page = officer.get("/desk/hotline/rankings?period=2026-06&count=absolute")
    assert "上期不完整，不列升降。" in page.text
    assert "；上期不完整，不比多少" in officer.get("/desk/hotline?period=2026-06").text
    days(MAY, 2, 29)
    whole = officer.get("/desk/hotline/rankings?period=2026-06&count=absolute")
    assert [(line.named.name, line.ranked.moved) for line in whole.context["lines"]] == [
        ("云杉里", 1),
        ("北桥苑", -1),
    ]
    assert "升，是比上期更靠前，也就是相对更多" in whole.text


def test_a_quarter_with_a_month_missing_is_not_whole(officer: Client, cast: Cast) -> None:
    for month in (date(2026, 1, 1), date(2026, 3, 1), JUNE):
        two_estates(cast, month, 9, 3)
    assert "上期不完整" in officer.get("/desk/hotline/rankings?period=2026-Q2").text
    two_estates(cast, date(2026, 2, 1), 9, 3)
    assert "上期不完整" not in officer.get("/desk/hotline/rankings?period=2026-Q2").text


# --- households -------------------------------------------------------------------------------------------------


def test_a_company_counts_the_households_of_the_months_it_served(officer: Client, cast: Cast) -> None:
    """420 households, three months with complaints; the other company served in the third."""
    for month, count in ((date(2026, 4, 1), 6), (MAY, 6), (JUNE, 9)):
        some_complaints(cast.estate, count, month=month)
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 5, 20), by=cast.by_district_officer)
    later = register_company(
        name="新禾物业有限公司", credit_code=a_credit_code(2), by=cast.by_district_officer
    )
    start_engagement(
        company=later, estate=cast.estate, starts_on=date(2026, 5, 21), by=cast.by_district_officer
    )
    page = officer.get("/desk/hotline/rankings?by=company&period=2026-Q2")
    told = {
        line.named.name: (line.ranked.numerator, line.ranked.denominator, line.value)
        for line in page.context["lines"]
    }
    assert told["青禾物业服务有限公司"] == (12, 280, f"{12 / 0.28:.1f}")
    assert told["新禾物业有限公司"] == (9, 140, f"{9 / 0.14:.1f}")
    assert "户数是有诉求的各月户数的平均" in page.text
    assert "口径第 2 版" in page.text
    month = officer.get("/desk/hotline/rankings?by=company&period=2026-06").context["lines"]
    assert [(line.named.name, line.households) for line in month] == [("新禾物业有限公司", 420)]


# --- whose place ------------------------------------------------------------------------------------------------


def test_a_place_is_the_districts_whoever_looks_and_the_lines_are_ones_own(cast: Cast) -> None:
    first, second = more_estates(cast, 2)
    for estate, count in ((first, 30), (cast.estate, 12), (second, 3), (cast.other_estate, 9)):
        some_complaints(estate, count)

    def told(name: str) -> dict[str, tuple[int | None, str]]:
        page = sign_in(Client(), getattr(cast, name)).get("/desk/hotline/rankings?period=2026-06")
        assert "位次是在全区 4 个有位次的小区里排的" in page.text
        return {line.named.name: (line.ranked.place, line.ranked_by) for line in page.context["lines"]}

    whole = told("district_officer")
    assert [(name, place) for name, (place, _value) in whole.items()] == [
        ("南苑0号院", 1),
        ("北桥苑", 2),
        ("云杉里", 3),
        ("南苑1号院", 4),
    ]
    for name in ("secretary", "street_officer", "manager", "auditor", "stranger"):
        mine = told(name)
        assert mine
        assert mine == {estate: whole[estate] for estate in mine}, name
    assert set(told("manager")) == {"云杉里"}


def test_of_a_group_one_sees_in_part_the_part_is_told_without_a_place(cast: Cast) -> None:
    """The company serves an estate of another community too, and the street holds complaints of no estate."""
    start_engagement(
        company=cast.company,
        estate=cast.other_estate,
        starts_on=date(2024, 1, 1),
        by=cast.by_district_officer,
    )
    some_complaints(cast.estate, 12)
    some_complaints(cast.other_estate, 7)
    some_complaints(None, 4, street_code="119901001")
    secretary = sign_in(Client(), cast.secretary)
    (line,) = secretary.get("/desk/hotline/rankings?by=company&period=2026-06").context["lines"]
    assert (line.is_part, line.ranked.place, line.ranked.numerator, line.households) == (True, None, 12, 420)
    (street,) = secretary.get("/desk/hotline/rankings?by=street&count=absolute&period=2026-06").context[
        "lines"
    ]
    assert (street.is_part, street.ranked.numerator) == (True, 12)
    page = sign_in(Client(), cast.company_admin).get("/desk/hotline/rankings?by=company&period=2026-06")
    (own,) = page.context["lines"]
    assert (own.is_part, own.ranked.place, own.ranked.numerator) == (False, 1, 19)
    manager = sign_in(Client(), cast.manager).get("/desk/hotline/rankings?by=company&period=2026-06")
    (part,) = manager.context["lines"]
    assert (part.is_part, part.ranked.numerator) == (True, 12)
    assert "只含您能看到的，不排位" in manager.text


def test_a_manager_learns_nothing_of_the_months_before_his_contract(cast: Cast) -> None:
    some_complaints(cast.estate, 40, month=MAY)
    some_complaints(cast.estate, 6)
    some_complaints(cast.other_estate, 5, month=MAY)
    some_complaints(cast.other_estate, 5)
    type(cast.engagement).objects.filter(pk=cast.engagement.pk).update(starts_on=date(2026, 5, 20))
    manager = sign_in(Client(), cast.manager)
    (june,) = manager.get("/desk/hotline/rankings?period=2026-06&count=absolute").context["lines"]
    assert (june.ranked.place, june.ranked.moved) == (1, None)
    (quarter,) = manager.get("/desk/hotline/rankings?period=2026-Q2&count=absolute").context["lines"]
    assert (quarter.is_part, quarter.ranked.numerator) == (True, 6)
    assert manager.get("/desk/hotline/rankings?period=2026-05&count=absolute").context["lines"] == []


def test_what_has_no_place_stands_in_the_order_of_its_values(officer: Client, cast: Cast) -> None:
    small = more_estates(cast, 3)
    Estate.objects.filter(pk__in=[each.pk for each in small]).update(household_count=50)
    for estate, count in ((cast.estate, 5), (small[0], 1), (small[1], 4), (small[2], 2)):
        some_complaints(estate, count)
    lines = officer.get("/desk/hotline/rankings?period=2026-06").context["lines"]
    assert [line.named.name for line in lines if line.ranked.place is None] == [
        *("南苑1号院", "南苑2号院", "南苑0号院"),
    ]


# --- what the pages say -------------------------------------------------------------------------------------------


def test_the_ranking_tells_what_is_excluded_and_what_belongs_to_nobody(officer: Client, cast: Cast) -> None:
    a_count(cast.estate, complaints=40, solved_valid=30, solved=21)
    some_complaints(None, 7, street_code="119901002")
    page = officer.get("/desk/hotline/rankings?measure=solution_rate&period=2026-06")
    assert '<td class="num" data-th="不计入">10</td>' in page.text
    counted = officer.get("/desk/hotline/rankings?period=2026-06").text
    assert "另有 7 件没有归到小区，不在排名里。" in counted


def test_the_overview_leads_to_streets_and_companies_in_sight(officer: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 5)
    page = officer.get("/desk/hotline").text
    for street in (cast.street, cast.other_street):
        assert f'href="/desk/hotline/streets/{street.code}?period=2026-06"' in page
    assert f'href="/desk/hotline/companies/{cast.company.pk}?period=2026-06"' in page
    assert 'href="/desk/policies/hotline"' in page
    secretary = sign_in(Client(), cast.secretary).get("/desk/hotline").text
    assert "/desk/hotline/streets/" not in secretary
    assert f"/desk/hotline/companies/{cast.company.pk}" in secretary
    assert (
        f"/desk/hotline/companies/{cast.company.pk}"
        not in sign_in(Client(), cast.stranger).get("/desk/hotline").text
    )


def test_days_that_were_never_told_are_taken_for_whole(officer: Client, cast: Cast) -> None:
    """A mirror of before the days were kept."""
    two_estates(cast, MAY, 4, 30)
    two_estates(cast, JUNE, 30, 4)
    assert HotlineMonth.objects.filter(first_on=None).count() == 2
    page = officer.get("/desk/hotline/rankings?period=2026-06&count=absolute")
    assert [line.ranked.moved for line in page.context["lines"]] == [1, -1]


def test_complaints_of_an_estate_whose_households_nobody_knows_count_in_no_rate_of_its_street(
    officer: Client, cast: Cast
) -> None:
    some_complaints(cast.estate, 21)
    Estate.objects.filter(pk=cast.other_estate.pk).update(household_count=0, area=cast.estate.area)
    some_complaints(cast.other_estate, 300)
    page = officer.get("/desk/hotline/rankings?by=street&period=2026-06")
    (line,) = [each for each in page.context["lines"] if each.named.name == cast.street.name]
    assert (line.ranked.numerator, line.households, line.ranked.excluded) == (21, 420, 300)
    assert line.value == "50.0"
    assert "另有 300 件没有归到街镇，或小区没有登记户数，不在排名里。" in page.text
