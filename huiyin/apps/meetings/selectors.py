"""Reading meetings and forums: what anybody sees, what the desk sees, what a live page needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.attendance import Attendance, attendance_of, nonce_hash
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.clock import ClockState, clock_of, spans_of
from huiyin.apps.meetings.models import (
    CheckIn,
    CommitteeTerm,
    Meeting,
    Minutes,
    Question,
    Sitting,
)
from huiyin.apps.meetings.permissions import AREA_ROLES, scope_q
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.places.selectors import inside_q
from huiyin.domain.access import Actor
from huiyin.domain.canonical import JSON, instant
from huiyin.domain.meeting_phases import HELD, PUBLIC, UNDER_WAY
from huiyin.domain.meeting_rules import first_thing_due
from huiyin.domain.question_balance import Balance, Standing, balance

SUPPORT_TICK_SECONDS = 3
"""Supports show in steps, so that twenty a second do not make a new page each (ADR 0014)."""
SUPPORT_GRACE_SECONDS = 1
"""Longer than a transaction that inserts one."""

# Older than the tick and the newest of them: read backwards along the index, a few rows deep.
_VERSION = """
SELECT pulse.version, coalesce((
    SELECT support.id FROM meetings_support AS support
    WHERE support.meeting_id = pulse.meeting_id AND support.supported_at < %(tick)s
    ORDER BY support.id DESC LIMIT 1
), 0)
FROM meetings_pulse AS pulse WHERE pulse.meeting_id = %(meeting)s
"""
_SUPPORTS = """
SELECT coalesce(asked.merged_into_id, asked.id),
       count(DISTINCT coalesce('h' || support.household_id, 'p' || support.person_id, 's' || support.id))
FROM meetings_support AS support JOIN meetings_question AS asked ON asked.id = support.question_id
WHERE support.meeting_id = %(meeting)s
    AND (%(before)s::timestamptz IS NULL OR support.supported_at < %(before)s::timestamptz)
GROUP BY 1
"""


# --- meetings ---------------------------------------------------------------------------------------------


def meetings_public() -> QuerySet[Meeting]:
    """Every meeting whose notice was given, newest first; with its estates."""
    return (
        Meeting.objects.filter(phase__in=sorted(PUBLIC), announced_at__isnull=False)
        .select_related("area")
        .prefetch_related("estates__estate", "estates__report__engagement__company")
        .order_by("-planned_at", "-id")
    )


def meetings_at(estate: Estate) -> QuerySet[Meeting]:
    return meetings_public().filter(estates__estate=estate)


def meetings_for_desk(by: Actor) -> QuerySet[Meeting]:
    """Inside the actor's scopes, drafts included; the company sees the meetings at which it reports."""
    return (
        Meeting.objects.filter(scope_q(by))
        .select_related("area", "term")
        .prefetch_related("estates__estate", "estates__report__engagement__company")
        .distinct()
        .order_by("-planned_at", "-id")
    )


def meetings_under_way(estates: Iterable[Estate]) -> QuerySet[Meeting]:
    """For one of these estates, from the draft until its questions have their outcome; the next first."""
    return (
        Meeting.objects.filter(estates__estate__in=estates, phase__in=UNDER_WAY)
        .prefetch_related("estates__estate")
        .distinct()
        .order_by("planned_at", "id")
    )


def terms_of(area: Area) -> QuerySet[CommitteeTerm]:
    return CommitteeTerm.objects.filter(area=area).order_by("-starts_on")


@dataclass(frozen=True)
class Laggard:
    """A community whose new term has not held its first meeting in time."""

    term: CommitteeTerm
    due_on: date
    days_late: int


def laggards(now: datetime, by: Actor | None = None) -> list[Laggard]:
    """The first thing not done in time, the latest first; of everywhere, or inside the actor's scopes."""
    days = limits.policy(now).notice.first_thing_days
    today = limits.day_of(now)
    held = Meeting.objects.filter(
        phase__in=sorted(HELD), area=OuterRef("area"), closed_at__date__gte=OuterRef("starts_on")
    )
    late = CommitteeTerm.objects.filter(
        ~Exists(held), ends_on=None, starts_on__lt=today - timedelta(days=days)
    )
    if by is not None:
        late = late.filter(inside_q(by.scopes(*AREA_ROLES), path="area__path"))
    rows = [(term, first_thing_due(term.starts_on, days)) for term in late.select_related("area")]
    return sorted(
        (Laggard(term, due_on, (today - due_on).days) for term, due_on in rows),
        key=lambda each: (-each.days_late, each.term.area.sort_key),
    )


# --- live -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Live:
    """What phones, screen and console show of a running meeting, at one moment."""

    meeting: Meeting
    version: str
    clock: ClockState
    attendance: Attendance
    balance: Balance
    questions: list[Question]
    """All, by number; which of them may be shown says `Question.is_public`."""
    supports: dict[int, int]


def support_tick(now: datetime) -> datetime:
    """Supports before this moment show: it moves every few seconds, a little behind the clock."""
    seconds = int(now.timestamp()) - SUPPORT_GRACE_SECONDS
    return datetime.fromtimestamp(seconds - seconds % SUPPORT_TICK_SECONDS, tz=now.tzinfo)


def live_version(meeting_id: int, now: datetime) -> str | None:
    """The version a live page stands at, for its ETag; one query, None if there is no such meeting."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, {"meeting": meeting_id, "tick": support_tick(now)})
        found = cursor.fetchone()
    return f"{found[0]}-{found[1]}" if found else None


def live(meeting: Meeting, now: datetime) -> Live:
    """Read the version first: what changes after it only makes the next poll ask again. Six queries."""
    version = live_version(meeting.pk, now) or ""
    meeting = Meeting.objects.select_related("area", "pulse").get(pk=meeting.pk)
    # While it runs no question has a case yet: none is joined.
    questions = list(Question.objects.filter(meeting=meeting).select_related("estate").order_by("number"))
    last_number = max(meeting.pulse.last_number, len(questions))
    return Live(
        meeting=meeting,
        version=version,
        clock=clock_of(meeting, now),
        attendance=attendance_of(meeting),
        balance=balance(
            last_number, (Standing(each.status, each.outcome, each.direction) for each in questions)
        ),
        questions=questions,
        supports=supports_of(meeting, now),
    )


def questions_of(meeting: Meeting) -> QuerySet[Question]:
    return (
        Question.objects.filter(meeting=meeting)
        .select_related("estate", "merged_into", "merged_into_case", "case")
        .order_by("number")
    )


def supports_of(meeting: Meeting, now: datetime | None = None) -> dict[int, int]:
    """By question, as of the latest tick, or all; who supports two questions made one counts once. One query."""
    with connection.cursor() as cursor:
        before = support_tick(now) if now else None
        cursor.execute(_SUPPORTS, {"meeting": meeting.pk, "before": before})
        return dict(cursor.fetchall())


def my_questions(
    meeting: Meeting, *, person_id: int | None = None, check_in: CheckIn | None = None
) -> QuerySet[Question]:
    """What this person, or this phone, asked: also held and hidden ones, with their reason."""
    mine = Q(pk__in=[])
    if person_id is not None:
        mine |= Q(private__person_id=person_id)
    if check_in is not None:
        mine |= Q(private__check_in=check_in)
    return questions_of(meeting).filter(mine)


def check_in_of(
    meeting: Meeting, *, nonce: str = "", person_id: int | None = None, sitting: Sitting | None = None
) -> CheckIn | None:
    """The check-in of this phone or this account: at one sitting, or at any of the meeting, the latest first."""
    mine = Q(pk__in=[])
    if nonce:
        mine |= Q(nonce_hash=nonce_hash(nonce))
    if person_id is not None:
        mine |= Q(person_id=person_id)
    came_to = Q(sitting__meeting=meeting) if sitting is None else Q(sitting=sitting)
    found = CheckIn.objects.filter(mine, came_to).select_related("sitting", "estate")
    return found.order_by("-came_at").first()


def list_of(meeting: Meeting) -> QuerySet[CheckIn]:
    """The attendance list for the community, names included."""
    return (
        CheckIn.objects.filter(sitting__meeting=meeting)
        .select_related("sitting", "estate", "household", "private")
        .order_by("-came_at", "-id")
    )


# --- afterwards -------------------------------------------------------------------------------------------


def certificate_of(meeting: Meeting, now: datetime) -> dict[str, JSON]:
    """The certificate of the clock as plain data: the intervals and the counts, and what the policy asks for."""
    came = attendance_of(meeting)
    floor = limits.policy_of(meeting).floor
    spans = spans_of(meeting, meeting.ended_at or now)
    counted = balance_of(meeting)
    return {
        "title": meeting.title,
        "area": meeting.area.name,
        "stream": meeting.stream,
        "outcome": meeting.outcome,
        "outcome_reason": meeting.outcome_reason,
        "spans": [
            {
                "opened_at": instant(span.opened_at),
                "closed_at": instant(span.closed_at),
                "seconds": int(span.length.total_seconds()),
            }
            for span in spans
        ],
        "open_seconds": int(sum((span.length for span in spans), timedelta()).total_seconds()),
        "question_minutes": floor.question_minutes,
        "people": came.people,
        "households": came.households,
        "min_households": floor.min_households,
        "asked": counted.asked,
        "cases": counted.cases,
        "answered": counted.answered,
        "hidden": counted.hidden,
        "merged": counted.merged,
        "rejected": counted.rejected,
        "policy": meeting.policy_version,
    }


def minutes_of(meeting: Meeting) -> Minutes | None:
    return Minutes.objects.filter(meeting=meeting).prefetch_related("corrections").first()
