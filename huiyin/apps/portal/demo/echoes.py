"""What the askers were told in the last half year: the messages that publishing would have made at the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Asker, Case, Reply
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.publishing import wording
from huiyin.apps.publishing.models import Message

# As long as the text of messages is kept (retention policy: message_text).
KEPT_DAYS = 180
_TO_ONE = ("ledger.objection_upheld", "ledger.objection_dismissed", "ledger.case_registered")
State = Message.State


def tell(rng: Random, now: datetime) -> int:
    """Write the messages; returns how many. Four queries and the inserts."""
    events = Event.objects.filter(
        kind__in=list(wording.TOLD), occurred_at__gt=now - timedelta(days=KEPT_DAYS), told_by_file=False
    ).order_by("id")
    cases = {case.stream: case for case in Case.objects.defer("text", "search")}
    replies = {(reply.case_id, reply.ordinal): reply for reply in Reply.objects.defer("text")}
    askers: dict[int, list[Asker]] = {}
    for asker in Asker.objects.select_related("case", "contact").order_by("pk"):
        askers.setdefault(asker.case_id, []).append(asker)
        if asker.case.merged_into_id:
            askers.setdefault(asker.case.merged_into_id, []).append(asker)
    rows: list[Message] = []
    for event in events:
        case = cases[event.stream]
        ordinal = int(event.public["reply"]) if event.kind == "ledger.case_replied" else 0
        reply = replies.get((case.pk, ordinal))
        for asker in _told(event, case, askers[case.pk]):
            rows += _messages(event, case, asker, reply, rng, now)
    return len(Message.objects.bulk_create(rows, batch_size=1000))


def _told(event: Event, case: Case, askers: list[Asker]) -> Iterator[Asker]:
    if not wording.is_told(event.kind, event.public):
        return
    for asker in askers:
        if event.kind in wording.SPOKEN_FOR and asker.pk != event.public["asker"]:
            continue
        is_own = asker.case_id == case.pk and asker.part == "original"
        if (is_own or event.kind not in _TO_ONE) and asker.joined_at <= event.occurred_at:
            yield asker


def _messages(
    event: Event, case: Case, asker: Asker, reply: Reply | None, rng: Random, now: datetime
) -> Iterator[Message]:
    body = wording.sentence(
        event.kind,
        event.public,
        title=case.title,
        number=case.number,
        lead=case.lead_label,
        first_due_at=case.first_due_at,
        due_at=datetime.fromisoformat(str(event.public["due_at"])),
        now=event.occurred_at,
    )
    at = event.occurred_at

    def message(channel: str, state: str, delivered_at: datetime | None, failure: str = "") -> Message:
        return Message(
            asker=asker,
            case=case,
            reply=reply,
            event_id=event.pk,
            kind=event.kind,
            channel=channel,
            body=body[:300],
            state=state,
            made_at=at,
            delivered_at=delivered_at if state == State.DELIVERED else None,
            read_at=delivered_at if channel == Channel.IN_SITE and state == State.DELIVERED else None,
            failure=failure,
        )

    if asker.person_id is not None:
        read_at = at + timedelta(hours=rng.expovariate(1 / 20))
        is_read = read_at < now and rng.random() < 0.72
        yield message(Channel.IN_SITE, State.DELIVERED if is_read else State.WAITING, read_at)
    if event.kind not in wording.BY_SMS:
        return
    if event.kind in wording.SPOKEN_FOR:
        if asker.person_id is not None or hasattr(asker, "contact"):
            yield message(Channel.SMS, State.DELIVERED, at + timedelta(minutes=1))
        return
    is_latest = reply is not None and case.last_replied_at == reply.replied_at
    unreached = is_latest and asker.delivered_at is None
    delivered_at = asker.delivered_at if is_latest and asker.delivered_at else at + timedelta(minutes=1)
    if asker.channel in (Channel.SLIP, Channel.CALL):
        is_slip = asker.channel == Channel.SLIP
        if unreached or (reply is None and now - at < timedelta(hours=40)):
            waiting = State.TO_PRINT if is_slip else State.TO_CALL
            if now - at > timedelta(days=14):
                yield message(asker.channel, State.FAILED, None, "没联系上")
            else:
                yield message(asker.channel, waiting, None)
        else:
            yield message(asker.channel, State.DELIVERED, max(delivered_at, at + timedelta(hours=2)))
    elif unreached:
        yield message(Channel.SMS, State.FAILED, None, "号码已停机")
    else:
        yield message(Channel.SMS, State.DELIVERED, delivered_at)
