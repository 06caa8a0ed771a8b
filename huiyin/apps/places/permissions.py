"""Who may change areas, estates, engagements and households."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from huiyin.domain.access import SYSTEM, Actor, Role, Scope
from huiyin.domain.errors import NotPermitted

OFFICERS = (Role.STREET_OFFICER, Role.DISTRICT_OFFICER)
ON_THE_SPOT = (Role.COMMUNITY_WORKER, Role.SECRETARY, *OFFICERS)


def _holds_any(by: Actor, roles: tuple[Role, ...], scope: Scope | None) -> bool:
    return by.key == SYSTEM.key or any(by.holds(role, scope) for role in roles)


def can_change_areas(by: Actor, scope: Scope | None) -> bool:
    """The division tree belongs to the district; its root is set up by the system."""
    return by.key == SYSTEM.key or (scope is not None and by.holds(Role.DISTRICT_OFFICER, scope))


def can_change_estates(by: Actor, scope: Scope) -> bool:
    return _holds_any(by, OFFICERS, scope)


def can_name_estates(by: Actor, scope: Scope) -> bool:
    """What people also call an estate is known best on the spot; nothing else of it changes with a name."""
    return _holds_any(by, (Role.SECRETARY, *OFFICERS), scope)


def can_change_companies(by: Actor) -> bool:
    """A company works in many places, so an officer of any place may register it."""
    return _holds_any(by, OFFICERS, None)


def can_register_households(by: Actor, scope: Scope) -> bool:
    return _holds_any(by, ON_THE_SPOT, scope)


def check_change_areas(by: Actor, scope: Scope | None) -> None:
    if not can_change_areas(by, scope):
        raise NotPermitted(_("只有区级干部可以维护区划。"), code="places.areas")


def check_change_estates(by: Actor, scope: Scope) -> None:
    if not can_change_estates(by, scope):
        raise NotPermitted(_("只有本街镇或本区的干部可以维护小区和服务合同。"), code="places.estates")


def check_name_estates(by: Actor, scope: Scope) -> None:
    if not can_name_estates(by, scope):
        raise NotPermitted(
            _("只有本社区的书记、本街镇或本区的干部可以登记小区的别名。"), code="places.aliases"
        )


def check_change_companies(by: Actor) -> None:
    if not can_change_companies(by):
        raise NotPermitted(_("只有街镇或区级干部可以登记物业企业。"), code="places.companies")


def check_register_households(by: Actor, scope: Scope) -> None:
    if not can_register_households(by, scope):
        raise NotPermitted(_("只有本社区的工作人员可以登记住户。"), code="places.households")
