"""Anybody reads the ledger: searched, filtered, page by page, at the same cost whatever its length."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services.topics import open_topic, put_in_topic
from huiyin.web import anchors
from tests import given
from tests.apps.ledger.many import many_cases
from tests.people import Cast

LEDGER = "/cases"


@pytest.fixture(autouse=True)
def _anchor_is_known(cast: Cast) -> None:
    """The foot's anchor is read once in five minutes, not with the page."""
    anchors.latest()


def test_a_case_is_found_by_its_words(cast: Cast, client: Client) -> None:
    lamp = given.a_registered_case(cast)
    lift = given.a_registered_case(cast, text="2号楼电梯按键失灵，要按好几次。")
    found = client.get(LEDGER, {"q": "电梯按键"}).text
    assert lift.number in found
    assert lamp.number not in found


@pytest.mark.parametrize("written", ["{}", " {} ", "编号{}", "{}号"])
def test_a_number_leads_straight_to_its_case(cast: Cast, client: Client, written: str) -> None:
    case = given.a_registered_case(cast)
    answer = client.get(LEDGER, {"q": written.format(case.number)})
    assert answer.headers["Location"] == reverse("ledger:case", args=[case.number])


def test_the_states_a_reader_may_ask_for(cast: Cast, client: Client) -> None:
    confirmed = given.a_case(cast, status="confirmed")
    waiting = given.a_case(cast, status="in_progress")
    assert confirmed.number in client.get(LEDGER, {"state": "confirmed"}).text
    assert waiting.number not in client.get(LEDGER, {"state": "confirmed"}).text
    assert waiting.number in client.get(LEDGER, {"state": "open"}).text


def test_what_owes_a_reply_leaves_out_what_waits_for_the_asker(cast: Cast, client: Client) -> None:
    replied = given.a_case(cast, status="replied")
    owing = [given.a_case(cast, status=status) for status in ("in_progress", "reopened")]
    answer = client.get(LEDGER, {"state": "owing"})
    assert list(answer.context["page"]) == owing[::-1]
    assert replied.number in client.get(LEDGER, {"state": "open"}).text


def test_what_most_share_comes_first_then_what_is_urged_most(cast: Cast, client: Client) -> None:
    alone, urged, shared = (given.a_registered_case(cast) for _ in range(3))
    Case.objects.filter(pk=urged.pk).update(urge_count=2)
    Case.objects.filter(pk=shared.pk).update(me_too_count=1)
    assert list(client.get(LEDGER, {"order": "me_too"}).context["page"]) == [shared, urged, alone]


def test_what_missed_its_first_date_stays_listed_after_the_reply(cast: Cast, client: Client) -> None:
    late = given.a_case(cast, status="in_progress")
    given._reply(cast, late, late.first_due_at.replace(month=8))
    on_time = given.a_case(cast, status="replied")
    missed = client.get(LEDGER, {"state": "missed"}).text
    assert late.number in missed
    assert on_time.number not in missed


def test_a_topic_names_itself_above_its_cases(cast: Cast, client: Client) -> None:
    inside, outside = given.a_registered_case(cast), given.a_registered_case(cast, text="电梯按键失灵。")
    topic = open_topic(by=cast.by_secretary, estate=cast.estate, title="楼道照明")
    put_in_topic([inside], topic=topic, by=cast.by_secretary)
    page = client.get(LEDGER, {"estate": cast.estate.slug, "topic": topic.pk}).text
    assert "楼道照明" in page
    assert inside.number in page
    assert outside.number not in page


@pytest.mark.parametrize(
    "query", [{"state": "nonsense", "order": "x", "page": "-4"}, {"topic": "9" * 40}, {"q": "%_'\x00"}]
)
def test_nonsense_in_the_address_filters_nothing_and_breaks_nothing(
    cast: Cast, client: Client, query: dict[str, str]
) -> None:
    given.a_registered_case(cast)
    assert client.get(LEDGER, query).status_code == 200


def test_htmx_gets_only_the_results(cast: Cast, client: Client) -> None:
    case = given.a_registered_case(cast)
    part = client.get(LEDGER, headers={"hx-request": "true"}).text
    assert case.number in part
    assert "<html" not in part


@pytest.mark.parametrize("count", [100, 10_000])
def test_the_ledger_asks_four_queries_at_most_whatever_its_length(
    cast: Cast,
    client: Client,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    many_cases(cast, count)
    queries = (
        {},
        {"state": "open", "order": "due"},
        {"state": "owing", "order": "me_too"},
        {"q": "电梯", "page": "1"},
        {"estate": "yunshanli", "list": "short_term"},
    )
    for query in queries:
        with django_assert_max_num_queries(4):
            page = client.get(LEDGER, query)
        assert page.text.count("hy-case__main") > 0, query


def test_a_bulletin_is_one_page_and_lists_all_on_request(cast: Cast, client: Client) -> None:
    from datetime import date

    from huiyin.apps.ledger.models import Bulletin

    many_cases(cast, 60)
    Bulletin.objects.create(estate=cast.estate, month=date(2026, 5, 1), due_at=given.A_MONDAY)
    address = reverse("ledger:bulletin", args=[cast.estate.slug, "2026-05"])
    sheet, whole = client.get(address).text, client.get(address, {"all": "1"}).text
    still_open = Case.objects.filter(status__in=["registered", "in_progress", "replied", "reopened"]).count()
    assert f"没办完 {still_open} 件" in sheet
    assert sheet.count("</tr>") - 3 < whole.count("</tr>") - 3
    assert whole.count('scope="row"') == still_open
    assert "还没有发布，已经晚了" in sheet
    assert "<svg" in sheet


def test_a_bulletin_issued_late_says_so(cast: Cast, client: Client) -> None:
    from datetime import date, timedelta

    from huiyin.apps.ledger.models import Bulletin
    from huiyin.apps.ledger.services.bulletins import issue_bulletin

    given.a_registered_case(cast)
    owed = Bulletin.objects.create(estate=cast.estate, month=date(2026, 5, 1), due_at=given.A_MONDAY)
    issue_bulletin(owed, by=cast.by_secretary, now=given.A_MONDAY + timedelta(days=3))
    sheet = client.get(reverse("ledger:bulletin", args=[cast.estate.slug, "2026-05"])).text
    assert "晚了 3 天" in sheet
    assert "何知夏" in sheet
