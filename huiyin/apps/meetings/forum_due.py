"""What a forum must hear about: read from the ledger and the reports at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huiyin.apps.ledger.limits import day_of
from huiyin.apps.ledger.models import Case, Milestone
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Forum, ForumItem
from huiyin.apps.reports.models import Commitment
from huiyin.apps.reports.selectors import due_commitments
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.forum_agenda import Due, ItemKind, Line, to_add, without_statement
from huiyin.domain.meeting_rules import quarter_end


@dataclass(frozen=True)
class DueRow:
    """One thing that is due with the row it stands for."""

    about: Due
    title: str
    due_on: date | None
    case: Case | None = None
    milestone: Milestone | None = None
    commitment: Commitment | None = None


def due_at(forum: Forum, now: datetime) -> list[DueRow]:
    """Every open and reopened case of the estate; milestones and commitments due soon after the quarter, or late."""
    ahead = limits.policy(now).forum.commitments_ahead_days
    until = quarter_end(forum.quarter) + timedelta(days=ahead)
    open_cases = Case.objects.filter(estate_id=forum.estate_id, status__in=sorted(OPEN))
    rows = [
        DueRow(Due(ItemKind.CASE, case.pk), case.title, day_of(case.due_at), case=case)
        for case in open_cases.defer("text", "search").order_by("due_at", "id")
    ]
    steps = Milestone.objects.filter(case__in=open_cases, done_on=None, due_on__lte=until)
    rows += [
        DueRow(Due(ItemKind.MILESTONE, step.pk), step.title, step.due_on, case=step.case, milestone=step)
        for step in steps.select_related("case").order_by("due_on", "id")
    ]
    rows += [
        DueRow(Due(ItemKind.COMMITMENT, each.pk), each.title, each.due_on, commitment=each)
        for each in due_commitments(forum.estate, until=until)
    ]
    return rows


def about(item: ForumItem) -> Due:
    key = {
        ItemKind.CASE: item.case_id,
        ItemKind.MILESTONE: item.milestone_id,
        ItemKind.COMMITMENT: item.commitment_id,
    }[ItemKind(item.kind)]
    return Due(ItemKind(item.kind), key)


def unlisted(forum: Forum, items: Iterable[ForumItem], now: datetime) -> list[ForumItem]:
    """What is due and not among these items of the agenda yet, as it would stand there; nothing is saved."""
    due = {row.about: row for row in due_at(forum, now)}
    return [
        ForumItem(
            forum=forum,
            kind=each.kind,
            case=due[each].case,
            milestone=due[each].milestone,
            commitment=due[each].commitment,
            title=due[each].title[:120],
            due_on=due[each].due_on,
            added_at=now,
        )
        for each in to_add(due, (about(item) for item in items))
    ]


def missing(forum: Forum, now: datetime) -> list[Due]:
    """What keeps the forum from closing: what is due and not stated, on the agenda or not yet.

    What was settled since it came on the agenda needs no more words.
    """
    on_agenda = {about(item): item for item in forum.items.all()}
    return without_statement(
        Line(row.about, is_stated=row.about in on_agenda and bool(on_agenda[row.about].statement))
        for row in due_at(forum, now)
    )
