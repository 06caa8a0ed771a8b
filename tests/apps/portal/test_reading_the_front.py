"""What a resident reads first: honest numbers, results, streets, estates, companies, and how to find them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.evidence.demo_pictures import draw
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.ledger.bulk import History, write
from huiyin.apps.ledger.models import Bulletin, Case
from huiyin.apps.ledger.services import assign, extension, reply
from huiyin.apps.places.models import Area
from huiyin.apps.places.services import EstateFacts, add_estate, create_area
from huiyin.domain.access import SYSTEM
from huiyin.web import anchors
from tests import given
from tests.apps.ledger.many import many_cases
from tests.people import BEGINNING, Cast

NOON = datetime(2026, 6, 18, 12, 0, tzinfo=given.BEIJING)


@pytest.fixture(autouse=True)
def _in_june(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_NOW", NOON.isoformat())
    anchors.latest()


def lines(text: str) -> str:
    """The page's words without the line breaks of the template."""
    return " ".join(text.split())


def test_what_everybody_waits_for_still_owes_a_reply(cast: Cast, client: Client) -> None:
    waiting, answered = given.a_case(cast, status="in_progress"), given.a_case(cast, status="replied")
    Case.objects.update(me_too_count=3)
    front = client.get("/")
    assert list(front.context["pressed"]) == [waiting]
    assert answered.status == "replied"
    (everything,) = re.findall(r'id="p">大家在等的</h2><a href="([^"]+)"', front.text)
    assert list(client.get(unescape(everything)).context["page"]) == [waiting]


def test_without_a_street_the_front_says_so(cast: Cast) -> None:
    Area.objects.update(valid_to=date(2026, 1, 1))
    assert "还没有登记街镇和小区" in Client().get("/").text


def a_result(cast: Cast) -> Case:
    """A confirmed case with a pair of pictures."""
    case = given.a_case(cast, status="in_progress")
    photos = [
        (moment, add_photo(by=cast.by_manager, upload=BytesIO(draw("lamp", moment))))  # type: ignore[arg-type]
        for moment in ("before", "after")
    ]
    reply.reply(case, by=cast.by_manager, text=given.GOOD_REPLY, photos=photos, now=given.A_MONDAY)
    given._say("solved")(cast, case, given.A_MONDAY + timedelta(days=1))
    return case


def test_solved_is_only_what_the_asker_confirmed(cast: Cast, client: Client) -> None:
    for status in ("confirmed", "unconfirmed", "replied", "reopened"):
        given.a_case(cast, status=status)
    home = lines(client.get("/").text)
    assert 'hy-fig">1<small> / 4 件' in home
    assert "占已答复的 25.0%。另有 1 件居民说没办好，2 件还没有反馈，都不算解决。" in home


def test_a_miss_stays_in_the_rate_and_what_is_left_out_is_counted(cast: Cast, client: Client) -> None:
    given.a_case(cast, status="replied", now=NOON - timedelta(days=10))
    given.a_registered_case(cast, now=NOON - timedelta(days=40))
    given.a_case(cast, status="rejected", now=NOON - timedelta(days=5))
    given.a_registered_case(cast, now=NOON - timedelta(days=1))
    home = lines(client.get("/").text)
    assert 'hy-fig">1<small> / 2 件' in home
    assert "占应答复的 50.0%。逾期 1 件，其中 0 件后来补答" in home
    assert "没到期的 1 件，没有逾期就撤回、不受理或解决不了的 1 件，不算在内。" in home


def a_moved_date(cast: Cast) -> Case:
    """Promised for 8 June, moved to 25 June, replied to on 15 June."""
    case = given.a_registered_case(cast, now=NOON - timedelta(days=17))
    company = assign.Lead.company(cast.engagement)
    assign.assign(
        case,
        by=cast.by_secretary,
        case_list="short_term",
        lead=company,
        due_on=date(2026, 6, 8),
        now=given.A_MONDAY,
    )
    asked = extension.ask_extension(
        case, by=cast.by_manager, due_on=date(2026, 6, 25), reason="等配件到货。", now=given.A_MONDAY
    )
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=given.A_MONDAY)
    given._reply(cast, case, NOON - timedelta(days=3))
    return case


def test_the_figure_by_moved_dates_stands_behind_the_first_and_only_where_it_differs(
    cast: Cast, client: Client
) -> None:
    given.a_case(cast, status="replied", now=NOON - timedelta(days=10))
    assert "按改后的期限算" not in client.get("/").text
    a_moved_date(cast)
    home = lines(client.get("/").text)
    assert "占应答复的 50.0%。逾期 1 件，其中 1 件后来补答" in home
    assert "按改后的期限算，是 2 / 2 件，占 100.0%。" in home
    assert "按改后的期限算，是 2 / 2 件" in lines(client.get("/estates/yunshanli").text)


def test_what_was_merged_in_time_is_counted_beside_the_rate(cast: Cast, client: Client) -> None:
    given.a_case(cast, status="replied", now=NOON - timedelta(days=10))
    given.a_case(cast, status="merged", now=NOON - timedelta(days=5))
    assert "没有逾期就并案的 1 件，跟着原来那件算。" in lines(client.get("/").text)


def an_old_open_case(cast: Cast) -> None:
    history = History(
        key="old",
        at=NOON - timedelta(days=100),
        by=cast.by_secretary,
        text="电梯三个月停了四次。",
        area=cast.community,
        estate=cast.estate,
        source="import",
        case_list="short_term",
        file_key="old:1",
        recorded_at=NOON - timedelta(days=1),
    )
    write([history])


@pytest.mark.parametrize("page", ["/", "/streets/119901001000", "/estates/yunshanli"])
def test_the_link_behind_the_late_ones_shows_as_many(cast: Cast, client: Client, page: str) -> None:
    """This year's cohort alone, and whatever counts as late: replied late, unanswered, told by a file, settled late."""
    given.a_registered_case(cast, now=NOON.replace(year=2025))
    given.a_registered_case(cast, now=NOON - timedelta(days=40))
    withdrawn = given.a_registered_case(cast, now=NOON - timedelta(days=40))
    given._withdraw(cast, withdrawn, NOON - timedelta(days=1))
    a_moved_date(cast)
    an_old_open_case(cast)
    shown = client.get(page).text
    assert "逾期 4 件" in lines(shown)
    (link,) = re.findall(r'<a href="([^"]*)">逐件公开</a>', shown)
    listed = client.get(unescape(link))
    assert listed.text.count('<li class="hy-case">') == 4
    assert "2026 年登记的" in listed.text


def test_what_was_registered_last_year_is_not_of_this_year_but_still_open(cast: Cast, client: Client) -> None:
    given.a_registered_case(cast, now=NOON.replace(year=2025))
    assert "还没有到期的事" in client.get("/").text
    assert "没办完 1 件" in lines(client.get(reverse("portal:street", args=[cast.street.code])).text)


def test_results_show_before_and_after_and_who_confirmed(cast: Cast, client: Client) -> None:
    case = a_result(cast)
    home = client.get("/").text
    assert case.title in home
    assert home.count("<img") == 2
    assert "登记后第 1 天" in lines(home)
    assert "提问人确认：已解决" in home


def test_a_photo_taken_down_leaves_the_front_page(cast: Cast, client: Client) -> None:
    from huiyin.apps.evidence.models import Evidence

    a_result(cast)
    Evidence.objects.update(state=Evidence.State.WITHDRAWN)
    assert "最近的结果" not in client.get("/").text


@pytest.mark.parametrize("said", ["云杉里", "杉里", "望溪路 6 号", "云杉里6号楼", "云杉里６号楼"])
def test_one_estate_found_is_opened_at_once(cast: Cast, client: Client, said: str) -> None:
    answer = client.get("/streets", {"q": said})
    assert answer.headers["Location"] == "/estates/yunshanli"


def test_a_building_named_in_a_case_leads_to_its_estate(cast: Cast, client: Client) -> None:
    given.a_registered_case(cast, building="中心花园")
    assert client.get("/streets", {"q": "中心花园"}).headers["Location"] == "/estates/yunshanli"


def test_a_case_number_in_the_search_opens_the_case(cast: Cast, client: Client) -> None:
    case = given.a_registered_case(cast)
    answer = client.get("/streets", {"q": case.number})
    assert answer.headers["Location"] == reverse("ledger:case", args=[case.number])


def test_nothing_found_says_what_to_do_next(cast: Cast, client: Client) -> None:
    page = client.get("/streets", {"q": "没有的地方"})
    assert page.status_code == 200
    assert "拨 12345" in page.text


def test_several_found_stand_in_a_list_the_same_name_first(cast: Cast, client: Client) -> None:
    add_estate(
        code="YSL02",
        slug="yunshanli-south",
        name="云杉里南区",
        area=cast.community,
        facts=EstateFacts(),
        aliases=(),
        by=SYSTEM,
    )
    page = client.get("/streets", {"q": "云杉里"}).text
    assert page.index("/estates/yunshanli-south") > page.index('/estates/yunshanli"')


def test_the_street_says_what_belongs_to_no_estate(cast: Cast, client: Client) -> None:
    from huiyin.apps.ledger.services import register

    register.register_case(
        by=cast.by_community_worker,
        text="路口的井盖响了一夜。",
        area=cast.community,
        source="phone",
        asker=register.AskerDraft(channel="call", name="周有福", phone="13900000000"),
        now=NOON - timedelta(days=2),
    )
    page = lines(client.get(reverse("portal:street", args=[cast.street.code])).text)
    assert "另有 1 件没办完的事不属于哪个小区" in page
    assert client.get("/streets/000000000000").status_code == 404
    assert client.get(reverse("portal:street", args=[cast.community.code])).status_code == 404


def test_the_estate_shows_who_serves_it_and_the_three_lists_with_both_dates(
    cast: Cast, client: Client
) -> None:
    case = given.a_case(cast, status="in_progress")
    asked = extension.ask_extension(
        case, by=cast.by_manager, due_on=date(2026, 7, 10), reason="等配件到货", now=given.A_MONDAY
    )
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=given.A_MONDAY)
    long_term = given.a_registered_case(cast, text="希望增设充电桩。")
    assign.assign(
        long_term,
        by=cast.by_secretary,
        case_list="long_term",
        lead=assign.Lead.company(cast.engagement),
        milestones=[assign.Step("增容申请", date(2026, 8, 1))],
        now=given.A_MONDAY,
    )
    page = lines(client.get("/estates/yunshanli").text)
    for words in (
        "青禾物业服务有限公司",
        "1.85 元/㎡·月",
        "010-5550 0101",
        "还没办完的 2 件",
        "第 1 步：增容申请",
    ):
        assert words in page
    assert (
        '<s><span class="visually-hidden">最初期限</span><time datetime="2026-07-01">7月1日</time></s>'
        in page
    )
    assert client.get("/estates/nowhere").status_code == 404


def test_a_bulletin_that_is_not_posted_shows_its_lateness(cast: Cast, client: Client) -> None:
    Bulletin.objects.create(
        estate=cast.estate, month=date(2026, 5, 1), due_at=NOON.replace(day=5, hour=23, minute=59)
    )
    page = client.get("/estates/yunshanli").text
    assert "没有发布，已晚 13 天" in page
    assert "/estates/yunshanli/bulletins/2026-05" in page


def test_the_chart_carries_its_table(cast: Cast, client: Client) -> None:
    given.a_case(cast, status="confirmed")
    page = client.get("/estates/yunshanli").text
    assert page.count('class="hy-chart"') == 1
    assert page.count('<tr><th scope="row"><time datetime="2025-07">') == 1
    assert "style=" not in page


def test_the_company_answers_for_what_it_led(cast: Cast, client: Client) -> None:
    given.a_case(cast, status="confirmed")
    given.a_registered_case(cast)
    page = lines(client.get(reverse("portal:company", args=[cast.company.pk])).text)
    assert 'hy-fig">1<small> / 1 件' in page
    assert "/estates/yunshanli" in page
    assert client.get("/companies/999999").status_code == 404


@pytest.mark.parametrize("path", ["/", "/streets", "/estates/yunshanli"])
def test_reading_in_public_leaves_no_cookie_and_may_be_shared(cast: Cast, client: Client, path: str) -> None:
    given.a_case(cast, status="replied")
    page = client.get(path)
    assert not page.cookies
    assert "csrfmiddlewaretoken" not in page.text


BUDGETS = {
    "/": 14,
    "/streets": 5,
    "/streets/119901001000": 5,
    "/estates/yunshanli": 12,
    "/companies/{company}": 6,
}


@pytest.mark.parametrize("cases", [60, 10_020])
def test_the_number_of_queries_does_not_grow(
    cast: Cast, client: Client, cases: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many_cases(cast, cases)
    a_result(cast)
    for number in range(2, 2 + cases // 1000):
        street = create_area(
            code=f"1199011{number:02d}",
            name=f"第{number}街道",
            parent=cast.district,
            valid_from=BEGINNING,
            by=SYSTEM,
        )
        community = create_area(
            code=f"1199011{number:02d}001", name="东社区", parent=street, valid_from=BEGINNING, by=SYSTEM
        )
        add_estate(
            code=f"N{number}",
            slug=f"n-{number}",
            name=f"第{number}苑",
            area=community,
            facts=EstateFacts(),
            aliases=(),
            by=SYSTEM,
        )
    client.get("/how-numbers")
    for path, budget in BUDGETS.items():
        with django_assert_max_num_queries(budget):
            page = client.get(path.format(company=cast.company.pk))
        assert page.status_code == 200, path
