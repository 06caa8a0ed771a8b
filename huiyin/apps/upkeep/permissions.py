"""Who keeps maintenance records, corrects them and reads them (domain.md §2); the same rule draws the button."""

from __future__ import annotations

from django.db.models import Q

from huiyin.apps.ledger.permissions import acts_as_secretary
from huiyin.apps.places.models import Engagement
from huiyin.apps.places.selectors import AREA_STAFF, COMPANY_STAFF, inside_q, scope_of_engagement, served_q
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.domain.access import Actor, Role
from huiyin.domain.errors import NotPermitted

CORRECTORS = (Role.MANAGER, Role.COMPANY_ADMIN)


def sees_records(actor: Actor) -> bool:
    """The company's own staff, the area's staff and auditors."""
    return bool(actor.scopes(*AREA_STAFF, *COMPANY_STAFF))


def engagements_q(actor: Actor, prefix: str = "") -> Q:
    """The engagements whose records this actor reads: in the area, or of the own company."""
    placed = inside_q(
        actor.scopes(*AREA_STAFF), path=f"{prefix}estate__area__path", estate_id=f"{prefix}estate_id"
    )
    return placed | served_q(
        actor.scopes(*COMPANY_STAFF), company_id=f"{prefix}company_id", engagement_id=f"{prefix}pk"
    )


def recorded_q(actor: Actor) -> Q:
    """The engagements for which this actor may add records."""
    return served_q(actor.scopes(*COMPANY_STAFF), company_id="company_id", engagement_id="pk")


def scope_q(actor: Actor) -> Q:
    return engagements_q(actor, "engagement__")


def may_record(by: Actor, engagement: Engagement) -> bool:
    """Whoever does the work writes it down: technician, manager, administrator."""
    scope = scope_of_engagement(engagement)
    return any(by.holds(role, scope) for role in COMPANY_STAFF)


def may_correct(by: Actor, record: MaintenanceRecord) -> bool:
    """The manager of the engagement or the administrator of its company answers for what is written down."""
    scope = scope_of_engagement(record.engagement)
    return any(by.holds(role, scope) for role in CORRECTORS)


def may_import(by: Actor) -> bool:
    return any(by.holds(role) for role in CORRECTORS)


def may_cover(by: Actor, record: MaintenanceRecord) -> bool:
    """Takes a name out that masking missed: the company, or the secretary of the community."""
    return may_correct(by, record) or acts_as_secretary(
        by, record.place_scope, record.engagement.estate.area_id
    )


def check_record(by: Actor, engagement: Engagement) -> None:
    if not may_record(by, engagement):
        raise NotPermitted("只有服务这个小区的物业企业可以记保养记录。", code="upkeep.may_record")


def check_correct(by: Actor, record: MaintenanceRecord) -> None:
    if not may_correct(by, record):
        raise NotPermitted("保养记录由项目负责人或企业管理员更正。", code="upkeep.may_correct")


def check_cover(by: Actor, record: MaintenanceRecord) -> None:
    if not may_cover(by, record):
        raise NotPermitted("只有物业企业或社区书记可以遮盖。", code="upkeep.may_cover")
