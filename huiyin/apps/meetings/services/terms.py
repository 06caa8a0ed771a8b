"""A new term of a community's party committee: the report meeting is its first thing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.ledger.permissions import signing_as_secretary
from huiyin.apps.meetings.models import CommitteeTerm
from huiyin.apps.meetings.permissions import can_plan
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import scope_of_area
from huiyin.domain.access import Actor, Role
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now as clock


def can_start_term(by: Actor, area: Area) -> bool:
    """The street that confirms the election, or the secretary."""
    return by.holds(Role.STREET_OFFICER, scope_of_area(area)) or can_plan(by, area)


@transaction.atomic
def start_term(*, area: Area, starts_on: date, by: Actor, now: datetime | None = None) -> CommitteeTerm:
    """A term begins, the one before ends the day before; from now on the first meeting is owed (policy)."""
    now = now or clock()
    if not can_start_term(by, area):
        raise NotPermitted("届期由街镇或社区书记登记。", code="meetings.start_term")
    if area.level != Area.Level.COMMUNITY:
        raise RuleBroken("请选社区（村）。", code="term.not_a_community", field="area")
    area = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    running = CommitteeTerm.objects.filter(area=area, ends_on=None).first()
    if running is not None and running.starts_on >= starts_on - timedelta(days=1):
        raise RuleBroken("新一届要晚于上一届开始。", code="term.not_later", field="starts_on")
    if running is not None:
        running.ends_on = starts_on - timedelta(days=1)
        running.save(update_fields=["ends_on"])
    term = CommitteeTerm.objects.create(area=area, starts_on=starts_on)
    if not by.holds(Role.STREET_OFFICER, scope_of_area(area)):
        by = signing_as_secretary(by, scope_of_area(area))
    record(
        kind="meetings.term_started",
        stream=f"area/{area.code}",
        by=by,
        now=now,
        public={"starts_on": starts_on.isoformat()},
    )
    return term
