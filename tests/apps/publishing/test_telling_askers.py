"""A reply goes back to every asker: once, by the way they chose, and its delivery opens the window."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.services import answer, askers, reply
from huiyin.apps.people.models import OutboxMessage
from huiyin.apps.publishing import services
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.selectors import open_messages
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.integrations.sms import ShortMessage, SmsFailed
from tests import given
from tests.apps.publishing import told
from tests.people import Cast


@pytest.fixture(autouse=True)
def _outbox(settings: object) -> None:
    """Short messages land in the development outbox."""
    settings.HUIYIN_DEMO = True  # type: ignore[attr-defined]
    settings.SMS_URL = ""  # type: ignore[attr-defined]


class Gateway:
    """A gateway that refuses."""

    def __init__(self, *, is_final: bool) -> None:
        self.is_final = is_final

    def send(self, message: ShortMessage) -> str:
        raise SmsFailed("空号", is_final=self.is_final)


class DroppingGateway:
    """Takes a message, loses the connection before it can say so, and drops the same number when it comes again."""

    def __init__(self) -> None:
        self.taken: dict[str, ShortMessage] = {}

    def send(self, message: ShortMessage) -> str:
        if message.number in self.taken:
            return message.number
        self.taken[message.number] = message
        raise SmsFailed("gateway not reached: TimeoutError")


def code_in(text: str) -> str:
    return "".join(filter(str.isdigit, text.rsplit("验证码", 1)[1]))


def sent(message: Message) -> Message:
    """The waiting short message after its task has run."""
    services.send_sms(message.pk)
    return Message.objects.get(pk=message.pk)


def day_after(moment: datetime, days: int) -> object:
    return due_day(moment + timedelta(days=days))


def test_a_reply_becomes_an_sms_whose_delivery_opens_seven_days(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="sms")
    assert told.run_reactions() == 1
    waiting = told.the_message(row)
    assert (waiting.channel, waiting.state) == ("sms", "waiting")
    assert ProcrastinateJob.objects.filter(
        task_name="publishing.send_sms", args__message_id=waiting.pk
    ).exists()

    message = sent(waiting)
    assert message.state == "delivered"
    case = Case.objects.get(pk=row.case_id)
    asker = given.original_asker(case)
    assert asker.delivered_at == message.delivered_at
    assert due_day(case.answer_until) == day_after(message.delivered_at, 7)
    text = OutboxMessage.objects.get(phone="13900000000").text
    assert case.number in text
    assert "验证码" in text


def test_the_code_in_the_sms_lets_the_asker_answer(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="sms")
    told.run_reactions()
    sent(told.the_message(row))
    code = code_in(OutboxMessage.objects.get().text)
    assert askers.asker_by_code(row.case.number, code) == given.original_asker(row.case)


def test_the_code_that_arrived_works_after_the_message_was_sent_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = told.a_reply_to_be_told(cast, channel="sms")
    told.run_reactions()
    waiting, gateway = told.the_message(row), DroppingGateway()
    monkeypatch.setattr(services, "gateway", lambda: gateway)
    with pytest.raises(SmsFailed):
        services.send_sms(waiting.pk)
    assert sent(waiting).state == "delivered"
    (arrived,) = gateway.taken.values()
    assert askers.asker_by_code(row.case.number, code_in(arrived.text)) == given.original_asker(row.case)
    assert Event.objects.filter(stream=row.case.stream, kind="ledger.answer_code_issued").count() == 1


def test_an_answer_that_a_later_one_replaced_is_not_sent_and_leaves_the_later_code_alone(cast: Cast) -> None:
    first = told.a_reply_to_be_told(cast, channel="sms")
    told.run_reactions()
    late = told.the_message(first)
    asker = given.original_asker(first.case)
    askers.issue_answer_code(asker, now=told.REPLIED_AT)
    answer.answer(
        asker,
        by=askers.code_holder(asker),
        how="code",
        answer="not_solved",
        comment="还是松的。",
        now=told.REPLIED_AT,
    )
    second = reply.reply(
        first.case,
        by=cast.by_manager,
        text=given.GOOD_REPLY,
        no_evidence_reason="没有拍照。",
        now=told.REPLIED_AT,
    )
    told.run_reactions()
    sent(told.the_message(second))
    assert (sent(late).state, sent(late).failure) == ("failed", "已经有新的答复")
    assert Case.objects.get(pk=first.case_id).is_reached
    code = code_in(OutboxMessage.objects.get().text)
    assert askers.asker_by_code(first.case.number, code) == asker


def test_a_slip_opens_fourteen_days_when_it_is_brought(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="slip")
    told.run_reactions()
    message = told.the_message(row)
    assert message.state == "to_print"
    code = services.print_slip(message, by=cast.by_community_worker, now=told.REPLIED_AT)
    assert len(code) == 8
    assert Case.objects.get(pk=row.case_id).answer_until is None, "printing is not bringing"

    brought_at = told.REPLIED_AT + timedelta(days=1)
    services.record_brought(message, by=cast.by_community_worker, reached=True, now=brought_at)
    case = Case.objects.get(pk=row.case_id)
    assert due_day(case.answer_until) == day_after(brought_at, 14)
    assert case.is_reached


def test_printing_again_kills_the_code_of_the_first_slip(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="slip")
    told.run_reactions()
    message = told.the_message(row)
    first = services.print_slip(message, by=cast.by_community_worker)
    second = services.print_slip(message, by=cast.by_community_worker)
    with pytest.raises(RuleBroken):
        askers.asker_by_code(row.case.number, first)
    assert askers.asker_by_code(row.case.number, second).pk == given.original_asker(row.case).pk


def test_a_call_opens_seven_days(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="call")
    told.run_reactions()
    message = told.the_message(row)
    assert message.state == "to_call"
    services.record_brought(message, by=cast.by_community_worker, reached=True, now=told.REPLIED_AT)
    assert due_day(Case.objects.get(pk=row.case_id).answer_until) == day_after(told.REPLIED_AT, 7)


def test_a_failed_sms_shows_not_reached_and_never_opens_the_window(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = told.a_reply_to_be_told(cast, channel="sms")
    told.run_reactions()
    monkeypatch.setattr(services, "gateway", lambda: Gateway(is_final=True))
    message = sent(told.the_message(row))
    assert (message.state, message.failure) == ("failed", "空号")
    case = Case.objects.get(pk=row.case_id)
    assert not case.is_reached
    assert case.answer_until is None


def test_a_gateway_that_is_away_is_tried_again_until_the_last_try(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = told.a_reply_to_be_told(cast, channel="sms")
    told.run_reactions()
    waiting = told.the_message(row)
    monkeypatch.setattr(services, "gateway", lambda: Gateway(is_final=False))
    with pytest.raises(SmsFailed):
        services.send_sms(waiting.pk)
    assert told.the_message(row).state == "waiting"
    services.send_sms(waiting.pk, is_last_try=True)
    assert told.the_message(row).state == "failed"


def test_what_did_not_arrive_can_go_by_slip_and_the_failed_try_leaves_the_round(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = told.a_reply_to_be_told(cast, channel="sms")
    told.run_reactions()
    with monkeypatch.context() as away:
        away.setattr(services, "gateway", lambda: Gateway(is_final=True))
        failed = sent(told.the_message(row))
    by = cast.by_community_worker
    assert list(open_messages(by)) == [failed]
    slip = services.bring_instead(failed, by=by, channel="slip")
    assert list(open_messages(by)) == [slip]
    services.print_slip(slip, by=by)
    services.record_brought(slip, by=by, reached=True)
    assert Case.objects.get(pk=row.case_id).is_reached
    assert not open_messages(by)


def test_a_reaction_that_runs_twice_tells_once(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="sms")
    assert [told.run_reactions(), told.run_reactions()] == [1, 0]
    message = told.the_message(row)
    sent(message)
    sent(message)
    assert OutboxMessage.objects.count() == 1
    assert Message.objects.filter(reply=row).count() == 1


def test_every_asker_is_told_each_in_the_account_and_by_sms(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk)
    given._reply(cast, case, told.REPLIED_AT)
    told.run_reactions()
    rows = Message.objects.filter(case=case, kind="ledger.case_replied")
    assert sorted(rows.values_list("asker__person_id", "channel")) == sorted(
        (person.pk, channel) for person in (cast.resident, cast.neighbour) for channel in ("in_site", "sms")
    )


def test_opening_the_message_in_the_account_is_a_delivery(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    Asker.objects.filter(case=case).update(delivered_at=None)
    Case.objects.filter(pk=case.pk).update(answer_until=None)
    told.run_reactions()
    message = Message.objects.get(reply__case=case, channel="in_site")
    services.open_message(message, by=cast.by_resident, now=told.REPLIED_AT)
    assert due_day(Case.objects.get(pk=case.pk).answer_until) == day_after(told.REPLIED_AT, 7)
    with pytest.raises(NotPermitted):
        services.open_message(message, by=cast.by_neighbour)


def test_the_leads_side_cannot_say_that_it_was_brought(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="slip")
    told.run_reactions()
    with pytest.raises(NotPermitted):
        services.record_brought(told.the_message(row), by=cast.by_manager, reached=True)
