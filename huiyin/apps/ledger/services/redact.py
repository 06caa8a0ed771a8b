"""Taking out of a public text what the masking missed; the chain still verifies because it holds digests only."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_texts
from huiyin.apps.ledger.models import Bulletin, Case
from huiyin.apps.ledger.permissions import check_secretary
from huiyin.apps.ledger.services.register import search_vector
from huiyin.apps.ledger.services.transition import locked, witness
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

HOLD_THE_TEXT = (
    "ledger.case_registered",
    "ledger.case_imported",
    "ledger.case_resumed",
    "ledger.text_redacted",
)


@transaction.atomic
def redact_case(
    case: Case, *, by: Actor, title: str, text: str, reason: str, now: datetime | None = None
) -> Case:
    """The secretary replaces the public title and text, e.g. to remove a name; the reason is public.

    Issued bulletins repeat the title and lose the old one too. What others said of the case (replies, reasons) stays
    verifiable: only the events that hold the replaced words are erased.
    """
    now = now or clock()
    case = locked(case)
    by = check_secretary(by, case)
    if not reason.strip():
        raise RuleBroken("请写明为什么遮盖，这个理由会公开。", code="redact.no_reason", field="reason")
    if not title.strip():
        raise RuleBroken("标题不能为空。", code="redact.no_title", field="title")
    spoken = Event.objects.filter(stream=case.stream, kind__in=HOLD_THE_TEXT).values_list("pk", flat=True)
    erase_texts(event_ids=list(spoken), by=by, now=now, reason="text_redacted")
    case.title = mask(title.strip())[:120]
    case.text = mask(text.strip())
    case.search = search_vector(case)
    case.save()
    _retitle_in_bulletins(case)
    witness(
        case,
        "text_redacted",
        by=by,
        now=now,
        texts={"title": case.title, "text": case.text, "reason": mask(reason.strip())},
    )
    return case


def _retitle_in_bulletins(case: Case) -> None:
    """A bulletin is a snapshot, but not of what should never have been said in public."""
    if case.estate_id is None:
        return
    issued = Bulletin.objects.select_for_update(no_key=True).filter(
        estate_id=case.estate_id, issued_at__isnull=False
    )
    for bulletin in issued.order_by("pk"):
        told = bulletin.lines
        lines = [line for rows in told.get("lists", {}).values() for line in rows] + told.get("confirmed", [])
        mine = [line for line in lines if line.get("number") == case.number]
        for line in mine:
            line["title"] = case.title
        if mine:
            bulletin.save(update_fields=["lines"])
