"""(a) A resident asks; assigned, answered, not solved, answered again, confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.visitors import EVERY_WAY, Visitor, Way, a_visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_from_the_question_to_the_confirmation(site: LivingSite, browser: Browser, way: Way) -> None:
    with a_visitor(site, browser, way) as resident:
        number = ask(resident, site)
        print(number)


def ask(resident: Visitor, site: LivingSite) -> str:
    """Find the estate, write, sign in on the way, send; the number of the case."""
    phone = site.a_new_phone()
    resident.open("/ask")
    resident.write("小区名、路名都可以", "杉里")
    resident.press("查找")
    resident.press("云杉里")
    resident.write("什么事", f"9号楼地下车库第{phone[-2:]}个车位总是积水，下雨天没法停车。")
    resident.write("哪栋楼或什么位置", "9号楼")
    resident.write("怎么称呼您", "海棠")
    resident.tick("投诉")
    resident.press("提交", within=resident.page.locator("main form").first)
    assert resident.path == "/sign-in"
    resident.sign_in(phone)
    resident.reads("已登录，您写的都在")
    resident.press("提交", within=resident.page.locator("main form").first)
    if resident.page.get_by_text("是不是这几件之一").count():
        resident.press("都不是，提交我的")
    resident.reads("已登记，编号", "车位总是积水")
    return resident.path.removeprefix("/cases/")
