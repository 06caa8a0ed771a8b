"""Merged into a case that is answered already: what was said elsewhere decides nothing, and each is asked anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.services import answer, askers, merge, reply
from tests import given
from tests.people import Cast, sign_in

DAY = timedelta(days=1)
MERGED_AT = given.A_MONDAY + 2 * DAY


@pytest.fixture
def original(cast: Cast) -> Case:
    """Replied and delivered on Monday; its own asker says nothing."""
    return given.a_case(cast, status="replied")


def merged(cast: Cast, case: Case, into: Case) -> Case:
    merge.merge(case, into=into, by=cast.by_secretary, now=MERGED_AT)
    return Case.objects.get(pk=into.pk)


def at_window_end(case: Case) -> Case:
    assert case.answer_until is not None
    return answer.close_window(case, now=case.answer_until + DAY)


def test_solved_said_of_another_reply_confirms_nothing(cast: Cast, original: Case) -> None:
    other = given.a_case(cast, status="in_progress")
    joined = askers.join_case(other, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    given._reply(cast, other, given.A_MONDAY)
    answer.answer(joined, by=cast.by_neighbour, answer="solved", now=given.A_MONDAY)
    assert Case.objects.get(pk=other.pk).status == "replied", "who asked is silent"
    assert at_window_end(merged(cast, other, original)).status == "unconfirmed"


def test_not_solved_said_of_another_reply_keeps_nobody_from_confirming(cast: Cast, original: Case) -> None:
    other = given.a_case(cast, status="reopened")
    original = merged(cast, other, original)
    answer.answer(given.original_asker(original), by=cast.by_resident, answer="solved", now=MERGED_AT)
    assert at_window_end(Case.objects.get(pk=original.pk)).status == "confirmed"


def test_those_merged_into_the_merged_case_are_asked_anew_too(cast: Cast, original: Case) -> None:
    first = given.a_registered_case(cast, person=cast.neighbour)
    between = given.a_case(cast, status="in_progress")
    merge.merge(first, into=between, by=cast.by_secretary, now=given.A_MONDAY)
    given._reply(cast, between, given.A_MONDAY)
    mine = given.original_asker(first)
    answer.answer(mine, by=cast.by_neighbour, answer="solved", now=given.A_MONDAY)
    merged(cast, between, original)
    assert (Asker.objects.get(pk=mine.pk).answer, Case.objects.get(pk=first.pk).merged_into) == ("", original)


def test_the_window_stays_open_for_who_was_merged_in_and_is_reached_later(cast: Cast, original: Case) -> None:
    paper = given.a_paper_case(cast, now=given.A_MONDAY + DAY)
    before = merged(cast, paper, original).answer_until
    told_at = MERGED_AT + DAY
    outcome = reply.record_delivery(
        given.original_asker(paper),
        reply=original.replies.get(),
        channel="call",
        delivered_at=told_at,
        now=told_at,
    )
    assert outcome is reply.Delivery.OPENS_WINDOW
    until = Case.objects.get(pk=original.pk).answer_until
    assert before is not None
    assert until is not None
    assert until - before == 3 * DAY, "7 days from this delivery, not from the first one"


def test_who_only_joins_an_answered_case_takes_its_window_as_it_is(cast: Cast, original: Case) -> None:
    joined = askers.join_case(original, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=MERGED_AT)
    reply.record_delivery(
        joined, reply=original.replies.get(), channel="sms", delivered_at=MERGED_AT, now=MERGED_AT
    )
    assert Case.objects.get(pk=original.pk).answer_until == original.answer_until


def test_who_was_merged_in_adds_what_the_lead_asked_for_under_the_own_number(cast: Cast) -> None:
    waiting = given.a_case(cast, status="awaiting_asker")
    other = given.a_registered_case(cast, person=cast.neighbour)
    waiting = merged(cast, other, waiting)
    client = sign_in(Client(), cast.neighbour)
    page = reverse("ledger:case", args=[other.number])
    assert "主办单位请您补充" in client.get(page).text
    add = reverse("ledger:add_to_case", args=[other.number])
    assert client.post(add, {"text": "是三层到五层的灯。"}).headers["Location"] == page
    waiting = Case.objects.get(pk=waiting.pk)
    assert waiting.status == "in_progress"
    assert "是三层到五层的灯。" in waiting.text
    refused = client.post(add, {"text": "还有六层。"})
    assert refused.status_code == 422
    assert "还有六层。" in refused.text, "what was written is kept"
