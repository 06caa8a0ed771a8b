"""What the ledger's desk pages share: who is at the desk, what the query asks for, the tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, QueryDict

from huiyin.apps.ledger.desk_selectors import (
    DESK_ORDERS,
    STATE_LABELS,
    DeskFilter,
    Duties,
    duties_of,
    sees_ledger,
)
from huiyin.apps.ledger.difficulties import raises_difficulties
from huiyin.apps.ledger.permissions import AREA_ROLES, ENTERING_ROLES
from huiyin.domain.access import Actor
from huiyin.domain.ledger_rules import LIST_LABELS, SOURCE_LABELS


def actor_at_desk(request: HttpRequest) -> Actor:
    """The actor; 404 for who has no case to see."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not sees_ledger(actor):
        raise Http404
    return actor


def person_id_of(request: HttpRequest) -> int:
    """Whoever is at the desk is signed in."""
    pk = request.user.pk
    assert pk is not None
    return pk


def area_actor_at_desk(request: HttpRequest) -> tuple[Actor, Duties]:
    """Somebody of the public side, with the duties."""
    actor = actor_at_desk(request)
    if not actor.scopes(*AREA_ROLES):
        raise Http404
    return actor, duties_of(actor)


def filter_of(told: QueryDict) -> DeskFilter:
    """The filter in a query string; unknown values filter nothing, no state means the open cases."""
    state = told.get("state", "open")
    return DeskFilter(
        estate=told.get("estate", "")[:60],
        area=told.get("area", "")[:60],
        state=state if state in STATE_LABELS else "all",
        case_list=told.get("list", "") if told.get("list") in LIST_LABELS else "",
        category=told.get("category", "")[:40],
        source=told.get("source", "") if told.get("source") in SOURCE_LABELS else "",
        text=told.get("q", "")[:100],
        order=told.get("order", "") if told.get("order") in DESK_ORDERS else "due",
        topic=told.get("topic", "")[:9],
    )


def query_of(wanted: DeskFilter) -> str:
    """The filter as a query string that says everything, also the default state."""
    query = QueryDict(mutable=True)
    names = {"case_list": "list", "text": "q"}
    for name in ("estate", "area", "state", "case_list", "category", "source", "text", "order", "topic"):
        if value := getattr(wanted, name):
            query[names.get(name, name)] = value
    return query.urlencode()


def tabs(actor: Actor, here: str) -> dict[str, Any]:
    return {
        "tab": here,
        "sees_areas": bool(actor.scopes(*AREA_ROLES)),
        "may_enter": bool(actor.scopes(*ENTERING_ROLES)),
        "raises_difficulties": raises_difficulties(actor),
    }
