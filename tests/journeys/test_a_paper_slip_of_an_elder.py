"""(b) An elder's paper slip, typed in by the community worker, and the elder's word taken on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import given
from tests.journeys.visitors import DESKTOP, PHONE, Way, a_member, a_visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite

TELEPHONE = "010-5550 0188"


@pytest.mark.parametrize("way", [PHONE, DESKTOP], ids=str)
def test_from_the_slip_to_the_answer_on_behalf(site: LivingSite, browser: Browser, way: Way) -> None:
    site.at(given.A_MONDAY if way is PHONE else given.A_MONDAY.replace(day=15))
    place = "3号楼" if way is PHONE else "7号楼"
    with a_member(site, browser, "community_worker", way) as worker:
        worker.open("/desk")
        worker.press("登记纸条和电话")
        worker.tick("纸条", within=worker.page.locator("#id_source"))
        worker.write("哪栋楼或什么位置", place)
        worker.write("什么事", f"{place}门口的台阶松了，上下不稳，怕摔。我叫周有福，电话 {TELEPHONE}。")
        worker.tick("打电话")
        worker.write("公开页面上怎么称呼", "周大爷")
        worker.write("姓名", "周有福")
        worker.press("登记", within=worker.page.locator("form.hy-entry"))
        worker.reads("要打电话告知，请写电话号码。")
        worker.write("电话", TELEPHONE)
        worker.write("纸条编号或通话时间", "纸条 12 号")
        worker.press("登记", within=worker.page.locator("form.hy-entry"))
        if worker.page.get_by_text("是不是这几件之一").count():
            worker.press("都不是，登记这件")
        worker.reads("请念给对方听")
        number = worker.path.removeprefix("/desk/cases/")
        worker.press("打印回执")
        worker.reads("已登记", number, "念作：", "最晚")

    site.later(hours=2)
    with a_member(site, browser, "secretary", way) as secretary:
        secretary.open_at_desk(number)
        secretary.tick("立即解决", within=secretary.form_of("assign"))
        secretary.send("assign")

    site.later(days=1)
    with a_member(site, browser, "manager", way) as manager:
        manager.open_at_desk(number)
        manager.send("start")
        form = manager.form_of("reply")
        manager.write("答复", "6月9日，工程部重新砌好了台阶，扶手也加固了，负责人梁师傅。", within=form)
        manager.write("没有照片的原因", "晚上才干完，第二天补拍。", within=form)
        manager.send("reply")
        manager.reads_not(TELEPHONE, "周有福")
    site.work_off()

    with a_member(site, browser, "community_worker", way) as worker:
        worker.open("/desk")
        worker.reads("要打的电话")
        worker.press("打电话")
        call = worker.page.locator("li").filter(has_text=number)
        worker.unfold("照着念的答复", within=call)
        worker.reads("重新砌好了台阶，扶手也加固了")
        worker.press("看电话", within=call)
        assert worker.path == f"/desk/cases/{number}"
        worker.unfold("联系方式")
        contact = worker.form_of("contact")
        worker.write("为什么要看", "打电话告知答复", within=contact)
        worker.send("contact")
        worker.reads(TELEPHONE, "周有福")
        worker.open("/desk/messages")
        worker.press("打通了，已告诉", within=worker.page.locator("li").filter(has_text=number))

        worker.open_at_desk(number)
        worker.unfold("替提问人登记回答")
        form = worker.form_of("record-answer")
        worker.tick("已解决", within=form)
        worker.tick("电话", within=form)
        worker.send("record-answer")
        worker.reads("还没有提交，请先改好这里")
        form = worker.form_of("record-answer")
        worker.write("记录", "6月通话，本人说好了", within=form)
        worker.send("record-answer")
        worker.reads("已登记，写明是代为登记。")

    with a_visitor(site, browser, way) as anyone:
        anyone.open(f"/cases/{number}")
        anyone.reads("周大爷", "台阶", "提问人确认", "代")
        anyone.reads_not(TELEPHONE, "5550", "周有福", "本人说好了")
