"""Steps of a long-term case: done on a day, or moved with a public reason; the first date stays."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case, Milestone
from huiyin.apps.ledger.permissions import is_lead, is_secretary
from huiyin.apps.ledger.services.transition import locked, witness
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.ledger_rules import CaseList
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@transaction.atomic
def finish_milestone(milestone: Milestone, *, by: Actor, note: str, now: datetime | None = None) -> Milestone:
    """The lead says what was done; the day is today."""
    now = now or clock()
    case, milestone = _open(milestone, by)
    if not note.strip():
        raise RuleBroken("请写一句做到了什么程度。", code="milestone.no_note", field="note")
    milestone.done_on = limits.day_of(now)
    milestone.note = mask(note.strip())[:200]
    milestone.save()
    witness(
        case,
        "milestone_done",
        by=by,
        now=now,
        public={"ordinal": milestone.ordinal, "due_on": milestone.due_on.isoformat()},
        texts={"title": milestone.title, "note": milestone.note},
    )
    return milestone


@transaction.atomic
def move_milestone(
    milestone: Milestone, *, by: Actor, due_on: date, reason: str, now: datetime | None = None
) -> Milestone:
    """Another date for a step, within the case's own due date, with a public reason."""
    now = now or clock()
    case, milestone = _open(milestone, by)
    if not reason.strip():
        raise RuleBroken("请写明改期的理由，这个理由会公开。", code="milestone.no_reason", field="reason")
    if limits.end_of(due_on) > case.due_at:
        raise RuleBroken(
            "这一步不能晚于总期限。总期限要改，请先申请改期。", code="milestone.too_late", field="due_on"
        )
    old = milestone.due_on
    milestone.due_on = due_on
    milestone.move_reason = mask(reason.strip())[:200]
    milestone.save()
    witness(
        case,
        "milestone_moved",
        by=by,
        now=now,
        public={"ordinal": milestone.ordinal, "old_due_on": old.isoformat(), "due_on": due_on.isoformat()},
        texts={"title": milestone.title, "reason": milestone.move_reason},
    )
    return milestone


def _open(milestone: Milestone, by: Actor) -> tuple[Case, Milestone]:
    case = locked(milestone.case)
    if not (is_lead(by, case) or is_secretary(by, case)):
        raise NotPermitted("只有主办单位或社区书记可以记录进度。", code="ledger.milestone")
    milestone = Milestone.objects.select_for_update(no_key=True).get(pk=milestone.pk)
    if case.status not in OPEN or case.case_list != CaseList.LONG_TERM or milestone.done_on:
        raise RuleBroken("这一步已经完成，或这件事已经办结。", code="milestone.not_now")
    return case, milestone
