"""Every page of every role: axe-core finds nothing in both type sizes and both schemes; nothing scrolls sideways."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest
from django.test import Client

from tests.access_table import ROLES
from tests.people import sign_in
from tests.web.browser import AXE, AXE_TAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.journeys.living_site import LivingSite


@dataclass(frozen=True)
class Look:
    """One of the ways a page may stand before somebody."""

    width: int
    mode: str
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.width} {self.mode} {self.scheme}"


LOOKS = [
    Look(375, "standard", "light"),
    Look(1280, "elder", "dark"),
    Look(1280, "standard", "light"),
    Look(375, "elder", "light"),
    Look(375, "standard", "dark"),
]
AT_400_PERCENT = 320  # a screen of 1280 (WCAG 1.4.10)
AXE_RUN = """async tags => {
  const found = await axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], elementRef: false});
  return found.violations.map(each => `${each.id}: ${each.nodes.map(node => node.target.join(' ')).slice(0, 4)} `
    + each.nodes[0].failureSummary);
}"""
TOO_WIDE = """[...document.querySelectorAll('body *')]
  .filter(el => el.getBoundingClientRect().right > innerWidth + 1).slice(0, 4)
  .map(el => `${el.tagName}.${el.className} ${el.textContent.slice(0, 30)}`)"""


@pytest.fixture(scope="module")
def known(site: LivingSite) -> dict[str, list[str]]:
    from tests.journeys.lively_estate import make_lively

    return make_lively(site)


# Two parts, each with a site of its own, so that both cores look at pages.
PARTS = [
    pytest.param(role, marks=pytest.mark.xdist_group(f"pages {at % 2}")) for at, role in enumerate(ROLES)
]


@pytest.mark.parametrize("role", PARTS)
def test_every_page_of(role: str, site: LivingSite, browser: Browser, known: dict[str, list[str]]) -> None:
    from tests.journeys.lively_estate import pages_of

    context = signed_in(site, browser, role)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda told: said.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    found = []
    for at, (_name, path, is_first) in enumerate(pages_of(role, site.cast, known)):
        # One example of each address as phone and desk, light and dark; the others in one look after the other.
        looks = LOOKS[:2] if is_first else [LOOKS[at % len(LOOKS)]]
        for look in looks:
            found += [f"{path} [{look}] {fault}" for fault in faults(page, site.address + path, look)]
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


def faults(page: Page, address: str, look: Look) -> list[str]:
    """What is wrong with the page in this look."""
    page.context.add_cookies([{"name": "hy_mode", "value": look.mode, "url": address}])
    page.set_viewport_size({"width": look.width, "height": 800})
    page.emulate_media(color_scheme=look.scheme)
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return [f"answered {answer and answer.status}"]
    found: list[str] = page.evaluate(AXE_RUN, AXE_TAGS)
    page.set_viewport_size({"width": AT_400_PERCENT, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > AT_400_PERCENT:
        found.append(f"is {wide} px wide at 400 %: {page.evaluate(TOO_WIDE)}")
    return found


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


@pytest.mark.xdist_group("pages 1")
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


@pytest.mark.xdist_group("pages 1")
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
