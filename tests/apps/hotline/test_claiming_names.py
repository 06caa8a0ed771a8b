"""A name nobody knows is claimed with one click: the estate gets an alias, its complaints are attributed anew."""

from __future__ import annotations

import pytest

from huiyin.apps.hotline import selectors, services
from huiyin.apps.hotline.models import HotlineCount, UnknownName
from huiyin.apps.places.models import EstateAlias
from huiyin.apps.places.services import EstateFacts, add_estate
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.given_hotline import a_name, an_import
from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_a_claimed_name_is_an_alias_and_its_complaints_are_the_estates(cast: Cast) -> None:
    an_import(cast.by_secretary)
    name = UnknownName.objects.get()
    services.claim_name(name, estate=cast.estate, by=cast.by_secretary)
    assert EstateAlias.objects.filter(estate=cast.estate, name="明珠花园").exists()
    assert services.attribute_again() == 2
    assert sum(cell.complaints for cell in HotlineCount.objects.filter(estate=cast.estate)) == 3
    name.refresh_from_db()
    assert (name.state, name.complaint_count) == ("named", 0)
    assert services.attribute_again() == 0


def test_an_ignored_name_is_not_asked_about_after_the_next_import(cast: Cast) -> None:
    an_import(cast.by_secretary)
    services.ignore_name(UnknownName.objects.get(), by=cast.by_secretary)
    an_import(cast.by_secretary)
    assert [name.state for name in UnknownName.objects.all()] == ["ignored"]


def test_a_name_is_decided_once(cast: Cast) -> None:
    name = a_name(cast, "明珠花园")
    services.claim_name(name, estate=cast.estate, by=cast.by_street_officer)
    with pytest.raises(RuleBroken, match="已经有人处理过了"):
        services.ignore_name(name, by=cast.by_street_officer)


def test_who_sees_a_name_brought_it_or_answers_for_its_street(cast: Cast) -> None:
    an_import(cast.by_secretary)
    seen = {
        role: selectors.names_for_desk(cast.actor(role)).count()
        for role in ("secretary", "street_officer", "district_officer", "stranger", "auditor", "manager")
    }
    assert seen == {
        "secretary": 1,
        "street_officer": 1,
        "district_officer": 1,
        "stranger": 0,
        "auditor": 0,
        "manager": 0,
    }
    with pytest.raises(NotPermitted):
        services.claim_name(UnknownName.objects.get(), estate=cast.other_estate, by=cast.by_stranger)


def test_a_secretary_names_estates_of_the_own_community_alone(cast: Cast) -> None:
    an_import(cast.by_secretary)
    with pytest.raises(NotPermitted):
        services.claim_name(UnknownName.objects.get(), estate=cast.other_estate, by=cast.by_secretary)
    assert list(selectors.estates_to_name(cast.by_secretary)) == [cast.estate]


def test_estates_of_a_like_name_are_offered_the_likeliest_first(cast: Cast) -> None:
    for number, name in enumerate(("芳群园三区", "芳群园一区", "云岫家园"), start=1):
        add_estate(
            code=f"FQ{number}",
            slug=f"fq-{number}",
            name=name,
            area=cast.community,
            facts=EstateFacts(),
            aliases=("芳群一区",) if "一" in name else (),
            by=cast.by_district_officer,
        )
    known = selectors.named(selectors.estates_to_name(cast.by_secretary))
    assert [estate.name for estate in selectors.likely_estates("芳群一区小区", known)] == [
        "芳群园一区",
        "芳群园三区",
    ]
    assert selectors.likely_estates("明珠花园", known) == []
    assert selectors.likely_estates("望溪家园", known) == []
