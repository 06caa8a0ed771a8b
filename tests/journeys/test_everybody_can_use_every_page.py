"""Every page of every role answers, logs no error and scrolls nowhere sideways at 400 %; axe-core finds nothing on it.

Most pages are made of what other pages are made of: the same list for another role, the same case in another state.
axe-core reads a page that has a part no page before it had, with all rules, as a phone in light and as the desktop of
an elder in dark; a page that only puts known parts together anew, in one look after the other. What is left would be
read again. A part is an element as the rules see it: its tag, classes and attributes, whether it has words of its own,
and all of that of the elements around it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pytest
from django.test import Client

from tests.access_table import ROLES
from tests.people import sign_in
from tests.web.browser import AXE, AXE_TAGS, SITE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

    from tests.journeys.living_site import LivingSite


@dataclass(frozen=True)
class Look:
    """One of the ways a page may stand before somebody."""

    width: int
    mode: str
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.width} {self.mode} {self.scheme}"


PHONE, DESKTOP = Look(375, "standard", "light"), Look(1280, "elder", "dark")
LOOKS = [
    PHONE,
    DESKTOP,
    Look(1280, "standard", "light"),
    Look(375, "elder", "light"),
    Look(375, "standard", "dark"),
]
AT_400_PERCENT: ViewportSize = {"width": 320, "height": 800}  # a screen of 1280 (WCAG 1.4.10)
AXE_RUN = """async tags => {
  const found = await axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], elementRef: false});
  return found.violations.map(each => `${each.id}: ${each.nodes.map(node => node.target.join(' ')).slice(0, 4)} `
    + each.nodes[0].failureSummary);
}"""
# What the page is made of, one part a line. Values count where rules read them; else only whether there is one.
PARTS = """() => {
  const parts = new Set();
  const counts = /^(role|type|tabindex|lang|style|aria-(?!label|describedby|controls))/;
  const add = (element, around) => {
    const told = [...element.attributes].filter(each => each.name !== 'class')
      .map(({name, value}) => name + '=' + (counts.test(name) ? value : !value));
    const speaks = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim());
    const part = around + '>' + [element.tagName, ...[...element.classList].sort(), ...told.sort(), speaks].join(' ');
    parts.add(part);
    for (const child of element.children) add(child, part);
  };
  add(document.body, document.documentElement.lang + !document.title);
  return [...parts].join('\\n');
}"""
WIDTH = "document.documentElement.scrollWidth"
TOO_WIDE = """[...document.querySelectorAll('body *')]
  .filter(el => el.getBoundingClientRect().right > innerWidth + 1).slice(0, 4)
  .map(el => `${el.tagName}.${el.className} ${el.textContent.slice(0, 30)}`)"""
# All that the reading mode changes beside its own switch (base.html).
TURN = "mode => document.documentElement.classList.toggle('elder', mode === 'elder')"


@dataclass
class Reading:
    """What axe-core has read so far."""

    pages: set[frozenset[str]] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)

    def looks_at(self, page: frozenset[str], usual: Look) -> list[Look]:
        """The looks in which this page has to be read."""
        if page in self.pages:
            return []
        looks = [usual] if page <= self.parts else [PHONE, DESKTOP]
        self.pages.add(page)
        self.parts |= page
        return looks


@pytest.fixture(scope="module")
def known(site: LivingSite) -> dict[str, list[str]]:
    from tests.journeys.lively_estate import make_lively

    return make_lively(site)


@pytest.fixture(scope="module")
def reading() -> Reading:
    return Reading()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of(
    role: str, site: LivingSite, browser: Browser, known: dict[str, list[str]], reading: Reading
) -> None:
    from tests.journeys.lively_estate import pages_of

    context = signed_in(site, browser, role)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda told: said.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    found = []
    for at, (_name, path) in enumerate(pages_of(role, site.cast, known)):
        look = LOOKS[at % len(LOOKS)]
        found += [f"{path} {fault}" for fault in faults(page, site.address + path, look, reading)]
    context.close()
    assert not found, "\n".join(found)
    assert said == []


def signed_in(site: LivingSite, browser: Browser, role: str) -> BrowserContext:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.add_init_script(path=AXE)
    if role != "anonymous":
        client = sign_in(Client(), getattr(site.cast, role))
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": site.address}])
    return context


def faults(page: Page, address: str, usual: Look, reading: Reading) -> Iterator[str]:
    """What is wrong with the page."""
    page.context.add_cookies([{"name": "hy_mode", "value": usual.mode, "url": address}])
    page.set_viewport_size(AT_400_PERCENT)
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        yield f"answered {answer and answer.status}"
        return
    yield from too_wide(page)
    for look in reading.looks_at(frozenset(page.evaluate(PARTS).splitlines()), usual):
        page.evaluate(TURN, look.mode)
        if look.mode != usual.mode:
            page.set_viewport_size(AT_400_PERCENT)
            yield from too_wide(page)
        page.emulate_media(color_scheme=look.scheme)
        page.set_viewport_size({"width": look.width, "height": 800})
        yield from (f"[{look}] {violation}" for violation in page.evaluate(AXE_RUN, AXE_TAGS))


def too_wide(page: Page) -> Iterator[str]:
    wide = page.evaluate(WIDTH)
    if wide > AT_400_PERCENT["width"]:
        yield f"is {wide} px wide at 400 %: {page.evaluate(TOO_WIDE)}"


# --- the walk itself ---------------------------------------------------------------------------------------------

PAGE = """<!doctype html><html lang="zh-Hans"><title>页</title><style>{style}</style>
<main><h1>一页</h1><p>几句话</p><div class="box">{more}</div></main></html>"""
GOOD = {"style": "", "more": "<label>楼栋 <input></label>"}
WRONG = {
    "a field without a name": (GOOD | {"more": "<input>"}, "[375 standard light] label"),
    "pale by day": (
        GOOD | {"style": "p { color: #ddd }", "more": "<b></b>"},
        "[375 standard light] color-contrast",
    ),
    "dark by night": (
        {"style": "@media (prefers-color-scheme: dark) { html { background: #111 } }", "more": "<i></i>"},
        "[1280 elder dark] color-contrast",
    ),
    "pale for elders": (
        {"style": ".elder p { color: #ddd }", "more": "<u></u>"},
        "[1280 elder dark] color-contrast",
    ),
    "too wide": (GOOD | {"style": ".box { width: 400px }"}, "is 408 px wide at 400 %: ['DIV.box 楼栋 "),
    "too wide for elders": (
        {"style": ".elder .box { width: 400px }", "more": "<s>话</s>"},
        "is 408 px wide at 400 %: ['DIV.box ",
    ),
}


def test_the_walk_finds_what_is_wrong_in_either_look_and_reads_the_same_once(browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN")
    context.add_init_script(path=AXE)
    page, reading = context.new_page(), Reading()
    shown = GOOD
    page.route(
        "**/*", lambda route: route.fulfill(body=PAGE.format(**shown), content_type="text/html;charset=utf-8")
    )
    assert list(faults(page, SITE, PHONE, reading)) == []
    read = set(reading.parts)
    assert list(faults(page, SITE, DESKTOP, reading)) == []
    assert (len(reading.pages), reading.parts) == (1, read)
    for name, (shown, wanted) in WRONG.items():  # noqa: B007 - the route reads it
        found = list(faults(page, SITE, PHONE, reading))
        assert any(fault.startswith(wanted) for fault in found), (name, found)
    context.close()


# --- what a page weighs, and whether it stands still ----------------------------------------------------------

FIRST_KB, LATER_KB = 150, 30
MOST_SHIFT = 0.02
# How far everything moved, and what.
SHIFTS = """window.shifted = [];
const named = moved => `${moved.node && (moved.node.className || moved.node.nodeName)} from ${moved.previousRect.y}`
  + ` to ${moved.currentRect.y}`;
new PerformanceObserver(seen => seen.getEntries().forEach(each => shifted.push([each.value, each.sources.map(named)])))
  .observe({type: 'layout-shift', buffered: true});"""
A4 = {"width": 794, "height": 1123}


@pytest.mark.parametrize("name", ["reports:report", "meetings:meeting", "meetings:ask"])
def test_a_page_is_light_and_stands_still(
    name: str, site: LivingSite, browser: Browser, known: dict[str, list[str]]
) -> None:
    """On a phone that has never been here, then once more."""
    context = browser.new_context(viewport={"width": 375, "height": 700}, locale="zh-CN")
    context.add_init_script(SHIFTS)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    taken: list[float] = []
    wire.on("Network.loadingFinished", lambda told: taken.append(told["encodedDataLength"]))
    wire.send("Network.enable")
    for most in (FIRST_KB, LATER_KB):
        taken.clear()
        page.goto(site.address + known[name][0], wait_until="networkidle")
        page.mouse.wheel(0, 2000)
        assert taken
        assert sum(taken) / 1024 <= most
        shifts = page.evaluate("() => shifted")
        assert sum(value for value, _ in shifts) < MOST_SHIFT, shifts
    context.close()


def test_a_report_on_paper_is_the_report_alone(
    site: LivingSite, browser: Browser, known: dict[str, list[str]]
) -> None:
    page = browser.new_page(viewport=A4, locale="zh-CN")
    page.goto(site.address + known["reports:report"][0])
    page.emulate_media(media="print")
    assert page.locator(".hy-top, .hy-noprint, .hy-foot").locator("visible=true").count() == 0
    assert page.locator("main h1").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
    if folder := os.environ.get("HUIYIN_SHOTS"):
        page.screenshot(path=f"{folder}/report-on-paper.png", full_page=True)
    page.close()
