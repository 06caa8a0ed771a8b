"""What the scripts of a meeting do in a browser: follow, keep the focus, wait for the network, act in order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from tests.web.browser import SITE, open_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.slow  # half of them wait for a clock
HEAD = '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>报告会</title>'
KEY = "0123456789abcdef0123456789abcdef"


class Server:
    """Answers of the site, told by the test; what was asked is kept. `is_down` is a dead network."""

    def __init__(self, answers: Callable[[str, Server], tuple[int, str, dict[str, str]]]) -> None:
        self.answers = answers
        self.is_down = False
        self.asked: list[tuple[str, str, dict[str, str], str]] = []

    def route(self, route: Route) -> None:
        request = route.request
        if self.is_down:
            route.abort("internetdisconnected")
            return
        path = request.url.removeprefix(SITE)
        self.asked.append((request.method, path, request.headers, request.post_data or ""))
        status, body, headers = self.answers(path, self)
        route.fulfill(
            status=status, body=body, headers={"Content-Type": "text/html; charset=utf-8", **headers}
        )

    def posts(self) -> list[dict[str, str]]:
        return [
            {name: values[0] for name, values in parse_qs(body).items()}
            for method, _path, _headers, body in self.asked
            if method == "POST"
        ]


def until(page: Page, expression: str, *, tenths: int = 90) -> None:
    """Wait for it to be true. Playwright's own waiting evaluates a string, which the policy of the page forbids."""
    for _tenth in range(tenths):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not in {tenths / 10} s: {expression}")


def serve(page: Page, server: Server, *paths: str) -> None:
    for path in paths:
        page.context.route(f"**{path}", server.route)


# --- following --------------------------------------------------------------------------------------------

FOLLOWING = (
    HEAD
    + """<script src="/static/js/meeting.js" defer></script>
<p data-live-state class="hy-line hy-line--quiet"><span></span></p><p role="status" data-live-say></p>
<div data-live="/live" data-live-every="2000" data-live-etag='"1"'>
<div data-slot="top"><p hidden data-live-news>一</p><b id="count">1</b></div>
<textarea id="own"></textarea>
<div data-slot="queue"><details id="d" data-keep><summary>不展示</summary><input id="why"></details>
<button id="b">同问</button></div></div>"""
)


def next_part(number: int) -> str:
    return (
        f'<div data-slot="top"><p hidden data-live-news>{number}</p><b id="count">{number}</b></div>'
        '<div data-slot="queue"><details id="d" data-keep><summary>不展示</summary><input id="why"></details>'
        '<button id="b">同问</button></div>'
    )


@pytest.fixture
def followed(browser: Browser) -> tuple[Page, Server]:
    """A page that asks for news; the second answer is new, then nothing changes."""

    def answers(path: str, server: Server) -> tuple[int, str, dict[str, str]]:
        polls = [each for each in server.asked if each[1] == "/live"]
        return (200, next_part(2), {"ETag": '"2"'}) if len(polls) == 2 else (304, "", {"ETag": '"2"'})

    page = open_page(browser, FOLLOWING)
    server = Server(answers)
    serve(page, server, "/live")
    return page, server


def test_a_page_asks_with_its_version_and_keeps_what_is_written(followed: tuple[Page, Server]) -> None:
    page, server = followed
    page.fill("#own", "还没写完")
    page.evaluate("document.getElementById('d').open = true")
    page.fill("#why", "原文里有电话")
    page.focus("#why")
    until(page, "document.getElementById('count').textContent === '2'")
    assert page.input_value("#own") == "还没写完"
    assert page.input_value("#why") == "原文里有电话"
    assert page.evaluate("document.activeElement.id") == "why"
    assert page.text_content("[data-live-say]") == "2"  # read out once, because it is news
    assert server.asked[0][2]["if-none-match"] == '"1"'
    page.wait_for_timeout(2600)
    assert server.asked[-1][2]["if-none-match"] == '"2"'
    page.context.close()


def test_a_button_keeps_the_focus_when_its_part_is_replaced(followed: tuple[Page, Server]) -> None:
    page, _server = followed
    page.focus("#b")
    until(page, "document.getElementById('count').textContent === '2'")
    assert page.evaluate("document.activeElement.id") == "b"
    page.context.close()


DEALT = (
    '<div data-slot="queue"><details id="dealt" data-keep><summary>已经处理的 %d 个</summary><ul>%s</ul></details>'
    '<details id="own" data-keep><summary>不受理</summary><input id="note"></details></div>'
)


def test_an_open_list_stays_open_and_follows_so_that_nothing_hidden_stays_readable(browser: Browser) -> None:
    shown = FOLLOWING.split('<div data-slot="top">')[0] + DEALT % (1, "<li>请打 139 的电话</li>") + "</div>"
    page = open_page(browser, shown)
    server = Server(lambda path, server: (200, DEALT % (0, ""), {"ETag": '"2"'}))
    page.click("summary >> text=已经处理的")
    page.click("summary >> text=不受理")
    page.fill("#note", "写到一半")
    serve(page, server, "/live")
    until(page, "document.querySelector('#dealt summary').textContent === '已经处理的 0 个'")
    assert page.evaluate("document.getElementById('dealt').open")
    assert "139" not in page.evaluate("document.body.textContent")
    assert page.input_value("#note") == "写到一半"
    page.context.close()


def test_it_asks_no_oftener_than_every_two_seconds_and_says_when_nobody_answers(
    followed: tuple[Page, Server],
) -> None:
    page, server = followed
    page.wait_for_timeout(4600)
    assert len(server.asked) <= 3
    assert not page.locator(".hy-line--bad").count()
    server.is_down = True
    page.wait_for_selector(".hy-line--bad", timeout=9000)
    assert "网络断了" in (page.text_content("[data-live-state]") or "")
    page.context.close()


def test_it_asks_no_more_once_an_answer_says_that_it_is_over(browser: Browser) -> None:
    page = open_page(browser, FOLLOWING)
    last = next_part(2).replace("data-live-news", 'data-live-news data-every="0"')
    server = Server(lambda path, server: (200, last, {"ETag": '"2"'}))
    serve(page, server, "/live")
    until(page, "document.getElementById('count').textContent === '2'")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(3000)
    assert len(server.asked) == 1
    assert not page.locator(".hy-line--bad").count()
    page.context.close()


def test_the_clock_runs_on_the_page_from_the_servers_count(browser: Browser) -> None:
    clock = (
        '<svg class="hy-clock" data-clock data-done="1122" data-since="%d" data-needed="1800">'
        '<circle class="run" stroke-dasharray="0 1"/><text data-clock-time></text></svg>'
        '<b data-clock-left="words" data-more="还差 {t}" data-enough="已满"></b>'
    )
    html = HEAD + '<script src="/static/js/screen.js" defer></script>'
    page = open_page(browser, html + f'<div data-live="/live" data-now="0">{clock % 1}</div>')
    # The server says that its time is 20 s after the floor was opened, whatever this device believes.
    page.evaluate("Date.now = () => 5")
    server = Server(lambda path, server: (304, "", {"ETag": '"1"', "X-Server-Time": "20001"}))
    serve(page, server, "/live")
    until(page, "document.querySelector('[data-clock-time]').textContent === '19:02'")
    assert page.text_content("[data-clock-left]") == "还差 10 分 58 秒"
    dashes = page.get_attribute(".run", "stroke-dasharray") or ""
    assert float(dashes.split()[0]) == pytest.approx(552.9 * 1142 / 2160, abs=0.5)
    page.context.close()


# --- a question without network -----------------------------------------------------------------------------

ASKING = (
    HEAD
    + f"""<script src="/static/js/meeting.js" defer></script>
<script src="/static/js/public.js" defer></script>
<ol data-waits></ol><form method="post" action="/ask" data-waiting data-draft="meeting-1">
<input type="hidden" name="csrfmiddlewaretoken" value="tokentoken">
<input type="hidden" name="idempotency_key" value="{KEY}">
<input type="hidden" name="account" value="">
<textarea name="text"></textarea><button>提交问题</button></form>"""
)
QUESTION = "充电桩什么时候能用上？"


def arrives(path: str, server: Server) -> tuple[int, str, dict[str, str]]:
    key = server.asked[-1][2].get("idempotency-key", "")
    return (200, "<p>已收到，是第 12 问。</p>", {"X-Acknowledged": key}) if path == "/ask" else (404, "", {})


def test_a_question_typed_without_network_arrives_once_when_it_returns(browser: Browser) -> None:
    page = open_page(browser, ASKING)
    server = Server(arrives)
    serve(page, server, "/ask")
    server.is_down = True
    page.fill("textarea", "充电桩什么时候能用上？")
    page.click("button")
    page.wait_for_selector("[data-waits] .hy-chip--warn")
    assert "等待发送" in (page.text_content("[data-waits]") or "")
    assert page.input_value("textarea") == ""
    page.reload()  # it is kept on the phone
    page.wait_for_selector("[data-waits] .hy-chip--warn")
    server.is_down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-waits] .hy-chip--ok")
    assert "已收到，是第 12 问。" in (page.text_content("[data-waits]") or "")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.reload()
    page.wait_for_timeout(500)
    (sent,) = server.posts()
    assert sent["idempotency_key"] == KEY
    assert sent["text"] == "充电桩什么时候能用上？"
    assert page.evaluate("localStorage.length") == 0
    page.context.close()


def test_two_questions_have_two_keys(browser: Browser) -> None:
    page = open_page(browser, ASKING)
    server = Server(arrives)
    serve(page, server, "/ask")
    for text in ("充电桩什么时候能用上？", "地库的灯哪天换完？"):
        page.fill("textarea", text)
        page.click("button")
        until(page, "document.querySelector('textarea').value === ''")
        page.wait_for_timeout(300)
    first, second = server.posts()
    assert first["idempotency_key"] != second["idempotency_key"]
    assert len(second["idempotency_key"]) == 32
    page.context.close()


def test_without_indexeddb_the_question_waits_in_the_plain_store(browser: Browser) -> None:
    page = open_page(browser, ASKING)
    page.context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    server = Server(arrives)
    serve(page, server, "/ask")
    page.reload()
    server.is_down = True
    page.fill("textarea", "充电桩什么时候能用上？")
    page.click("button")
    page.wait_for_selector("[data-waits] .hy-chip--warn")
    assert page.evaluate("Object.keys(localStorage)") == [f"hy-outbox:{KEY}"]
    server.is_down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-waits] .hy-chip--ok")
    assert len(server.posts()) == 1
    page.context.close()


def test_a_refused_question_says_why_and_gives_the_text_back(browser: Browser) -> None:
    page = open_page(browser, ASKING)
    server = Server(lambda path, server: (422, "<p>请把问题写清楚，至少 4 个字。</p>", {}))
    serve(page, server, "/ask")
    page.fill("textarea", "灯")
    page.click("button")
    page.wait_for_selector("[data-waits] .hy-chip--bad")
    assert "请把问题写清楚" in (page.text_content("[data-waits]") or "")
    assert page.input_value("textarea") == "灯"
    page.get_by_role("button", name="知道了").click()
    until(page, "!document.querySelector('[data-waits] li')")
    page.context.close()


def test_who_has_to_sign_in_first_keeps_the_question(browser: Browser) -> None:
    page = open_page(browser, ASKING)
    server = Server(lambda path, server: (401, "", {"HX-Redirect": "/sign-in?next=%2Fmeetings%2F1%2Fask"}))
    serve(page, server, "/ask")
    page.fill("textarea", "充电桩什么时候能用上？")
    page.click("button")
    page.wait_for_selector("[data-waits] a")
    assert page.get_attribute("[data-waits] a", "href") == "/sign-in?next=%2Fmeetings%2F1%2Fask"
    assert "等您登录" in (page.text_content("[data-waits]") or "")
    page.context.close()


def test_a_question_that_waited_too_long_is_said_to_be_over_and_given_back(browser: Browser) -> None:
    page = open_page(browser, ASKING)
    server = Server(arrives)
    serve(page, server, "/ask")
    server.is_down = True
    page.fill("textarea", QUESTION)
    page.click("button")
    page.wait_for_selector("[data-waits] .hy-chip--warn")
    page.context.add_init_script("const real = Date.now; Date.now = () => real() + 3 * 864e5")
    server.is_down = False
    page.reload()
    page.wait_for_selector("[data-waits] .hy-chip--bad")
    assert "过期了，没有提交" in (page.text_content("[data-waits]") or "")
    assert page.input_value("textarea") == QUESTION
    assert server.posts() == []
    page.get_by_role("button", name="知道了").click()
    until(page, "!document.querySelector('[data-waits] li')")
    page.reload()
    page.wait_for_timeout(300)
    assert page.locator("[data-waits] li").count() == 0
    page.context.close()


def test_only_an_answer_of_the_site_counts_as_arrived(browser: Browser) -> None:
    page = open_page(browser, ASKING)
    portal = [(200, "<title>请先认证</title><p>欢迎使用无线网，请点击认证</p>", {})]
    server = Server(lambda path, server: portal[0] if portal else arrives(path, server))
    serve(page, server, "/ask")
    page.fill("textarea", QUESTION)
    page.click("button")
    page.wait_for_selector("[data-waits] .hy-chip--warn")
    assert "等待发送" in (page.text_content("[data-waits]") or "")
    portal.clear()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-waits] .hy-chip--ok")
    assert "已收到，是第 12 问。" in (page.text_content("[data-waits]") or "")
    page.context.close()


def under_accounts(browser: Browser) -> tuple[Page, Server, list[str]]:
    """A site that takes a question only from the account that is signed in; the list names it."""
    signed_in = [""]
    page = open_page(browser, ASKING)

    def answers(path: str, server: Server) -> tuple[int, str, dict[str, str]]:
        if not signed_in[0]:
            return 401, "", {"HX-Redirect": "/sign-in"}
        if server.posts()[-1].get("account", "") != signed_in[0]:
            return 412, "<p>写这个问题时登录的不是现在这个账号。</p>", {}
        return arrives(path, server)

    server = Server(answers)
    serve(page, server, "/ask")
    page.fill("textarea", QUESTION)
    page.click("button")
    page.wait_for_selector("[data-waits] a")
    return page, server, signed_in


def come_back_as(page: Page, signed_in: list[str], account: str) -> None:
    """The page as it is printed for this account."""
    signed_in[0] = account
    html = ASKING.replace('name="account" value=""', f'name="account" value="{account}"')
    page.context.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(page.url)


def test_a_question_that_waits_is_not_sent_by_whoever_signs_in_next(browser: Browser) -> None:
    page, server, signed_in = under_accounts(browser)
    come_back_as(page, signed_in, "neighbour")
    page.wait_for_selector("[data-waits] button")
    assert "写这个问题时登录的不是现在这个账号。" in (page.text_content("[data-waits]") or "")
    assert not page.locator("[data-waits] .hy-chip--ok").count()
    page.get_by_role("button", name="是我写的，现在提交").click()
    page.wait_for_selector("[data-waits] .hy-chip--ok")
    assert server.posts()[-1]["account"] == "neighbour"
    page.context.close()


def test_who_signs_in_for_a_waiting_question_has_it_sent(browser: Browser) -> None:
    page, server, signed_in = under_accounts(browser)
    page.evaluate(
        "document.querySelector('[data-waits] a').addEventListener('click', (e) => e.preventDefault())"
    )
    page.click("[data-waits] a")
    come_back_as(page, signed_in, "resident")
    page.wait_for_selector("[data-waits] .hy-chip--ok")
    assert server.posts()[-1]["account"] == "resident"
    page.context.close()


# --- the console without network ----------------------------------------------------------------------------

CONSOLE = (
    HEAD
    + """<script src="/static/js/console.js" defer></script>
<section data-acts="1" hidden><h2>还没有做成的操作</h2><ol></ol></section>
<p data-live-state class="hy-line--quiet"><span></span></p>
<div data-live="/console/live" data-live-every="60000">%s</div>"""
)


def act_form(act: str, key: str, kind: str = "question") -> str:
    return (
        f'<form method="post" action="/console/{act}" data-act="{kind}" data-label="{act}">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="t">'
        f'<input type="hidden" name="idempotency_key" value="{key}"><button id="{act}">{act}</button></form>'
    )


FORMS = "".join(
    (
        act_form("show", "a" * 32),
        act_form("defer", "b" * 32),
        act_form("resume", "c" * 32, "clock"),
        act_form("pause", "d" * 32, "pause"),
    )
)


@pytest.fixture
def console(browser: Browser) -> tuple[Page, Server]:
    page = open_page(browser, CONSOLE % FORMS)
    server = Server(lambda path, server: (200, FORMS, {"ETag": '"1"'}))
    serve(page, server, "/console/*")
    return page, server


def kept(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.evaluate("localStorage.getItem('hy-acts:1') || '[]'"))
    return found


def until_tried_in_vain(page: Page) -> None:
    """An act stands in the list before it is sent: a network that comes back too early was never away."""
    until(page, "JSON.parse(localStorage.getItem('hy-acts:1')).every(act => act.late)")


def test_acts_pressed_without_network_are_replayed_in_order_also_after_a_reload(
    console: tuple[Page, Server],
) -> None:
    page, server = console
    server.is_down = True
    page.click("#show")
    page.click("#defer")
    until(page, "document.querySelectorAll('[data-acts] li').length === 2")
    assert "等待发送：show" in (page.text_content("[data-acts]") or "")
    page.reload()
    until(page, "document.querySelectorAll('[data-acts] li').length === 2")
    until_tried_in_vain(page)
    server.is_down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(page, "document.querySelector('[data-acts]').hidden")
    acts = [path for method, path, _headers, _body in server.asked if method == "POST"]
    assert acts == ["/console/show", "/console/defer"]
    assert server.posts()[0]["again"] == "1"  # its first answer may have been lost
    assert kept(page) == []
    page.context.close()


def test_the_console_works_where_nothing_may_be_stored(console: tuple[Page, Server]) -> None:
    page, server = console
    page.context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"
    )
    page.reload()
    server.is_down = True
    page.click("#show")
    page.click("#defer")
    until(page, "document.querySelectorAll('[data-acts] li').length === 2")
    server.is_down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(page, "document.querySelector('[data-acts]').hidden")
    acts = [path for method, path, _headers, _body in server.asked if method == "POST"]
    assert acts == ["/console/show", "/console/defer"]
    page.context.close()


def test_an_act_on_the_clock_is_refused_at_once_without_network(console: tuple[Page, Server]) -> None:
    page, server = console
    server.is_down = True
    page.click("#resume")
    page.wait_for_selector("[data-acts] .is-refused")
    assert "没有网络，时钟没有变" in (page.text_content("[data-acts]") or "")
    server.is_down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(400)
    assert server.posts() == []  # nothing starts by itself
    page.get_by_role("button", name="再按一次").click()
    until(page, "document.querySelector('[data-acts]').hidden")
    assert len(server.posts()) == 1
    page.context.close()


def test_a_pause_waits_and_says_since_when(console: tuple[Page, Server]) -> None:
    page, server = console
    server.is_down = True
    page.click("#pause")
    until_tried_in_vain(page)
    server.is_down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(page, "document.querySelector('[data-acts]').hidden")
    (sent,) = server.posts()
    assert sent["since"].endswith("Z")
    page.context.close()


def test_a_pause_that_stood_behind_another_act_says_since_when_too(console: tuple[Page, Server]) -> None:
    page, server = console
    server.is_down = True
    page.click("#defer")
    page.click("#pause")
    until(page, "document.querySelectorAll('[data-acts] li').length === 2")
    until_tried_in_vain(page)
    server.is_down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(page, "document.querySelector('[data-acts]').hidden")
    _deferred, paused = server.posts()
    assert paused["since"].endswith("Z")
    assert "again" not in paused, "it was never sent before"
    page.context.close()


def test_a_refused_act_stays_visible_with_its_reason_and_the_next_goes_on(browser: Browser) -> None:
    page = open_page(browser, CONSOLE % FORMS)

    def answers(path: str, server: Server) -> tuple[int, str, dict[str, str]]:
        if path == "/console/show":
            return 409, "<p>这个问题现在是“不展示”，不能这样操作。</p>", {}
        return 200, FORMS, {"ETag": '"1"'}

    server = Server(answers)
    serve(page, server, "/console/*")
    page.click("#show")
    page.wait_for_selector("[data-acts] .is-refused")
    page.click("#defer")
    page.wait_for_timeout(300)
    assert "没有成功：show。这个问题现在是“不展示”" in (page.text_content("[data-acts]") or "")
    assert len(server.posts()) == 2
    page.get_by_role("button", name="知道了").click()
    assert kept(page) == []
    page.context.close()


REJECT = (
    '<details id="do-reject-7" data-keep><summary>不受理</summary>'
    '<form method="post" action="/console/reject" data-act="question" data-label="不受理 第 7 问">'
    f'<input type="hidden" name="idempotency_key" value="{KEY}">'
    '<select name="reason_code"><option value="a">甲</option><option value="b">乙</option></select>'
    '<input name="note" id="note"><button id="reject">不受理</button></form></details>'
)


def test_what_was_written_in_a_refused_act_is_given_back_also_after_a_reload(browser: Browser) -> None:
    page = open_page(browser, CONSOLE % REJECT)
    refusal, shown = [409], [REJECT]

    def answers(path: str, server: Server) -> tuple[int, str, dict[str, str]]:
        if path == "/console/reject" and refusal[0] == 409:
            return 409, "<p>请补充一句理由。</p>", {}
        return 200, shown[0], {"ETag": '"1"'}

    server = Server(answers)
    serve(page, server, "/console/*")
    page.click("summary")
    page.select_option("select", "b")
    page.fill("#note", "车棚归街道管，已经说过")
    page.click("#reject")
    for _again in range(2):  # at once, and on the page loaded anew
        page.wait_for_selector("details[open] .hy-error >> text=请补充一句理由。")
        assert page.input_value("#note") == "车棚归街道管，已经说过"
        assert page.input_value("select") == "b"
        page.reload()
    page.wait_for_selector("details[open] .hy-error")
    assert "写下的" not in (page.text_content("[data-acts]") or "")
    shown[0] = ""
    page.evaluate("document.querySelector('[data-live]').take('', '')")  # somebody else has dealt with it
    assert "写下的：车棚归街道管，已经说过" in (page.text_content("[data-acts]") or "")
    page.evaluate("html => document.querySelector('[data-live]').take(html, '')", REJECT)
    page.click("summary")
    page.fill("#note", "车棚归街道管，不在物业合同里")
    refusal[0] = 200
    page.click("#reject")
    until(page, "document.querySelector('[data-acts]').hidden")
    assert server.posts()[-1]["note"] == "车棚归街道管，不在物业合同里"
    assert kept(page) == []
    page.context.close()
