"""Whether the askers were reached: an answer shows it, and so does a slip that is brought late."""

from __future__ import annotations

from datetime import timedelta

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.services import answer, askers, lead, reply
from tests import given
from tests.people import Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def not_reached(cast: Cast) -> Case:
    """Replied; the short message did not arrive."""
    case = given.a_case(cast, status="in_progress")
    row = reply.reply(
        case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=given.A_MONDAY
    )
    reply.record_not_reached(given.original_asker(case), reply=row, channel="sms", now=given.A_MONDAY)
    case = Case.objects.get(pk=case.pk)
    assert not case.is_reached
    return case


def says(cast: Cast, case: Case, word: str, **told: str) -> Case:
    return answer.answer(
        given.original_asker(case), by=cast.by_resident, answer=word, now=given.A_MONDAY + HOUR, **told
    )


def test_who_answers_was_reached(cast: Cast) -> None:
    case = says(cast, not_reached(cast), "solved")
    assert (case.status, case.is_reached, given.original_asker(case).is_reached) == ("confirmed", True, True)


def test_who_said_not_solved_can_be_asked_what_is_missing(cast: Cast) -> None:
    case = says(cast, not_reached(cast), "not_solved", comment="还是不亮。")
    lead.start(case, by=cast.by_manager, now=given.A_MONDAY + 2 * HOUR)
    lead.ask_asker(case, by=cast.by_manager, what_is_missing="是几层？", now=given.A_MONDAY + 2 * HOUR)
    assert Case.objects.get(pk=case.pk).status == "awaiting_asker"


def test_a_message_that_fails_after_the_answer_says_nothing(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    row = reply.reply(
        case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=given.A_MONDAY
    )
    case = says(cast, case, "solved")
    assert case.status == "replied", "the neighbour is silent"
    reply.record_not_reached(given.original_asker(case), reply=row, channel="sms", now=given.A_MONDAY + DAY)
    assert given.original_asker(case).is_reached
    assert not Event.objects.filter(stream=case.stream, kind="ledger.reply_not_delivered").exists()


def test_an_answer_without_any_delivery_still_shows_as_reached_at_the_end(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    reply.reply(
        case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=given.A_MONDAY
    )
    case = answer.close_window(says(cast, case, "solved"), now=given.A_MONDAY + 20 * DAY)
    assert (case.status, case.is_reached) == ("confirmed", True)


def test_a_slip_brought_after_the_window_reaches_the_asker_and_opens_no_new_one(cast: Cast) -> None:
    case = not_reached(cast)
    case = answer.close_window(case, now=given.A_MONDAY + 15 * DAY)
    assert (case.status, case.is_reached) == ("unconfirmed", False)
    brought_at = given.A_MONDAY + 16 * DAY
    outcome = reply.record_delivery(
        given.original_asker(case),
        reply=case.replies.get(),
        channel="slip",
        delivered_at=brought_at,
        now=brought_at,
    )
    case = Case.objects.get(pk=case.pk)
    assert outcome is reply.Delivery.AFTER_WINDOW
    assert (case.status, case.is_reached, case.answer_until) == ("unconfirmed", True, None)
    assert Asker.objects.get(case=case).delivered_at == brought_at
    assert Event.objects.filter(stream=case.stream).latest("number").kind == "ledger.reply_delivered"
