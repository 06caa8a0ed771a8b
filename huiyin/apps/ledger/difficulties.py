"""Difficulties a company raises: which estates it may speak for today, and what it raised before."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.selectors import cases_public
from huiyin.apps.places.models import Engagement
from huiyin.apps.places.selectors import engagements_on, served_q
from huiyin.domain.access import Actor, Role
from huiyin.domain.ledger_rules import Kind

RAISING_ROLES = (Role.MANAGER, Role.COMPANY_ADMIN)


def raises_difficulties(actor: Actor) -> bool:
    return bool(actor.scopes(*RAISING_ROLES))


def served_by(actor: Actor, on: date) -> QuerySet[Engagement]:
    """The engagements that run on that day and that this person speaks for."""
    mine = served_q(actor.scopes(*RAISING_ROLES), company_id="company_id", engagement_id="pk")
    return (
        engagements_on(on).filter(mine).select_related("company", "estate__area").order_by("estate__sort_key")
    )


def difficulties_of(person_id: int, served: QuerySet[Engagement]) -> QuerySet[Case]:
    """Difficulties at the estates served, and those this person raised anywhere, newest first."""
    mine = Exists(Asker.objects.filter(case=OuterRef("pk"), person_id=person_id))
    here = Q(estate__in=served.order_by().values("estate"))
    return cases_public().filter(Q(here | mine), kind=Kind.DIFFICULTY)
