"""Areas are dated: a new code or a merger re-points nothing, and everybody still reaches what they reached."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.apps.people.selectors import actor_of
from huiyin.apps.places.selectors import (
    area_by_code,
    areas_public,
    communities_in,
    estates_for_desk,
    estates_in,
    scope_of_estate,
)
from huiyin.apps.places.services import create_area, merge_area, recode_area, rename_area, set_duty_phone
from huiyin.domain.access import SYSTEM, Role
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.people import BEGINNING, Cast, a_cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 1)


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_a_recoded_community_keeps_its_estates_and_its_secretary(cast: Cast) -> None:
    successor = recode_area(
        area=cast.community, code="119901001009", valid_from=DAY, by=cast.by_district_officer
    )
    cast.estate.refresh_from_db()
    cast.community.refresh_from_db()
    assert cast.estate.area_id == cast.community.pk
    assert (cast.community.valid_to, cast.community.succeeded_by) == (DAY, successor)
    assert list(estates_in(successor)) == [cast.estate]
    assert actor_of(cast.secretary).holds(Role.SECRETARY, scope_of_estate(cast.estate))
    assert area_by_code("119901001001") is None
    assert area_by_code("119901001001", on=date(2026, 6, 30)) == cast.community
    assert area_by_code("119901001009") == successor
    assert list(communities_in(cast.street)) == [successor]


def test_a_role_in_the_successor_of_a_merger_reaches_the_old_estates(cast: Cast) -> None:
    merge_area(area=cast.community, into=cast.other_community, on=DAY, by=cast.by_district_officer)
    stranger = actor_of(cast.stranger)
    assert stranger.holds(Role.SECRETARY, scope_of_estate(cast.estate))
    assert set(estates_for_desk(stranger)) == {cast.estate, cast.other_estate}
    assert cast.community not in areas_public()


def test_before_the_merger_the_other_street_is_out_of_reach(cast: Cast) -> None:
    assert not cast.by_stranger.holds(Role.SECRETARY, scope_of_estate(cast.estate))
    assert list(estates_for_desk(cast.by_stranger)) == [cast.other_estate]


def test_an_estate_of_a_recoded_community_shows_the_number_of_today(cast: Cast) -> None:
    by = cast.by_district_officer
    set_duty_phone(area=cast.community, phone="010-5550 0301", by=by)
    successor = recode_area(area=cast.community, code="119901001009", valid_from=DAY, by=by)
    assert successor.duty_phone == "010-5550 0301"
    set_duty_phone(area=successor, phone="010-5550 0302", by=by)
    cast.estate.area.refresh_from_db()
    assert cast.estate.area.duty_phone == "010-5550 0302"
    merge_area(area=successor, into=cast.other_community, on=date(2026, 8, 1), by=by)
    set_duty_phone(area=cast.other_community, phone="010-5550 0303", by=by)
    cast.estate.area.refresh_from_db()
    assert cast.estate.area.duty_phone == "010-5550 0303"


@pytest.mark.parametrize("phone", ["没有", "12", "010-5550 0301、13900000000", "<b>12345</b>"])
def test_what_is_no_number_is_refused(cast: Cast, phone: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        set_duty_phone(area=cast.community, phone=phone, by=cast.by_district_officer)
    assert refusal.value.code == "area.duty_phone"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "11990"}, "area.code"),
        ({"code": "119901001001"}, "area.code_taken"),
        ({"code": "119901001077", "name": " "}, "places.name_missing"),
    ],
)
def test_a_wrong_area_is_refused_with_a_reason(cast: Cast, changes: dict[str, str], code: str) -> None:
    told = {"code": "119901001077", "name": "新社区"} | changes
    with pytest.raises(RuleBroken) as refusal:
        create_area(**told, parent=cast.street, valid_from=BEGINNING, by=SYSTEM)
    assert refusal.value.code == code


def test_nothing_hangs_below_a_community(cast: Cast) -> None:
    with pytest.raises(RuleBroken):
        create_area(code="119901001077", name="网格", parent=cast.community, valid_from=BEGINNING, by=SYSTEM)


@pytest.mark.parametrize("name", ["street_officer", "secretary", "company_admin", "auditor", "operator"])
def test_only_the_district_changes_areas(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        rename_area(area=cast.community, name="别的名字", by=cast.actor(name))
