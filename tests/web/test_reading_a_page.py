"""What every page carries: the policy, one Vary, the size of the type, and no page for the wrong reader."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web import urls

pytestmark = pytest.mark.django_db


def test_every_page_keeps_to_its_own_host(client: Client) -> None:
    for path in ("/shared", "/nowhere", "/rule", "/reading-mode"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy


def test_other_headers_say_little_to_others(client: Client) -> None:
    headers = client.get("/shared").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_page_and_fragment_share_an_address_and_say_so(client: Client) -> None:
    page = client.get("/listing")
    part = client.get("/listing", headers={"hx-request": "true"})
    back = client.get("/listing", headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert "<html" in page.text
    assert "<html" not in part.text
    assert "<html" in back.text
    assert page.headers["Vary"].lower().count("hx-request") == 1
    assert part.headers["Vary"].lower().count("hx-request") == 1


def test_the_elder_version_is_remembered_and_returns_to_the_same_page(client: Client) -> None:
    response = client.get("/reading-mode?mode=elder&next=/listing%3Fpage%3D2")
    assert (response.status_code, response.headers["Location"]) == (302, "/listing?page=2")
    assert 'class="elder"' in client.get("/listing").text
    client.post("/reading-mode", {"mode": "standard", "next": "/listing"})
    assert 'class="elder"' not in client.get("/listing").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"]
)
def test_the_switch_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    assert client.get("/reading-mode", {"mode": "elder", "next": elsewhere}).headers["Location"] == "/"


def test_the_link_of_the_elder_version_names_this_page(client: Client) -> None:
    assert "/reading-mode?mode=elder&amp;next=%2Flisting%3Fpage%3D2" in client.get("/listing?page=2").text


def test_a_post_over_htmx_is_answered_by_a_page_load(client: Client) -> None:
    plain = client.post("/ask", {"idempotency_key": "0123456789abcdef-1"})
    assert (plain.status_code, plain.headers["Location"]) == (303, "/shared")
    assert plain.cookies["hy_ack"].value == "0123456789abcdef-1"
    assert client.post("/ask", headers={"hx-request": "true"}).headers["HX-Redirect"] == "/shared"


def test_a_malformed_key_is_no_key(client: Client) -> None:
    assert "hy_ack" not in client.post("/ask", {"idempotency_key": "<script>"}).cookies


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    from django.core.cache import cache

    cache.clear()
    urls.drawn.clear()
