"""Merged into a case that is answered already: the answer is brought to each, with own days to say what they think."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import answer, askers, merge, reply
from huiyin.apps.publishing import services
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.services import messages_for
from huiyin.domain.clocks import due_day
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)
MERGED_AT = given.A_MONDAY + 2 * DAY


def merged(cast: Cast, case: Case, into: Case) -> Event:
    merge.merge(case, into=into, by=cast.by_secretary, now=MERGED_AT)
    return Event.objects.get(stream=case.stream, kind="ledger.case_merged")


def test_an_elder_merged_into_an_answered_case_is_called_and_has_seven_days(cast: Cast) -> None:
    original = given.a_case(cast, status="replied")
    paper = given.a_paper_case(cast, now=given.A_MONDAY + DAY)
    (call,) = messages_for(merged(cast, paper, original), now=MERGED_AT)
    assert (call.channel, call.state, call.case, call.reply) == (
        "call",
        "to_call",
        original,
        original.replies.get(),
    )
    for words in (paper.number, original.number, "已经有了答复"):
        assert words in call.body
    told_at = MERGED_AT + DAY
    services.record_brought(call, by=cast.by_community_worker, reached=True, now=told_at)
    until = Case.objects.get(pk=original.pk).answer_until
    assert until is not None
    assert due_day(until) == due_day(told_at + 7 * DAY)


def test_the_slip_of_a_merged_elder_carries_a_code_for_the_answer(cast: Cast) -> None:
    original = given.a_case(cast, status="replied")
    paper = given.a_paper_case(cast, now=given.A_MONDAY + DAY)
    paper.askers.update(channel="slip")
    (slip,) = messages_for(merged(cast, paper, original), now=MERGED_AT)
    code = services.print_slip(slip, by=cast.by_community_worker, now=MERGED_AT)
    mine = askers.asker_by_code(original.number, code, now=MERGED_AT)
    assert mine == given.original_asker(paper)
    case = answer.answer(
        mine, by=askers.code_holder(mine), how="code", answer="not_solved", comment="松的。", now=MERGED_AT
    )
    assert (case.pk, case.status) == (original.pk, "reopened")


def test_who_has_an_account_opens_the_answer_of_the_original(cast: Cast) -> None:
    original = given.a_case(cast, status="replied")
    other = given.a_registered_case(cast, person=cast.neighbour, now=given.A_MONDAY + DAY)
    made = messages_for(merged(cast, other, original), now=MERGED_AT)
    assert sorted(message.channel for message in made) == ["in_site", "sms"]
    in_site = next(message for message in made if message.channel == "in_site")
    services.open_message(in_site, by=cast.by_neighbour, now=MERGED_AT + DAY)
    assert given.original_asker(other).delivered_at == MERGED_AT + DAY


def test_an_original_without_an_answer_brings_only_the_news(cast: Cast) -> None:
    paper = given.a_paper_case(cast)
    (call,) = messages_for(merged(cast, paper, given.a_case(cast, status="in_progress")), now=MERGED_AT)
    assert call.reply is None
    assert call.case == paper
    assert "您仍然可以自己说解决没有" in call.body


@pytest.mark.parametrize("meanwhile", ["answered again", "merged further"])
def test_a_late_worker_leaves_the_next_answer_to_its_own_message(cast: Cast, meanwhile: str) -> None:
    original = given.a_case(cast, status="replied")
    paper = given.a_paper_case(cast, now=given.A_MONDAY + DAY)
    event = merged(cast, paper, original)
    later = MERGED_AT + DAY
    if meanwhile == "answered again":
        given._STEPS["not_solved"](cast, original, later)
        reply.reply(
            original, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有。", now=later
        )
    else:
        last = given.a_case(cast, status="replied")
        merge.merge(original, into=last, by=cast.by_secretary, now=later)
    (call,) = messages_for(event, now=later)
    assert call.reply is None
    kind = "ledger.case_replied" if meanwhile == "answered again" else "ledger.case_merged"
    following = Event.objects.filter(kind=kind).latest("pk")
    if meanwhile == "merged further":
        following = Event.objects.filter(stream=paper.stream, kind=kind).latest("pk")
    messages_for(following, now=later)
    assert Message.objects.filter(asker=given.original_asker(paper), reply__isnull=False).count() == 1
