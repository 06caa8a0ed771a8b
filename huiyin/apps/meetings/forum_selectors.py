"""Reading owners' forums: which there are, what stands on their agenda, how late they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.forum_due import missing, unlisted
from huiyin.apps.meetings.models import (
    Forum,
    ForumItem,
    Meeting,
    Question,
)
from huiyin.apps.meetings.permissions import forum_scope_q
from huiyin.apps.places.models import Estate
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.forum_agenda import Due


def forums_public() -> QuerySet[Forum]:
    return Forum.objects.select_related("estate__area").order_by("-quarter", "estate__sort_key")


def forums_at(estate: Estate) -> QuerySet[Forum]:
    """Of one estate, latest quarter first, whether it was held, is planned or still owed."""
    return forums_public().filter(estate=estate)


def forums_arranged() -> QuerySet[Forum]:
    """Wherever a day is fixed or was held, the latest day first."""
    return forums_public().filter(planned_at__isnull=False).order_by("-planned_at", "estate__sort_key")


def forums_for_desk(by: Actor) -> QuerySet[Forum]:
    return forums_public().filter(forum_scope_q(by))


def agenda_of(forum: Forum) -> QuerySet[ForumItem]:
    return (
        ForumItem.objects.filter(forum=forum)
        .select_related("case__estate", "case__area", "milestone", "commitment__report__engagement__company")
        .order_by("kind", "due_on", "id")
    )


def agenda_now(forum: Forum, now: datetime) -> list[ForumItem]:
    """The agenda, and while the forum is planned what has become due since the agenda was last tended."""
    items = list(agenda_of(forum))
    if forum.planned_at is None or forum.closed_at is not None:
        return items
    return sorted(
        [*items, *unlisted(forum, items, now)], key=lambda item: (item.kind, item.due_on or date.max)
    )


def meetings_behind(items: Iterable[ForumItem]) -> dict[int, Meeting]:
    """By item: the meeting at which its case was asked for. One query."""
    by_case = {item.case_id: item.pk for item in items if item.case_id is not None}
    asked = Question.objects.filter(case__in=by_case).select_related("meeting").order_by("number")
    return {by_case[question.case_id]: question.meeting for question in asked if question.case_id}


def is_settled(item: ForumItem) -> bool:
    """What the item was about has been dealt with since: it needs no more words."""
    return item.case is not None and item.case.status not in OPEN


def forum_missing(forum: Forum, now: datetime) -> list[Due]:
    """What keeps the forum from closing."""
    return missing(forum, now)


def days_late(forum: Forum, now: datetime) -> int:
    """0 while there is time, or when it was held in time; a forum that is not closed counts on."""
    until = forum.held_on if forum.closed_at and forum.held_on else limits.day_of(now)
    return max((until - forum.due_on).days, 0)
