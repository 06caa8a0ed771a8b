"""Telling askers: making the messages of an event, sending them, and saying downwards what was delivered."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Asker, Case, Reply
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.permissions import check_may_answer_for_askers
from huiyin.apps.ledger.services import reply as ledger
from huiyin.apps.ledger.services.askers import issue_answer_code
from huiyin.apps.ledger.services.lead import record_question_not_reached, record_question_reached
from huiyin.apps.ledger.services.reply import Delivery
from huiyin.apps.ledger.services.transition import askers_of, locked_for
from huiyin.apps.people.models import Contact
from huiyin.apps.people.sms import gateway
from huiyin.apps.publishing import wording
from huiyin.apps.publishing.models import Message
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.case_workflow import Status
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.integrations.sms import DeliveryReport, ShortMessage, SmsFailed
from huiyin.web.now import now as clock

State = Message.State
ASKED = "ledger.asker_was_asked"
NUMBER = "huiyin-"
"""Before the key of a message: our number for it at the gateway."""


def messages_for(event: Event, *, now: datetime | None = None) -> list[Message]:
    """Make the messages of one event, called by the reaction in its transaction; deferring the sending with them."""
    now = now or clock()
    number = event.stream.removeprefix("case/")
    case = Case.objects.select_related("area", "merged_into").get(number=number)
    if told_by_the_meeting(event, case):
        return []
    reply = _to_be_answered(event, case)
    made: list[Message] = []
    for asker in _told(event, case):
        made += _tell(asker, event, case, reply, now)
    send_waiting(made)
    return made


def told_by_the_meeting(event: Event, case: Case) -> bool:
    """What the closing of a meeting did to a question is told in one message, with its number in the meeting."""
    return (
        event.kind in ("ledger.case_registered", "ledger.case_rejected")
        and case.origin_key.startswith("meetings.question:")
        and event.occurred_at == case.registered_at
    )


def _to_be_answered(event: Event, case: Case) -> Reply | None:
    """The reply this event brings to the askers: a late worker may find the next one written already.

    Who is merged into a replied case has not been told that reply and has an own word on it.
    """
    if event.kind == "ledger.case_replied":
        return case.replies.filter(ordinal=event.public.get("reply", 0)).first()
    original = case.merged_into
    if event.kind != wording.MERGED or original is None or original.number != event.public.get("into"):
        return None
    latest = original.replies.select_related("case").first()
    if original.status != Status.REPLIED or latest is None or latest.replied_at > event.occurred_at:
        return None
    return latest


def _told(event: Event, case: Case) -> QuerySet[Asker]:
    askers = askers_of(case).select_related("contact").order_by("pk")
    if not wording.is_told(event.kind, event.public):
        return askers.none()
    if event.kind in wording.SPOKEN_FOR:
        return askers.filter(pk=event.public["asker"])
    return askers.filter(part="original", case=case) if event.kind == "ledger.case_registered" else askers


def _tell(asker: Asker, event: Event, case: Case, reply: Reply | None, now: datetime) -> list[Message]:
    body = wording.sentence(
        event.kind,
        event.public,
        title=case.title,
        number=case.number,
        lead=case.lead_label,
        first_due_at=case.first_due_at,
        due_at=case.due_at,
        now=now,
        who=event.actor_label,
        original=reply.case.number if reply is not None else "",
    )
    beyond = event.kind in wording.BY_SMS
    ways = ways_to(asker, beyond_the_site=beyond, only_sms=event.kind in wording.SPOKEN_FOR)
    # What is to be answered is brought, opened and answered where its reply stands.
    home = case if reply is None else reply.case
    return keep_messages(asker, event, home, reply=reply, body=body, ways=ways, now=now)


def ways_to(asker: Asker, *, beyond_the_site: bool, only_sms: bool = False) -> list[tuple[str, str]]:
    """(channel, first state) of each way on which this asker is told."""
    ways: list[tuple[str, str]] = []
    if asker.person_id is not None:
        ways.append((Channel.IN_SITE, State.WAITING))
    return ways + _beyond_the_site(asker, only_sms=only_sms) if beyond_the_site else ways


def keep_messages(
    asker: Asker,
    event: Event,
    case: Case,
    *,
    reply: Reply | None,
    body: str,
    ways: list[tuple[str, str]],
    now: datetime,
) -> list[Message]:
    """One message a way, once for each event; returns those that were not there before."""
    made = []
    for channel, state in ways:
        message, is_new = Message.objects.get_or_create(
            asker=asker,
            event_id=event.pk,
            channel=channel,
            defaults={
                "case": case,
                "reply": reply,
                "kind": event.kind,
                "body": body[:300],
                "state": state,
                "made_at": now,
            },
        )
        if is_new:
            made.append(message)
    return made


def send_waiting(messages: list[Message]) -> None:
    """Put the sending of short messages into the queue, in the transaction that made them."""
    for message in messages:
        if message.state == State.WAITING and message.channel == Channel.SMS:
            queue.configure_task("publishing.send_sms").defer(message_id=message.pk)


def _beyond_the_site(asker: Asker, *, only_sms: bool) -> list[tuple[str, str]]:
    if asker.channel == Channel.SLIP and not only_sms:
        return [(Channel.SLIP, State.TO_PRINT)]
    if asker.channel == Channel.CALL and not only_sms:
        return [(Channel.CALL, State.TO_CALL)]
    return [(Channel.SMS, State.WAITING)] if phone_of(asker) else []


def phone_of(asker: Asker) -> str:
    """The number a short message goes to: the account's, else what was left with the case."""
    if asker.person_id is not None:
        number = Contact.objects.filter(person_id=asker.person_id).values_list("phone", flat=True).first()
        if number:
            return str(number)
    contact = getattr(asker, "contact", None)
    return contact.phone if contact is not None else ""


def send_sms(message_id: int, *, is_last_try: bool = False) -> None:
    """Send one waiting message (task). The gateway drops a repeated number, so a second run sends nothing twice.

    An answer that a later one has replaced is not sent any more: its code would make the later one's void.
    """
    message = Message.objects.select_related("asker__contact", "case", "reply").get(pk=message_id)
    if message.state != State.WAITING:
        return
    if message.reply is not None and message.reply.ordinal < message.case.replies.count():
        _failed(message, _("已经有新的答复"))
        return
    phone = phone_of(message.asker)
    if not phone:
        _failed(message, _("没有手机号"))
        return
    try:
        gateway().send(ShortMessage(phone=phone, text=_sms_text(message), number=f"{NUMBER}{message.pk}"))
    except SmsFailed as failure:
        if failure.is_final or is_last_try:
            _failed(message, str(failure)[:120])
            return
        raise
    if reports_follow():
        # The report may have come before the gateway's answer to us.
        Message.objects.filter(pk=message.pk, state=State.WAITING).update(state=State.SENT)
    else:
        _delivered(message, now=clock())


def reports_follow() -> bool:
    """The gateway says later what became of a message; otherwise what it took counts as delivered."""
    return bool(settings.SMS_URL) and settings.SMS_REPORTS


@transaction.atomic
def take_report(report: DeliveryReport, *, now: datetime | None = None) -> None:
    """The gateway's word on one message: once, whatever it repeats; numbers that are not ours are passed over."""
    pk = report.number.removeprefix(NUMBER)
    if not report.number.startswith(NUMBER) or not pk.isdecimal() or len(pk) > 18:
        return
    message = Message.objects.filter(pk=int(pk), channel=Channel.SMS).select_related("asker").first()
    if message is None:
        return
    message = _locked(message)
    if message.state not in (State.WAITING, State.SENT):
        return
    now = now or clock()
    if report.is_delivered:
        _delivered(message, now=now)
    else:
        _failed(message, report.reason or _("网关没有说明原因"), now=now)


def _locked(message: Message) -> Message:
    """The message again, locked after the case that news of it may change: a redaction locks them in this order."""
    locked_for(message.asker)
    return (
        Message.objects.select_for_update(of=("self",), no_key=True)
        .select_related("asker__case", "case__area", "reply")
        .get(pk=message.pk)
    )


def _sms_text(message: Message) -> str:
    # A code answers a reply; about anything else there is only something to read.
    if message.asker.person_id is not None or message.reply is None:
        return f"{message.body}{settings.SITE_URL}{reverse('ledger:case', args=[message.case.number])}"
    code = issue_answer_code(message.asker, message_id=message.pk)
    address = f"{settings.SITE_URL}{reverse('ledger:answer_by_code')}"
    return _("%(body)s请打开 %(address)s ，填编号和验证码 %(code)s。") % {
        "body": message.body,
        "address": address,
        "code": code,
    }


@transaction.atomic
def _delivered(message: Message, *, now: datetime, by: Actor = SYSTEM) -> Delivery:
    became = Delivery.CHANGES_NOTHING
    if message.reply is not None:
        became = ledger.record_delivery(
            message.asker,
            reply=message.reply,
            channel=message.channel,
            delivered_at=now,
            now=now,
            by=by,
        )
    elif message.kind == ASKED and not message.asker.is_reached:
        record_question_reached(message.asker, by=by, channel=message.channel, now=now)
    message.state, message.delivered_at = State.DELIVERED, now
    message.save(update_fields=["state", "delivered_at"])
    return became


@transaction.atomic
def _failed(message: Message, why: str, *, now: datetime | None = None, by: Actor = SYSTEM) -> None:
    """Not reached shows in public, and what the lead asked stops no clock."""
    if message.reply is not None:
        ledger.record_not_reached(message.asker, by=by, reply=message.reply, channel=message.channel, now=now)
    elif message.kind == ASKED and not _got_through(message):
        record_question_not_reached(message.asker, by=by, channel=message.channel, now=now)
    message.state, message.failure = State.FAILED, why
    message.save(update_fields=["state", "failure"])


def _got_through(message: Message) -> bool:
    """The asker was told the same over another channel, or has read it in the account."""
    same = Message.objects.filter(asker=message.asker, event_id=message.event_id, state=State.DELIVERED)
    return same.exclude(pk=message.pk).exists()


@transaction.atomic
def open_message(message: Message, *, by: Actor, now: datetime | None = None) -> Message:
    """The asker reads it in the account; where no SMS got through before, this is the delivery."""
    now = now or clock()
    if by.key != f"person:{message.asker.person_id}":
        raise NotPermitted(_("这不是您的消息。"), code="publishing.open_message")
    if message.read_at is None:
        message = _locked(message)
        message.read_at = now
        message.save(update_fields=["read_at"])
        _delivered(message, now=now)
    return message


@transaction.atomic
def print_slip(message: Message, *, by: Actor, now: datetime | None = None) -> str:
    """The slip is printed; one that brings a reply gets a new one-time code, returned once (earlier codes die)."""
    message = _mine_to_bring(message, by, (State.TO_PRINT, State.PRINTED))
    code = issue_answer_code(message.asker, by=by, now=now) if message.reply is not None else ""
    message.state = State.PRINTED
    message.save(update_fields=["state"])
    return code


@transaction.atomic
def record_brought(
    message: Message, *, by: Actor, reached: bool, now: datetime | None = None
) -> Delivery | None:
    """A slip was handed over or a call was made: reached opens the window, not reached shows in public.

    Returns what the delivery did to the case; None where nobody was reached.
    """
    message = _mine_to_bring(message, by, (State.PRINTED, State.TO_CALL, State.TO_PRINT))
    if reached:
        return _delivered(message, now=now or clock(), by=by)
    _failed(message, _("没联系上"), now=now, by=by)
    return None


@transaction.atomic
def bring_instead(message: Message, *, by: Actor, channel: str, now: datetime | None = None) -> Message:
    """What did not arrive is written on a slip or told by phone; the failed try stays as it is."""
    message = _mine_to_bring(message, by, (State.FAILED,))
    states = {Channel.SLIP: State.TO_PRINT, Channel.CALL: State.TO_CALL}
    if channel not in states:
        raise RuleBroken(_("请选写纸条或打电话。"), code="message.channel", field="channel")
    other, is_new = Message.objects.get_or_create(
        asker=message.asker,
        event_id=message.event_id,
        channel=channel,
        defaults={
            "case": message.case,
            "reply": message.reply,
            "kind": message.kind,
            "body": message.body,
            "state": states[Channel(channel)],
            "made_at": now or clock(),
        },
    )
    if not is_new and other.state == State.FAILED:
        other.state, other.failure = states[Channel(channel)], ""
        other.save(update_fields=["state", "failure"])
    return other


def _mine_to_bring(message: Message, by: Actor, states: tuple[str, ...]) -> Message:
    message = _locked(message)
    check_may_answer_for_askers(by, message.case)
    if message.state not in states:
        raise RuleBroken(_("这条消息已经处理过了。"), code="message.done")
    return message
