"""The ledger's clocks: the adopted deadlines policy and the holiday calendar, turned into dates for one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.db.models import F

from huiyin.apps.ledger.models import Case
from huiyin.apps.places.models import Engagement
from huiyin.apps.places.selectors import current_engagement
from huiyin.apps.policies.selectors import AdoptedPolicy, calendar, policy_on
from huiyin.domain.clocks import Limit, Pause, due, due_day, end_of_day, moved_by
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import CaseList
from huiyin.domain.policy_deadlines import DeadlinesPolicy
from huiyin.domain.policy_words import CategoriesPolicy, Reason, ReasonsPolicy
from huiyin.language.masking import mask

day_of = due_day
end_of = end_of_day


def start_of(day: date) -> datetime:
    return end_of_day(day - timedelta(days=1)) + timedelta(microseconds=1)


@dataclass(frozen=True)
class DueDate:
    """A due date with where it comes from; `is_provisional` where the year's holidays are not announced yet."""

    at: datetime
    is_provisional: bool
    case_list: CaseList
    policy_version: str


class HasReasons(Protocol):
    def reason(self, group: str, code: str) -> Reason: ...


def deadlines(now: datetime) -> AdoptedPolicy[DeadlinesPolicy]:
    return policy_on("deadlines", day_of(now))


def reasons(now: datetime) -> ReasonsPolicy:
    return policy_on("reasons", day_of(now)).values


def categories(now: datetime) -> CategoriesPolicy:
    return policy_on("categories", day_of(now)).values


def due_for(case_list: CaseList, *, registered_at: datetime, urgency: str, on: datetime) -> DueDate:
    """The due date of a list, counted from registration; an urgent class has its own limit. `on`: whose policy.

    An urgent class never lengthens: where the list's own limit ends earlier, that one holds.
    """
    policy = deadlines(on)
    reached = due(registered_at, policy.values.limit_for(case_list), calendar())
    if urgency:
        urgent = due(registered_at, policy.values.limit_for(case_list, urgency), calendar())
        reached = min(reached, urgent, key=lambda each: each.at)
    return DueDate(reached.at, reached.provisional, case_list, policy.version)


def default_due(*, registered_at: datetime, urgency: str = "", on: datetime | None = None) -> DueDate:
    """Until a list is chosen the default list gives the limit (domain.md §5)."""
    default = deadlines(on or registered_at).values.default_list
    return due_for(default, registered_at=registered_at, urgency=urgency, on=on or registered_at)


def latest_due(case: Case, case_list: str, now: datetime) -> datetime:
    """No extension goes past the longest list's limit, counted from registration, plus the time already paused."""
    lists = {CaseList.LONG_TERM, CaseList(case_list)}
    pauses = paused(case) if case.pause_count else []
    policy = deadlines(now).values
    return max(due(case.registered_at, policy.limit_for(each), calendar(), pauses).at for each in lists)


def paused(case: Case) -> list[Pause]:
    """The times the clock stood still and runs again."""
    rows = case.pauses.filter(resumed_at__gt=F("started_at")).order_by("started_at")
    return [Pause(row.started_at, row.resumed_at) for row in rows if row.resumed_at]


def moved_by_pause(case: Case, started_at: datetime, resumed_at: datetime) -> datetime:
    """The current due date moved by one pause; what was late when it paused stays late."""
    if started_at > case.due_at:
        return case.due_at
    limit = deadlines(resumed_at).values.limit_for(case.case_list, case.urgency)
    return max(case.due_at, moved_by(case.due_at, limit.unit, Pause(started_at, resumed_at), calendar()))


def ladder_due(case: Case, now: datetime) -> datetime:
    """When an unanswered case is overdue for the ladder: its date, or for what a file told the same limit from there.

    What was late before anybody here could read it is nobody's omission here. A promise made here counts as it is: a
    date that was set here (each raises the round), or given with the assignment and not over before the import.
    """
    if case.imported_at is None or case.ladder_round:
        return case.due_at
    was_assigned_here = case.assigned_at is not None and case.assigned_at >= case.imported_at
    if was_assigned_here and case.due_at > case.imported_at:
        return case.due_at
    told_due = due_for(CaseList(case.case_list), registered_at=case.imported_at, urgency=case.urgency, on=now)
    return max(case.due_at, told_due.at)


def reopened_due(case: Case, now: datetime) -> datetime:
    """A reopened case owes its next reply within the policy's limit from the reopening, never before its old date."""
    limit = deadlines(now).values.answers.reopened_within
    return max(case.due_at, due(now, limit, calendar()).at)


def after_limit(start: datetime, limit: Limit) -> datetime:
    """When a limit of the policy that starts now ends."""
    return due(start, limit, calendar()).at


def bulletin_due(first_of_month: date, now: datetime) -> datetime:
    """The bulletin on last month is due this many days into the month (policy)."""
    days = deadlines(now).values.bulletin.due_after_days
    return end_of_day(first_of_month + timedelta(days=days - 1))


def engagement_of(case: Case, now: datetime) -> Engagement | None:
    """The company that serves the case's estate today."""
    return current_engagement(case.estate, day_of(now)) if case.estate else None


def check_urgency(code: str, now: datetime) -> str:
    """The code of an urgent class of the policy in force, or "" for none."""
    if code and code not in {each.code for each in deadlines(now).values.urgent}:
        raise RuleBroken("请从列表里选紧急程度。", code="urgency.unknown", field="urgency")
    return code


def public_reason(group: str, code: str, note: str, now: datetime) -> str:
    """The sentence of a policy's reason with the own words, masked, added where the policy wants them."""
    return reason_said(reasons(now), group, code, note)


def reason_said(policy: HasReasons, group: str, code: str, note: str) -> str:
    """The same of the reasons that another policy lists."""
    try:
        reason = policy.reason(group, code)
    except KeyError:
        raise RuleBroken("请从列表里选一个理由。", code="reason.unknown", field="reason_code") from None
    note = mask(note.strip())
    if reason.needs_words and not note:
        raise RuleBroken("这个理由还要写明具体情况。", code="reason.needs_words", field="note")
    return f"{reason.sentence}{note}" if note else reason.sentence
