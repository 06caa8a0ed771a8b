"""The district at a glance: the year's numbers, the latest results, what neighbours press for, the streets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.selectors import evidence_prefetch, evidence_public
from huiyin.apps.ledger.figures import Figures, figures_by, total
from huiyin.apps.ledger.models import Case, Reply, ReplyPhoto, Topic
from huiyin.apps.ledger.selectors import ORDERS, cases_public
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.selectors import meetings_public
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.places.selectors import estates_matching, streets_public
from huiyin.domain.case_workflow import OPEN, OWING_A_REPLY, Status
from huiyin.domain.clocks import due_day
from huiyin.domain.meeting_phases import HELD, LIVE, Phase

MOST_FOUND = 30


def beginning_of_year(now: datetime) -> datetime:
    return now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


def cases_of_year(now: datetime) -> QuerySet[Case]:
    """The cohort of every public number: what was registered since the first of January."""
    return cases_public().filter(registered_at__gte=beginning_of_year(now))


@dataclass(frozen=True)
class Standing:
    """What is open now, whenever it was registered."""

    open: int = 0
    overdue: int = 0


def standing_by(cases: QuerySet[Case], field: str, now: datetime) -> dict[Any, Standing]:
    """Open and overdue cases for each value of `field`, one query."""
    late = Q(status__in=sorted(OWING_A_REPLY), due_at__lt=now)
    rows = (
        cases.order_by()
        .filter(status__in=sorted(OPEN))
        .values_list(field)
        .annotate(n_open=Count("pk"), n_overdue=Count("pk", filter=late))
    )
    return {key: Standing(open_, overdue) for key, open_, overdue in rows}


def together(standings: Iterable[Standing]) -> Standing:
    rows = list(standings)
    return Standing(sum(row.open for row in rows), sum(row.overdue for row in rows))


# --- results and what is pressed for ----------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """A replied case with its pair of pictures, as the front page shows it."""

    case: Case
    before: Evidence
    after: Evidence
    days: int
    is_confirmed: bool


def latest_results(count: int) -> list[Result]:
    """Of the newest replies that show before and after, one a case, the confirmed ones first; bounded queries."""
    shown = ReplyPhoto.objects.filter(reply=OuterRef("pk"), evidence__in=evidence_public())
    photos = ReplyPhoto.objects.prefetch_related(evidence_prefetch("evidence"))
    replies = (
        Reply.objects.filter(
            Exists(shown.filter(moment=ReplyPhoto.Moment.BEFORE)),
            Exists(shown.filter(moment=ReplyPhoto.Moment.AFTER)),
            case__status__in=[Status.CONFIRMED, Status.REPLIED],
        )
        .select_related("case__estate", "case__area")
        .prefetch_related(Prefetch("photos", queryset=photos))
        .order_by("-replied_at", "-id")
    )
    results: dict[int, Result] = {}
    for reply in replies[: 4 * count]:
        if reply.case_id not in results:
            results[reply.case_id] = _result(reply)
    return sorted(results.values(), key=lambda result: not result.is_confirmed)[:count]


def _result(reply: Reply) -> Result:
    case = reply.case
    by_moment = {photo.moment: photo.evidence for photo in reply.photos.all()}
    is_confirmed = case.status == Status.CONFIRMED
    ended = case.settled_at if is_confirmed and case.settled_at else reply.replied_at
    return Result(
        case=case,
        before=by_moment[ReplyPhoto.Moment.BEFORE],
        after=by_moment[ReplyPhoto.Moment.AFTER],
        days=(due_day(ended) - due_day(case.registered_at)).days,
        is_confirmed=is_confirmed,
    )


def most_pressed(count: int) -> list[Case]:
    """Cases that still owe a reply, those first that most households share or urge."""
    return list(
        cases_public()
        .filter(Q(me_too_count__gt=0) | Q(urge_count__gt=0), status__in=sorted(OWING_A_REPLY))
        .defer("text", "search")
        .order_by(*ORDERS["me_too"])[:count]
    )


def open_topics(count: int) -> list[Topic]:
    """Topics of any estate by their open cases, `open_count` and `case_count` with each."""
    return list(
        Topic.objects.select_related("estate")
        .annotate(
            case_count=Count("cases"),
            open_count=Count("cases", filter=Q(cases__status__in=sorted(OPEN))),
        )
        .filter(open_count__gt=0)
        .order_by("-open_count", "-case_count", "title")[:count]
    )


# --- report meetings --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MeetingsNow:
    """What is on and what comes next, and how many were held this year in how many streets."""

    shown: list[Meeting]
    held_count: int
    street_count: int


def meetings_now(rows: Iterable[StreetRow], now: datetime, count: int) -> MeetingsNow:
    """Those that are live first, then the nearest; `rows` are the streets. Four queries."""
    coming = meetings_public().filter(
        Q(phase__in=sorted(LIVE)) | Q(phase=Phase.ANNOUNCED, planned_at__gte=now)
    )
    nearest = sorted(
        coming.order_by("planned_at", "id")[: count + len(LIVE)], key=lambda each: each.phase not in LIVE
    )
    held = list(
        Meeting.objects.filter(phase__in=sorted(HELD), planned_at__gte=beginning_of_year(now))
        .order_by()
        .values_list("area__path", flat=True)
    )
    streets = [(row.area.path, *row.area.earlier_paths) for row in rows]
    return MeetingsNow(
        shown=nearest[:count],
        held_count=len(held),
        street_count=sum(any(path.startswith(covered) for path in held) for covered in streets),
    )


# --- streets ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StreetRow:
    area: Area
    estate_count: int
    now: Standing
    year: Figures


def street_rows(now: datetime) -> list[StreetRow]:
    """Every street with what is open and this year's figures: five queries however many streets."""
    streets = list(streets_public())
    paths = list(Area.objects.values_list("pk", "path"))
    estates = dict(Estate.objects.order_by().values_list("area_id").annotate(n=Count("pk")))
    standing = standing_by(cases_public(), "area_id", now)
    year = figures_by(cases_of_year(now), "area_id", now)
    rows = []
    for street in streets:
        covered = (street.path, *street.earlier_paths)
        inside = [pk for pk, path in paths if path.startswith(covered)]
        rows.append(
            StreetRow(
                area=street,
                estate_count=sum(estates.get(pk, 0) for pk in inside),
                now=together(standing[pk] for pk in inside if pk in standing),
                year=total((year[pk] for pk in inside if pk in year), now),
            )
        )
    return rows


def estates_found(text: str) -> list[Estate]:
    """The public search, and estates where a case names such a building; the same name first."""
    text = text.strip()
    at_building = Exists(Case.objects.filter(estate=OuterRef("pk"), building__icontains=text))
    found = estates_matching(text, further=Q(at_building))[:MOST_FOUND]
    return sorted(found, key=lambda estate: (estate.name != text, estate.name not in text))
