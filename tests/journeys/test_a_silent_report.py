"""A report that says nothing of what residents raised is refused with the topic named, answered, handed in, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huiyin.apps.reports.services import drafting
from tests import given_reports
from tests.journeys.visitors import DESKTOP, PHONE, WITHOUT_SCRIPT, a_member, a_visitor, let_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite

LOCKS = "换锁的材料六月到货，二十一日装好，钥匙逐户发过。"


def test_a_topic_is_answered_before_anybody_can_hand_the_report_in(
    site: LivingSite, browser: Browser
) -> None:
    site.at(given_reports.WRITING)
    report = given_reports.write(site.cast, given_reports.a_draft(site.cast))
    assert report.demand_list is not None
    gate = report.demand_list.demands.get(title__contains="门禁")
    words = "感谢大家的提醒。"
    drafting.answer_topic(report, demand=gate, words=words, by=site.cast.by_manager, now=site.now)
    for role in ("manager", "secretary"):
        let_in(site, role)

    with a_member(site, browser, "manager", WITHOUT_SCRIPT) as manager:
        manager.open(f"/desk/reports/{report.pk}/review")
        manager.send("submit")
        manager.reads("还差 1 处才能提交", f"居民提出的第 {gate.rank} 件“{gate.title}”，报告只是提到")
        manager.press(gate.title, within=manager.page.locator("#why-not"))
        topic = manager.page.locator(f"#topic-{gate.pk}")
        assert "只提到，没有回答" in topic.inner_text()

        body = f"{LOCKS}\n\n{given_reports.SECTIONS['difficulties']}"
        manager.write("问题困难的正文", body)
        manager.press("保存", within=manager.page.locator("form[data-saving]"))
        assert "只提到，没有回答" in topic.inner_text(), "the paragraph does not name it"
        form = manager.open_form("point", within=topic)
        form.get_by_label("哪一段回答了它").select_option("p-difficulties-1")
        manager.act(form.locator("button"))
        manager.reads("已指出，社区审定时会看到")
        assert "物业指出" in topic.inner_text()
        manager.send("submit")
        manager.reads("已提交社区审定")

    with a_member(site, browser, "secretary", PHONE) as secretary:
        secretary.open(f"/desk/reports/{report.pk}/review")
        first = secretary.page.locator("section", has=secretary.page.locator("#first"))
        secretary.press("物业说第五部分第 1 段回答了它", within=first)
        assert secretary.page.locator("#p-difficulties-1").bounding_box()["y"] < 700  # type: ignore[index]
        secretary.press("来回经过", within=secretary.page.get_by_role("navigation", name="这一页的内容"))
        secretary.reads("物业提交")
        secretary.act(secretary.open_form("approve").locator("button"))
        secretary.reads("已审定")

    given_reports.lifecycle.announce(report, by=site.cast.by_secretary, now=site.later(hours=1))
    with a_visitor(site, browser, DESKTOP) as anyone:
        anyone.open(f"/reports/{report.pk}")
        row = anyone.page.locator("tr", has_text=gate.title)
        assert "物业指出" in row.inner_text()
        anyone.act(row.get_by_role("link", name="见第五部分第 1 段"))
        assert LOCKS in anyone.page.locator(":target").inner_text()
