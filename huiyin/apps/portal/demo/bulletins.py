"""Half a year of monthly bulletins: most in time, some late, a few still owed; each as the lists stood then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from huiyin.apps.audit.bulk import EventDraft
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Bulletin, Case
from huiyin.apps.ledger.services.bulletins import month_before
from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.hours import office_moment
from huiyin.apps.portal.demo.staff import Staff, secretary_on
from huiyin.domain.access import SYSTEM
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import CaseList

MONTHS = 6
# Places in the list of estates whose last bulletin nobody has posted yet.
OWED = (1, 8, 19)


def post(
    estates: Sequence[Estate], cases: Iterable[Case], staff: Staff, rng: Random, now: datetime
) -> list[EventDraft]:
    """Write the bulletins and return the events of their falling due and being issued."""
    at_estate: dict[int, list[Case]] = {}
    for case in cases:
        if case.estate_id:
            at_estate.setdefault(case.estate_id, []).append(case)
    rows, drafts = [], []
    month = limits.day_of(now).replace(day=1)
    for months_ago in range(1, MONTHS + 1):
        following, month = month, month_before(month)
        due_at = limits.bulletin_due(following, now)
        for order, estate in enumerate(estates):
            bulletin = Bulletin(estate=estate, month=month, due_at=due_at)
            issued_at = _issued_at(rng, following)
            is_owed = months_ago == 1 and order in OWED
            if issued_at < now and not is_owed:
                drafts.append(_issue(bulletin, at_estate.get(estate.pk, []), staff, issued_at, now))
            rows.append(bulletin)
        drafts.append(
            EventDraft(
                kind="ledger.bulletins_fell_due",
                stream=f"bulletins/{month:%Y-%m}",
                by=SYSTEM,
                now=limits.start_of(following) + timedelta(minutes=6),
                public={"count": len(estates), "due_at": instant(due_at)},
            )
        )
    Bulletin.objects.bulk_create(rows)
    return drafts


def _issued_at(rng: Random, following: date) -> datetime:
    """Within the first four days, now and then days or weeks late."""
    late = rng.random()
    days = (
        rng.uniform(0.4, 3.6) if late < 0.84 else rng.uniform(6, 13) if late < 0.94 else rng.uniform(18, 40)
    )
    at = office_moment(rng, limits.start_of(following), days * 24)
    if late < 0.84 and at.day > 5:  # a long holiday: posted on its last evening from home
        return limits.end_of(following.replace(day=5)) - timedelta(hours=rng.uniform(3, 8))
    return at


def _issue(bulletin: Bulletin, cases: list[Case], staff: Staff, at: datetime, now: datetime) -> EventDraft:
    estate = bulletin.estate
    by = secretary_on(staff, estate.area, limits.day_of(at), limits.day_of(now))
    bulletin.lines = lines_as_of(cases, bulletin.month, at)
    bulletin.issued_at, bulletin.issued_by_label = at, by.label[:80]
    return EventDraft(
        kind="ledger.bulletin_issued",
        stream=f"estate/{estate.code}",
        by=by,
        now=at,
        public={
            "month": f"{bulletin.month:%Y-%m}",
            "due_at": instant(bulletin.due_at),
            "counts": {name: len(rows) for name, rows in bulletin.lines["lists"].items()},
        },
    )


def lines_as_of(cases: list[Case], month: date, at: datetime) -> dict[str, Any]:
    """The shape of `ledger.selectors.bulletin_lines`, as far as the rows of today tell how it was at `at`."""
    lists: dict[str, list[dict[str, Any]]] = {str(name): [] for name in CaseList}
    for case in sorted(cases, key=lambda case: (case.due_at, case.pk)):
        is_open = case.settled_at is None or case.settled_at > at
        if case.registered_at < at and is_open and case.status != Status.MERGED:
            lists[case.case_list].append(_line(case, at))
    following = (month + timedelta(days=32)).replace(day=1)
    start, end = limits.start_of(month), limits.start_of(following)
    confirmed = [
        case
        for case in sorted(cases, key=lambda case: case.settled_at or at)
        if case.status == Status.CONFIRMED and case.settled_at and start <= case.settled_at < end
    ]
    return {
        "as_of": at.isoformat(),
        "lists": lists,
        "confirmed": [_line(case, at, Status.CONFIRMED) for case in confirmed],
    }


def _line(case: Case, at: datetime, status: str = "") -> dict[str, Any]:
    is_replied = case.replied_at is not None and case.replied_at <= at
    is_assigned = case.assigned_at is not None and case.assigned_at <= at
    status = status or (
        Status.REPLIED if is_replied else Status.IN_PROGRESS if is_assigned else Status.REGISTERED
    )
    return {
        "number": case.number,
        "title": case.title,
        "building": case.building,
        "lead": case.lead_label if is_assigned else "",
        "first_due_on": limits.day_of(case.first_due_at).isoformat(),
        "due_on": limits.day_of(case.due_at).isoformat(),
        "status": str(status),
        "is_overdue": not is_replied and at > case.due_at,
    }
