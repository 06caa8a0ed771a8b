"""Complaints whose estate is only likely are settled together: this estate, another one, none, or not now."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.apps.audit.models import Event
from huiyin.apps.hotline import selectors, services
from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.hotline.mirroring import Mirror
from huiyin.apps.hotline.models import Correction, Doubt, HotlineCount, HotlineImport
from huiyin.apps.places.models import Estate, EstateAlias
from huiyin.apps.places.services import EstateFacts, add_estate
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now
from tests.counting import queries_of
from tests.given_hotline import a_row, an_import
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/desk/hotline/review"
QUERIES, COMPLAINT_QUERIES = 25, 14


@pytest.fixture
def estate(cast: Cast) -> Estate:
    """Complaints that write 芳群园三 are likely about it."""
    return an_estate(cast, "芳群园三区", "FQ3")


def an_estate(cast: Cast, name: str, code: str) -> Estate:
    return add_estate(
        code=code,
        slug=code.lower(),
        name=name,
        area=cast.community,
        facts=EstateFacts(household_count=500),
        by=cast.by_district_officer,
    )


def sections(cast: Cast, root: str) -> list[Estate]:
    """Estates whose name nobody writes whole."""
    return [an_estate(cast, f"{root}{side}", f"NS{Estate.objects.count():03}") for side in "甲乙"]


def rows(count: int = 3) -> list[Any]:
    told = [a_row(at, f"芳群园三的物业不修电梯，第{at}次打来") for at in range(1, count + 1)]
    return [*told, a_row(90, "云杉里物业不扫楼道"), a_row(91, "物业的公交车总是晚点")]


def decided(client: Client, doubt: Doubt, **told: str) -> Any:
    """As the page sends it, and what the worker does then."""
    answer = client.post(reverse("hotline:decide_doubt", args=[doubt.pk]), told, follow=True)
    services.settle_doubt(doubt.pk)
    return answer


def counted(**where: Any) -> int:
    return sum(each.complaints for each in HotlineCount.objects.filter(**where))


def likely() -> int:
    return sum(each.likely for each in HotlineCount.objects.all())


def test_the_same_words_are_one_question_with_the_most_complaints_first(
    client: Client, cast: Cast, estate: Estate
) -> None:
    an_estate(cast, "望溪花园", "WX1")
    an_import(cast.by_secretary, [*rows(), a_row(80, "望溪花的物业乱收费")])
    page = sign_in(client, cast.secretary).get(PAGE)
    told = [
        (each.match, each.estate.name, each.complaint_count, each.street) for each in page.context["page"]
    ]
    assert told == [
        ("芳群园三", "芳群园三区", 3, cast.street.name),
        ("望溪花", "望溪花园", 1, cast.street.name),
    ]
    assert "机器最多有 60% 的把握" in page.text


def test_one_decision_settles_them_all_and_the_words_are_known_from_then_on(
    client: Client, cast: Cast, estate: Estate
) -> None:
    an_import(cast.by_secretary, rows())
    before, doubt = counted(), Doubt.objects.get()
    answer = decided(sign_in(client, cast.secretary), doubt, place="this", is_name="on")
    assert "写“芳群园三”的 3 件归到芳群园三区" in answer.text
    assert (likely(), counted(estate=estate), counted()) == (0, 3, before)
    assert Correction.objects.filter(is_current=True, placed=True, estate=estate, doubt=doubt).count() == 3
    assert EstateAlias.objects.filter(estate=estate, name="芳群园三").exists()
    told = Event.objects.get(kind="hotline.doubt_settled")
    assert (told.public["complaints"], told.actor_key) == (3, cast.by_secretary.key)
    an_import(cast.by_secretary, [a_row(95, "芳群园三的物业又没修")])
    assert (likely(), counted(estate=estate)) == (0, 4)


def test_a_name_of_several_estates_is_settled_for_all_of_a_street_with_one_press(
    client: Client, cast: Cast
) -> None:
    several = sections(cast, "芳群园三")
    an_import(cast.by_secretary, rows())
    assert (counted(estate=None), likely()) == (4, 0)
    assert list(sign_in(client, cast.secretary).get(PAGE).context["page"]) == []
    officer = sign_in(Client(), cast.street_officer)
    (asked,) = officer.get(PAGE).context["page"]
    assert (asked.match, asked.estate, asked.complaint_count, asked.candidates) == (
        "芳群园三",
        None,
        3,
        several,
    )
    assert officer.get(reverse("hotline:doubt", args=[asked.pk])).context["page"].total == 3
    assert (
        officer.post(reverse("hotline:decide_doubt", args=[asked.pk]), {"place": "this"}).status_code == 404
    )
    decided(officer, asked, estate=several[1].code)
    assert (counted(estate=several[1]), counted(estate=None)) == (3, 1)
    assert Correction.objects.filter(is_current=True, estate=several[1], was__estate="").count() == 3
    assert list(officer.get(PAGE).context["page"]) == []


def test_namesakes_are_offered_by_every_way_to_write_them_and_of_the_street_first(cast: Cast) -> None:
    ours = [an_estate(cast, "芳群园一区", "FQ1"), an_estate(cast, "芳群园（二区）", "FQ2")]
    an_estate(cast, "芳群园林公司宿舍", "FQX")
    ours.append(an_estate(cast, "芳群园北院", "FQZ"))  # a section too, though nobody shortens it so
    elsewhere = an_estate(cast, "芳群园三区", "FQY")
    Estate.objects.filter(pk=elsewhere.pk).update(area=cast.other_estate.area)
    here, there = (
        Doubt.objects.create(match="芳群园", street_code=code, complaint_count=1, seen_at=now())
        for code in (cast.street.code[:9], cast.other_estate.area.code[:9])
    )
    found = selectors.namesakes_of([here, there], selectors.estates_to_name(cast.by_district_officer))
    assert found == {here.pk: ours, there.pk: [elsewhere]}
    here.match = "芳群园２区"
    assert selectors.namesakes_of([here], selectors.estates_to_name(cast.by_street_officer)) == {
        here.pk: [ours[1]]
    }


def test_complaints_that_belong_to_no_estate_are_not_asked_about_with_later_ones(
    client: Client, cast: Cast
) -> None:
    sections(cast, "芳群园三")
    an_import(cast.by_secretary, rows(2))
    services.decide_doubt(Doubt.objects.get(), estate=None, by=cast.by_street_officer)
    services.settle_doubt(Doubt.objects.get().pk)
    an_import(cast.by_secretary, rows(3))
    asked = Doubt.objects.get()
    assert (asked.state, asked.complaint_count) == ("open", 1)
    page = sign_in(client, cast.street_officer).get(reverse("hotline:doubt", args=[asked.pk]))
    assert [each.number for each, _case in page.context["rows"]] == ["R0003"]


def test_whoever_sees_a_doubt_about_namesakes_may_decide_it(cast: Cast) -> None:
    sections(cast, "芳群园三")
    unknown, foreign = cast.street.code[:6] + "999", "999999001"
    codes = ("", unknown, foreign)
    told = [a_row(at, "芳群园三的物业不修电梯", 区划代码=code) for at, code in enumerate(codes, 1)]
    an_import(cast.by_district_officer, [*rows(0), a_row(9, "芳群园三的物业不修门禁"), *told])
    assert set(Doubt.objects.values_list("street_code", flat=True)) == {*codes, cast.street.code[:9]}
    roles = ("secretary", "street_officer", "district_officer", "stranger", "auditor", "community_worker")
    seen = {role: list(selectors.doubts_for_desk(cast.actor(role))) for role in roles}
    assert [len(seen[role]) for role in roles] == [0, 1, 3, 0, 0, 0]
    for each in seen["district_officer"]:
        services.decide_doubt(each, estate=None, by=cast.by_district_officer)
    with pytest.raises(NotPermitted):
        services.put_off_doubt(Doubt.objects.get(street_code=foreign), by=cast.by_district_officer)


@pytest.mark.parametrize(("how", "state"), [("decide_doubt", "decided"), ("put_off_doubt", "later")])
def test_a_name_of_several_estates_may_be_none_of_them_or_wait(
    client: Client, cast: Cast, how: str, state: str
) -> None:
    sections(cast, "芳群园三")
    an_import(cast.by_secretary, rows())
    doubt = Doubt.objects.get()
    officer = sign_in(client, cast.street_officer)
    officer.post(reverse(f"hotline:{how}", args=[doubt.pk]), {"place": "none"})
    services.settle_doubt(doubt.pk)
    an_import(cast.by_secretary, rows())
    page = officer.get(PAGE)
    assert (Doubt.objects.get().state, list(page.context["page"])) == (state, [])
    assert counted(estate=None) == 4
    offered = ["是芳群园三甲" in page.text, "是芳群园三乙" in page.text]
    assert offered == [state == "later"] * 2


def test_they_may_be_about_another_estate(client: Client, cast: Cast, estate: Estate) -> None:
    an_import(cast.by_secretary, rows())
    doubt, secretary = Doubt.objects.get(), sign_in(client, cast.secretary)
    for said in ("没有的小区", cast.other_estate.name, ""):
        answer = decided(secretary, doubt, place="other", estate=said)
        assert answer.status_code == 422
    with pytest.raises(NotPermitted):
        services.decide_doubt(doubt, estate=cast.other_estate, by=cast.by_secretary)
    assert likely() == 3
    decided(secretary, doubt, place="other", estate=cast.estate.name)
    assert (counted(estate=cast.estate), counted(estate=estate), likely()) == (4, 0, 0)
    assert not EstateAlias.objects.filter(name="芳群园三").exists()


def test_what_is_no_estate_is_counted_without_one_and_not_asked_about_as_a_name(
    client: Client, cast: Cast, estate: Estate
) -> None:
    an_import(cast.by_secretary, rows())
    decided(sign_in(client, cast.secretary), Doubt.objects.get(), place="none", is_name="on")
    assert (counted(estate=None), likely()) == (4, 0)
    assert not EstateAlias.objects.filter(name="芳群园三").exists()
    doubt = Doubt.objects.get()
    assert (doubt.state, doubt.decided_estate, doubt.complaint_count) == ("decided", None, 0)
    page = sign_in(Client(), cast.street_officer).get("/desk/hotline/unplaced")
    assert [each.number for each, _case in page.context["rows"]] == ["R0091"]


def test_words_that_several_estates_share_or_that_are_a_name_become_no_alias(
    cast: Cast, estate: Estate
) -> None:
    an_estate(cast, "竹里馆东区", "ZL1")
    assert selectors.may_be_names(["芳群园三", "竹里馆", "竹里", "芳群园三区", "明珠花"]) == {
        "芳群园三",
        "竹里馆",
        "明珠花",
    }
    an_estate(cast, "竹里馆西区", "ZL2")
    assert selectors.may_be_names(["竹里馆"]) == set()


def test_put_off_it_waits_until_more_such_complaints_come(client: Client, cast: Cast, estate: Estate) -> None:
    an_import(cast.by_secretary, rows())
    secretary = sign_in(client, cast.secretary)
    secretary.post(reverse("hotline:put_off_doubt", args=[Doubt.objects.get().pk]))
    page = secretary.get(PAGE)
    assert (list(page.context["page"]), len(page.context["later"])) == ([], 1)
    an_import(cast.by_secretary, rows())
    assert Doubt.objects.get().state == "later"
    an_import(cast.by_secretary, rows(4))
    assert Doubt.objects.get().state == "open"


def test_new_complaints_of_words_that_were_decided_are_asked_about_again(
    client: Client, cast: Cast, estate: Estate
) -> None:
    an_import(cast.by_secretary, rows())
    services.decide_doubt(Doubt.objects.get(), estate=None, by=cast.by_secretary)
    services.settle_doubt(Doubt.objects.get().pk)
    an_import(cast.by_secretary, rows())
    assert (Doubt.objects.get().state, likely()) == ("decided", 0)
    an_import(cast.by_secretary, rows(4))
    doubt = Doubt.objects.get()
    assert (doubt.state, doubt.complaint_count) == ("open", 1)
    assert "更早的一批核对过" in sign_in(client, cast.secretary).get(PAGE).text


def test_what_was_said_of_an_estates_own_name_from_another_street_holds_for_later_files(
    client: Client, cast: Cast, estate: Estate
) -> None:
    an_import(cast.by_secretary, rows())
    Doubt.objects.update(match=estate.name)  # a full name is doubtful for the street it comes from alone
    services.decide_doubt(Doubt.objects.get(), estate=estate, by=cast.by_secretary)
    services.settle_doubt(Doubt.objects.get().pk)
    told = {"match": estate.name, "estate_code": estate.code, "street_code": Doubt.objects.get().street_code}
    later = {"complaints": 1, "confidence": 0.7, "example": "…", "import_ids": []}
    Mirror(now()).replace_doubts([told | later])
    assert [(each.state, each.complaint_count) for each in Doubt.objects.all()] == [("decided", 1)]
    assert list(sign_in(client, cast.secretary).get(PAGE).context["page"]) == []


def test_a_decision_is_taken_once_and_a_worker_that_died_goes_on(cast: Cast, estate: Estate) -> None:
    an_import(cast.by_secretary, rows())
    doubt = services.decide_doubt(Doubt.objects.get(), estate=estate, by=cast.by_secretary)
    with pytest.raises(RuleBroken, match="已经有人核对过了"):
        services.put_off_doubt(doubt, by=cast.by_district_officer)
    assert services.settle_doubt(doubt.pk) == 3
    Doubt.objects.update(settled_at=None)  # as if it had died before it could write that
    assert services.settle_doubt(doubt.pk) == 0
    assert Correction.objects.count() == 3


def test_what_was_corrected_of_one_of_them_stands(cast: Cast, estate: Estate) -> None:
    an_import(cast.by_secretary, rows())
    wanted = services.Wanted(property_related=True, category="装修")
    services.correct_complaint(month="2026-05", number="R0002", wanted=wanted, by=cast.by_secretary)
    alone = services.Wanted(property_related=True, category="电梯", places=True, estate=cast.estate)
    services.correct_complaint(month="2026-05", number="R0003", wanted=alone, by=cast.by_secretary)
    services.apply_corrections()
    doubt = Doubt.objects.get()
    assert doubt.complaint_count == 2
    services.decide_doubt(doubt, estate=estate, by=cast.by_secretary)
    assert services.settle_doubt(doubt.pk) == 2
    assert counted(estate=estate, category="装修") == 1
    assert counted(estate=cast.estate, category="电梯") == 1


def test_who_sees_a_doubt_answers_for_its_estate(cast: Cast, estate: Estate) -> None:
    an_import(cast.by_stranger, rows())
    roles = ("secretary", "street_officer", "district_officer", "stranger", "auditor", "community_worker")
    seen = {role: selectors.doubts_for_desk(cast.actor(role)).count() for role in roles}
    assert seen == dict(zip(roles, (1, 1, 1, 0, 0, 0), strict=True))
    with pytest.raises(NotPermitted):
        services.decide_doubt(Doubt.objects.get(), estate=None, by=cast.by_stranger)


def test_an_import_is_reviewed_by_itself(client: Client, cast: Cast, estate: Estate) -> None:
    an_estate(cast, "望溪花园", "WX1")
    first = an_import(cast.by_secretary, rows())
    second = an_import(cast.by_secretary, [a_row(80, "望溪花的物业乱收费")])
    secretary = sign_in(client, cast.secretary)
    for import_, match in ((first, "芳群园三"), (second, "望溪花")):
        page = secretary.get(f"{PAGE}?import={import_.pk}")
        assert [each.match for each in page.context["page"]] == [match]
        assert import_.original_name in page.text
    others = HotlineImport.objects.latest("pk").pk
    assert sign_in(Client(), cast.stranger).get(f"{PAGE}?import={others}").status_code == 404
    answer = secretary.post(
        reverse("hotline:put_off_doubt", args=[Doubt.objects.get(match="望溪花").pk]),
        {"import": second.pk, "after": "7"},
    )
    assert answer["Location"] == f"{PAGE}?import={second.pk}#d7"


def test_the_complaints_of_a_doubt_can_be_corrected_one_by_one(
    client: Client, cast: Cast, estate: Estate
) -> None:
    an_import(cast.by_secretary, [*rows(), a_row(70, "芳群园三区物业不修门禁")])
    page = sign_in(client, cast.secretary).get(reverse("hotline:doubt", args=[Doubt.objects.get().pk]))
    assert [each.number for each, _case in page.context["rows"]] == ["R0003", "R0002", "R0001"]
    assert f"/desk/hotline/complaints/correct?complaint={token_of('2026-05', 'R0003')}" in page.text


def test_namesakes_of_a_file_that_names_the_district_alone_are_read_too(client: Client, cast: Cast) -> None:
    sections(cast, "芳群园三")
    district = cast.street.code[:6]
    an_import(cast.by_district_officer, [a_row(1, "芳群园三的物业不修电梯", 区划代码=district)])
    assert HotlineCount.objects.get().street_code == district
    doubt = Doubt.objects.get()
    page = sign_in(client, cast.district_officer).get(reverse("hotline:doubt", args=[doubt.pk]))
    assert [each.number for each, _case in page.context["rows"]] == ["R0001"]


def test_property_complaints_without_an_estate_are_read_in_ones_own_streets(cast: Cast) -> None:
    elsewhere = a_row(93, "物业不修路灯", 区划代码="119901002")
    no_street = a_row(94, "物业乱收费", 区划代码="")
    an_import(cast.by_district_officer, [*rows(0), elsewhere, no_street, a_row(95, "路灯不亮")])

    def numbers(person: Any) -> list[str]:
        page = sign_in(Client(), person).get("/desk/hotline/unplaced")
        return [each.number for each, _case in page.context["rows"]]

    assert numbers(cast.street_officer) == ["R0091"]
    assert numbers(cast.district_officer) == ["R0094", "R0093", "R0091"]


def test_the_page_costs_the_same_queries_for_few_and_many(client: Client, cast: Cast, estate: Estate) -> None:
    an_import(cast.by_secretary, rows(1))
    secretary = sign_in(client, cast.secretary)
    secretary.get(PAGE)
    few = queries_of(lambda: secretary.get(PAGE))
    many_rows = rows()
    for at in range(12):
        an_estate(cast, f"云岫家园{'东西南北中前后左右上下内'[at]}区", f"YX{at}")
        many_rows.append(a_row(30 + at, f"云岫家园{'东西南北中前后左右上下内'[at]}的物业不扫楼道"))
    an_import(cast.by_secretary, many_rows)
    many = queries_of(lambda: secretary.get(PAGE))
    assert few == many <= QUERIES
    assert len(secretary.get(PAGE).context["page"].items) == 13


def test_namesakes_cost_the_same_queries_for_few_and_many(client: Client, cast: Cast) -> None:
    officer, told, counts = sign_in(client, cast.street_officer), list[Any](), []
    for some in ("东", "西南北中"):
        for side in some:
            sections(cast, f"云岫{side}里")
            told.append(a_row(40 + len(told), f"云岫{side}里的物业不扫楼道"))
        an_import(cast.by_district_officer, told)
        pages = (PAGE, reverse("hotline:doubt", args=[Doubt.objects.earliest("pk").pk]))
        counts.append([queries_of(lambda page=page: officer.get(page)) for page in pages])  # type: ignore[misc]
    assert counts[0] == counts[1]
    assert counts[1][0] <= QUERIES
    assert counts[1][1] <= COMPLAINT_QUERIES
    assert [len(each.candidates) for each in officer.get(PAGE).context["page"]] == [2] * 5


def test_the_complaints_themselves_cost_the_same_queries_for_few_and_many(
    client: Client, cast: Cast, estate: Estate
) -> None:
    an_import(cast.by_secretary, rows(1))
    officer = sign_in(client, cast.street_officer)
    pages = (reverse("hotline:doubt", args=[Doubt.objects.get().pk]), "/desk/hotline/unplaced")
    counts = []
    for more in ([], [a_row(at, f"物业的公交车总是晚点，第{at}次") for at in range(40, 60)]):
        an_import(cast.by_secretary, [*rows(1 + len(more)), *more])
        counts.append([queries_of(lambda page=page: officer.get(page)) for page in pages])  # type: ignore[misc]
    assert counts[0] == counts[1]
    assert max(counts[1]) <= COMPLAINT_QUERIES
    assert [officer.get(page).context["page"].total for page in pages] == [21, 21]
