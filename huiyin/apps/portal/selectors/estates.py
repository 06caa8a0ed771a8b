"""One street, one estate, one company: who serves it, what is open, what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet, Window
from django.db.models.functions import RowNumber, TruncMonth

from huiyin.apps.ledger.figures import Figures, figures, figures_by, total
from huiyin.apps.ledger.models import Bulletin, Case, Milestone
from huiyin.apps.ledger.selectors import bulletins_public, cases_public
from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.apps.places.selectors import covered_by_q, estates_in
from huiyin.apps.portal.selectors.front import Standing, cases_of_year, standing_by, together
from huiyin.domain.case_workflow import OPEN, Status
from huiyin.domain.clocks import due_day
from huiyin.domain.ledger_rules import LIST_LABELS, CaseList

SHOWN_OF_A_LIST = 4
MONTHS = 12


# --- a street ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EstateRow:
    estate: Estate
    now: Standing
    year: Figures


@dataclass(frozen=True)
class StreetView:
    rows: list[EstateRow]
    year: Figures
    now: Standing
    elsewhere: Standing
    """Open cases that belong to no estate."""


def street_view(street: Area, now: datetime) -> StreetView:
    """Its estates with what is open and the year's figures: three queries."""
    inside = covered_by_q(street, "place_path")
    standing = standing_by(cases_public().filter(inside), "estate_id", now)
    year = figures_by(cases_of_year(now).filter(inside), "estate_id", now)
    rows = [
        EstateRow(
            estate,
            standing.get(estate.pk, Standing()),
            year[estate.pk] if estate.pk in year else total([], now),
        )
        for estate in estates_in(street)
    ]
    return StreetView(
        rows=rows,
        year=total(year.values(), now),
        now=together(standing.values()),
        elsewhere=standing.get(None, Standing()),
    )


# --- an estate --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenList:
    """One of the three lists: the cases due first, and how many there are in all."""

    key: CaseList
    label: str
    cases: list[Case] = field(default_factory=list)
    count: int = 0

    @property
    def rest(self) -> int:
        return self.count - len(self.cases)


def open_lists(estate: Estate) -> list[OpenList]:
    """Two queries: the first cases of each list with the size of it, and the steps of the long ones."""
    steps = Prefetch(
        "milestones",
        queryset=Milestone.objects.filter(done_on=None).order_by("ordinal"),
        to_attr="steps_left",
    )
    per_list: dict[str, Any] = {"partition_by": [F("case_list")]}
    cases = (
        Case.objects.filter(estate=estate, status__in=sorted(OPEN))
        .annotate(
            place=Window(RowNumber(), **per_list, order_by=["due_at", "id"]),
            in_list=Window(Count("pk"), **per_list),
        )
        .filter(place__lte=SHOWN_OF_A_LIST)
        .defer("text", "search")
        .order_by("place")
        .prefetch_related(steps)
    )
    shown: dict[str, list[Case]] = {}
    for case in cases:
        shown.setdefault(case.case_list, []).append(case)
    return [
        OpenList(
            key,
            LIST_LABELS[key],
            shown.get(key, []),
            shown[key][0].in_list if key in shown else 0,  # type: ignore[attr-defined]
        )
        for key in LIST_LABELS
    ]


def confirmed_lately(estate: Estate, count: int) -> list[Case]:
    """What askers confirmed as solved, newest first, with `days` from registration."""
    cases = list(
        Case.objects.filter(estate=estate, status=Status.CONFIRMED)
        .defer("text", "search")
        .order_by("-settled_at")[:count]
    )
    for case in cases:
        ended = case.settled_at or case.registered_at
        case.days = (due_day(ended) - due_day(case.registered_at)).days  # type: ignore[attr-defined]
    return cases


@dataclass(frozen=True)
class Month:
    first: date
    registered: int
    confirmed: int


def months_before(now: datetime) -> list[date]:
    """The first days of the last twelve months, this one last."""
    last = due_day(now).replace(day=1)
    months = [last]
    while len(months) < MONTHS:
        year, month = months[0].year, months[0].month
        months.insert(0, date(year - (month == 1), (month - 2) % 12 + 1, 1))
    return months


def months_of(estate: Estate, now: datetime) -> list[Month]:
    """Registered and confirmed cases of each of the last twelve months: two queries."""
    firsts = months_before(now)
    cases = Case.objects.filter(estate=estate).order_by()
    registered = _by_month(cases.filter(registered_at__date__gte=firsts[0]), "registered_at")
    confirmed = _by_month(
        cases.filter(settled_at__date__gte=firsts[0], status=Status.CONFIRMED), "settled_at"
    )
    return [Month(first, registered.get(first, 0), confirmed.get(first, 0)) for first in firsts]


def _by_month(cases: QuerySet[Case], when: str) -> dict[date, int]:
    rows = cases.annotate(month=TruncMonth(when)).values_list("month").annotate(n=Count("pk"))
    return {month.date(): count for month, count in rows}


@dataclass(frozen=True)
class BulletinRow:
    bulletin: Bulletin
    days_late: int
    is_issued: bool


def bulletin_rows(estate: Estate, now: datetime, count: int) -> list[BulletinRow]:
    rows = []
    for bulletin in bulletins_public(estate).defer("lines")[:count]:
        late = (due_day(bulletin.issued_at or now) - due_day(bulletin.due_at)).days
        rows.append(BulletinRow(bulletin, max(0, late), bulletin.issued_at is not None))
    return rows


# --- a company --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Service:
    """One engagement with what its company was asked for this year."""

    engagement: Engagement
    year: Figures
    now: Standing


@dataclass(frozen=True)
class CompanyView:
    serving: list[Service]
    served: list[Service]
    year: Figures
    now: Standing


def company_view(company: Company, now: datetime) -> CompanyView:
    """The cases led by each of its engagements; what it missed before a hand-over stays with it. Four queries."""
    led = cases_public().filter(lead_engagement__company=company)
    year_cases = cases_of_year(now).filter(lead_engagement__company=company)
    by_engagement = figures_by(year_cases, "lead_engagement_id", now)
    standing = standing_by(led, "lead_engagement_id", now)
    engagements = company.engagements.select_related("estate__area").order_by(
        "estate__sort_key", "-starts_on"
    )
    services = [
        Service(
            row,
            by_engagement[row.pk] if row.pk in by_engagement else total([], now),
            standing.get(row.pk, Standing()),
        )
        for row in engagements
    ]
    today = due_day(now)
    return CompanyView(
        serving=[s for s in services if _is_serving(s.engagement, today)],
        served=[s for s in services if not _is_serving(s.engagement, today)],
        year=figures(year_cases, now),
        now=together(standing.values()),
    )


def _is_serving(engagement: Engagement, today: date) -> bool:
    return engagement.starts_on <= today and (engagement.ends_on is None or engagement.ends_on >= today)


def estates_served(services: Iterable[Service]) -> int:
    return len({service.engagement.estate_id for service in services})
