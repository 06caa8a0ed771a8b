"""The monthly bulletin of the three lists: opened by the clock, issued by the secretary, late in public."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Bulletin, Case
from huiyin.apps.ledger.permissions import acts_as_secretary, signing_as_secretary
from huiyin.apps.ledger.selectors import bulletin_lines
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import scope_of_estate
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.canonical import instant
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now as clock


def month_before(day: date) -> date:
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


@transaction.atomic
def open_bulletins(*, now: datetime | None = None) -> int:
    """Early each month an estate with cases owes a bulletin on the month before (task; a second run adds nothing)."""
    now = now or clock()
    today = limits.day_of(now)
    month = month_before(today)
    due_at = limits.bulletin_due(today.replace(day=1), now)
    with_cases = Case.objects.filter(
        registered_at__lt=limits.start_of(today.replace(day=1)), estate__isnull=False
    )
    owed = Estate.objects.filter(pk__in=with_cases.values("estate_id")).exclude(
        pk__in=Bulletin.objects.filter(month=month).values("estate_id")
    )
    made = Bulletin.objects.bulk_create(
        [Bulletin(estate=estate, month=month, due_at=due_at) for estate in owed], ignore_conflicts=True
    )
    if made:
        record(
            kind="ledger.bulletins_fell_due",
            stream=f"bulletins/{month:%Y-%m}",
            by=SYSTEM,
            now=now,
            public={"count": len(made), "due_at": instant(due_at)},
        )
    return len(made)


@transaction.atomic
def issue_bulletin(bulletin: Bulletin, *, by: Actor, now: datetime | None = None) -> Bulletin:
    """Freeze the three lists as they stand and post them."""
    now = now or clock()
    bulletin = (
        Bulletin.objects.select_for_update(of=("self",), no_key=True)
        .select_related("estate__area")
        .get(pk=bulletin.pk)
    )
    estate = bulletin.estate
    if not acts_as_secretary(by, scope_of_estate(estate), estate.area_id):
        raise NotPermitted("只有这个社区的书记可以发布清单通报。", code="ledger.bulletin")
    if bulletin.issued_at is not None:
        raise RuleBroken("这期清单通报已经发布。", code="bulletin.issued")
    lines: dict[str, Any] = bulletin_lines(estate, month=bulletin.month, now=now)
    bulletin.lines = lines
    by = signing_as_secretary(by, scope_of_estate(estate))
    bulletin.issued_at = now
    bulletin.issued_by_label = by.label[:80]
    bulletin.save()
    record(
        kind="ledger.bulletin_issued",
        stream=f"estate/{estate.code}",
        by=by,
        now=now,
        public={
            "month": f"{bulletin.month:%Y-%m}",
            "due_at": instant(bulletin.due_at),
            "counts": {name: len(rows) for name, rows in lines["lists"].items()},
        },
    )
    return bulletin
