"""What was being written is there again after the page was left, beside what the server fills in itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.browser import open_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FORM = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>提问</title>
<script src="/static/js/public.js" defer></script>
<details><summary>写</summary><form method="post" data-draft="ask">
<input type="hidden" name="idempotency_key" value="{key}">
<textarea name="text">{text}</textarea><input type="text" name="nickname" value="槐花"></form></details>"""
KEY, LATER = "11111111-aaaa-4bbb-8ccc-222222222222", "33333333-aaaa-4bbb-8ccc-444444444444"


@pytest.fixture
def written(browser: Browser) -> Page:
    """A page with a folded form in which the nickname stands already and a text was begun."""
    page = open_page(browser, FORM.format(key=KEY, text=""))
    page.evaluate("document.querySelector('details').open = true")
    page.fill("textarea", "楼道灯不亮")
    page.wait_for_timeout(600)
    return page


def come_back(page: Page, **printed: str) -> None:
    html = FORM.format(**{"key": LATER, "text": "", **printed})
    page.route("**/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.reload()


def test_a_draft_comes_back_into_a_form_with_a_nickname_already_in_it(written: Page) -> None:
    come_back(written)
    assert written.input_value("textarea") == "楼道灯不亮"
    assert written.locator("[data-draft-notice]").is_visible()  # unfolded
    assert written.locator("[name=idempotency_key]").input_value() == KEY
    written.get_by_role("button", name="清空重写").click()
    assert written.input_value("textarea") == ""
    come_back(written)
    assert written.input_value("textarea") == ""
    written.context.close()


def test_a_form_shown_again_keeps_what_the_server_printed(written: Page) -> None:
    come_back(written, text="写得更全的一版")
    assert written.input_value("textarea") == "写得更全的一版"
    assert not written.locator("[data-draft-notice]").count()
    written.context.close()


def test_a_nickname_alone_is_no_draft(browser: Browser) -> None:
    page = open_page(browser, FORM.format(key=KEY, text=""))
    page.evaluate("document.querySelector('textarea').dispatchEvent(new Event('input', {bubbles: true}))")
    page.wait_for_timeout(600)
    assert page.evaluate("localStorage.getItem('hy-draft:ask')") is None
    page.context.close()


FOLDED = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>退回</title>
<script src="/static/js/public.js" defer></script>
<form method="post" data-draft="ask"><input type="hidden" name="idempotency_key" value="{key}">
<details><summary>第 1 段</summary><select name="a"><option value="">不用改</option><option value="x">看不懂</option>
</select><textarea name="text">{text}</textarea></details>
<details><summary>第 2 段</summary><select name="b"><option value="">不用改</option><option value="x">看不懂</option>
</select><textarea name="more"></textarea></details></form>"""


def test_what_is_filled_in_again_is_never_out_of_sight(browser: Browser) -> None:
    html = FOLDED.format(key=KEY, text="")
    page = open_page(browser, html)
    page.evaluate("document.querySelector('details').open = true")
    page.select_option("[name=a]", "x")
    page.fill("[name=text]", "数字看不懂")
    page.wait_for_timeout(600)
    page.route("**/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.reload()
    assert page.input_value("[name=a]") == "x"
    opened = "Array.from(document.querySelectorAll('details')).map((each) => each.open)"
    assert page.evaluate(opened) == [True, False]
    page.context.close()
