"""The ladder: what nobody assigned, what is overdue, what is urged again and again rises in public (domain.md §5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Q, QuerySet

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case, Escalation, LeadProposal, Pause
from huiyin.apps.ledger.selectors import round_of, steps_of_round
from huiyin.apps.ledger.services.answer import close_window
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
    """(rung, reason) of every step of the ladder this case has earned by `now`, lowest first.

    What a file told counts from the import: before it nobody here could know of the case.
    """
    policy = limits.deadlines(now).values
    ladder = policy.escalation
    if case.status not in OWING_A_REPLY:
        return
    if case.status == Status.REGISTERED:
        known_since = max(case.registered_at, case.imported_at or case.registered_at)
        if now > limits.after_limit(known_since, policy.assignment.within):
            yield RUNG_OF[ladder.unassigned_to], Reason.UNASSIGNED
    if case.status != Status.AWAITING_ASKER:
        full_days = full_days_overdue(limits.ladder_due(case, now), now)
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


def steps_left(case: Case, now: datetime) -> list[Escalation]:
    """The unsaved steps that are due and were not yet taken in their round."""
    taken = {(step.rung, step.reason, step.round) for step in case.escalations.all()}
    due = [(str(rung), str(reason), round_of(case, reason)) for rung, reason in steps_due(case, now)]
    return [
        Escalation(case=case, rung=rung, reason=reason, round=round_, escalated_at=now)
        for rung, reason, round_ in due
        if (rung, reason, round_) not in taken
    ]


@transaction.atomic
def escalate(case: Case, *, now: datetime | None = None) -> list[Escalation]:
    """Take every step that is due and was not yet taken in its round."""
    now = now or clock()
    case = locked(case)
    missed_before = case.missed_first_due_at
    freeze_miss(case, now)
    if case.missed_first_due_at != missed_before:
        case.save(update_fields=["missed_first_due_at"])
    steps = steps_left(case, now)
    for step in steps:
        step.save(force_insert=True)
        public = {"rung": step.rung, "reason": step.reason}
        witness(case, "case_escalated", by=SYSTEM, now=now, public=public)
    return steps


def windows_over(now: datetime) -> QuerySet[Case]:
    """Replied cases whose answering window has closed, as `window_is_over` says of one."""
    undelivered = timedelta(days=limits.deadlines(now).values.answers.undelivered_days)
    is_over = Q(answer_until__lt=now) | Q(answer_until=None, last_replied_at__lt=now - undelivered)
    return Case.objects.filter(is_over, status=Status.REPLIED)


def may_climb(now: datetime) -> QuerySet[Case]:
    """Every case with a step of the ladder to take or a miss to write down, and few others.

    The database leaves out what took all its steps long ago; working days and imports are left to `steps_due`.
    """
    ladder = limits.deadlines(now).values.escalation

    def untaken(to: Role, reason: str) -> Q:
        return ~Q(Exists(steps_of_round().filter(rung=RUNG_OF[to], reason=reason)))

    due = Q(missed_first_due_at=None, replied_at=None, is_told_by_file=False, first_due_at__lt=now)
    for step in ladder.overdue:
        late = Q(due_at__lte=now - timedelta(days=step.full_days_overdue)) & ~Q(status=Status.AWAITING_ASKER)
        due |= late & untaken(step.to, Reason.OVERDUE)
    due |= Q(status=Status.REGISTERED) & untaken(ladder.unassigned_to, Reason.UNASSIGNED)
    due |= Q(urge_count__gte=ladder.urge_count) & untaken(ladder.urges_to, Reason.URGED)
    return Case.objects.filter(due, status__in=sorted(OWING_A_REPLY))


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
    for case in windows_over(now).only("pk").iterator():
        close_window(case, now=now)
        counts["closed"] += 1
    for case in (
        may_climb(now).defer("text", "search").prefetch_related("escalations").iterator(chunk_size=500)
    ):
        known_miss = case.missed_first_due_at
        freeze_miss(case, now)
        if case.missed_first_due_at != known_miss or steps_left(case, now):
            counts["escalated"] += len(escalate(case, now=now))
    return counts
