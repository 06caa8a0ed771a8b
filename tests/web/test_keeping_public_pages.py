"""Anonymous readers share a page for a few seconds; nobody else ever gets it, and it is as safe as a new one."""

from __future__ import annotations

import gzip
import threading
import time

import pytest
from django.conf import LazySettings
from django.test import Client

from huiyin.web import caching
from tests.web import urls

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_for_five_seconds(settings: LazySettings) -> None:
    settings.PUBLIC_PAGE_SECONDS = 5
    caching.clear()
    urls.drawn.clear()


def test_a_second_reader_gets_the_same_page_with_the_same_headers(client: Client) -> None:
    first, second = client.get("/shared"), Client().get("/shared")
    assert first.content == second.content
    assert len(urls.drawn) == 1
    assert dict(first.headers) == dict(second.headers)
    assert "script-src 'self'" in second.headers["Content-Security-Policy"]


def test_an_unchanged_page_is_a_304_without_a_body(client: Client) -> None:
    tag = client.get("/shared").headers["ETag"]
    again = client.get("/shared", headers={"if-none-match": f"W/{tag}"})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert "Content-Security-Policy" in again.headers


def test_a_kept_page_is_sent_packed_to_who_can_unpack(client: Client) -> None:
    plain = client.get("/shared")
    packed = client.get("/shared", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 4
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_page_fragment_type_size_and_query_are_kept_apart(client: Client) -> None:
    client.get("/shared")
    client.get("/shared", headers={"hx-request": "true"})
    client.get("/shared?page=2")
    client.cookies["hy_mode"] = "elder"
    assert "elder" in client.get("/shared").text
    assert len(urls.drawn) == 4


def test_whoever_brings_a_session_gets_a_page_of_their_own(client: Client) -> None:
    client.get("/shared")
    client.cookies["sessionid"] = "abc"
    response = client.get("/shared")
    assert len(urls.drawn) == 2
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_a_page_with_a_form_that_posts_is_never_kept(client: Client) -> None:
    one, two = client.get("/shared-with-form"), Client().get("/shared-with-form")
    assert one.content != two.content
    assert len(urls.drawn) == 2


def test_errors_and_unmarked_pages_are_never_kept(client: Client) -> None:
    for path in ("/nowhere", "/listing", "/rule"):
        assert client.get(path).headers["Cache-Control"] == "private, no-cache"
    assert not caching.shelf.pages


def test_a_page_is_made_anew_when_its_time_is_over(client: Client, settings: LazySettings) -> None:
    settings.PUBLIC_PAGE_SECONDS = 0.05
    client.get("/shared")
    time.sleep(0.06)
    assert "2" in client.get("/shared").text[:30]


def test_the_shelf_is_bounded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "MAX_ENTRIES", 3)
    for number in range(6):
        client.get(f"/shared?page={number}")
    assert len(caching.shelf.pages) == 3
    assert caching.shelf.bytes == sum(caching._size(kept) for kept in caching.shelf.pages.values())


def test_while_one_renews_a_page_the_others_get_the_old_one() -> None:
    kept = caching.Kept(b"old", None, (), '"x"', fresh_until=0.0)
    caching.shelf.put(("k",), kept)
    assert caching.shelf.take(("k",), 1.0) is None  # this one makes the new page
    got: list[caching.Kept | None] = []
    other = threading.Thread(target=lambda: got.append(caching.shelf.take(("k",), 1.0)))
    other.start()
    other.join()
    assert got == [kept]


def test_any_other_page_is_packed_too(client: Client) -> None:
    response = client.get("/listing", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"<html" in gzip.decompress(response.content)
