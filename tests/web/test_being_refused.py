"""Errors say what happened and what to do next; who may not sees nothing at all."""

from __future__ import annotations

import logging.config
from datetime import date
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.test import Client

from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.forms import Form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    from django.core.cache import cache

    cache.clear()


def test_what_one_may_not_see_looks_like_what_is_not_there(client: Client) -> None:
    hidden, missing = client.get("/others"), client.get("/nowhere")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text.replace("/others", "") == missing.text.replace("/nowhere", "").replace(
        "%2Fnowhere", "%2Fothers"
    )
    assert "社区书记可以分派" not in hidden.text
    assert "26-0041-738" in missing.text


def test_a_broken_rule_is_a_409_with_its_sentence_and_a_way_back(client: Client) -> None:
    response = client.get("/rule", headers={"referer": "http://testserver/listing?page=2"})
    assert response.status_code == 409
    assert "这件事已经延期 2 次，不能再延。" in response.text
    assert 'href="/listing?page=2"' in response.text


def test_a_sentence_says_days_as_people_say_them() -> None:
    refusal = RuleBroken(
        "%(day)s 前要再开一次。", code="close.sitting_owed", field="day", day=date(2026, 6, 1)
    )
    assert sentence_of(refusal) == "2026年6月1日 前要再开一次。"
    form = Form({})
    form.add_refusal(refusal)
    assert form.non_field_errors() == ["2026年6月1日 前要再开一次。"]


def test_over_htmx_a_refusal_is_a_notice_in_place(client: Client) -> None:
    response = client.get("/rule", headers={"hx-request": "true"})
    assert response.status_code == 409
    assert "<html" not in response.text
    assert 'role="alert"' in response.text


def test_a_way_back_never_leads_to_another_site(client: Client) -> None:
    for before in ("http://testserver.evil.example/x", "http://testserver//evil.example/x"):
        assert "evil" not in client.get("/rule", headers={"referer": before}).text


def test_a_failure_of_ours_is_said_to_be_ours(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/broken")
    assert response.status_code == 500
    assert "不会重复登记" in response.text
    assert "一三八" not in response.text


def test_the_address_of_a_form_leads_back_to_its_page(client: Client) -> None:
    response = client.get("/listing/send")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "这一页不能直接打开" in response.text
    assert '<a class="btn btn-primary" href="/listing">' in response.text


def test_whoever_has_to_sign_in_returns_to_the_page_the_form_stood_on(client: Client) -> None:
    for referrer, page in (
        ("http://testserver/shared?page=2", "/shared?page=2"),
        ("http://testserver/listing/send", "/listing"),  # the failed form was shown there
        ("http://elsewhere.example/x", "/listing"),
        ("http://testserver//elsewhere.example/x", "/listing"),
    ):
        answer = client.post("/listing/send", headers={"referer": referrer})
        assert answer.headers["Location"] == f"/sign-in?{urlencode({'next': page}, safe='/')}"


def test_over_htmx_signing_in_is_a_line_and_takes_the_place_of_nothing(client: Client) -> None:
    asked = {"hx-request": "true", "referer": "http://testserver/shared?page=2"}
    answer = client.post("/listing/send", headers=asked)
    assert answer.status_code == 401, "no answer that htmx puts into a page"
    assert "HX-Redirect" not in answer.headers, "nor one that leaves what was written"
    assert "<html" not in answer.text
    assert "登录已过期，您写的还在这里。" in answer.text
    assert f"/sign-in?{urlencode({'next': '/shared?page=2'}, safe='/')}" in answer.text


def test_a_form_that_lay_too_long_says_so() -> None:
    response = Client(enforce_csrf_checks=True).post("/ask")
    assert response.status_code == 403
    assert "再提交一次" in response.text


def test_too_many_posts_from_one_address_are_braked_kindly(client: Client) -> None:
    statuses = [client.post("/ask").status_code for _ in range(4)]
    assert statuses == [303, 303, 429, 429]
    assert client.post("/ask", REMOTE_ADDR="10.0.0.9").status_code == 303


def test_a_forwarded_address_counts_only_behind_a_known_proxy(client: Client, settings: LazySettings) -> None:
    for number in range(2):
        client.post("/ask", headers={"x-forwarded-for": f"10.1.1.{number}"})
    assert client.post("/ask", headers={"x-forwarded-for": "10.1.1.7"}).status_code == 429
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.post("/ask", headers={"x-forwarded-for": "1.1.1.1, 10.1.1.7"}).status_code == 303


def test_a_log_line_holds_no_phone_number() -> None:
    from huiyin.web.logs import MaskPersonalData

    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "no code for %s", ("13800138000",), None)
    assert MaskPersonalData(mask=lambda text: text.replace("13800138000", "〔手机号〕")).filter(record)
    assert record.getMessage() == "no code for 〔手机号〕"


@pytest.mark.parametrize("escaped", ["%C2%9B31m", "%C2%85", "%E2%80%A8", "%E2%80%AE", "%0d"])
def test_an_address_writes_no_lines_or_colours_into_the_log(escaped: str) -> None:
    from huiyin.web.logs import MaskPersonalData

    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "/x?q=%E7%81%AF" + escaped, None, None)
    MaskPersonalData(mask=str).filter(record)
    assert record.getMessage() == f"/x?q=灯{escaped}"


def test_a_broken_request_is_logged_by_the_server_without_what_its_address_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """gunicorn has set up its own logger when the settings are read, and writes addresses as they came."""
    from gunicorn.config import Config
    from gunicorn.glogging import Logger

    server = Logger(Config())
    configured = {"gunicorn.error": django_settings.LOGGING["loggers"]["gunicorn.error"]}
    before = logging.getLogger("gunicorn.error").handlers[:]
    try:
        logging.config.dictConfig(django_settings.LOGGING | {"root": {}, "loggers": configured})
        server.error(
            "Error handling request %s",
            "/x?q=%E6%88%91%E5%8F%AB%E7%8E%8B%E5%86%9B,138%30013800%30%0d",
        )
    finally:
        logging.getLogger("gunicorn.error").handlers = before
    written = capsys.readouterr().err
    assert written.endswith("ERROR gunicorn.error: Error handling request /x?q=我叫〔姓名〕,〔手机号〕%0d\n")
    assert written.count("\n") == 1


def test_more_than_100_mb_at_once_is_refused_before_it_is_read(client: Client) -> None:
    response = client.generic("POST", "/ask", b"a=1", CONTENT_LENGTH=str(100 * 1024 * 1024 + 1))
    assert response.status_code == 413
    assert "一次最多传 100 MB" in response.text


@pytest.mark.parametrize(
    "told", [{"CONTENT_LENGTH": "-1"}, {"CONTENT_LENGTH": "many"}, {"HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_a_body_without_a_length_is_refused(client: Client, told: dict[str, str]) -> None:
    assert client.generic("POST", "/ask", b"a=1", **told).status_code == 411


def test_a_page_is_asked_for_without_a_length(client: Client) -> None:
    assert client.get("/rule", CONTENT_LENGTH="").status_code == 409
