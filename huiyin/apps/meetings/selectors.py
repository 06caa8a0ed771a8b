"""Reading meetings and forums: what anybody sees, what the desk sees, what a live page needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.attendance import Attendance, attendance_of, nonce_hash
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.clock import ClockState, clock_of, spans_of
from huiyin.apps.meetings.forum_due import missing, unlisted
from huiyin.apps.meetings.models import (
    CheckIn,
    CommitteeTerm,
    Forum,
    ForumItem,
    Meeting,
    Minutes,
    Question,
    RatingToken,
    Sitting,
)
from huiyin.apps.meetings.permissions import AREA_ROLES, forum_scope_q, scope_q
from huiyin.apps.meetings.rating_sums import SCORES, scores_of, turnout_of
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.places.selectors import inside_q
from huiyin.domain.access import Actor
from huiyin.domain.canonical import JSON, instant
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.forum_agenda import Due
from huiyin.domain.meeting_phases import HELD, PUBLIC, UNDER_WAY
from huiyin.domain.meeting_rules import first_thing_due
from huiyin.domain.question_balance import Balance, Standing, balance
from huiyin.language.words import sort_key

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


@dataclass(frozen=True)
class RatedQuestion:
    """One question's answers: how many gave each score, and the mean to one decimal."""

    code: str
    text: str
    counts: dict[int, int]
    mean: Decimal


@dataclass(frozen=True)
class RatingResult:
    """An estate's ratings. While households still rate, `casts` is all there is: two looks would tell what lay between.

    `questions` is None until then, and below the minimum, so that no answer can be told from the sums.
    """

    estate: Estate
    casts: int
    household_count: int
    min_shown: int
    ends_at: datetime
    is_counted: bool
    questions: list[RatedQuestion] | None
    by_building: list[tuple[str, int]]
    """Turnout of the buildings from which enough households have rated, then of the others together as ("", n)."""


def rating_results(meeting: Meeting, now: datetime) -> list[RatingResult]:
    """Of each estate heard at the meeting, once it is closed; three queries, however many estates."""
    if meeting.closed_at is None:
        return []
    rule = limits.policy_of(meeting).rating
    is_counted = meeting.ratings_counted_at is not None
    scores = scores_of(meeting) if is_counted else {}
    turnout = turnout_of(meeting)
    results = []
    for heard in meeting.estates.select_related("estate"):
        by_building = turnout.get(heard.estate_id, {})
        casts = sum(by_building.values())
        shown = None
        if is_counted and casts >= rule.min_shown:
            given = scores.get(heard.estate_id, {})
            shown = [
                _rated(each.code, each.text, dict(zip(SCORES, given[each.code], strict=True)))
                for each in rule.questions
                if each.code in given
            ]
        results.append(
            RatingResult(
                estate=heard.estate,
                casts=casts,
                household_count=heard.estate.household_count,
                min_shown=rule.min_shown,
                ends_at=limits.rating_ends_at(meeting, rule),
                is_counted=is_counted,
                questions=shown,
                by_building=_by_building(by_building, rule.min_shown) if is_counted else [],
            )
        )
    return results


def _by_building(turnout: dict[str, int], min_shown: int) -> list[tuple[str, int]]:
    named = {building: count for building, count in turnout.items() if building and count >= min_shown}
    others = sum(turnout.values()) - sum(named.values())
    rows = sorted(named.items(), key=lambda each: sort_key(each[0]))
    return [*rows, ("", others)] if others else rows


def _rated(code: str, text: str, counts: dict[int, int]) -> RatedQuestion:
    total = sum(counts.values())
    points = sum(score * count for score, count in counts.items())
    mean = (Decimal(points) / total).quantize(Decimal("0.1")) if total else Decimal(0)
    return RatedQuestion(code, text, counts, mean)


def letters_of(meeting: Meeting) -> QuerySet[RatingToken]:
    """The letters that are valid now; never their tokens."""
    return RatingToken.objects.filter(meeting=meeting, revoked_at=None).select_related("household")


# --- forums -----------------------------------------------------------------------------------------------


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
