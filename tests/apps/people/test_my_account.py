"""A resident's own pages."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.apps.people.models import Consent, HouseholdMembership
from tests.people import Cast, a_cast, a_phone, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(client: Client) -> Cast:
    cast = a_cast()
    sign_in(client, cast.resident)
    return cast


def test_the_own_number_is_only_hinted_at(cast: Cast, client: Client) -> None:
    page = client.get("/my/account").content.decode()
    assert "199****0001" in page
    assert a_phone(1) not in page


def test_a_nickname_holds_no_phone_number(cast: Cast, client: Client) -> None:
    assert client.post("/my/account", {"nickname": "小王19900000001"}).status_code == 422
    client.post("/my/account", {"nickname": "桂花"})
    cast.resident.refresh_from_db()
    assert cast.resident.nickname == "桂花"


def test_a_home_is_named_and_given_up(cast: Cast, client: Client) -> None:
    client.post(
        "/my/account/home", {"estate": cast.other_estate.pk, "building": "1", "unit": "", "room": "101"}
    )
    home = HouseholdMembership.objects.get(estate=cast.other_estate)
    assert "等社区核实" in client.get("/my/account").content.decode()
    client.post(f"/my/account/home/{home.pk}/end")
    home.refresh_from_db()
    assert home.ended_at is not None


def test_consents_are_given_and_withdrawn_with_one_press(cast: Cast, client: Client) -> None:
    client.post("/my/privacy/consents/reply_sms", {"given": "1"})
    assert Consent.objects.filter(person=cast.resident, purpose="reply_sms", withdrawn_at=None).exists()
    client.post("/my/privacy/consents/reply_sms", {"given": "0"})
    assert not Consent.objects.filter(person=cast.resident, purpose="reply_sms", withdrawn_at=None).exists()


def test_erasing_asks_once(cast: Cast, client: Client) -> None:
    assert client.post("/my/privacy/erase", {}).status_code == 422
    cast.resident.refresh_from_db()
    assert cast.resident.is_active
