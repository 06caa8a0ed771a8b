"""Cases on the same matter become one, every asker keeps an own answer; and apart again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.permissions import check_secretary
from huiyin.apps.ledger.services.lapse import lapse_requests
from huiyin.apps.ledger.services.transition import askers_of, leave_pause, locked, move, witness
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@transaction.atomic
def merge(case: Case, *, into: Case, by: Actor, now: datetime | None = None) -> Case:
    """any open → merged into an open original of the same place; its askers answer for themselves there.

    What they said of another reply stays in the history and decides nothing here: they are asked anew (domain.md §5).
    Both rows are locked in the order of their ids and before what is merged into them, so that neither two merges
    nor a merge and an unmerge wait for each other.
    """
    now = now or clock()
    if case.pk == into.pk:
        raise RuleBroken("不能并入自己。", code="merge.itself", field="into")
    first, second = sorted((case, into), key=lambda row: row.pk)
    rows = {row.pk: row for row in (locked(first), locked(second))}
    case, into = rows[case.pk], rows[into.pk]
    by = check_secretary(by, case)
    check_secretary(by, into)
    if into.status not in OPEN:
        raise RuleBroken("只能并入还没办结的事项。", code="merge.into_settled", field="into")
    if case.place_path != into.place_path:
        raise RuleBroken("只能并入同一个小区的事项。", code="merge.other_estate", field="into")
    move(case, "merge", now)
    leave_pause(case, now)
    askers_of(case).update(answer="", answered_at=None, delivered_at=None)
    case.merged_into = into
    case.save()
    for earlier in (
        Case.objects.select_for_update(of=("self",), no_key=True).filter(merged_into=case).order_by("pk")
    ):
        earlier.merged_into = into
        earlier.save(update_fields=["merged_into"])
        witness(earlier, "case_merged", by=by, now=now, public={"into": into.number})
    witness(case, "case_merged", by=by, now=now, public={"into": into.number})
    witness(into, "case_took_in", by=by, now=now, public={"merged": case.number})
    lapse_requests(case, now=now)
    return case


@transaction.atomic
def unmerge(case: Case, *, by: Actor, reason: str, now: datetime | None = None) -> Case:
    """merged → registered, with a public reason; the limit still counts from its own registration."""
    now = now or clock()
    case = _locked_with_original(case)
    by = check_secretary(by, case)
    if not reason.strip():
        raise RuleBroken("请写明为什么分开，这个理由会公开。", code="unmerge.no_reason", field="reason")
    move(case, "unmerge", now)
    original = case.merged_into
    case.merged_into = None
    if case.assigned_at is None:
        due = limits.default_due(registered_at=case.registered_at, urgency=case.urgency, on=now)
        case.due_at = due.at
    case.save()
    witness(
        case,
        "case_unmerged",
        by=by,
        now=now,
        public={"from": original.number if original else ""},
        texts={"reason": mask(reason.strip())},
    )
    if original is not None:
        witness(original, "case_let_go", by=by, now=now, public={"unmerged": case.number})
    return case


def _locked_with_original(case: Case) -> Case:
    """The merged case, locked after its original: the askers of an original change under its lock alone."""
    original_id = Case.objects.values_list("merged_into_id", flat=True).get(pk=case.pk)
    if original_id is not None:
        Case.objects.select_for_update(of=("self",), no_key=True).get(pk=original_id)
    case = locked(case)
    if case.merged_into_id != original_id:
        raise RuleBroken("这件事刚刚有了变化，请刷新页面再试。", code="unmerge.changed")
    return case
