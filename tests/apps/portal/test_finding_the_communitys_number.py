"""Who does not use the site calls the community: its number stands wherever the place is known, nowhere empty."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from huiyin.apps.ledger.models import Bulletin
from huiyin.apps.places.services import set_duty_phone
from huiyin.apps.publishing.models import Message
from tests import given
from tests.apps.publishing import told
from tests.people import Cast, sign_in

LINK = '<a class="hy-nowrap" href="tel:010-55500301">010-5550 0301</a>'


def the_slip(cast: Cast) -> str:
    told.a_reply_to_be_told(cast, channel="slip")
    told.run_reactions()
    worker = sign_in(Client(), cast.community_worker)
    return worker.post("/desk/messages/slips", {"message": [Message.objects.get().pk]}).text


def the_receipt(cast: Cast) -> str:
    case = given.a_paper_case(cast)
    return sign_in(Client(), cast.community_worker).get(f"/desk/cases/{case.number}/receipt").text


def the_poster(cast: Cast) -> str:
    Bulletin.objects.create(estate=cast.estate, month=date(2026, 5, 1), due_at=given.A_MONDAY)
    return Client().get("/estates/yunshanli/bulletins/2026-05").text


PAGES = {
    "estate": lambda cast: Client().get("/estates/yunshanli").text,
    "ask": lambda cast: Client().get("/ask?estate=yunshanli").text,
    "receipt": the_receipt,
    "slip": the_slip,
    "poster": the_poster,
}


@pytest.mark.parametrize("page", PAGES)
def test_the_communitys_number_stands_on_every_page_of_a_place(cast: Cast, page: str) -> None:
    set_duty_phone(area=cast.community, phone="010-5550 0301", by=cast.by_district_officer)
    assert LINK in PAGES[page](cast)


@pytest.mark.parametrize("page", PAGES)
def test_where_no_number_is_known_none_is_promised(cast: Cast, page: str) -> None:
    shown = PAGES[page](cast)
    assert 'href="tel:"' not in shown
    assert "社区值班" not in shown
    assert "云杉里社区值班电话" not in shown


def test_pages_without_a_place_say_where_the_number_is_found(client: Client) -> None:
    assert "社区电话写在回执、公告和小区的页面上" in client.get("/cases/26-0041-739").text
    assert "社区值班电话写在小区的页面、公告和回执上" in client.get("/accessibility").text
