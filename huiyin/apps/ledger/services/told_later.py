"""A later file tells the reply to a matter an earlier file brought, before anybody here has worked on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import record
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk.history import RepliedByFile
from huiyin.apps.ledger.models import Case, Reply
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.ledger.permissions import may_import
from huiyin.apps.ledger.services.reply import mark_replied
from huiyin.apps.ledger.services.transition import locked, standing_fields
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import Status
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

# What the clock does by itself is not work on the case.
BY_ITSELF = ("ledger.case_escalated", "audit.texts_erased")
WAITING = (Status.REGISTERED, Status.ASSIGNED)


def worked_on(streams: Iterable[str]) -> set[str]:
    """Those of the cases on which somebody here has worked."""
    here = Event.objects.filter(stream__in=list(streams), told_by_file=False).exclude(kind__in=BY_ITSELF)
    return set(here.values_list("stream", flat=True).distinct())


@transaction.atomic
def add_told_reply(
    case: Case,
    *,
    by: Actor,
    reply: RepliedByFile,
    lead_label: str,
    now: datetime | None = None,
) -> Case:
    """registered or assigned by a file → unconfirmed, as a later file tells it; never confirmed.

    `by` brings the file, `reply.by` stands in the history. Only while nobody has worked on the case here, and not of a
    day before the file that knew of no reply: what has been promised here is answered here.
    """
    now = now or clock()
    case = locked(case)
    if not may_import(by, case.place_scope):
        raise NotPermitted("这件事不在您的管辖范围内。", code="ledger.may_import")
    events = Event.objects.filter(stream=case.stream)
    if case.status not in WAITING or not case.is_told_by_file or case.replied_at is not None:
        raise RuleBroken("这件事已经在这里办理，请到事项页答复。", code="told.in_work", field="reply")
    if worked_on([case.stream]):
        raise RuleBroken("这件事已经在这里办理，请到事项页答复。", code="told.in_work", field="reply")
    known_since = events.order_by("number").values_list("recorded_at", flat=True)[0]
    if limits.day_of(reply.at) < limits.day_of(known_since):
        raise RuleBroken(
            "%(day)s 导入时还没有答复，答复时间不能早于那天。请到事项页答复。",
            code="told.before_the_file",
            field="replied_at",
            day=limits.day_of(known_since),
        )
    if not case.lead_label:
        case.lead_kind, case.lead_label = LeadKind.DEPARTMENT, lead_label[:80]
    mark_replied(case, reply.at)
    case.status = Status.UNCONFIRMED
    case.settled_at = case.unconfirmed_at = reply.at
    case.save()
    row = Reply.objects.create(
        case=case,
        ordinal=1,
        text=mask(reply.text.strip()),
        author_key=reply.by.key,
        author_label=reply.author_label[:80],
        replied_at=reply.at,
        is_told_by_file=True,
    )
    record(
        kind="ledger.case_replied",
        stream=case.stream,
        by=reply.by,
        now=now,
        occurred_at=reply.at,
        told_by_file=True,
        public={
            **standing_fields(case),
            "reply": 1,
            "photos": [],
            "is_spoken": False,
            "is_on_time": case.is_on_time,
        },
        texts={"text": row.text},
    )
    return case
