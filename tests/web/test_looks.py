"""The style sheets in a real browser: nobody is shut out, nothing scrolls sideways, nothing is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web import styleguide
from tests.web.browser import open_page, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SMALL_TEXT = """least => [...document.querySelectorAll('body *')].filter(el => {
  const own = [...el.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  return own && el.getClientRects().length && !el.closest('.visually-hidden, .hy-skip')
    && parseFloat(getComputedStyle(el).fontSize) < least - 0.01;
}).map(el => el.tagName + '.' + el.className + ' ' + getComputedStyle(el).fontSize)"""
SMALL_TARGETS = """least => [...document.querySelectorAll(
    '.btn:not(.btn-sm), .form-control, .form-select, nav a, .hy-elder, summary')]
  .filter(el => el.getClientRects().length && el.getBoundingClientRect().height < least - 0.5)
  .map(el => el.className + ' ' + el.textContent.trim() + ' ' + el.getBoundingClientRect().height)"""

SURFACES = ["public", "desk", "paper"]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize(
    ("width", "mode", "scheme"),
    [
        (375, "standard", "light"),
        (1280, "standard", "light"),
        (1280, "standard", "dark"),
        (375, "elder", "light"),
        (375, "elder", "dark"),
    ],
)
def test_axe_finds_nothing(browser: Browser, surface: str, width: int, mode: str, scheme: str) -> None:
    page = open_page(browser, styleguide.draw(surface, mode), width=width, scheme=scheme)
    assert violations(page) == []
    assert page.faults == []  # type: ignore[attr-defined]
    page.context.close()


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("mode", ["standard", "elder"])
@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_nothing_scrolls_sideways_and_nothing_is_too_small(
    browser: Browser, surface: str, mode: str, width: int
) -> None:
    """320 CSS pixels are a 1280 screen at 400 % (WCAG 1.4.10)."""
    page = open_page(browser, styleguide.draw(surface, mode), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TEXT, 18 if mode == "elder" and surface != "paper" else 14) == []
    assert page.evaluate(SMALL_TARGETS, 60 if mode == "elder" else 44) == []
    page.context.close()


SIGNED_IN = """() => document.querySelector('.hy-top__end').insertAdjacentHTML('afterbegin',
  '<a class="hy-account" href="#main"><svg class="hy-i" viewBox="0 0 24 24"></svg>我的事项</a>')"""
HEAD_ROWS = """() => {
  const lines = (nodes) => {
    const counts = {};
    for (const node of nodes) {
      const top = Math.round(node.getBoundingClientRect().top);
      counts[top] = (counts[top] || 0) + 1;
    }
    return Object.values(counts);
  };
  const head = ['.hy-brand', '.hy-account', '.hy-elder'].map(name => document.querySelector('header ' + name));
  return { head: lines(head), menu: lines(document.querySelectorAll('.hy-phone-nav a')) };
}"""


@pytest.mark.parametrize(
    ("mode", "menus"), [("standard", [[3, 3], [6], [6]]), ("elder", [[3, 3], [3, 3], [3, 3]])]
)
def test_the_head_is_one_line_and_no_entry_of_the_menu_stands_alone(
    browser: Browser, mode: str, menus: list[list[int]]
) -> None:
    page = open_page(browser, styleguide.draw("public", mode), width=375)
    page.evaluate(SIGNED_IN)
    for width, menu in zip((320, 375, 414), menus, strict=True):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(HEAD_ROWS) == {"head": [3], "menu": menu}, width
    page.context.close()


def test_the_head_of_the_desk_breaks_between_its_parts_on_a_phone(browser: Browser) -> None:
    page = open_page(browser, styleguide.draw("desk"), width=375)
    assert page.locator(".hy-who").evaluate("node => node.getClientRects()[0].height") <= 44
    page.context.close()


def test_errors_take_the_focus_and_lead_to_their_fields(browser: Browser) -> None:
    page = open_page(browser, styleguide.draw("public"))
    assert page.evaluate("document.activeElement.className") == "hy-errors"
    page.get_by_role("link", name="手机号").click()
    assert page.evaluate("document.activeElement.id") == "id_phone"
    page.context.close()


def test_before_and_after_can_be_laid_over_each_other_by_keyboard(browser: Browser) -> None:
    page = open_page(browser, styleguide.draw("public"))
    page.get_by_role("button", name="叠在一起拖动对比").press("Enter")
    assert page.evaluate("document.activeElement.type") == "range"
    page.keyboard.press("Home")
    assert page.evaluate("document.querySelector('.hy-pair').style.getPropertyValue('--cut')") == "0%"
    slider = page.get_by_role("slider", name="之前和之后的分界，之后：走廊灯亮了")
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "左边是之前，占 1%"
    button = page.get_by_role("button", name="并排看")
    assert button.get_attribute("aria-expanded") == "true"
    button.press("Enter")
    assert slider.count() == 0
    assert page.faults == []  # type: ignore[attr-defined]
    page.context.close()


BESIDE = """() => {
  const [before, after] = document.querySelectorAll('.hy-pair figure');
  const seen = (node) => { const box = node.getBoundingClientRect(); return box.width > 50 && box.height > 10; };
  const parts = [before, after].flatMap((one) => [one.querySelector('img'), one.querySelector('figcaption')]);
  return parts.every(seen) && before.getBoundingClientRect().right <= after.getBoundingClientRect().left
    && getComputedStyle(after.querySelector('img')).clipPath === 'none';
}"""


def test_a_pair_is_two_captioned_pictures_on_paper_and_without_a_script(browser: Browser) -> None:
    page = open_page(browser, styleguide.draw("public"), script=False)
    assert page.get_by_role("button", name="叠在一起拖动对比").count() == 0
    assert page.evaluate(BESIDE)
    page.context.close()
    page = open_page(browser, styleguide.draw("public"))
    page.get_by_role("button", name="叠在一起拖动对比").press("Enter")
    assert not page.evaluate(BESIDE)
    page.emulate_media(media="print")
    assert page.evaluate(BESIDE)
    assert not page.locator(".hy-pair-switch, .hy-pair__range").first.is_visible()
    page.context.close()


def test_choosing_rows_frees_the_buttons(browser: Browser) -> None:
    page = open_page(browser, styleguide.draw("desk"))
    assign = page.get_by_role("button", name="分派", exact=True)
    assert assign.is_disabled()
    page.get_by_label("选中 26-0041-738").check()
    assert assign.is_enabled()
    assert page.get_by_text("已选 1 件").is_visible()
    page.get_by_label("选中本页全部").check()
    assert page.get_by_text("已选 5 件").is_visible()
    page.context.close()


def test_without_a_script_every_button_is_there(browser: Browser) -> None:
    page = open_page(browser, styleguide.draw("desk"), script=False)
    assert page.get_by_role("button", name="分派", exact=True).is_enabled()
    page.context.close()


def test_what_was_written_comes_back_until_the_server_has_it(browser: Browser) -> None:
    empty = styleguide.draw("public")
    page = open_page(browser, empty)
    page.get_by_label("问题", exact=True).first.fill("楼道灯不亮")
    page.get_by_label("手机号").fill("13800138000")
    page.wait_for_timeout(600)
    key = page.evaluate("document.querySelector('[name=idempotency_key]').value")
    page.reload()
    assert page.get_by_label("问题", exact=True).first.input_value() == "楼道灯不亮"
    assert page.evaluate("document.querySelector('[name=idempotency_key]').value") == key
    assert "13800138000" not in page.evaluate("JSON.stringify(localStorage)")
    page.evaluate(f"document.cookie = 'hy_ack={key}; path=/'")
    page.reload()
    assert page.get_by_label("问题", exact=True).first.input_value() == ""
    assert page.evaluate("localStorage.length") == 0
    page.context.close()
