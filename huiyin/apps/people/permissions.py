"""Who may see people, give roles, check households and open contact data."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from huiyin.domain.access import SECOND_FACTOR_ROLES, SYSTEM, Actor, Role, Scope
from huiyin.domain.errors import NotPermitted

# Who gives which role inside the own scope (ADR 0005). Company roles are given by the company's administrator,
# and the administrator by an officer, because a company has no place in the area tree.
GRANTED_BY: dict[Role, frozenset[Role]] = {
    Role.DISTRICT_OFFICER: frozenset({Role.DISTRICT_OFFICER}),
    Role.STREET_OFFICER: frozenset({Role.DISTRICT_OFFICER}),
    Role.SECRETARY: frozenset({Role.DISTRICT_OFFICER, Role.STREET_OFFICER}),
    Role.COMMUNITY_WORKER: frozenset({Role.DISTRICT_OFFICER, Role.STREET_OFFICER, Role.SECRETARY}),
    Role.AUDITOR: frozenset({Role.DISTRICT_OFFICER}),
    Role.OPERATOR: frozenset({Role.DISTRICT_OFFICER}),
    Role.COMPANY_ADMIN: frozenset({Role.DISTRICT_OFFICER, Role.STREET_OFFICER}),
    Role.MANAGER: frozenset({Role.COMPANY_ADMIN}),
    Role.TECHNICIAN: frozenset({Role.COMPANY_ADMIN}),
}
SEES_PEOPLE = (
    Role.SECRETARY,
    Role.STREET_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.COMPANY_ADMIN,
    Role.AUDITOR,
)
CHECKS_HOUSEHOLDS = (Role.COMMUNITY_WORKER, Role.SECRETARY)
OPENS_CONTACTS = (Role.SECRETARY, Role.COMMUNITY_WORKER)
SEES_OPENINGS = (Role.AUDITOR, Role.DISTRICT_OFFICER)


def can_see_people(by: Actor) -> bool:
    return any(by.holds(role) for role in SEES_PEOPLE)


def can_grant(by: Actor, role: Role, scope: Scope) -> bool:
    """True if `by` may give this role at this place; a company administrator is given by any officer."""
    if by.key == SYSTEM.key:
        return True
    where = None if role is Role.COMPANY_ADMIN else scope
    return any(by.holds(giver, where) for giver in GRANTED_BY.get(role, ()))


def can_reset_second_factor(by: Actor, standing: Iterable[tuple[Role, Scope]]) -> bool:
    """The factor guards every role of a person, so whoever clears it must be able to give each one it guards."""
    return all(can_grant(by, role, scope) for role, scope in standing if role in SECOND_FACTOR_ROLES)


def grantable_roles(by: Actor) -> list[Role]:
    return [role for role, givers in GRANTED_BY.items() if any(by.holds(giver) for giver in givers)]


def can_name_staff(by: Actor) -> bool:
    return by.key == SYSTEM.key or bool(grantable_roles(by))


def can_check_household(by: Actor, scope: Scope) -> bool:
    return any(by.holds(role, scope) for role in CHECKS_HOUSEHOLDS)


def can_check_households(by: Actor) -> bool:
    return any(by.holds(role) for role in CHECKS_HOUSEHOLDS)


def home_in_reach(by: Actor, homes: Iterable[Scope]) -> Scope | None:
    """The separate right of domain.md §2: secretary or community worker, for somebody who lives in their scope.

    The home that gives the right, so that the opening is logged where it was allowed.
    """
    return next((home for home in homes if any(by.holds(role, home) for role in OPENS_CONTACTS)), None)


def can_see_openings(by: Actor) -> bool:
    return any(by.holds(role) for role in SEES_OPENINGS)


def check_see_people(by: Actor) -> None:
    if not can_see_people(by):
        raise NotPermitted(_("没有查看人员的权限。"), code="people.list")


def check_grant(by: Actor, role: Role, scope: Scope) -> None:
    if not can_grant(by, role, scope):
        raise NotPermitted(_("您不能在这里任命这个角色。"), code="people.grant")


def check_reset_second_factor(by: Actor, standing: Iterable[tuple[Role, Scope]]) -> None:
    if not can_reset_second_factor(by, standing):
        raise NotPermitted(_("这个人还有别的角色，动态码要由能任命那些角色的人清除。"), code="people.factor")


def check_check_household(by: Actor, scope: Scope) -> None:
    if not can_check_household(by, scope):
        raise NotPermitted(_("只有本社区的工作人员可以核实住户。"), code="people.household")


def check_open_contact(by: Actor, homes: Iterable[Scope]) -> Scope:
    home = home_in_reach(by, homes)
    if home is None:
        raise NotPermitted(_("没有查看联系方式的权限。"), code="people.contact")
    return home


def check_see_openings(by: Actor) -> None:
    if not can_see_openings(by):
        raise NotPermitted(_("没有查看登记的权限。"), code="people.openings")
