"""A gateway that reports: taken is not delivered, and only its signed word opens the days to answer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import answer, reply
from huiyin.apps.publishing import services
from huiyin.apps.publishing.models import Message
from huiyin.domain.clocks import due_day
from huiyin.integrations.sms import ShortMessage, sign
from huiyin.web.now import now
from tests import given
from tests.apps.publishing import told
from tests.people import Cast

SECRET = "a secret of the test"


class Taking:
    """Takes every message and says no more."""

    def send(self, message: ShortMessage) -> str:
        return "sms-1"


@pytest.fixture(autouse=True)
def _reporting_gateway(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SMS_URL, settings.SMS_SECRET, settings.SMS_REPORTS = "https://sms.test/send", SECRET, True
    monkeypatch.setattr(services, "gateway", Taking)


def handed_over(cast: Cast) -> Message:
    row = told.a_reply_to_be_told(cast, channel="sms")
    told.run_reactions()
    services.send_sms(told.the_message(row).pk)
    return told.the_message(row)


def reports(message: Message, state: str, *, secret: str = SECRET, **more: str) -> int:
    body = json.dumps({"number": f"huiyin-{message.pk}", "state": state, **more}).encode()
    stamp = str(int(now().timestamp()))
    return (
        Client(enforce_csrf_checks=True)
        .post(
            reverse("publishing:sms_report"),
            body,
            content_type="application/json",
            headers={"X-Timestamp": stamp, "X-Signature": sign(secret, stamp, body)},
        )
        .status_code
    )


def state_of(message: Message) -> str:
    return Message.objects.get(pk=message.pk).state


def test_taken_is_not_delivered_until_the_gateway_says_so(cast: Cast) -> None:
    message = handed_over(cast)
    assert message.state == "sent"
    assert Case.objects.get(pk=message.case_id).answer_until is None
    assert reports(message, "delivered") == 204
    assert state_of(message) == "delivered"
    until = Case.objects.get(pk=message.case_id).answer_until
    assert until is not None
    assert due_day(until) == due_day(now() + timedelta(days=7))


def test_a_number_that_does_not_exist_shows_as_not_reached(cast: Cast) -> None:
    message = handed_over(cast)
    assert reports(message, "failed", reason="空号") == 204
    assert Message.objects.get(pk=message.pk).failure == "空号"
    assert not Case.objects.get(pk=message.case_id).is_reached


def test_the_first_report_counts_whatever_comes_after_it(cast: Cast) -> None:
    message = handed_over(cast)
    reports(message, "delivered")
    assert reports(message, "failed") == 204
    assert state_of(message) == "delivered"


def test_a_report_may_come_before_the_message_is_noted_as_sent(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="sms")
    told.run_reactions()
    message = told.the_message(row)
    reports(message, "delivered")
    services.send_sms(message.pk)
    assert state_of(message) == "delivered"


def test_nobody_else_says_that_it_was_delivered(cast: Cast) -> None:
    message = handed_over(cast)
    assert reports(message, "delivered", secret="another") == 403
    assert state_of(message) == "sent"


def test_what_is_never_reported_opens_no_days_and_shows_as_not_reached_in_the_end(cast: Cast) -> None:
    message = handed_over(cast)
    case = answer.close_window(message.case, now=told.REPLIED_AT + timedelta(days=15))
    assert (case.status, case.is_reached) == ("unconfirmed", False)


@pytest.mark.parametrize("number", ["huiyin-", "huiyin-0", "other-1", "huiyin-" + "9" * 40])
def test_a_number_that_is_not_ours_is_passed_over(cast: Cast, number: str) -> None:
    message = handed_over(cast)
    body = json.dumps({"number": number, "state": "delivered"}).encode()
    stamp = str(int(now().timestamp()))
    signed = {"X-Timestamp": stamp, "X-Signature": sign(SECRET, stamp, body)}
    answered = Client().post(
        reverse("publishing:sms_report"), body, content_type="application/json", headers=signed
    )
    assert answered.status_code == 204
    assert state_of(message) == "sent"


def test_a_late_failure_takes_nothing_back_from_who_has_read_the_answer(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    reply.reply(
        case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=told.REPLIED_AT
    )
    told.run_reactions()
    in_site, sms = told_over_both(case, "ledger.case_replied")
    services.open_message(in_site, by=cast.by_resident)
    reports(sms, "failed", reason="关机")
    assert state_of(sms) == "failed"
    assert given.original_asker(case).is_reached
    assert not Event.objects.filter(stream=case.stream, kind="ledger.reply_not_delivered").exists()


def test_a_late_failure_takes_nothing_back_from_who_has_read_the_question(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    told.run_reactions("ledger.asker_was_asked")
    in_site, sms = told_over_both(case, "ledger.asker_was_asked")
    services.open_message(in_site, by=cast.by_resident)
    reports(sms, "failed", reason="关机")
    assert state_of(sms) == "failed"
    case = Case.objects.get(pk=case.pk)
    assert (case.status, case.is_reached) == ("awaiting_asker", True)
    assert given.original_asker(case).is_reached
    assert not Event.objects.filter(stream=case.stream, kind="ledger.question_not_delivered").exists()


def told_over_both(case: Case, kind: str) -> tuple[Message, Message]:
    """What the resident is told in the account and by short message, which the gateway has taken."""
    in_site, sms = (Message.objects.get(case=case, kind=kind, channel=each) for each in ("in_site", "sms"))
    services.send_sms(sms.pk)
    return in_site, sms
