"""Who may read the policies on the desk and who may adopt a new version."""

from __future__ import annotations

from huiyin.domain.access import STAFF_ROLES, Actor, Role
from huiyin.domain.errors import NotPermitted


def can_read_policies(by: Actor) -> bool:
    """Policies hold nothing personal and bind everyone: every member of staff reads them."""
    return any(by.holds(role) for role in STAFF_ROLES)


def check_read_policies(by: Actor) -> None:
    if not can_read_policies(by):
        raise NotPermitted("规则页面只对工作人员开放。")


def can_adopt_policy(by: Actor) -> bool:
    return by.holds(Role.DISTRICT_OFFICER)


def check_adopt_policy(by: Actor) -> None:
    if not can_adopt_policy(by):
        raise NotPermitted("只有区级干部可以采用新的规则。")


def check_try_policy(by: Actor) -> None:
    """Who adopts policies tries them before."""
    if not can_adopt_policy(by):
        raise NotPermitted("只有区级干部可以试算规则的改动。")
