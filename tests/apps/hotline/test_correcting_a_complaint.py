"""What the machine read of a complaint is corrected on its page; it counts, lasts, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from huiyin.analytics.changing import correct
from huiyin.analytics.corrections import Corrections, Decision
from huiyin.analytics.store import Store
from huiyin.apps.audit.models import Event, EventSecret
from huiyin.apps.hotline import services
from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.hotline.asking import everything_stored, folder
from huiyin.apps.hotline.models import Correction, HotlineCount
from huiyin.apps.hotline.personal import erase_hotline, export_hotline
from huiyin.apps.hotline.services.corrections import adopt_corrections, stream_of
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.integrations import children
from huiyin.web.now import now
from tests.counting import queries_of
from tests.given_hotline import a_row, an_import
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/desk/hotline/complaints/correct"
MONTH, NUMBER = "2026-05", "R0001"
ASKED = {"complaint": token_of(MONTH, NUMBER)}
LIFT = "云杉里物业一直不修三号楼的电梯，老人上不了楼"
ROWS = (a_row(1, LIFT), a_row(2, "云杉里物业不扫楼道"), a_row(3, "物业的公交车总是晚点"))
QUERIES = 18


@pytest.fixture
def secretary(client: Client, cast: Cast) -> Client:
    an_import(cast.by_street_officer, list(ROWS))
    return sign_in(client, cast.secretary)


def sent(**told: str) -> dict[str, str]:
    return {**ASKED, "place": "keep", "property_related": "yes", "category": "电梯", "reason": "", **told}


def corrected(client: Client, **told: str) -> Any:
    answer = client.post(PAGE, sent(**told))
    services.apply_corrections()
    return answer


def counted(**where: Any) -> int:
    return sum(each.complaints for each in HotlineCount.objects.filter(**where))


def test_the_page_shows_the_words_and_how_sure_the_machine_was(secretary: Client) -> None:
    page = secretary.get(PAGE, ASKED).text
    assert LIFT in page
    assert "原文“云杉里”" in page
    assert "90%" in page


def test_a_corrected_category_counts_and_the_history_says_who(secretary: Client, cast: Cast) -> None:
    answer = corrected(secretary, category="装修", reason="说的是王建国13800001234装修")
    assert (answer.status_code, counted(category="装修"), counted(category="电梯")) == (303, 1, 0)
    assert counted() == 3
    correction = Correction.objects.get()
    assert (correction.placed, correction.property_related, correction.category) == (False, None, "装修")
    assert correction.was == {"estate": cast.estate.code, "property_related": True, "category": "电梯"}
    assert "13800001234" not in correction.reason
    page = secretary.get(PAGE, ASKED).text
    assert "类别：电梯 → 装修" in page
    assert cast.by_secretary.label in page
    event = Event.objects.get(kind="hotline.complaint_corrected")
    assert event.public["decided"]["category"] == "装修"
    assert NUMBER not in str(event.public) + event.stream


def test_a_complaint_moves_to_another_estate_and_its_numbers_with_it(client: Client, cast: Cast) -> None:
    an_import(cast.by_street_officer, list(ROWS))
    officer = sign_in(client, cast.district_officer)
    corrected(officer, place="other", estate=cast.other_estate.name)
    assert (counted(estate=cast.other_estate), counted(estate=cast.estate), counted()) == (1, 1, 3)
    corrected(officer, place="none")
    assert (counted(estate=cast.other_estate), counted(estate=None)) == (0, 2)


def test_a_likely_estate_is_confirmed_and_that_counts_as_sure(client: Client, cast: Cast) -> None:
    an_import(cast.by_street_officer, [a_row(1, "云杉的物业不修电梯，老人上不了楼")])
    assert counted(estate=cast.estate) == sum(each.likely for each in HotlineCount.objects.all()) == 1
    secretary = sign_in(client, cast.secretary)
    corrected(secretary, place="this")
    assert sum(each.likely for each in HotlineCount.objects.all()) == 0
    assert "小区：确认是云杉里" in secretary.get(PAGE, ASKED).text


def test_a_page_made_before_its_complaint_came_again_in_another_month_still_finds_it(
    secretary: Client, cast: Cast
) -> None:
    an_import(cast.by_street_officer, [a_row(1, LIFT, at="2026-04-30 08:00:00")])
    assert LIFT in secretary.get(PAGE, ASKED).text
    assert corrected(secretary, category="装修").status_code == 303
    assert (counted(category="装修", month="2026-04-01"), counted(category="电梯")) == (1, 0)
    assert secretary.get(PAGE, {"complaint": token_of(MONTH, "R0009")}).status_code == 404


def test_a_person_who_answers_for_one_estate_gives_no_complaint_to_anothers(
    secretary: Client, cast: Cast
) -> None:
    answer = corrected(secretary, place="other", estate=cast.other_estate.name)
    assert answer.status_code == 422
    assert "不在您的范围里" in answer.text
    wanted = services.Wanted(property_related=True, category="电梯", places=True, estate=cast.other_estate)
    with pytest.raises(NotPermitted):
        services.correct_complaint(month=MONTH, number=NUMBER, wanted=wanted, by=cast.by_secretary)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "没有改动"),
        ({"category": "别的"}, "请从列表里选类别"),
        ({"place": "other"}, "请写是哪个小区"),
        ({"property_related": ""}, "请选是不是物业服务类"),
    ],
)
def test_what_cannot_be_corrected_is_said_beside_the_form(
    secretary: Client, told: dict[str, str], sentence: str
) -> None:
    answer = corrected(secretary, **told)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_later_file_leaves_the_correction_and_a_changed_text_is_put_up_for_review(
    secretary: Client, cast: Cast
) -> None:
    corrected(secretary, category="装修")
    an_import(cast.by_street_officer, [a_row(1, f"{LIFT}，请尽快")])
    assert counted(category="装修") == 1
    assert "原文改动较大" not in secretary.get("/desk/hotline/review").text
    an_import(cast.by_street_officer, [a_row(1, "云杉里物业门口乱停车堵住了消防通道，几次反映都没有人管")])
    assert counted(category="装修") == 1
    assert "原文改动较大" in secretary.get("/desk/hotline/review").text
    assert "后来的文件改了这件诉求的内容" in secretary.get(PAGE, ASKED).text
    secretary.post("/desk/hotline/complaints/confirm", ASKED)
    services.apply_corrections()
    assert "原文改动较大" not in secretary.get("/desk/hotline/review").text
    assert "看过，照旧" in secretary.get(PAGE, ASKED).text
    assert counted(category="装修") == 1


def test_a_correction_is_undone_by_another_one(secretary: Client) -> None:
    corrected(secretary, category="装修", property_related="no")
    assert counted(category="装修", property_related=False) == 1
    secretary.post("/desk/hotline/complaints/withdraw", ASKED)
    services.apply_corrections()
    assert (counted(category="电梯", property_related=True), counted()) == (1, 3)
    assert "恢复机器的读法" in secretary.get(PAGE, ASKED).text
    answer = secretary.post("/desk/hotline/complaints/withdraw", ASKED, follow=True)
    assert "没有更正过" in answer.text
    assert [each.is_current for each in Correction.objects.order_by("pk")] == [False, True]


def test_what_the_store_has_not_taken_in_yet_is_shown_as_it_was_decided(secretary: Client) -> None:
    secretary.post(PAGE, sent(category="装修"))
    assert counted(category="电梯") == 1
    page = secretary.get(PAGE, ASKED)
    assert page.context["complaint"].category == "装修"
    assert "正在后台写入" in page.text


def test_a_complaint_lies_where_its_estate_lies_and_without_one_in_its_street(cast: Cast) -> None:
    an_import(cast.by_street_officer, list(ROWS))
    nowhere = {"complaint": token_of(MONTH, "R0003")}
    roles = ("secretary", "street_officer", "district_officer", "community_worker", "auditor", "stranger")
    seen = {
        role: [
            sign_in(Client(), getattr(cast, role)).get(PAGE, asked).status_code for asked in (ASKED, nowhere)
        ]
        for role in roles
    }
    assert seen == {
        "secretary": [200, 404],
        "street_officer": [200, 200],
        "district_officer": [200, 200],
        "community_worker": [404, 404],
        "auditor": [404, 404],
        "stranger": [404, 404],
    }
    with pytest.raises(NotPermitted):
        services.withdraw_correction(month=MONTH, number=NUMBER, by=cast.by_stranger)


def test_of_an_erased_complaint_no_correction_is_left(secretary: Client, cast: Cast) -> None:
    corrected(secretary, category="装修", reason="原文写的是装修")
    services.erase_complaints([f" {NUMBER} ", ""], reason="来电人要求删除", by=SYSTEM)
    assert not Correction.objects.exists()
    secret = EventSecret.objects.get(event__stream=stream_of(NUMBER), event__number=1)
    assert (secret.texts, secret.private) == ({}, {})
    assert counted() == 3
    with pytest.raises(RuleBroken, match="已删除"):
        services.correct_complaint(
            month=MONTH,
            number=NUMBER,
            wanted=services.Wanted(property_related=False, category="其他"),
            by=cast.by_secretary,
        )


def test_who_corrected_is_told_of_it_and_forgotten_when_erased(secretary: Client, cast: Cast) -> None:
    corrected(secretary, category="装修")
    told = export_hotline(cast.secretary)
    assert isinstance(told, dict)
    assert told["corrections"][0]["number"] == NUMBER  # type: ignore[index, call-overload]
    assert erase_hotline(cast.secretary, SYSTEM, now()) == 1
    assert Correction.objects.get().corrected_by_label == ""


def test_what_was_corrected_from_the_command_line_is_known_after_a_refresh(
    secretary: Client, cast: Cast
) -> None:
    def at_the_command_line(*decisions: Decision) -> None:
        with Store.open(folder()) as store:
            correct(store, decisions, at="2026-06-01T00:00:00")
        services.refresh_mirror()

    corrected(secretary, category="装修")
    at_the_command_line(Decision(NUMBER, category="宠物"), Decision("R0002", placed=True))
    assert counted(category="宠物") == 1
    assert "宠物" in secretary.get(PAGE, ASKED).text
    current = Correction.objects.filter(is_current=True).order_by("number")
    assert [(each.number, each.category, each.placed) for each in current] == [
        (NUMBER, "宠物", False),
        ("R0002", "", True),
    ]
    assert {each.corrected_by_label for each in current} == {"命令行"}
    at_the_command_line(Decision(NUMBER))
    assert not Correction.objects.get(number=NUMBER, is_current=True).decides
    services.refresh_mirror()
    assert Correction.objects.count() == 4


def test_the_page_costs_the_same_queries_with_a_long_history(secretary: Client) -> None:
    corrected(secretary, category="装修")
    secretary.get(PAGE, ASKED)
    few = queries_of(lambda: secretary.get(PAGE, ASKED))
    for category in ("宠物", "绿化", "装修"):
        corrected(secretary, category=category)
    many = queries_of(lambda: secretary.get(PAGE, ASKED))
    assert few == many <= QUERIES


def test_from_the_words_of_an_estate_one_gets_to_the_correction(secretary: Client) -> None:
    corrected(secretary, category="装修")
    page = secretary.get("/desk/hotline/estates/yunshanli/complaints").text
    assert f"{PAGE}?complaint={ASKED['complaint']}" in page
    assert "人工更正过" in page


def test_a_decision_that_reached_the_store_after_it_was_told_of_is_not_put_back(cast: Cast) -> None:
    def decide(category: str) -> None:
        wanted = services.Wanted(property_related=True, category=category)
        services.correct_complaint(
            month="2026-05", number="R0001", wanted=wanted, by=cast.by_district_officer
        )
        services.apply_corrections()

    run, told = children.run, []

    def slow(module: str, asked: Mapping[str, Any], tell: Any) -> None:
        told.append((now(), Corrections.of(everything_stored()).told(everything_stored())))
        run(module, asked, tell)

    an_import(cast.by_secretary)
    decide("绿化")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(children, "run", slow)
        decide("电梯")
    at, before = told[-1]
    assert adopt_corrections(before, now=at) == 0
