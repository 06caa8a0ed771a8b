"""One company serves an estate at a time, and the database itself says so."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from huiyin.apps.places.models import Company, Engagement, Estate
from huiyin.apps.places.selectors import current_engagement, estates_public, with_current_engagement
from huiyin.apps.places.services import (
    EstateFacts,
    add_alias,
    add_estate,
    add_household,
    end_engagement,
    register_company,
    start_engagement,
)
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.people import Cast, a_cast, a_credit_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def other(cast: Cast) -> Company:
    return register_company(name="长风物业", credit_code=a_credit_code(2), by=cast.by_street_officer)


def test_a_second_company_is_refused_while_the_first_serves(cast: Cast, other: Company) -> None:
    with pytest.raises(RuleBroken) as refusal:
        start_engagement(
            company=other, estate=cast.estate, starts_on=date(2026, 1, 1), by=cast.by_street_officer
        )
    assert refusal.value.code == "engagement.overlaps"


def test_the_database_refuses_an_overlap_of_a_single_day(cast: Cast, other: Company) -> None:
    Engagement.objects.filter(pk=cast.engagement.pk).update(ends_on=date(2026, 6, 30))
    with pytest.raises(IntegrityError, match="estate_has_one_company_at_a_time"), transaction.atomic():
        Engagement.objects.create(company=other, estate=cast.estate, starts_on=date(2026, 6, 30))


def test_the_successor_starts_the_day_after_the_last_day(cast: Cast, other: Company) -> None:
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 6, 30), by=cast.by_street_officer)
    later = start_engagement(
        company=other, estate=cast.estate, starts_on=date(2026, 7, 1), by=cast.by_street_officer
    )
    assert current_engagement(cast.estate, date(2026, 6, 30)) == cast.engagement
    assert current_engagement(cast.estate, date(2026, 7, 1)) == later
    assert current_engagement(cast.estate, date(2023, 12, 31)) is None


def test_two_estates_may_be_served_at_the_same_time(cast: Cast) -> None:
    start_engagement(
        company=cast.company,
        estate=cast.other_estate,
        starts_on=date(2026, 1, 1),
        by=cast.by_district_officer,
    )
    assert Engagement.objects.count() == 2


def test_a_list_of_estates_with_their_company_takes_two_queries(
    cast: Cast, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = list(with_current_engagement(estates_public(), date(2026, 1, 1)))
        assert [e.serving[0].company.name if e.serving else "" for e in found].count(
            "青禾物业服务有限公司"
        ) == 1


@pytest.mark.parametrize("wrong", ["91119901MA00000010", "123", "91119901MA000000I1"])
def test_a_wrong_credit_code_is_refused(cast: Cast, wrong: str) -> None:
    with pytest.raises(RuleBroken):
        register_company(name="某物业", credit_code=wrong, by=cast.by_district_officer)


def test_an_officer_of_another_street_adds_no_estate(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        add_estate(
            code="X",
            slug="x",
            name="别处",
            area=cast.other_community,
            facts=EstateFacts(),
            by=cast.by_street_officer,
        )


def test_an_estate_hangs_below_a_community(cast: Cast) -> None:
    with pytest.raises(RuleBroken):
        add_estate(
            code="X", slug="x", name="别处", area=cast.street, facts=EstateFacts(), by=cast.by_street_officer
        )


def test_an_alias_is_kept_once(cast: Cast) -> None:
    for _time in range(2):
        add_alias(estate=cast.estate, name="老电子厂宿舍", by=cast.by_street_officer)
    assert cast.estate.aliases.filter(name="老电子厂宿舍").count() == 1


def test_a_household_is_registered_once_by_the_community(cast: Cast) -> None:
    first = add_household(estate=cast.estate, building="7", unit="1", room="101", by=cast.by_community_worker)
    again = add_household(estate=cast.estate, building="7", unit="1", room="101", by=cast.by_secretary)
    assert first == again
    with pytest.raises(NotPermitted):
        add_household(estate=cast.estate, building="8", room="1", by=cast.by_manager)


def test_names_stand_in_the_order_of_their_sound(cast: Cast) -> None:
    assert list(Estate.objects.values_list("name", flat=True)) == ["北桥苑", "云杉里"]
