"""An account is on the company's side or on the public one, never on both."""

from __future__ import annotations

import pytest

from huiyin.domain.access import COMPANY_ROLES, SECOND_FACTOR_ROLES, STAFF_ROLES, Role, on_both_sides


@pytest.mark.parametrize(
    ("role", "held", "is_on_both"),
    [
        (Role.TECHNICIAN, [], False),
        (Role.TECHNICIAN, [Role.MANAGER], False),
        (Role.MANAGER, [Role.COMPANY_ADMIN, Role.TECHNICIAN], False),
        (Role.SECRETARY, [Role.STREET_OFFICER], False),
        (Role.AUDITOR, [Role.DISTRICT_OFFICER], False),
        (Role.TECHNICIAN, [Role.SECRETARY], True),
        (Role.SECRETARY, [Role.TECHNICIAN], True),
        (Role.COMPANY_ADMIN, [Role.MANAGER, Role.COMMUNITY_WORKER], True),
        (Role.OPERATOR, [Role.COMPANY_ADMIN], True),
    ],
)
def test_a_role_of_the_other_side_is_seen(role: Role, held: list[Role], is_on_both: bool) -> None:
    assert on_both_sides(role, held) is is_on_both


def test_everybody_of_the_public_side_gives_a_second_factor() -> None:
    assert COMPANY_ROLES < STAFF_ROLES
    assert SECOND_FACTOR_ROLES > STAFF_ROLES - COMPANY_ROLES
