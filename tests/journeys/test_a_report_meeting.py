"""(f) Demands, a report that was returned and mended, a meeting in two sittings, the balance, a case of it confirmed.

Residents have a phone; everybody at the desk, and who runs the console, has nothing but a keyboard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from huiyin.apps.meetings.models import Meeting, Question
from huiyin.apps.meetings.services.minutes import hash_of
from huiyin.apps.meetings.services.rate import issue_letters
from huiyin.apps.people.selectors import verified_household
from huiyin.apps.places.models import Household
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.services import drafting
from tests import given, given_meetings, given_reports
from tests.apps.evidence.photos import a_photo
from tests.journeys.visitors import DESKTOP, KEYBOARD, PHONE, Visitor, Way, a_member, a_visitor, let_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

    from tests.journeys.living_site import LivingSite

TABLET = Way("tablet", 1024, keyboard=True)
LEAK, DOOR = "地下车库漏水，车顶都滴白了。", "三号楼的门禁坏了半个月。"
TITLE = "云杉里小区上半年工作报告会"
START, FLOOR = given_meetings.START, given_meetings.FLOOR
LIFT, CHARGING, SPOKEN = given_meetings.LIFT, given_meetings.CHARGING, given_meetings.SPOKEN
INSULT = "项目部的人都是骗子，滚出去。"
RAIN = "突然下大雨，居民要求改日接着问。"
BALANCE = "提问 4 ＝ 进台账 3 ＋ 合并 1 ＋ 不受理 0"


@pytest.fixture(scope="module")
def everybody(site: LivingSite) -> None:
    """Signed in already: how one signs in is told by other journeys."""
    for role in ("resident", "neighbour", "manager", "community_worker", "secretary"):
        let_in(site, role)


@pytest.mark.usefixtures("everybody")
def test_from_the_demands_to_a_confirmed_case(site: LivingSite, browser: Browser, tmp_path: Path) -> None:
    collect_demands(site, browser)
    report = write_report(site, browser, tmp_path)
    meeting = plan_and_announce(site, browser)
    with a_hall(site, browser, meeting) as hall:
        ask_in_advance(hall)
        come_in(hall)
        first_sitting(hall)
        second_sitting(hall)
        close(hall)
        lock(hall, report)
        rate(hall)
    confirm(site, browser, meeting)


# --- the demand list ------------------------------------------------------------------------------------------


def collect_demands(site: LivingSite, browser: Browser) -> None:
    """A phone, a slip, two lines that are the same matter; confirmed, sent, public."""
    site.at(given.A_MONDAY)
    with a_member(site, browser, "secretary", KEYBOARD) as secretary:
        secretary.open("/desk")
        secretary.press("报告", within=secretary.page.locator("header nav"))
        secretary.press("诉求清单")
        secretary.write("云杉里：报告期从哪个月开始", "2026-01")
        secretary.press("开始收集")
        secretary.reads("开始收集了", "1月1日", "6月30日")
        desk_list = secretary.path

        with a_member(site, browser, "resident", PHONE) as resident:
            say_what_matters(resident, LEAK)
        with a_member(site, browser, "neighbour", PHONE) as neighbour:
            say_what_matters(neighbour, "车库漏水，三号楼楼下最严重。")
        with a_member(site, browser, "community_worker", KEYBOARD) as worker:
            worker.open(desk_list)
            form = worker.open_form("type-in")
            worker.tick("纸条", within=form)
            worker.write("原话", DOOR, within=form)
            worker.write("称呼", "周大爷", within=form)
            worker.press("记下", within=form)
            worker.reads("已记下", DOOR.rstrip("。"))

        site.later(days=22)
        secretary.open(desk_list)
        second = secretary.page.locator(".hy-demandrow").filter(has_text="三号楼楼下最严重")
        secretary.press("处理这一条", within=second)
        form = secretary.open_form("merge", within=second)
        secretary.choose("并入哪一条", LEAK.rstrip("。"), within=form)
        secretary.act(form.locator("button"))
        secretary.reads("已合并", "2 户，说过 2 次")
        secretary.act(secretary.open_form("confirm").locator("button"))
        secretary.reads("清单已确认并公开")
        secretary.send("send")
        secretary.reads("已交给物业")

    with a_visitor(site, browser, PHONE) as anyone:
        anyone.open("/estates/yunshanli/demands")
        anyone.reads(LEAK.rstrip("。"), "2 户，说过", DOOR.rstrip("。"), "交给青禾物业")


def say_what_matters(resident: Visitor, text: str) -> None:
    """By the address of the QR code on the wall."""
    resident.open("/estates/yunshanli/demands")
    if resident.page.get_by_text("都不是，我另写一条").count():
        resident.tick("都不是，我另写一条")
    resident.write("最想让物业解决的事", text)
    resident.press("提交", within=resident.page.locator("#speak"))
    resident.reads("记下")


# --- the report -----------------------------------------------------------------------------------------------


def write_report(site: LivingSite, browser: Browser, folder: Path) -> int:
    """Written, refused for what is missing, returned with a reason at a paragraph, mended, approved; its number."""
    site.at(given_reports.WRITING)
    (folder / "slip.jpg").write_bytes(a_photo().read())
    with (
        a_member(site, browser, "manager", KEYBOARD) as manager,
        a_member(site, browser, "secretary", KEYBOARD) as secretary,
    ):
        manager.open("/desk")
        manager.press("报告", within=manager.page.locator("header nav"))
        manager.press("开始写")
        report = int(manager.path.split("/")[3])
        write_by_hand(manager, report, folder)
        a_colleague_writes_the_rest(site, report)
        manager.open(f"/desk/reports/{report}")
        manager.unfold("还差 2 处才能提交")
        manager.reads("“问题困难”还没有写")
        manager.send("submit")
        manager.reads("还差 2 处才能提交：", "“问题困难”还没有写", "期末结余")
        manager.press("期末结余", within=manager.page.locator("#why-not"))
        write_account(manager, closing="2100.25")
        manager.press("问题困难", within=manager.page.locator("#ed-nav"))
        manager.write("问题困难的正文", given_reports.SECTIONS["difficulties"])
        manager.press("保存", within=manager.page.locator("form[data-saving]"))
        manager.send("submit")
        manager.reads("已提交社区审定")

        secretary.open("/desk/reports")
        secretary.press("云杉里")
        paragraph = secretary.page.locator(".hy-reviewed").filter(has_text="上半年共保养")
        secretary.unfold("第 2 段的退回理由", within=paragraph)
        secretary.choose("理由", "这个数字看不出是怎么来的。", within=paragraph)
        secretary.write("说得具体些", "每部几次？", within=paragraph)
        secretary.press("退回修改")
        secretary.reads("已退回")

        site.later(days=1)
        manager.open(f"/desk/reports/{report}/sections/service")
        manager.reads("社区退回，第 2 段", "这个数字看不出是怎么来的。", "每部几次？")
        mended = given_reports.SECTIONS["service"].replace("72 次", "72 次，六部电梯每部 12 次")
        manager.write("服务履约的正文", mended)
        manager.press("保存", within=manager.page.locator("form[data-saving]"))
        manager.send("submit")
        secretary.open(f"/desk/reports/{report}/review")
        secretary.reads("六部电梯每部 12 次")
        secretary.act(secretary.open_form("approve").locator("button"))
        secretary.reads("已审定")
    return report


def a_colleague_writes_the_rest(site: LivingSite, report_pk: int) -> None:
    """All but one section, which is forgotten, and the account that does not add up."""
    by, now = site.cast.by_manager, site.now
    report = Report.objects.get(pk=report_pk)
    for code in ("accounts", "demands", "waste", "plans"):
        body = given_reports.SECTIONS[code]
        drafting.write_section(report, code=code, body=body, seen_version=0, by=by, now=now)
    excuse = partial(drafting.put_excuse, report, words=given_reports.EXCUSE, by=by, now=now)
    for metric in ("F02", "W01", "S01", "M01", "E06", "F06", "S08"):
        excuse(missing="metric", key=metric)
    given_reports.put_account(site.cast, report, "common_revenue", now=now)
    door = report.demand_list.demands.get(title__startswith="三号楼的门禁")
    drafting.answer_topic(report, demand=door, words="七月三日修好。", by=by, now=now)


def write_by_hand(manager: Visitor, report: int, folder: Path) -> None:
    """Text that saves itself, a number with its evidence, an account, an answer, a promise."""
    manager.open(f"/desk/reports/{report}/sections/service")
    with manager.page.expect_response(lambda answer: answer.ok and "hx-request" in answer.request.headers):
        manager.write("服务履约的正文", given_reports.SECTIONS["service"])
    manager.comes_to_read("已保存")
    manager.press("加一个数据")
    choice = manager.page.locator("#claim-form form")
    with manager.page.expect_response(lambda answer: answer.ok and "metric=E01" in answer.url):
        manager.choose("指标", option_of(choice, "E01"), within=choice)
    form = manager.open_form("put-claim")
    manager.write("数值", "72", within=form)
    manager.hand_in("再附照片", folder / "slip.jpg", within=form)
    manager.act(form.get_by_role("button", name="保存"))
    manager.reads("数据 1 已保存", "72 次", "1 件佐证")

    manager.press("收支账本", within=manager.page.locator("#ed-nav"))
    write_account(manager, closing="2200.25", says="已保存，可是有 1 处对不上")
    manager.press("诉求办理", within=manager.page.locator("#ed-nav"))
    form = manager.open_form("answer")
    manager.write("怎样回应", "七月动工更换防水层，十月底前修好。", within=form)
    manager.act(form.locator("button"))
    manager.reads("回应已保存")
    manager.press("下步计划与承诺", within=manager.page.locator("#ed-nav"))
    form = manager.open_form("put-commitment")
    for label, words in (
        ("承诺什么", "修好地下车库防水"),
        ("怎么做", "更换防水层 600 平方米。"),
        ("做到什么程度", "雨季不再滴水"),
        ("谁负责", "梁小禾"),
        ("期限", "2026-10-31"),
        ("钱从哪里来", "维修资金"),
    ):
        manager.write(label, words, within=form)
    manager.act(form.locator("button"))
    manager.reads("承诺已保存", "10月31日")


def write_account(manager: Visitor, *, closing: str, says: str = "账目已保存") -> None:
    form = manager.open_form("put-account", within=manager.page.locator("#account-income_expenditure"))
    for label, words in (
        ("期初结余", "1200"),
        ("收入各项", "物业费 5,000.50"),
        ("收入合计", "5000.50"),
        ("支出各项", "电梯维保 4100.25"),
        ("支出合计", "4100.25"),
        ("期末结余", closing),
    ):
        manager.write(label, words, within=form)
    manager.act(form.locator("button"))
    manager.reads(says)


def option_of(form: Locator, beginning: str) -> str:
    options = form.locator("option").all_inner_texts()
    return next(each.strip() for each in options if each.strip().startswith(beginning))


# --- the meeting: before --------------------------------------------------------------------------------------


def plan_and_announce(site: LivingSite, browser: Browser) -> int:
    site.at(given_meetings.PLANNING + timedelta(days=1))
    with a_member(site, browser, "secretary", KEYBOARD) as secretary:
        secretary.open("/desk")
        secretary.press("报告会", within=secretary.page.locator("header nav"))
        secretary.press("排一场报告会")
        secretary.write("名称", TITLE)
        secretary.write("什么时候", f"{START:%Y-%m-%dT%H:%M}")
        secretary.write("在哪里", "中心花园凉亭")
        secretary.press("排好，存为草稿")
        secretary.reads("报告会已排好")
        meeting = int(secretary.path.rpartition("/")[2])
        secretary.send("announce")
        secretary.reads("已公告。", "提前 8 天")
    return meeting


@dataclass
class Hall:
    """Everybody who has a screen at the meeting."""

    site: LivingSite
    meeting: int
    resident: Visitor
    """Signed in."""
    guest: Visitor
    """Has no account."""
    worker: Visitor
    console: Visitor
    projector: Visitor

    @property
    def page(self) -> str:
        return f"/meetings/{self.meeting}"

    @property
    def desk(self) -> str:
        return f"/desk/meetings/{self.meeting}"

    def row(self, text: str) -> Locator:
        """The question on the console, once it has come there."""
        self.console.comes_to_read(text)
        return self.console.page.locator(".hy-cq").filter(has_text=text)


@contextmanager
def a_hall(site: LivingSite, browser: Browser, meeting: int) -> Iterator[Hall]:
    with (
        a_member(site, browser, "resident", PHONE) as resident,
        a_visitor(site, browser, PHONE) as guest,
        a_member(site, browser, "community_worker", KEYBOARD) as worker,
        a_member(site, browser, "secretary", TABLET) as console,
        a_visitor(site, browser, DESKTOP) as projector,
    ):
        yield Hall(site, meeting, resident, guest, worker, console, projector)


def ask_in_advance(hall: Hall) -> None:
    hall.site.later(days=1)
    resident = hall.resident
    resident.open("/meetings")
    resident.press(TITLE)
    resident.press("工作报告")
    resident.reads("六部电梯每部 12 次", "修好地下车库防水")
    resident.open(hall.page)
    resident.press("先提一个问题")
    ask(resident, LIFT)
    resident.comes_to_read("已收到，是第 1 问")


def ask(phone: Visitor, text: str) -> None:
    phone.write("问题", text)
    phone.press("提交问题")


def come_in(hall: Hall) -> None:
    """By the code on the wall, which is another a minute later; ten homes stand on the list."""
    site, guest = hall.site, hall.guest
    site.at(START - timedelta(minutes=20))
    hall.worker.open(f"{hall.desk}/wall")
    code = hall.worker.page.locator(".hy-code-large").inner_text().replace(" ", "")
    guest.open(f"{hall.page}/check-in/{code}")
    for label, words in (("几号楼", "7"), ("单元", "2"), ("房号", "402")):
        guest.write(label, words)
    guest.press("签到", within=guest.page.locator("main form"))
    guest.reads("签到好了")
    given_meetings.households_come(site.cast, Meeting.objects.get(pk=hall.meeting), 10, now=site.now)
    site.later(minutes=2)
    sent_on = hall.projector.page.request.get(f"{site.address}{hall.page}/check-in/{code}")
    assert sent_on.status == 409
    assert "这个签到码已经换了" in sent_on.text()
    hall.worker.open(f"{hall.desk}/attendance")
    hall.worker.reads("11 人，11 户")


# --- the meeting: live ----------------------------------------------------------------------------------------


def first_sitting(hall: Hall) -> None:
    """Everything the console can do with a question; after a quarter of an hour it rains."""
    site, console = hall.site, hall.console
    site.at(START)
    hall.projector.open(f"{hall.page}/screen")
    console.open(hall.desk)
    console.press("控制台")
    console.press("开会，开始报告")
    hall.projector.comes_to_read("正在报告")
    site.at(FLOOR)
    console.press("报告完了，开始提问")
    hall.resident.open(f"{hall.page}/ask")
    hall.guest.open(f"{hall.page}/ask")

    ask(hall.guest, CHARGING)
    hall.guest.comes_to_read("工作人员看过后显示")
    ask(hall.resident, INSULT)
    hall.resident.comes_to_read("已收到，是第 3 问")
    console.press("放行", within=hall.row(CHARGING))
    form = console.open_form("hide", within=hall.row(INSULT))
    console.choose("理由", "原文里有侮辱或诽谤他人的话。", within=form)
    console.act(form.locator("button"))
    hall.resident.comes_to_read(CHARGING)
    hall.resident.press("同问", within=hall.resident.page.locator(".hy-q").filter(has_text=CHARGING))
    hall.resident.comes_to_read("已同问")
    form = console.open_form("enter")
    console.write("问题", "充电桩哪天能用？", within=form)
    console.act(form.locator("button"))
    form = console.open_form("merge", within=hall.row("充电桩哪天能用？"))
    console.write("并入哪一件", "2", within=form)
    console.act(form.locator("button"))
    console.press("上大屏", within=hall.row(LIFT))
    hall.projector.comes_to_read("正在回答 第 1 问", LIFT, CHARGING)
    hall.projector.reads_not(INSULT)
    form = console.open_form("answer", within=hall.row(LIFT))
    console.write("当场怎么答的", SPOKEN, within=form)
    console.act(form.locator("button"))
    console.comes_to_read("处理过的 3 个")
    console.press("转台账", within=hall.row(CHARGING))

    site.at(FLOOR + timedelta(minutes=12))
    console.press("暂停计时")
    expect(hall.projector.page.locator("[data-clock-time]")).to_have_text("12:00", timeout=15_000)
    console.open(f"{hall.desk}/console")
    console.reads("提问暂停", "处理过的 4 个")
    expect(console.page.locator("[data-clock-time]")).to_have_text("12:00")
    site.later(minutes=5)
    console.press("继续提问")
    site.later(minutes=3)
    end = console.open_form("end_questions")
    console.act(end.locator("button"))
    console.comes_to_read("没有成功")
    console.reads("30 分钟")
    console.press("知道了")
    end = console.open_form("end_questions")
    console.write("没有达到要求的原因", RAIN, within=end)
    console.act(end.locator("button"))
    console.comes_to_read("提问结束")
    hall.guest.open(hall.page)
    hall.guest.reads("提问的时间不够", "提问开放 15:00", RAIN)


def second_sitting(hall: Hall) -> None:
    """A week later the clock goes on from a quarter of an hour."""
    site, console = hall.site, hall.console
    console.open(hall.desk)
    form = console.open_form("add_sitting")
    console.write("什么时候再开", f"{START + timedelta(days=7):%Y-%m-%dT%H:%M}", within=form)
    console.act(form.locator("button"))
    console.reads("续开的时间已公告")
    site.at(START + timedelta(days=7))
    console.open(f"{hall.desk}/console")
    console.press("开会，开始报告")
    console.press("报告完了，开始提问")
    site.later(minutes=20)
    console.open(f"{hall.desk}/console")
    expect(console.page.locator("[data-clock-time]")).to_have_text("35:00")
    end = console.open_form("end_questions")
    console.reads("5 分钟内可以续开")
    console.act(end.locator("button"))
    console.comes_to_read("提问结束")
    hall.guest.open(hall.page)
    hall.guest.reads("时间够，人也够", "提问开放 35:00")


# --- the meeting: after ---------------------------------------------------------------------------------------


def close(hall: Hall) -> None:
    """Each question has its one outcome, and who asked is told."""
    console = hall.console
    hall.site.later(hours=1)
    console.open(hall.desk)
    console.send("close")
    console.reads("每个问题都有了去向", BALANCE)
    hall.guest.open(f"{hall.page}/minutes")
    hall.guest.reads(BALANCE, LIFT, SPOKEN, "（原文不展示）", "原文里有侮辱或诽谤他人的话。", "第 2 问")
    hall.guest.reads_not(INSULT)
    hall.guest.write("第几问", "2")
    hall.guest.write("哪里记得不对，应该是什么", "我还问了电费怎么算。")
    hall.guest.press("提出更正")
    hall.guest.reads("已提出", "我还问了电费怎么算。")


def lock(hall: Hall, report: int) -> None:
    """A correction is decided, the window is over: a hash, and the report counts as published."""
    console, anyone = hall.console, hall.projector
    console.open(hall.desk)
    console.unfold("决定", within=console.page.locator("#corrections"))
    form = console.page.locator("#corrections form")
    console.tick("采纳", within=form)
    console.write("理由", "录音里有这一句。", within=form)
    console.act(form.locator("button"))
    console.reads("决定已公开")
    hall.site.later(days=4)
    console.open(hall.desk)
    console.act(console.open_form("lock").locator("button"))
    console.reads("记录已锁定")

    kept = Meeting.objects.get(pk=hall.meeting).minutes
    assert kept.sha256 == hash_of(kept.content)
    anyone.open(f"{hall.page}/minutes")
    anyone.reads("校验码", kept.sha256, "录音里有这一句。", BALANCE)
    anyone.open(f"{hall.page}/certificate")
    spans = anyone.page.locator(".hy-a4__spans li").all_inner_texts()
    assert [re.sub(r"\s+", " ", each) for each in spans] == [
        "7月11日 10:00:00 到 10:12:00，12:00",
        "7月11日 10:17:00 到 10:20:00，03:00",
        "7月18日 09:30:00 到 09:50:00，20:00",
    ]
    anyone.reads(kept.sha256)
    assert Report.objects.get(pk=report).status == "published"
    anyone.open(f"/reports/{report}")
    anyone.reads("7月18日当面报告")


def rate(hall: Hall) -> None:
    """Signed in; then neither the page nor the letter of the same home takes another."""
    cast, resident = hall.site.cast, hall.resident
    meeting = Meeting.objects.get(pk=hall.meeting)
    home = Household.objects.get(pk=verified_household(cast.resident.pk, cast.estate.pk))
    (letter,) = issue_letters(meeting, by=cast.by_secretary, estate=cast.estate, households=[home])
    resident.open(hall.page)
    resident.press("我家来评议")
    for question in resident.page.locator(".hy-score").all():
        question.get_by_text("4").click()
    resident.press("提交评议")
    resident.reads("评议收到了", "1 户评议", "评议结束后统一公布分数和各楼户数，满 5 户才公布")
    for address in (f"{hall.page}/rate", f"/rate/{letter.token}"):
        resident.open(address)
        resident.reads("您家已经评议过了")


def confirm(site: LivingSite, browser: Browser, meeting: int) -> None:
    """What was answered on the spot is a case with that reply; who asked has the last word."""
    site.work_off()
    number = Question.objects.get(meeting=meeting, number=1).case.number
    with a_member(site, browser, "resident", PHONE) as resident:
        resident.open("/my/cases")
        resident.press("2号楼电梯三个月停了四次")
        assert resident.path == f"/cases/{number}"
        resident.reads(SPOKEN, "报告会当场答复")
        resident.press("已解决", within=resident.page.locator("form.hy-confirm"))
        resident.reads("记下了，谢谢。")
    with a_visitor(site, browser, PHONE) as anyone:
        anyone.open(f"/cases/{number}")
        anyone.reads("提问人确认", SPOKEN, "提问人：6号楼 槐花")
        anyone.press("来自“云杉里小区上半年工作报告会”")
        assert anyone.path == f"/meetings/{meeting}/minutes"
