"""Somebody else moved the report or the list meanwhile: what one wrote is refused with its sentence and given back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from huiyin.apps.reports.services import demands
from huiyin.web.now import now as clock
from tests import given_reports as given
from tests.given_reports import BEIJING
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
SAID = "楼道灯坏了很久，请修。"
GIVEN_BACK = "没有保存，您写的在这里："
PAGE = "/estates/yunshanli/demands"


def test_an_answer_that_comes_after_handing_in() -> None:
    cast, report = given.a_cast_with_report("submitted")
    demand = report.demand_list.demands.first()
    told = {"section": "demands", "demand": demand.pk, "words": SAID, "place": "demands"}
    page = sign_in(Client(), cast.manager).post(f"/desk/reports/{report.pk}/answer", told)
    assert page.status_code == 422
    for each in ("等社区看完再改", GIVEN_BACK, SAID, "怎样回应"):
        assert each in page.text


def test_an_excuse_for_what_is_no_longer_missing() -> None:
    cast, report = given.a_cast_with_report("written")
    told = {"section": "service", "missing": "evidence", "key_of": "9", "words": SAID}
    page = sign_in(Client(), cast.manager).post(f"/desk/reports/{report.pk}/excuse", told)
    assert page.status_code == 422
    assert GIVEN_BACK in page.text
    assert SAID in page.text


def test_a_form_that_has_its_place_stands_there_alone() -> None:
    cast, report = given.a_cast_with_report("written")
    told = {"section": "service", "name": "换灯", "value": "多", "explanation": SAID}
    page = sign_in(Client(), cast.manager).post(f"/desk/reports/{report.pk}/put-claim", told)
    assert page.status_code == 422
    assert f"{SAID}</textarea>" in page.text
    assert GIVEN_BACK not in page.text


def test_approving_what_is_approved_says_so() -> None:
    cast, report = given.a_cast_with_report("approved")
    page = sign_in(Client(), cast.secretary).post(f"/desk/reports/{report.pk}/approve")
    assert page.status_code == 422
    assert "报告已经审定" in page.text
    assert GIVEN_BACK not in page.text


def test_reasons_for_a_report_that_was_given_back_already() -> None:
    cast, report = given.a_cast_with_report("returned")
    told = {"reason-service-1": "other", "words-service-1": SAID, "words-waste-0": "整段太短。"}
    page = sign_in(Client(), cast.secretary).post(f"/desk/reports/{report.pk}/return", told)
    assert page.status_code == 422
    for each in (GIVEN_BACK, "服务履约，第 1 段", SAID, "整段太短。"):
        assert each in page.text


def test_a_voice_typed_in_after_the_list_was_confirmed(cast: Cast) -> None:
    confirmed = given.a_demand_list(cast, status="confirmed")
    told = {"source": "paper", "text": SAID, "demand": ""}
    page = sign_in(Client(), cast.community_worker).post(f"/desk/demands/{confirmed.pk}/type-in", told)
    assert page.status_code == 422
    for each in ("不能再改", GIVEN_BACK, SAID, "纸条"):
        assert each in page.text


def test_a_demand_after_the_last_day_can_be_asked_as_a_question(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    collecting = given.a_demand_list(cast)
    after = datetime.combine(collecting.collects_until + timedelta(days=1), time(9), BEIJING)
    monkeypatch.setenv("HUIYIN_NOW", after.isoformat())
    resident = sign_in(Client(), cast.resident)
    page = resident.post(PAGE, {"text": SAID, "building": "3号楼", "nickname": "赵姨"})
    assert page.status_code == 409
    for each in ("现在没有在收集诉求", GIVEN_BACK, SAID, "3号楼", 'href="/ask?estate=yunshanli&amp;draft=1"'):
        assert each in page.text
    assert f"{SAID}</textarea>" in resident.get("/ask?estate=yunshanli&draft=1").text


def test_a_demand_written_before_signing_in_when_the_list_was_confirmed_meanwhile(cast: Cast) -> None:
    collecting = demands.open_demand_list(
        estate=cast.estate, by=cast.by_secretary, begins_on=date(2026, 7, 1), now=clock()
    )
    visitor = Client()
    assert visitor.post(PAGE, {"text": SAID, "building": "", "nickname": ""}).status_code in (302, 303)
    demands.confirm(collecting, by=cast.by_secretary)
    page = visitor.get(f"{PAGE}?draft=1").text
    assert GIVEN_BACK in page
    assert SAID in page
    assert f"{SAID}</textarea>" in visitor.get("/ask?estate=yunshanli&draft=1").text
