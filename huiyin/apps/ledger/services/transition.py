"""What every write to a case shares: the row lock, the move along the workflow table, the miss, the witness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import record
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Asker, Case, Pause
from huiyin.domain.access import Actor
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import OWING_A_REPLY, SETTLED, Status, target_of


def locked(case: Case) -> Case:
    """The case again, its row locked for this transaction, with the places that permissions and labels need."""
    return _locked(case.pk)


def _locked(case_id: int) -> Case:
    return (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("estate", "area", "lead_engagement__company", "lead_area")
        .defer("search")
        .get(pk=case_id)
    )


def _home_of(asker: Asker) -> int:
    merged_into = Case.objects.values_list("merged_into_id", flat=True).get(pk=asker.case_id)
    return merged_into or asker.case_id


def locked_for(asker: Asker) -> Case:
    """The case on which this asker answers, locked: its own, or the original it was merged into.

    Only the original is locked: what is merged into it changes under its lock alone (services/merge.py), and whoever
    held the merged row while waiting for the original could block a merge for ever.
    """
    while True:
        case = _locked(_home_of(asker))
        if _home_of(asker) == case.pk:
            return case


def freeze_miss(case: Case, now: datetime) -> None:
    """Write down that the first due date passed without a reply, before anything else can hide it."""
    may_miss = case.missed_first_due_at is None and case.replied_at is None and not case.is_told_by_file
    if may_miss and case.status in OWING_A_REPLY and now > case.first_due_at:
        case.missed_first_due_at = case.first_due_at


def move(case: Case, command: str, now: datetime) -> Status:
    """Move along the workflow table; the miss is frozen first. Returns the status the case came from."""
    freeze_miss(case, now)
    came_from = Status(case.status)
    case.status = target_of(command, came_from)
    if case.status in SETTLED:
        case.settled_at = now
    else:
        case.settled_at = None
    return came_from


def end_pause(case: Case, pause: Pause, now: datetime) -> None:
    """The clock runs again: only the current due date moves, by the time paused; the first one never does."""
    pause.resumed_at = min(now, pause.ends_at)
    case.due_at = limits.moved_by_pause(case, pause.started_at, pause.resumed_at)


def leave_pause(case: Case, now: datetime) -> None:
    """A case that is merged or withdrawn while it waits for the asker takes no running pause with it."""
    pause = case.pauses.select_for_update(no_key=True).filter(resumed_at=None).first()
    if pause is not None:
        end_pause(case, pause, now)
        pause.save(update_fields=["resumed_at"])


def standing_fields(case: Case) -> dict[str, Any]:
    """What every event of a case says of it: the promise as it stood at that moment."""
    return {
        "status": str(case.status),
        "list": str(case.case_list),
        "first_due_at": instant(case.first_due_at),
        "due_at": instant(case.due_at),
        "policy": case.policy_version,
    }


def witness(
    case: Case,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    public: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    private: Mapping[str, Any] | None = None,
    begins_stream: bool = False,
) -> Event:
    """Record the event that witnesses a change of this case; the state and both dates are always in it."""
    return record(
        kind=f"ledger.{kind}",
        stream=case.stream,
        by=by,
        now=now,
        public={**standing_fields(case), **(public or {})},
        texts={name: text for name, text in (texts or {}).items() if text},
        private=dict(private or {}),
        begins_stream=begins_stream,
    )


def askers_of(case: Case) -> QuerySet[Asker]:
    """Everybody who waits for this case's echo: its own askers and those of the cases merged into it."""
    return Asker.objects.filter(case_id=case.pk) | Asker.objects.filter(case__merged_into_id=case.pk)
