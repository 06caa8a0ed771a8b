"""The public reply: it freezes punctuality, goes to every asker, and its delivery starts the seven days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Asker, Case, Reply, ReplyPhoto
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.permissions import check_lead
from huiyin.apps.ledger.reply_checks import weigh
from huiyin.apps.ledger.services.lapse import lapse_requests
from huiyin.apps.ledger.services.transition import askers_of, locked, locked_for, move, witness
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import window_days
from huiyin.domain.reply_rules import ReplyFacts, check_may_be_sent
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


class Delivery(StrEnum):
    """What the news that a reply was delivered did to its case."""

    OPENS_WINDOW = "opens_window"
    AFTER_WINDOW = "after_window"
    """The asker was reached when the window had closed: may still answer, and 'not reached' is no longer true."""
    CHANGES_NOTHING = "changes_nothing"
    """Delivered before, or about a reply that is no longer the one to answer."""


@transaction.atomic
def reply(
    case: Case,
    *,
    by: Actor,
    text: str,
    photos: Sequence[tuple[str, Evidence]] = (),
    no_evidence_reason: str = "",
    is_spoken: bool = False,
    was_heard: bool = False,
    now: datetime | None = None,
) -> Reply:
    """in_progress → replied; from assigned or reopened the work is started in the same breath.

    `photos` are (moment, evidence) with moment before, after or other. Without a photo a reason why not is needed,
    a spoken answer is its own. `was_heard`: said aloud at a meeting and written down there, so it stands as it was
    said, however little; any other reply that says nothing is refused. Punctuality is frozen at the first reply
    (domain.md §5).
    """
    now = now or clock()
    case = locked(case)
    check_lead(by, case)
    typed = text.strip()
    text = mask(typed)
    check_may_be_sent(
        ReplyFacts(
            length=len(text),
            says_nothing="" if was_heard else weigh(case, typed).says_nothing,
            has_photos=bool(photos),
            is_spoken=is_spoken,
            has_reason_for_no_photos=bool(no_evidence_reason.strip()),
        )
    )
    if case.status in (Status.ASSIGNED, Status.REOPENED):
        move(case, "start", now)
        witness(case, "case_started", by=by, now=now)
    move(case, "reply", now)
    mark_replied(case, now)
    case.save()
    askers_of(case).update(answer="", answered_at=None, delivered_at=None, is_reached=True)
    row = Reply.objects.create(
        case=case,
        ordinal=case.replies.count() + 1,
        text=text,
        author_key=by.key,
        author_label=by.label[:80],
        replied_at=now,
        no_evidence_reason=mask(no_evidence_reason.strip())[:200],
        is_spoken=is_spoken,
    )
    ReplyPhoto.objects.bulk_create(
        ReplyPhoto(reply=row, evidence=evidence, moment=moment) for moment, evidence in photos
    )
    witness(
        case,
        "case_replied",
        by=by,
        now=now,
        public={
            "reply": row.ordinal,
            "photos": [evidence.sha256 for _, evidence in photos],
            "is_spoken": is_spoken,
            "is_on_time": case.is_on_time,
        },
        texts={"text": row.text, "no_evidence_reason": row.no_evidence_reason},
    )
    lapse_requests(case, now=now)
    return row


def mark_replied(case: Case, now: datetime) -> None:
    """Freeze punctuality at the first reply and open the wait for delivery."""
    if case.replied_at is None:
        case.replied_at = now
        case.is_on_time = case.missed_first_due_at is None and now <= case.first_due_at
        case.due_at_first_reply = case.due_at
    case.last_replied_at = now
    case.answer_until = None
    case.unconfirmed_at = None
    case.is_reached = True


def window_end(delivered_at: datetime, *, channel: str, now: datetime) -> datetime:
    """The end of the answering window after a delivery: 7 days, 14 for a slip (policy)."""
    policy = limits.deadlines(now).values.answers
    days = window_days(
        by_paper=channel == Channel.SLIP,
        days=policy.days_after_delivery,
        days_by_paper=policy.days_after_delivery_by_paper,
    )
    return limits.end_of(limits.day_of(delivered_at + timedelta(days=days)))


@transaction.atomic
def record_delivery(
    asker: Asker,
    *,
    by: Actor = SYSTEM,
    reply: Reply,
    channel: str,
    delivered_at: datetime,
    note: str = "",
    now: datetime | None = None,
) -> Delivery:
    """Called downwards by publishing, or by whoever brings a slip or makes a call: the answering window opens.

    The window is 7 days from delivery, 14 for a slip (policy); with several askers the last one to be reached counts.
    """
    now = now or clock()
    case = locked_for(asker)
    if case.status not in (Status.REPLIED, Status.UNCONFIRMED) or not _is_latest(reply, case):
        return Delivery.CHANGES_NOTHING
    asker = Asker.objects.select_for_update(no_key=True).get(pk=asker.pk)
    if asker.delivered_at is not None:
        return Delivery.CHANGES_NOTHING
    asker.delivered_at, asker.is_reached = delivered_at, True
    asker.save(update_fields=["delivered_at", "is_reached"])
    is_open = case.status == Status.REPLIED
    until = window_end(delivered_at, channel=channel, now=now)
    if is_open and _waited(asker, case, reply) and (case.answer_until is None or until > case.answer_until):
        case.answer_until = until
    case.is_reached = True
    case.save(update_fields=["answer_until", "is_reached"])
    witness(
        case,
        "reply_delivered",
        by=by,
        now=now,
        public={
            "reply": reply.ordinal,
            "asker": asker.pk,
            "channel": str(channel),
            "answer_until": instant(case.answer_until) if case.answer_until else "",
        },
        private={"note": note},
    )
    return Delivery.OPENS_WINDOW if is_open else Delivery.AFTER_WINDOW


@transaction.atomic
def record_not_reached(
    asker: Asker, *, by: Actor = SYSTEM, reply: Reply, channel: str, now: datetime | None = None
) -> None:
    """The reply could not be delivered: 'not reached' shows while nobody else of the case was reached.

    Who was reached another way, or has answered the reply meanwhile, has read it, whatever became of a message.
    """
    now = now or clock()
    case = locked_for(asker)
    if case.status != Status.REPLIED or not _is_latest(reply, case):
        return
    asker = Asker.objects.select_for_update(no_key=True).get(pk=asker.pk)
    if asker.answered_at is not None or asker.delivered_at is not None:
        return
    asker.is_reached = False
    asker.save(update_fields=["is_reached"])
    if not askers_of(case).filter(is_reached=True).exists():
        case.is_reached = False
        case.save(update_fields=["is_reached"])
    witness(
        case,
        "reply_not_delivered",
        by=by,
        now=now,
        public={"reply": reply.ordinal, "asker": asker.pk, "channel": str(channel)},
    )


def _is_latest(reply: Reply, case: Case) -> bool:
    """Only the reply the asker is to answer now: news of an earlier one change nothing."""
    return reply.case_id == case.pk and reply.ordinal == case.replies.count()


def _waited(asker: Asker, case: Case, reply: Reply) -> bool:
    """Who only joins a replied case takes its window as it is; who was merged into it waited for an own reply."""
    return asker.case_id != case.pk or asker.joined_at <= reply.replied_at
