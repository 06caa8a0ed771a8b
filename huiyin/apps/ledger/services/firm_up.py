"""Dates given before a year's holidays were announced: once they are, a date may come earlier, never later."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services.transition import locked, witness
from huiyin.domain.access import SYSTEM
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import OWING_A_REPLY
from huiyin.domain.clocks import recomputed
from huiyin.domain.ledger_rules import CaseList
from huiyin.web.now import now as clock


@transaction.atomic
def firm_up_date(case: Case, *, now: datetime | None = None) -> Case:
    """Compute a provisional date again; it moves only in the asker's favour (domain.md §5).

    The first due date stays as it was given, and so does a date that an extension or a pause has moved.
    """
    now = now or clock()
    case = locked(case)
    if not case.due_is_provisional or case.status not in OWING_A_REPLY:
        return case
    due = limits.due_for(
        CaseList(case.case_list),
        registered_at=case.registered_at,
        urgency=case.urgency,
        on=case.registered_at,
    )
    if due.is_provisional:
        return case
    old_due_at, case.due_is_provisional = case.due_at, False
    if case.due_at == case.first_due_at:
        case.due_at = recomputed(case.due_at, due.at)
    case.save(update_fields=["due_at", "due_is_provisional"])
    if case.due_at != old_due_at:
        witness(case, "date_came_earlier", by=SYSTEM, now=now, public={"old_due_at": instant(old_due_at)})
    return case


def firm_up_dates(*, now: datetime | None = None) -> int:
    """Every provisional date that can be computed for good by now (periodic task). Returns how many."""
    count = 0
    for case in Case.objects.filter(due_is_provisional=True, status__in=sorted(OWING_A_REPLY)).iterator():
        count += not firm_up_date(case, now=now).due_is_provisional
    return count
