"""A change of company at the desk: the list both see, the misses that stay, cases offered and taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.apps.ledger.models import Case
from huiyin.apps.reports.models import HandOver
from tests import given
from tests.counting import queries_of
from tests.given_reports import a_successor
from tests.people import Cast, sign_in


@pytest.fixture
def listed(cast: Cast) -> tuple[HandOver, Client]:
    """Two open cases, one of them late, listed by the secretary from the page; and the successor's manager."""
    for days in (60, 2):
        given.a_case(cast, status="in_progress", now=given.A_MONDAY - timedelta(days=days))
    coming, manager = a_successor(cast)
    secretary = sign_in(Client(), cast.secretary)
    assert f"/desk/hand-overs/open/{coming.pk}" in secretary.get("/desk/hand-overs").text
    answer = secretary.post(f"/desk/hand-overs/open/{coming.pk}", follow=True)
    assert "交接清单已列好" in answer.text
    assert "还没有列清单的" not in secretary.get("/desk/hand-overs").text
    return HandOver.objects.get(), sign_in(Client(), manager)


def test_both_companies_see_the_list_and_whose_the_misses_are(
    cast: Cast, listed: tuple[HandOver, Client]
) -> None:
    hand_over, successor = listed
    for client in (sign_in(Client(), cast.manager), successor):
        assert f'href="/desk/hand-overs/{hand_over.pk}"' in client.get("/desk/hand-overs").text
        page = client.get(f"/desk/hand-overs/{hand_over.pk}").text
        assert "这个误期记在青禾物业服务有限公司名下" in page
        assert page.count("还没有移交") == 2
    assert "全部移交" not in successor.get(f"/desk/hand-overs/{hand_over.pk}").text


def test_what_is_offered_is_taken_or_refused(cast: Cast, listed: tuple[HandOver, Client]) -> None:
    hand_over, successor = listed
    leaving, path = sign_in(Client(), cast.manager), f"/desk/hand-overs/{hand_over.pk}"
    first, second = Case.objects.order_by("pk")
    assert "还没有提出移交" in successor.post(f"{path}/take", {"case": first.number}, follow=True).text
    assert "已移交 2 件" in leaving.post(f"{path}/offer-all", follow=True).text
    successor.post(f"{path}/take", {"case": first.number})
    page = successor.post(f"{path}/refuse", {"case": second.number}, follow=True).text
    assert "已接手" in page
    assert "等社区决定" in page
    first.refresh_from_db()
    assert first.lead_engagement_id == hand_over.coming_id
    assert successor.post(f"{path}/take", {"case": "26-9999-000"}).status_code == 404


def test_what_came_back_since_is_put_on_the_list_by_the_secretary(
    cast: Cast, listed: tuple[HandOver, Client]
) -> None:
    hand_over, successor = listed
    secretary, path = sign_in(Client(), cast.secretary), f"/desk/hand-overs/{hand_over.pk}"
    assert "补进清单" not in secretary.get(path).text
    given.a_case(cast, status="in_progress")
    assert "又有 1 件" in secretary.get(path).text
    assert "补进清单" not in successor.get(path).text
    assert "已补列 1 件" in secretary.post(f"{path}/complete", follow=True).text
    assert hand_over.cases.count() == 3


def test_the_list_costs_the_same_however_long_it_is(cast: Cast) -> None:
    for _ in range(8):
        given.a_case(cast, status="in_progress")
    coming, _manager = a_successor(cast)
    secretary = sign_in(Client(), cast.secretary)
    secretary.post(f"/desk/hand-overs/open/{coming.pk}")
    hand_over = HandOver.objects.get()
    many = queries_of(lambda: secretary.get(f"/desk/hand-overs/{hand_over.pk}"))
    hand_over.cases.exclude(pk=hand_over.cases.first().pk).delete()
    assert queries_of(lambda: secretary.get(f"/desk/hand-overs/{hand_over.pk}")) == many <= 7
