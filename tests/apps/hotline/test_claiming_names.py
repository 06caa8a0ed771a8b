"""A name nobody knows is claimed with one click: the estate gets an alias, its complaints are attributed anew."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.hotline import selectors, services
from huiyin.apps.hotline.mirroring import Mirror
from huiyin.apps.hotline.models import HotlineCount, UnknownName
from huiyin.apps.places.models import Estate, EstateAlias
from huiyin.apps.places.services import EstateFacts, add_estate
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now
from tests.given_hotline import a_name, a_row, an_import
from tests.people import Cast, sign_in

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


def test_a_claim_that_an_import_under_way_knew_nothing_of_is_carried_out(cast: Cast) -> None:
    an_import(cast.by_secretary)
    services.claim_name(UnknownName.objects.get(), estate=cast.estate, by=cast.by_secretary)
    Mirror(now()).replace_names([])
    assert UnknownName.objects.get().complaint_count == 0
    assert services.attribute_again(claimed="明珠花园") == 2


def test_what_is_no_estate_is_said_by_the_street_it_is_written_of(cast: Cast, client: Client) -> None:
    an_import(cast.by_secretary, [a_row(1, "明珠花园物业不扫楼道", 区划代码="119901002")])
    name = UnknownName.objects.get()
    for neighbour in (cast.by_secretary, cast.by_street_officer):
        with pytest.raises(NotPermitted):
            services.ignore_name(name, by=neighbour)
    assert "不是本区的小区" not in sign_in(client, cast.secretary).get("/desk/hotline/names").text
    assert "不是本区的小区" in sign_in(client, cast.district_officer).get("/desk/hotline/names").text
    services.ignore_name(name, by=cast.by_district_officer)


def test_an_ignored_name_is_not_asked_about_after_the_next_import(cast: Cast) -> None:
    an_import(cast.by_secretary)
    services.ignore_name(UnknownName.objects.get(), by=cast.by_district_officer)
    an_import(cast.by_secretary)
    assert [name.state for name in UnknownName.objects.all()] == ["ignored"]


def test_a_name_is_decided_once(cast: Cast) -> None:
    name = a_name(cast, "明珠花园")
    services.claim_name(name, estate=cast.estate, by=cast.by_street_officer)
    with pytest.raises(RuleBroken, match="已经有人处理过了"):
        services.ignore_name(name, by=cast.by_street_officer)


def test_a_claim_is_taken_back_and_its_complaints_are_nobodys_again(cast: Cast) -> None:
    an_import(cast.by_secretary)
    name = UnknownName.objects.get()
    services.claim_name(name, estate=cast.estate, by=cast.by_secretary)
    services.attribute_again()
    services.reopen_name(name, by=cast.by_secretary)
    assert not EstateAlias.objects.filter(name="明珠花园").exists()
    assert services.attribute_again("明珠花园", cast.estate.code) == 0
    assert sum(cell.complaints for cell in HotlineCount.objects.filter(estate=cast.estate)) == 1
    name.refresh_from_db()
    assert (name.state, name.estate, name.complaint_count) == ("open", None, 2)
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"places.alias_removed", "hotline.name_reopened"} <= kinds
    services.claim_name(name, estate=cast.estate, by=cast.by_street_officer)


def test_a_name_claimed_in_two_streets_is_taken_back_in_both(cast: Cast) -> None:
    here, there = a_name(cast, "明珠花园"), a_name(cast, "明珠花园", street_code="")
    for name in (here, there):
        services.claim_name(name, estate=cast.estate, by=cast.by_district_officer)
    services.reopen_name(here, by=cast.by_street_officer)
    assert set(UnknownName.objects.values_list("state", flat=True)) == {"open"}


def test_an_ignored_name_is_listed_again(cast: Cast) -> None:
    name = a_name(cast, "明珠花园")
    services.ignore_name(name, by=cast.by_street_officer)
    assert services.reopen_name(name, by=cast.by_street_officer).state == "open"
    with pytest.raises(RuleBroken, match="还没有处理"):
        services.reopen_name(name, by=cast.by_street_officer)


def test_who_may_not_name_the_estate_takes_nothing_back(cast: Cast) -> None:
    brought = an_import(cast.by_secretary)
    name = a_name(cast, "北桥新苑", brought_by=brought)
    services.claim_name(name, estate=cast.other_estate, by=cast.by_district_officer)
    with pytest.raises(NotPermitted):
        services.reopen_name(name, by=cast.by_secretary)
    with pytest.raises(NotPermitted):
        services.reopen_name(name, by=cast.by_stranger)


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


def test_an_estate_of_the_other_side_is_not_offered(cast: Cast) -> None:
    for number, name in enumerate(("云岫东院", "云岫西院"), start=1):
        add_estate(
            code=f"YX{number}",
            slug=f"yx-{number}",
            name=name,
            area=cast.community,
            facts=EstateFacts(),
            by=cast.by_district_officer,
        )
    known = selectors.named(selectors.estates_to_name(cast.by_secretary))
    assert [estate.name for estate in selectors.likely_estates("云岫小区东院", known)] == ["云岫东院"]
    EstateAlias.objects.create(estate=Estate.objects.get(name="云岫西院"), name="云岫大院")
    known = selectors.named(Estate.objects.prefetch_related("aliases"))
    assert [estate.name for estate in selectors.likely_estates("云岫东小区", known)] == ["云岫东院"]


def test_a_claimed_name_counts_whatever_is_decided_or_undone_later(cast: Cast) -> None:
    def counted() -> int:
        return sum(cell.complaints for cell in HotlineCount.objects.filter(estate=cast.estate))

    an_import(cast.by_secretary)
    second = an_import(cast.by_secretary, [a_row(2, "明珠花园物业不扫楼道，第二次来电")])
    services.claim_name(UnknownName.objects.get(), estate=cast.estate, by=cast.by_secretary)
    services.attribute_again()
    assert counted() == 3
    services.undo_import(second, reason="传错了", by=cast.by_secretary)
    services.take_back(second.pk)
    assert counted() == 3
    wanted = services.Wanted(property_related=True, category="绿化")
    services.correct_complaint(month="2026-05", number="R0001", wanted=wanted, by=cast.by_district_officer)
    services.apply_corrections()
    assert counted() == 3


def test_what_an_undone_import_brings_back_is_read_with_the_names_of_today(cast: Cast) -> None:
    an_import(cast.by_secretary)
    name = UnknownName.objects.get()
    services.claim_name(name, estate=cast.estate, by=cast.by_secretary)
    services.attribute_again()
    second = an_import(cast.by_secretary, [a_row(2, "别处的物业不扫楼道，第二次来电")])
    services.reopen_name(name, by=cast.by_secretary)
    services.attribute_again("明珠花园", cast.estate.code)
    services.undo_import(second, reason="传错了", by=cast.by_secretary)
    services.take_back(second.pk)
    assert sum(cell.complaints for cell in HotlineCount.objects.filter(estate=cast.estate)) == 1
    name.refresh_from_db()
    assert (name.state, name.complaint_count) == ("open", 2)
