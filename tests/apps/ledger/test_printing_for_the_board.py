"""The secretary prints the three lists for the board and slips to hand out; anybody may take the PDF of a bulletin."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.audit.anchoring import make_anchor
from huiyin.apps.audit.selectors import LATEST_ANCHOR_KEY
from huiyin.apps.ledger.models import Bulletin, Case
from huiyin.apps.ledger.services.bulletins import issue_bulletin
from huiyin.domain.case_numbers import spoken
from huiyin.domain.clocks import BEIJING
from huiyin.web import anchors
from tests import given
from tests.apps.ledger.many import many_cases
from tests.documents.paper.reading import flat, pages_of, text_of
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
SLIPS = "/desk/cases/slips.pdf"


def a_bulletin(cast: Cast) -> Bulletin:
    return Bulletin.objects.create(estate=cast.estate, month=date(2026, 5, 1), due_at=given.A_MONDAY)


def address(cast: Cast) -> str:
    return reverse("ledger:bulletin_pdf", args=[cast.estate.slug, "2026-05"])


def test_a_bulletin_of_the_board_says_what_its_page_says(cast: Cast, client: Client) -> None:
    case = given.a_case(cast, status="in_progress")
    issue_bulletin(a_bulletin(cast), by=cast.by_secretary, now=given.A_MONDAY + timedelta(days=3))
    answer = client.get(address(cast))
    assert answer["Content-Type"] == "application/pdf"
    assert unquote(answer["Content-Disposition"]) == "inline; filename*=UTF-8''云杉里三张清单 2026-05.pdf"
    text = text_of(answer.content)
    for words in (
        "云杉里三张清单2026年5月",
        "晚了3天。",
        "没办完1件。",
        flat(f"{case.number}{case.title}"),
        "书记何知夏",
        "/estates/yunshanli/bulletins/2026-05",
    ):
        assert words in text, words
    assert client.get(address(cast)).content == answer.content


def test_a_bulletin_not_issued_says_so_and_bears_the_latest_anchor(cast: Cast, client: Client) -> None:
    given.a_registered_case(cast)
    a_bulletin(cast)
    anchor = make_anchor(date(2026, 6, 1), now=given.A_MONDAY + timedelta(days=1))
    cache.delete(LATEST_ANCHOR_KEY)
    anchors.forget()
    text = text_of(client.get(address(cast)).content)
    assert "还没有发布，已经晚了" in text
    assert flat(f"最近存档校验2026年6月1日，校验码{anchor.short_code}。") in text


def test_a_bulletin_is_one_page_and_lists_all_on_request(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_bulletin(cast)
    given.a_case(cast, status="in_progress")
    client.get(address(cast))
    with django_assert_num_queries(5) as few:
        client.get(address(cast))
    many_cases(cast, 60)
    with django_assert_num_queries(len(few)):
        sheet = client.get(address(cast))
    assert len(pages_of(sheet.content)) == 1
    whole = text_of(client.get(address(cast), {"all": "1"}).content)
    still_open = Case.objects.filter(status__in=["registered", "in_progress", "replied", "reopened"])
    assert [flat(case.number) for case in still_open if case.number not in whole] == []
    assert "另外" in text_of(sheet.content)
    assert "另外" not in whole


def test_a_large_board_gets_a3(cast: Cast, client: Client) -> None:
    a_bulletin(cast)
    (page,) = pages_of(client.get(address(cast), {"size": "A3"}).content)
    assert round(float(page.mediabox.width) / 72 * 25.4) == 297


@override_settings(PUBLIC_PAGE_SECONDS=30)
def test_who_has_the_sheet_already_does_not_take_it_again(cast: Cast, client: Client) -> None:
    a_bulletin(cast)
    first = client.get(address(cast))
    again = client.get(address(cast), headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_the_page_of_a_bulletin_leads_to_both_sizes(cast: Cast, client: Client) -> None:
    a_bulletin(cast)
    page = client.get(reverse("ledger:bulletin", args=[cast.estate.slug, "2026-05"])).text
    assert f'href="{address(cast)}"' in page
    assert f'href="{address(cast)}?size=A3"' in page


@pytest.mark.parametrize("month", ["2026-13", "may", "2026-04"])
def test_a_month_without_a_bulletin_is_not_found(cast: Cast, client: Client, month: str) -> None:
    a_bulletin(cast)
    assert client.get(f"/estates/{cast.estate.slug}/bulletins/{month}.pdf").status_code == 404


def test_slips_of_the_filter_are_printed_to_hand_out(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, cast.secretary)
    one = given.a_case(cast, status="in_progress")
    client.get(SLIPS)
    with django_assert_num_queries(4) as few:
        answer = client.get(SLIPS)
    text = text_of(answer.content)
    assert answer["Cache-Control"] == "private, no-store"
    assert flat(f"已登记{one.number}念作：{spoken(one.number)}") in text
    assert "到期没有答复，会自动上报。" in text
    many_cases(cast, 50)
    with django_assert_num_queries(len(few)):
        many = client.get(SLIPS, {"state": "all"})
    assert len(pages_of(many.content)) == 20
    assert text_of(many.content).count("念作：") == 60
    assert "前 60 件的回执条 PDF" in client.get("/desk/cases/print", {"state": "all"}).text


def test_a_slip_of_a_limit_in_hours_says_the_hour(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary)
    case = given.a_case(cast, status="in_progress")
    Case.objects.filter(pk=case.pk).update(due_at=datetime(2026, 6, 2, 1, 53, tzinfo=BEIJING))
    assert flat("最晚2026年6月2日凌晨 1:53前答复。") in flat(
        text_of(client.get(SLIPS, {"state": "all"}).content)
    )


def test_a_slip_of_a_settled_case_promises_no_date(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary)
    given.a_case(cast, status="confirmed")
    text = text_of(client.get(SLIPS, {"state": "all"}).content)
    assert "登记。解决没有，由您说了算。" in text
    assert "最晚" not in text


def test_the_printed_list_leads_to_the_slips_of_the_same_filter(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary)
    empty = client.get(SLIPS, {"state": "open", "order": "due"})
    assert empty["Location"] == "/desk/cases/print?state=open&order=due"
    assert "回执条" not in client.get(empty["Location"]).text
    given.a_case(cast, status="in_progress")
    page = client.get(empty["Location"]).text
    assert 'href="/desk/cases/slips.pdf?state=open&amp;order=due"' in page
    assert "回执条 PDF" in page
