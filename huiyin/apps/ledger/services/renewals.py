"""A contract that was renewed: what the company has not done yet goes on under its new one, by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services.assign import Lead, lead_fields
from huiyin.apps.ledger.services.transition import locked, witness
from huiyin.apps.places.models import Engagement
from huiyin.apps.places.selectors import engagements_on
from huiyin.domain.access import SYSTEM
from huiyin.domain.case_workflow import OPEN
from huiyin.web.now import now as clock


def renewed_contracts(now: datetime, **of: Any) -> dict[int, int]:
    """By open case that is led under a contract that is over: the new one of the same company that serves on.

    Where another company served in between they were its predecessor's to hand over, by the list both see.
    """
    today = limits.day_of(now)
    lead_estate, lead_company = OuterRef("lead_engagement__estate"), OuterRef("lead_engagement__company")
    serving = engagements_on(today).filter(estate=lead_estate, company=lead_company)
    others = Engagement.objects.filter(
        estate=lead_estate, starts_on__gt=OuterRef("lead_engagement__ends_on"), starts_on__lte=today
    ).exclude(company=lead_company)
    led_on = Case.objects.filter(status__in=sorted(OPEN), lead_engagement__ends_on__lt=today, **of)
    led_on = led_on.annotate(renewed=Subquery(serving.values("pk")[:1]))
    found = led_on.filter(~Exists(others), renewed__isnull=False).order_by("pk")
    return dict(found.values_list("pk", "renewed"))


@transaction.atomic
def follow_renewal(case: Case, *, now: datetime | None = None) -> Case:
    """Lead, clock and history stay; the case only stands under the contract in force. Called again it does nothing.

    What the company asked for under the old contract is still its word, so no request lapses.
    """
    now = now or clock()
    case = locked(case)
    renewed = renewed_contracts(now, pk=case.pk).get(case.pk)
    if renewed is None:
        return case
    Lead.company(Engagement.objects.select_related("company", "estate").get(pk=renewed)).put_on(case)
    case.save(update_fields=["lead_kind", "lead_engagement", "lead_area", "lead_label", "lead_path"])
    witness(
        case,
        "lead_renewed",
        by=SYSTEM,
        now=now,
        public=lead_fields(case),
        texts={"lead": case.lead_label},
    )
    return case


def follow_renewals(*, now: datetime | None = None) -> int:
    """Every case whose company serves on under a new contract (periodic task). Returns how many."""
    now = now or clock()
    waiting = renewed_contracts(now)
    for case in Case.objects.filter(pk__in=waiting).only("pk").order_by("pk"):
        follow_renewal(case, now=now)
    return len(waiting)
