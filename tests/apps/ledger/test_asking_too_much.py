"""Nobody floods the ledger: so many matters a person and day, so many posts an account and window; no text is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from huiyin.apps.ledger import limits, similar
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import askers
from huiyin.apps.places.services import set_duty_phone
from huiyin.domain.case_numbers import number_for
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now
from tests import given
from tests.people import Cast, sign_in

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
ASKED = {"text": "儿童滑梯的螺丝露在外面，孩子的裤子刮破了。", "kind": "complaint", "is_new": "1"}


@pytest.fixture(autouse=True)
def _nothing_kept(cast: Cast) -> None:
    similar.forget()
    cache.clear()


def most_a_day() -> int:
    return limits.deadlines(given.A_MONDAY).values.asking.cases_a_day


def asked_as_much_as_allowed(cast: Cast, *, on: object = given.A_MONDAY) -> None:
    for _ in range(most_a_day()):
        given.a_registered_case(cast, now=on)


def test_after_the_days_most_a_person_waits_for_the_next_day(cast: Cast) -> None:
    asked_as_much_as_allowed(cast)
    with pytest.raises(RuleBroken, match="明天可以接着提"):
        given.a_registered_case(cast, now=given.A_MONDAY + timedelta(hours=13, minutes=59))
    next_day = given.a_registered_case(cast, now=given.A_MONDAY + timedelta(hours=14))
    assert next_day.number == number_for(2026, most_a_day() + 1), "what was refused took no number"


def test_who_cannot_wait_is_told_whom_to_call(cast: Cast) -> None:
    asked_as_much_as_allowed(cast)
    with pytest.raises(RuleBroken, match="着急的事请打 12345，或到社区登记。"):
        given.a_registered_case(cast)
    set_duty_phone(area=cast.community, phone="010-5550 0301", by=cast.by_district_officer)
    with pytest.raises(RuleBroken, match="着急的事请打云杉里社区值班电话 010-5550 0301 或 12345。"):
        given.a_registered_case(cast)


def test_neighbours_and_slips_are_counted_apart(cast: Cast) -> None:
    asked_as_much_as_allowed(cast)
    given.a_registered_case(cast, person=cast.neighbour)
    given.a_paper_case(cast)
    case = given.a_registered_case(cast, person=cast.neighbour)
    askers.join_case(case, by=cast.by_resident, person_id=cast.resident.pk, now=given.A_MONDAY)


def test_the_text_stands_in_the_form_when_the_day_is_full(cast: Cast) -> None:
    asked_as_much_as_allowed(cast, on=now())
    client = sign_in(Client(), cast.resident)
    refused = client.post("/ask?estate=yunshanli", ASKED | {"estate": "yunshanli"})
    assert refused.status_code == 422
    assert f"已经提了 {most_a_day()} 件" in refused.text
    assert ASKED["text"] in refused.text


def test_what_arrived_before_the_day_was_full_is_still_acknowledged(cast: Cast) -> None:
    first = given.a_registered_case(cast, idempotency_key=KEY)
    for _ in range(most_a_day() - 1):
        given.a_registered_case(cast)
    assert given.a_registered_case(cast, idempotency_key=KEY) == first


def test_an_account_that_posts_without_pause_is_braked_wherever_it_is(
    cast: Cast, settings: LazySettings
) -> None:
    settings.SIGNED_IN_POSTS_PER_WINDOW = 2
    client = sign_in(Client(), cast.resident)
    for place in ("10.0.0.1", "10.0.0.2"):
        client.post("/ask?estate=yunshanli", ASKED | {"estate": "yunshanli"}, REMOTE_ADDR=place)
    braked = client.post("/ask?estate=yunshanli", ASKED | {"estate": "yunshanli"}, REMOTE_ADDR="10.0.0.3")
    assert braked.status_code == 429
    assert "您短时间内提交得太多" in braked.text
    assert ASKED["text"] in braked.text
    assert Case.objects.count() == 2
    neighbour = sign_in(Client(), cast.neighbour)
    told = ASKED | {"estate": "yunshanli"}
    assert neighbour.post("/ask?estate=yunshanli", told, REMOTE_ADDR="10.0.0.1").status_code == 303


@pytest.mark.parametrize(
    ("status", "verb", "field"),
    [("replied", "answer", "comment"), ("awaiting_asker", "add", "text"), ("rejected", "object", "text")],
)
def test_a_braked_asker_gets_the_words_back(
    cast: Cast, settings: LazySettings, status: str, verb: str, field: str
) -> None:
    case = given.a_case(cast, status=status, now=now() - timedelta(days=1))
    settings.SIGNED_IN_POSTS_PER_WINDOW = 1
    client = sign_in(Client(), cast.resident)
    client.post(f"/cases/{case.number}/urge")
    braked = client.post(f"/cases/{case.number}/{verb}", {"answer": "not_solved", field: "三层还黑着。"})
    assert braked.status_code == 429
    assert "您短时间内提交得太多" in braked.text
    assert "三层还黑着。" in braked.text
    assert Case.objects.get(pk=case.pk).status == status


@pytest.mark.parametrize("verb", ["answer", "add", "object"])
def test_who_is_no_asker_finds_nothing_there_with_and_without_the_brake(
    cast: Cast, settings: LazySettings, verb: str
) -> None:
    case = given.a_case(cast, status="replied", now=now() - timedelta(days=1))
    settings.SIGNED_IN_POSTS_PER_WINDOW = 1
    client = sign_in(Client(), cast.neighbour)
    for _ in range(3):
        assert client.post(f"/cases/{case.number}/{verb}", {"answer": "solved"}).status_code == 404
