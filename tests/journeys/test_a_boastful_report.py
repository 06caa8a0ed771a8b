"""(g) A report that boasts: told while it is typed, mended with the pattern, excused in public, then handed in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from huiyin.apps.reports.models import Report
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections
from tests import given_reports
from tests.journeys.visitors import DESKTOP, KEYBOARD, WITHOUT_SCRIPT, Visitor, a_member, a_visitor, let_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Route

    from tests.journeys.living_site import LivingSite

PRAISE = "各项服务得到业主的一致好评"
SAFE = "本小区从未发生过任何安全事故"
FACTS = "上半年保养电梯 72 次。"
LAST = "七月起照旧每月保养。"
REASON = "街道安全办 2026 年 6 月的通报里，本小区三年没有登记过事故。"
MENDED = "6 月发出问卷 900 份，收回 512 份，满意 371 份"


@pytest.fixture(scope="module")
def report(site: LivingSite) -> Report:
    """Everything but the first section is written."""
    site.at(given_reports.WRITING)
    written = given_reports.write(site.cast, given_reports.a_draft(site.cast))
    given_reports.mended(site.cast, written, body=FACTS)
    for role in ("manager", "secretary"):
        let_in(site, role)
    return written


def test_a_boastful_report_is_stopped_mended_and_accepted(
    site: LivingSite, browser: Browser, report: Report
) -> None:
    section = f"/desk/reports/{report.pk}/sections/service"
    with a_member(site, browser, "manager", DESKTOP) as manager:
        manager.open(section)
        text = manager.field("服务履约的正文")
        typing(manager, text, f"{FACTS}\n\n{PRAISE}。{SAFE}。")
        expect(said(manager)).to_have_text("必须改 2 处")
        expect(manager.page.locator("#told-service")).to_have_text("2 处意见")
        manager.reads("文中读到这些数字", "电梯维保 72 次")

        jump_to(manager, PRAISE)
        assert selected(text) == PRAISE
        take_over(manager, PRAISE)
        expect(text).to_have_value(re.compile("＿ 月发出问卷 ＿ 份"))
        assert selected(text) == "＿", "the first blank is chosen, to be typed over"
        manager.page.keyboard.press("Control+z")
        expect(text).to_have_value(re.compile(PRAISE))
        take_over(manager, PRAISE)
        expect(manager.page.locator("#findings")).to_contain_text("句式里留的空")
        typing(manager, text, f"{FACTS}\n\n{MENDED}。{SAFE}。")
        expect(said(manager)).to_have_text("必须改 1 处")
        saved(manager)

        manager.send("submit")
        manager.reads(f"“服务履约”里“{SAFE}”必须改；确有依据要保留的，公开写明理由。")
        manager.open(section)
        manager.press("保留这句，写公开理由")
        form = manager.open_form("excuse-finding")
        manager.write("为什么保留这句话", "没有。", within=form)
        manager.act(form.locator("button"))
        manager.reads("理由至少写 10 个字")
        form = manager.open_form("excuse-finding")
        manager.write("为什么保留这句话", REASON, within=form)
        manager.act(form.locator("button"))
        manager.reads("这句话保留，理由会随报告公开。", "没有要改的语句", REASON)
        typing(manager, manager.field("服务履约的正文"), f"{FACTS}\n\n{MENDED}。{SAFE}。{LAST}")
        manager.send("submit")  # at once, before it is saved by itself
        manager.reads("已提交社区审定", LAST)

    with a_member(site, browser, "secretary", KEYBOARD) as secretary:
        secretary.open(f"/desk/reports/{report.pk}/review")
        secretary.reads("保留，已写理由", f"物业的理由：{REASON}")
        assert secretary.page.locator("mark.hy-mk--kept").inner_text() == SAFE
        secretary.act(secretary.open_form("approve").locator("button"))
        secretary.reads("已审定")
    report.refresh_from_db()
    assert report.status == "approved"


def test_a_number_in_the_text_is_registered_and_placed(
    site: LivingSite, browser: Browser, report: Report
) -> None:
    """In a correction, where the report is approved already; registered without a script, placed with one."""
    if newest_revision(report).is_approved:
        corrections.begin_correction(report, reason="换一种写法。", by=site.cast.by_manager, now=site.now)
    given_reports.mended(site.cast, report, body="上半年清洗水箱 2 次。", code="service", now=site.now)
    section = f"/desk/reports/{report.pk}/sections/service"
    with a_visitor(site, browser, WITHOUT_SCRIPT, state=site.signed_in["manager"]) as manager:
        manager.open(section)
        manager.reads("文中读到这些数字")
        manager.press("登记为数据", within=manager.page.locator("#findings"))
        form = manager.open_form("put-claim")
        assert form.get_by_label("数值").input_value() == "2"
        manager.press("保存", within=form)
        manager.reads("已保存")
    with a_member(site, browser, "manager", DESKTOP) as manager:
        manager.open(section)
        number = manager.page.locator("#findings").get_by_text("已登记为数据").inner_text().rpartition(" ")[2]
        manager.page.get_by_role("button", name=f"换成【数据{number}】").click()
        expect(manager.field("服务履约的正文")).to_have_value(re.compile(f"【数据{number}】"))
        saved(manager)


def test_no_link_leads_away_from_a_text_that_could_not_be_saved(
    site: LivingSite, browser: Browser, report: Report
) -> None:
    if newest_revision(report).is_approved:
        corrections.begin_correction(report, reason="换一种写法。", by=site.cast.by_manager, now=site.now)
    given_reports.mended(site.cast, report, body="物业得到业主的一致好评，从不出错。", now=site.now)
    section = f"/desk/reports/{report.pk}/sections/service"
    with a_member(site, browser, "manager", DESKTOP) as manager:
        manager.open(section)
        text = manager.field("服务履约的正文")
        text.fill("物业得到业主的一致好评，从不出错。又写一句。")
        manager.page.context.set_offline(True)
        expect(manager.page.get_by_text("还没有保存")).to_be_visible()
        manager.page.locator("#findings a[href*=finding]").first.click()
        expect(manager.page.locator("#saved")).to_contain_text("没有保存：现在没有网络")
        assert manager.page.url.endswith(section)
        assert text.input_value().endswith("又写一句。")
        manager.page.context.set_offline(False)
        expect(manager.page.locator("#saved")).to_contain_text("已保存")
        manager.page.locator("#findings a[href*=finding]").first.click()
        manager.page.wait_for_url("**?finding=*")
        manager.faults.clear()  # htmx tells of the lost network


def test_who_is_signed_out_while_writing_finds_every_word_again(
    site: LivingSite, browser: Browser, report: Report
) -> None:
    if newest_revision(report).is_approved:
        corrections.begin_correction(report, reason="换一种写法。", by=site.cast.by_manager, now=site.now)
    given_reports.mended(site.cast, report, body=FACTS, now=site.now)
    section = f"/desk/reports/{report.pk}/sections/service"
    with a_member(site, browser, "manager", DESKTOP) as manager:
        manager.open(section)
        text = manager.field("服务履约的正文")
        cookies = manager.page.context.cookies()
        manager.page.context.clear_cookies(name="sessionid")
        text.fill(f"{FACTS}又写一句。")
        expect(manager.page.locator("#saved")).to_contain_text("登录已过期，您写的还在这里。")
        expect(manager.page.get_by_text("还没有保存")).to_be_visible()
        manager.reads_not("手机号", "已保存")
        manager.page.get_by_role("link", name="台账").first.click()
        manager.comes_to_read("登录已过期")
        assert manager.path == section, "no link leads away"
        manager.press("重新登录，再回到这一页")
        assert manager.page.url.endswith(f"/sign-in?next={section}")

        manager.page.context.add_cookies([{**each} for each in cookies])  # type: ignore[typeddict-item]
        manager.open(section)
        manager.reads("上次没有保存的文字还在，已替您填回。")
        expect(text).to_have_value(f"{FACTS}又写一句。")
        expect(manager.page.locator("#saved")).to_contain_text("已保存")
        expect(manager.page.get_by_text("还没有保存")).to_be_hidden()
        assert newest_revision(report).sections.get(code="service").body == f"{FACTS}又写一句。"

        manager.page.route(f"**{section}", refuse_saving)
        text.fill(f"{FACTS}又写两句。")
        expect(manager.page.locator("#saved")).to_contain_text("没有保存：网站暂时出了问题。")
        manager.page.unroute(f"**{section}", refuse_saving)
        manager.page.get_by_role("link", name="台账").first.click()
        manager.page.wait_for_url("**/desk/cases")
        assert newest_revision(report).sections.get(code="service").body == f"{FACTS}又写两句。"
        manager.faults.clear()  # the browser tells of 401 and 503


def refuse_saving(route: Route) -> None:
    if route.request.method == "POST":
        route.fulfill(status=503, body="")
    else:
        route.continue_()


def typing(manager: Visitor, text: Locator, words: str) -> None:
    """The answer to the last of it has come."""
    with manager.page.expect_response(lambda answer: answer.url.endswith("/findings")):
        text.fill(words)


def said(manager: Visitor) -> Locator:
    """What is read aloud when it changes."""
    return manager.page.locator("[role=status][data-findings-said]")


def saved(manager: Visitor) -> None:
    """By the button, so that nothing waits."""
    manager.press("保存", within=manager.page.locator("form[data-saving]"))
    manager.reads("已保存")


def finding(manager: Visitor, words: str) -> Locator:
    return manager.page.locator("#findings .hy-fd").filter(has_text=words).first


def jump_to(manager: Visitor, words: str) -> None:
    finding(manager, words).get_by_role("button", name="跳到这句").click()


def take_over(manager: Visitor, words: str) -> None:
    with manager.page.expect_response(lambda answer: answer.url.endswith("/findings")):
        finding(manager, words).get_by_role("button", name="用这个句式").click()


def selected(text: Locator) -> str:
    return str(text.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)"))
