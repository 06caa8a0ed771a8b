"""(a) A resident asks; assigned, answered with before and after, not solved, answered again, confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.apps.evidence.photos import a_photo
from tests.journeys.visitors import EVERY_WAY, Visitor, Way, a_member, a_visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite

TITLE = "车位总是积水"


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_from_the_question_to_the_confirmation(
    site: LivingSite, browser: Browser, way: Way, tmp_path: Path
) -> None:
    phone = site.a_new_phone()
    with a_visitor(site, browser, way) as resident:
        number = ask(resident, phone)

        site.later(hours=1)
        with a_member(site, browser, "secretary", way) as secretary:
            assign(secretary, number)

        site.later(hours=5)
        with a_member(site, browser, "manager", way) as manager:
            answer_with_photos(manager, number, tmp_path)
        assert_told(site, resident, phone, number)

        site.later(days=1)
        say(resident, number, "未解决", "只抽了水，一下雨又积起来。")
        resident.reads("重新办理", "只抽了水，一下雨又积起来。")

        site.later(days=2)
        with a_member(site, browser, "manager", way) as manager:
            answer_again(manager, number)
        assert_told(site, resident, phone, number)

        site.later(days=3)
        say(resident, number, "已解决")

    with a_visitor(site, browser, way) as neighbour:
        neighbour.open(f"/cases/{number}")
        neighbour.reads("提问人确认", "第 2 次答复", "第 1 次答复", "按时答复", "海棠")
        neighbour.reads_not(phone)
        assert neighbour.page.locator(".hy-pair img").count() == 2


def ask(resident: Visitor, phone: str) -> str:
    """Find the estate, write, sign in on the way, send; the number of the case."""
    resident.open("/")
    resident.press("我要提问")
    resident.write("小区名、路名都可以", "杉里")
    resident.press("查找")
    resident.press("云杉里")
    resident.write("什么事", f"地下车库第{phone[-2:]}个{TITLE}，下雨天没法停车。")
    resident.write("哪栋楼或什么位置", "9号楼")
    resident.write("怎么称呼您", "海棠")
    resident.tick("投诉")
    resident.press("提交", within=resident.page.locator("main form[data-draft]"))
    assert resident.path == "/sign-in"
    resident.sign_in(phone)
    resident.reads("已登录，您写的都在")
    resident.press("提交", within=resident.page.locator("main form[data-draft]"))
    if resident.page.get_by_text("是不是这几件之一").count():
        resident.press("都不是，提交我的")
    resident.reads("已登记，编号", TITLE)
    return resident.path.removeprefix("/cases/")


def assign(secretary: Visitor, number: str) -> None:
    secretary.open_at_desk(number)
    secretary.tick("立即解决", within=secretary.form_of("assign"))
    secretary.send("assign")
    secretary.reads("已分派，提问人会收到消息。", "青禾物业服务有限公司", "立即解决")


def answer_with_photos(manager: Visitor, number: str, folder: Path) -> None:
    for name in ("before", "after"):
        (folder / f"{name}.jpg").write_bytes(a_photo().read())
    manager.open_at_desk(number)
    manager.send("start")
    manager.reads("已开始办理。")
    form = manager.form_of("reply")
    manager.write("答复", "6月1日下午，工程部到现场抽干了积水，清理了排水沟，负责人梁师傅。", within=form)
    manager.hand_in("之前", folder / "before.jpg", within=form)
    manager.hand_in("之后", folder / "after.jpg", within=form)
    manager.send("reply")
    manager.reads("已公开答复", "到现场抽干了积水")


def answer_again(manager: Visitor, number: str) -> None:
    manager.open_at_desk(number)
    manager.reads("只抽了水，一下雨又积起来。")
    manager.unfold("公开答复")
    form = manager.form_of("reply")
    manager.write("答复", "6月4日，工程部更换了排水泵，下过一场雨，没有再积水，负责人梁师傅。", within=form)
    manager.write("没有照片的原因", "水泵在井下，拍不到。", within=form)
    manager.send("reply")
    manager.reads("已公开答复")


def assert_told(site: LivingSite, resident: Visitor, phone: str, number: str) -> None:
    """The short message about the answer has gone out, with the address of the case."""
    site.work_off()
    tab = resident.page.context.new_page()
    tab.goto(f"{site.address}/outbox")
    newest = tab.locator(".hy-rows li").filter(has_text=phone).first.inner_text()
    tab.close()
    assert "有了答复" in newest
    assert f"/cases/{number}" in newest


def say(resident: Visitor, number: str, word: str, comment: str = "") -> None:
    resident.open(f"/cases/{number}")
    if comment:
        resident.write("哪里没办好", comment)
    resident.press(word, within=resident.page.locator("form.hy-confirm"))
    resident.reads("记下了，谢谢。")
