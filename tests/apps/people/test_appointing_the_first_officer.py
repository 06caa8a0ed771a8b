"""A new installation has nobody: a command appoints the first officer, the site does the rest."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services import person_of_phone
from huiyin.apps.places.selectors import area_by_code, scope_of_area
from huiyin.domain.access import Role
from tests.people import a_phone

pytestmark = pytest.mark.django_db


def appoint(**changes: str) -> None:
    told = {"phone": a_phone(1), "name": "沈若水", "role": "district_officer", "area": "119901"} | changes
    call_command("grant_role", **told)


def test_the_first_officer_and_the_district_come_from_one_command() -> None:
    appoint(district_name="云杉区")
    person, district = person_of_phone(a_phone(1)), area_by_code("119901")
    assert person is not None
    assert district is not None
    assert actor_of(person).holds(Role.DISTRICT_OFFICER, scope_of_area(district))


@pytest.mark.parametrize("changes", [{}, {"phone": "12", "district_name": "云杉区"}])
def test_what_is_wrong_is_said(changes: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        appoint(**changes)


def test_retention_says_what_it_removed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("retention")
    assert "登录记录（保留 200 天）：0 条" in capsys.readouterr().out
