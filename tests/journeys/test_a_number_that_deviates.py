"""A number the records do not bear out is refused, explained in public, read by everybody, frozen at the meeting."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from huiyin.apps.upkeep.services.records import correct_record
from huiyin.domain.months import last_of_month
from tests import given_reports
from tests.given_upkeep import a_draft, a_record
from tests.journeys.visitors import DESKTOP, PHONE, WITHOUT_SCRIPT, a_member, a_visitor, let_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.living_site import LivingSite

WHY = "差的十二次只有维保单位的纸质签字单，没有录进系统。"
BOTH = "报告 72 次，保养记录 60 次"


def test_a_deviation_is_explained_before_it_is_handed_in_and_stands_once_it_was_heard(
    site: LivingSite, browser: Browser
) -> None:
    site.at(given_reports.WRITING)
    report = given_reports.write(site.cast, given_reports.a_draft(site.cast))
    months = [date(2026, month, 1) for month in range(1, 7)]
    records = [
        a_record(site.cast, count=10, done_from=first, done_to=last_of_month(first), now=site.now)
        for first in months
    ]
    for role in ("manager", "secretary"):
        let_in(site, role)

    with a_member(site, browser, "manager", WITHOUT_SCRIPT) as manager:
        manager.open(f"/desk/reports/{report.pk}/review")
        manager.send("submit")
        manager.reads("数据 1“电梯维保”写的是 72 次，保养记录里是 60 次")
        manager.press("数据 1“电梯维保”写的是", within=manager.page.locator("#why-not"))
        claim = manager.page.locator("#claim-1")
        assert BOTH in claim.inner_text()
        manager.press("改", within=claim)
        form = manager.open_form("put-claim")
        manager.write("说明", WHY, within=form)
        manager.press("保存", within=form)
        manager.reads("数据 1 已保存")
        manager.send("submit")
        manager.reads("已提交社区审定")

    with a_member(site, browser, "secretary", PHONE) as secretary:
        secretary.open(f"/desk/reports/{report.pk}/review")
        secretary.reads(BOTH, WHY)
        secretary.act(secretary.open_form("approve").locator("button"))
        secretary.reads("已审定")

    by, later = site.cast.by_secretary, site.later(hours=1)
    given_reports.lifecycle.announce(report, by=by, now=later)
    with a_visitor(site, browser, DESKTOP) as anyone:
        anyone.open(f"/reports/{report.pk}")
        sentence = anyone.page.locator(".hy-body p", has_text="上半年共保养")
        assert "与记录不符：报告 72 次，记录 60 次" in sentence.inner_text()
        anyone.reads(WHY, "当面报告以前记录有改动，对照的结果跟着变")

    given_reports.lifecycle.begin_presenting(report, by=by, now=later)
    fuller = a_draft(count=22, done_from=months[0], done_to=last_of_month(months[0]))
    correct_record(
        records[0], draft=fuller, reason="补录。", by=site.cast.by_manager, now=later + timedelta(minutes=5)
    )
    with a_visitor(site, browser, PHONE) as anyone:
        anyone.open(f"/reports/{report.pk}")
        anyone.reads(BOTH, "当面报告时定下，以后不变")
        anyone.reads_not("之后记录有改动")
    with a_member(site, browser, "secretary", DESKTOP) as secretary:
        secretary.open(f"/desk/reports/{report.pk}/review")
        secretary.reads(BOTH, "之后记录有改动：保养记录 72 次")
