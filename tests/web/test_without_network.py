"""The service worker and its one page: a reload without network says so, and what waits is still shown and sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from huiyin.web.offline import ASSETS, worker_text
from tests.web.styleguide import static_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>提问</title>
<script src="/static/js/meeting.js" defer></script><script src="/static/js/public.js" defer></script>
<ol data-waits></ol><form method="post" action="/ask" data-waiting data-draft="m">
<input type="hidden" name="csrfmiddlewaretoken" value="tokentoken">
<input type="hidden" name="idempotency_key" value="0123456789abcdef0123456789abcdef">
<textarea name="text"></textarea><button>提交问题</button></form>"""
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def test_the_worker_knows_the_page_and_its_files_by_their_addresses() -> None:
    answer = Client().get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.text == worker_text()
    kept = answer.text.split("self.HUIYIN_OFFLINE=")[1].split(";")[0]
    assert kept.startswith('["/offline", ')
    assert all(name in kept for name in ASSETS)


def test_the_page_without_network_is_the_same_for_everybody() -> None:
    answer = Client().get("/offline")
    assert answer.status_code == 200
    assert "现在没有网络" in answer.text
    assert "data-waits" in answer.text
    assert not answer.cookies


class Site(BaseHTTPRequestHandler):
    """The asking page, the worker's files, and a place that takes questions."""

    posts: list[str]

    def do_GET(self) -> None:
        if self.path in ("/ask", "/"):
            self._say(PAGE.encode(), "text/html; charset=utf-8")
        elif self.path in ("/sw.js", "/offline"):
            answer = Client().get(self.path)
            self._say(answer.content, answer.headers["Content-Type"])
        else:
            body = static_file(self.path.removeprefix("/static/")) if "/static/" in self.path else None
            kind = KINDS.get(self.path.rsplit(".", 1)[-1], "application/octet-stream")
            self._say(body or b"", kind, 200 if body else 404)

    def do_POST(self) -> None:
        type(self).posts.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        key = self.headers["Idempotency-Key"]
        self._say("<p>已收到，是第 12 问。</p>".encode(), "text/html; charset=utf-8", acknowledged=key)

    def _say(self, body: bytes, kind: str, status: int = 200, acknowledged: str = "") -> None:
        self.send_response(status)
        self.send_header("X-Acknowledged", acknowledged)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.posts = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_reload_without_network_shows_what_waits_and_it_arrives_once(browser: Browser, site: str) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(site + "/ask")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from now on the worker stands before it
    context.set_offline(True)
    page.fill("textarea", "充电桩什么时候能用上？")
    page.click("button")
    page.wait_for_selector("[data-waits] .hy-chip--warn")
    page.reload()
    assert page.text_content("h1") == "现在没有网络"
    page.wait_for_selector("[data-waits] .hy-chip--warn")
    assert "充电桩什么时候能用上？" in (page.text_content("[data-waits]") or "")
    context.set_offline(False)
    page.wait_for_selector("[data-waits] .hy-chip--ok")
    page.wait_for_timeout(500)  # the worker may send it too
    stored = {body.split("idempotency_key=")[1].split("&")[0] for body in Site.posts}
    assert stored == {"0123456789abcdef0123456789abcdef"}  # one key is one question
    assert page.evaluate("caches.keys().then((names) => names.length)") == 1
    context.close()
