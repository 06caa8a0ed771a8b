"""What cannot be delivered: no clock stands for it, no other reply suffers, and the one who objected hears."""

from __future__ import annotations

from datetime import timedelta

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.services import answer, askers, lead, reply
from huiyin.apps.publishing import services
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.selectors import open_messages
from huiyin.apps.publishing.services import messages_for
from tests import given
from tests.apps.publishing.told import REPLIED_AT, a_reply_to_be_told, run_reactions, the_message
from tests.people import Cast

HOUR = timedelta(hours=1)


def test_a_question_that_reached_nobody_stops_no_clock(cast: Cast) -> None:
    case = given.a_paper_case(cast)
    for number, step in enumerate(("assign", "start"), 1):
        given._STEPS[step](cast, case, given.A_MONDAY + number * HOUR)
    due = Case.objects.get(pk=case.pk).due_at
    lead.ask_asker(case, by=cast.by_manager, what_is_missing="哪一级台阶？", now=given.A_MONDAY + 3 * HOUR)
    asked = Event.objects.get(stream=case.stream, kind="ledger.asker_was_asked")
    (call,) = messages_for(asked, now=given.A_MONDAY + 3 * HOUR)
    services.record_brought(
        call, by=cast.by_community_worker, reached=False, now=given.A_MONDAY + timedelta(days=3)
    )
    case = Case.objects.get(pk=case.pk)
    assert (case.status, case.due_at, case.is_reached) == ("in_progress", due, False)
    assert not given.original_asker(case).is_reached


def test_a_late_worker_tells_of_the_reply_the_event_is_about(cast: Cast) -> None:
    case = given.a_case(cast, status="reopened")
    reply.reply(case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。")
    first, second = Event.objects.filter(stream=case.stream, kind="ledger.case_replied").order_by("number")
    for event, ordinal in ((second, 2), (first, 1)):
        assert {message.reply.ordinal for message in messages_for(event) if message.reply} == {ordinal}


def test_news_of_an_earlier_reply_say_nothing_of_the_present_one(cast: Cast) -> None:
    case = given.a_case(cast, status="reopened")
    reply.reply(case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。")
    reply.record_not_reached(given.original_asker(case), reply=case.replies.get(ordinal=1), channel="sms")
    assert given.original_asker(case).is_reached
    assert Case.objects.get(pk=case.pk).is_reached


def test_an_answer_that_a_later_one_replaced_is_not_brought_any_more(cast: Cast) -> None:
    row = a_reply_to_be_told(cast, channel="call")
    run_reactions()
    assert list(open_messages(cast.by_community_worker)) == [the_message(row)]
    asker = given.original_asker(row.case)
    reply.record_delivery(asker, reply=row, channel="call", delivered_at=REPLIED_AT, now=REPLIED_AT)
    later = REPLIED_AT + HOUR
    answer.answer(
        asker,
        by=cast.by_community_worker,
        how="call",
        answer="not_solved",
        comment="还是松的。",
        record_note="通话",
        now=later,
    )
    again = reply.reply(
        row.case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=later + HOUR
    )
    run_reactions()
    assert list(open_messages(cast.by_community_worker)) == [the_message(again)]


def test_a_neighbour_who_objected_hears_how_it_was_decided(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    for number, step in enumerate(("propose", "agree"), 4):
        given._STEPS[step](cast, case, given.A_MONDAY + number * HOUR)
    mine = Asker.objects.get(case=case, person=cast.neighbour)
    objection = askers.object_to_outcome(
        mine, by=cast.by_neighbour, text="线路是物业装的。", now=given.A_MONDAY + 6 * HOUR
    )
    askers.decide_objection(
        objection,
        by=cast.by_street_officer,
        uphold=False,
        reason="产权证写明归供电公司。",
        now=given.A_MONDAY + 7 * HOUR,
    )
    messages_for(Event.objects.get(stream=case.stream, kind="ledger.objection_dismissed"))
    assert Message.objects.filter(asker=mine, kind="ledger.objection_dismissed").exists()
