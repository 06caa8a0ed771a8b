"""The ladder: what nobody assigned, what is overdue, what is urged again and again rises in public (domain.md §5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case, Escalation, LeadProposal, Pause
from huiyin.apps.ledger.services.answer import close_window, window_is_over
from huiyin.apps.ledger.services.lead import pass_proposal_to_secretary, resume
from huiyin.apps.ledger.services.transition import freeze_miss, locked, witness
from huiyin.domain.access import SYSTEM, Role
from huiyin.domain.case_workflow import OWING_A_REPLY, Status
from huiyin.domain.clocks import full_days_overdue
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as clock

Rung, Reason = Escalation.Rung, Escalation.Reason
RUNG_OF = {
    Role.SECRETARY: Rung.SECRETARY,
    Role.STREET_OFFICER: Rung.STREET,
    Role.DISTRICT_OFFICER: Rung.DISTRICT,
}


def steps_due(case: Case, now: datetime) -> Iterator[tuple[str, str]]:
    """(rung, reason) of every step of the ladder this case has earned by `now`, lowest first."""
    policy = limits.deadlines(now).values
    ladder = policy.escalation
    if case.status not in OWING_A_REPLY:
        return
    assign_until = limits.after_limit(case.registered_at, policy.assignment.within)
    if case.status == Status.REGISTERED and now > assign_until:
        yield RUNG_OF[ladder.unassigned_to], Reason.UNASSIGNED
    if case.status != Status.AWAITING_ASKER:
        full_days = full_days_overdue(case.due_at, now)
        for step in ladder.overdue:
            if full_days is not None and full_days >= step.full_days_overdue:
                yield RUNG_OF[step.to], Reason.OVERDUE
    if case.urge_count >= ladder.urge_count and urges_in_round(case) >= ladder.urge_count:
        yield RUNG_OF[ladder.urges_to], Reason.URGED


def urges_in_round(case: Case) -> int:
    """A reopening begins anew: who was urged before the reply has replied."""
    if case.reopened_count == 0 or case.last_replied_at is None:
        return case.urge_count
    return case.urges.filter(urged_at__gt=case.last_replied_at).count()


@transaction.atomic
def escalate(case: Case, *, now: datetime | None = None) -> list[Escalation]:
    """Take every step that is due and not yet taken in this round; a round ends with a reopening."""
    now = now or clock()
    case = locked(case)
    taken = set(
        case.escalations.filter(round=case.reopened_count).values_list("rung", "reason"),
    )
    steps = [step for step in steps_due(case, now) if (str(step[0]), str(step[1])) not in taken]
    if not steps and case.missed_first_due_at is not None:
        return []
    missed_before = case.missed_first_due_at
    freeze_miss(case, now)
    if case.missed_first_due_at != missed_before:
        case.save(update_fields=["missed_first_due_at"])
    made = []
    for rung, reason in steps:
        made.append(
            Escalation.objects.create(
                case=case, rung=rung, reason=reason, round=case.reopened_count, escalated_at=now
            )
        )
        witness(case, "case_escalated", by=SYSTEM, now=now, public={"rung": str(rung), "reason": str(reason)})
    return made


def tend(*, now: datetime | None = None) -> dict[str, int]:
    """One round of everything the clock does by itself; each case in its own transaction. Returns counts."""
    now = now or clock()
    counts = {"resumed": 0, "passed": 0, "closed": 0, "escalated": 0}
    for pause in Pause.objects.filter(resumed_at=None, ends_at__lte=now).select_related("case"):
        # Somebody may have gone on with it since it was read; one case never stops the clock of the others.
        with suppress(RuleBroken):
            resume(pause.case, by=SYSTEM, now=now)
            counts["resumed"] += 1
    for proposal in LeadProposal.objects.filter(
        state=LeadProposal.State.PROPOSED, accept_until__lt=now
    ).select_related("case"):
        pass_proposal_to_secretary(proposal, now=now)
        counts["passed"] += 1
    for case in Case.objects.filter(status=Status.REPLIED).iterator():
        if window_is_over(case, now):
            close_window(case, now=now)
            counts["closed"] += 1
    owing = Case.objects.filter(status__in=sorted(OWING_A_REPLY), is_told_by_file=False)
    for case in owing.prefetch_related("escalations").iterator(chunk_size=500):
        taken = {(e.rung, e.reason) for e in case.escalations.all() if e.round == case.reopened_count}
        is_missed = case.missed_first_due_at is None and case.replied_at is None and now > case.first_due_at
        if is_missed or any((str(r), str(w)) not in taken for r, w in steps_due(case, now)):
            counts["escalated"] += len(escalate(case, now=now))
    return counts
