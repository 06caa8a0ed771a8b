"""Somebody typed in an asker's word: the asker hears of it, past the hands that typed it in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import answer, askers
from huiyin.apps.publishing import services
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.selectors import open_messages
from huiyin.apps.publishing.services import messages_for
from tests import given
from tests.apps.publishing import told
from tests.apps.publishing.test_telling_askers import Gateway
from tests.people import Cast


def an_answer_typed_in(cast: Cast, *, channel: str) -> Event:
    """The elder's call: solved, says the worker."""
    row = told.a_reply_to_be_told(cast, channel=channel)
    answer.answer(
        given.original_asker(row.case),
        by=cast.by_community_worker,
        answer="solved",
        how="call",
        record_note="6月3日 10:00",
        now=told.REPLIED_AT,
    )
    return Event.objects.get(stream=row.case.stream, kind="ledger.asker_answered")


@pytest.mark.parametrize("channel", ["slip", "call", "sms"])
def test_an_answer_typed_in_is_told_by_sms_and_never_by_a_slip_or_a_call(cast: Cast, channel: str) -> None:
    (message,) = messages_for(an_answer_typed_in(cast, channel=channel))
    assert message.channel == "sms"
    for words in ("社区工作者 白露替您登记：已解决", "不是您的意思", "14 天内可以说没办好"):
        assert words in message.body


def test_who_has_an_account_reads_it_there_too_and_the_neighbours_do_not(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    given._reply(cast, case, given.A_MONDAY)
    answer.answer(
        given.original_asker(case),
        by=cast.by_community_worker,
        answer="solved",
        how="slip",
        record_note="纸条 12",
        now=given.A_MONDAY,
    )
    made = messages_for(Event.objects.get(stream=case.stream, kind="ledger.asker_answered"))
    assert {(each.asker.person_id, each.channel) for each in made} == {
        (cast.resident.pk, "in_site"),
        (cast.resident.pk, "sms"),
    }


def test_nobody_is_told_the_own_word(cast: Cast) -> None:
    case = given.a_case(cast, status="confirmed")
    assert messages_for(Event.objects.get(stream=case.stream, kind="ledger.asker_answered")) == []


def test_a_withdrawal_typed_in_is_told(cast: Cast) -> None:
    case = given.a_paper_case(cast)
    answer.withdraw(
        given.original_asker(case), by=cast.by_community_worker, how="call", record_note="6月2日 9:00"
    )
    (message,) = messages_for(Event.objects.get(stream=case.stream, kind="ledger.case_withdrawn"))
    assert message.channel == "sms"
    assert "撤回，不再办理" in message.body


def test_the_asker_is_told_who_typed_it_in(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="call")
    Case.objects.filter(pk=row.case_id).update(lead_kind="department", lead_engagement=None, lead_path="")
    answer.answer(
        given.original_asker(row.case),
        by=cast.by_street_officer,
        answer="solved",
        how="call",
        record_note="6月3日 10:00",
        now=told.REPLIED_AT,
    )
    (message,) = messages_for(Event.objects.get(stream=row.case.stream, kind="ledger.asker_answered"))
    assert "街镇干部 顾长河替您登记：已解决" in message.body


def test_what_could_not_be_told_is_nothing_to_bring(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    (message,) = messages_for(an_answer_typed_in(cast, channel="call"))
    monkeypatch.setattr(services, "gateway", lambda: Gateway(is_final=True))
    services.send_sms(message.pk)
    assert Message.objects.get(pk=message.pk).state == "failed"
    assert not open_messages(cast.by_community_worker).filter(pk=message.pk)


def test_all_hear_when_the_end_of_the_days_confirms_a_case(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    given._reply(cast, case, given.A_MONDAY)
    given._STEPS["solved"](cast, case, given.A_MONDAY)
    case = answer.close_window(Case.objects.get(pk=case.pk), now=given.A_MONDAY + timedelta(days=9))
    assert case.status == "confirmed"
    made = messages_for(Event.objects.get(stream=case.stream, kind="ledger.case_confirmed"))
    assert {each.asker.person_id for each in made} == {cast.resident.pk, cast.neighbour.pk}
    assert all("14 天内可以说没办好" in each.body for each in made)
