"""One of each printed document, invented: 云杉里小区 in 青槐街道, a meeting on a Saturday in June."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar, cast

from huiyin.documents.paper.documents import (
    AgendaGroup,
    AgendaItem,
    Bulletin,
    CaseSlip,
    CaseSlips,
    ClockCertificate,
    Count,
    DigestSection,
    Figure,
    ForumAgenda,
    ListLine,
    MeetingNotice,
    OpenFloor,
    Promise,
    Qr,
    QuestionSlip,
    QuestionSlips,
    RatingLetter,
    RatingLetters,
    ReportDigest,
    Sheet,
    Solved,
    ThreeLists,
    Verification,
)
from huiyin.domain.clocks import BEIJING

T = TypeVar("T")
SITE = "https://huiyin.example"
ORGANISATION = "青槐街道云杉里社区"
SIGNED_BY = "云杉里社区居民委员会"
PHONE = "010-5550 1234"
STARTS = datetime(2026, 6, 27, 9, 30, tzinfo=BEIJING)


def verification(path: str) -> Verification:
    return Verification(Qr(f"{SITE}{path}", "扫码核对网上原文"), "5d20 91ae", date(2026, 6, 17))


def meeting_notice() -> MeetingNotice:
    return MeetingNotice(
        title="物业服务报告会通知",
        organisation=ORGANISATION,
        verification=verification("/meetings/12"),
        signed_by=SIGNED_BY,
        signed_on=date(2026, 6, 18),
        estates=("云杉里小区", "云杉里南院"),
        starts_at=STARTS,
        venue="云杉里小区中心花园（遇雨改到社区活动室一层）",
        chair="社区党组织书记 何知夏",
        reporter="安和物业云杉里项目经理 梁小禾",
        agenda=(
            AgendaItem("物业公司报告上半年服务和收支", 30),
            AgendaItem("居民提问，物业当场答复", 30),
            AgendaItem("公布每个问题由谁办、几时办完", 10),
        ),
        report_lines=(
            "电梯应做保养 156 次，做了 151 次，少做的 5 次写明了原因。",
            "公共收益上半年收入 18.4 万元，支出 7.1 万元，逐笔列出。",
            "居民反映最多的 5 件事，逐件说明办到哪一步。",
        ),
        ask=Qr(f"{SITE}/meetings/12/ask", "扫码提问"),
        duty_phone=PHONE,
    )


def report_digest() -> ReportDigest:
    return ReportDigest(
        title="云杉里小区物业工作报告一图读懂",
        organisation=ORGANISATION,
        verification=verification("/reports/7"),
        signed_by="安和物业服务有限公司云杉里项目",
        signed_on=date(2026, 6, 18),
        company="安和物业服务有限公司",
        period_from=date(2026, 1, 1),
        period_to=date(2026, 6, 30),
        figures=(
            Figure("电梯保养", "151", "次", "应做 156 次", "2号楼停梯大修期间少做 5 次"),
            Figure("报修按时办完", "412", "件", "共 437 件", "另有 9 件等住户约时间"),
            Figure("上次答应的事", "6", "件办完", "共 8 件"),
            Figure("公共收益收入", "18.4", "万元"),
            Figure("公共收益支出", "7.1", "万元"),
            Figure("提问人确认解决", "63", "件", "共 88 件"),
        ),
        sections=(
            DigestSection(
                "问题困难",
                (
                    "4号楼屋面渗水修了两次还漏，需要动用维修资金，正在征求业主意见。",
                    "夜间外来车辆多，车位不够，请社区一起想办法。",
                ),
            ),
        ),
        promises=(
            Promise(
                "4号楼屋面重做防水", "工程主管 周满仓", date(2026, 10, 31), date(2026, 8, 31), "维修资金"
            ),
            Promise("西门加装两组充电桩", "项目经理 梁小禾", date(2026, 9, 30), None, "公共收益"),
            Promise("楼道灯坏了当天换", "客服主管 赵一宁", date(2026, 12, 31)),
        ),
        promise_count=3,
        promises_note="其余承诺：已兑现 5 项，不再做 1 项，见全文。",
        whole_report=Qr(f"{SITE}/reports/7", "扫码看报告全文"),
        duty_phone=PHONE,
    )


def bulletin() -> Bulletin:
    return Bulletin(
        title="云杉里小区三张清单",
        organisation=ORGANISATION,
        verification=verification("/estates/yunshanli/bulletins/2026-06"),
        signed_by="云杉里社区　书记 何知夏",
        signed_on=date(2026, 6, 18),
        month=date(2026, 6, 1),
        as_of=datetime(2026, 6, 18, 9, tzinfo=BEIJING),
        lead="本月提出 23 件，提问人确认解决 12 件。没办完 19 件，先列最早到期的。",
        lists=(
            ThreeLists(
                "立即解决",
                4,
                (
                    line("26-0041-738", "2号楼电梯按键失灵", "梁小禾", 6, 17, me_too=8, is_overdue=True),
                    line("26-0042-113", "9号楼单元门关不严", "周满仓", 6, 18, me_too=3),
                    line("26-0043-560", "南门快递柜前积水", "周满仓", 6, 22, me_too=6),
                ),
            ),
            ThreeLists(
                "短期推进",
                11,
                (
                    line("26-0031-204", "6号楼东侧楼道灯不亮", "梁小禾", 6, 25, me_too=14, is_replied=True),
                    line("26-0036-017", "儿童滑梯松动", "周满仓", 6, 23, me_too=9),
                    line("26-0038-442", "4号楼屋面渗水", "梁小禾", 6, 27, me_too=18),
                ),
            ),
            ThreeLists(
                "长期规划",
                4,
                (
                    line("26-0009-871", "增设充电桩", "物业和街道", 11, 30, (5, 31), me_too=41),
                    line("26-0014-329", "11号楼加装坡道", "街道", 9, 30, me_too=7),
                ),
            ),
        ),
        everything=Qr(f"{SITE}/cases?estate=yunshanli", "扫码看全部事项"),
        duty_phone=PHONE,
    )


def line(
    number: str,
    title: str,
    lead: str,
    month: int,
    day: int,
    first: tuple[int, int] | None = None,
    **more: int,
) -> ListLine:
    return ListLine(
        number=number,
        title=title,
        lead=lead,
        due_on=date(2026, month, day),
        first_due_on=date(2026, *first) if first else None,
        me_too=more.get("me_too", 0),
        is_overdue=bool(more.get("is_overdue")),
        is_replied=bool(more.get("is_replied")),
    )


def whole_bulletin() -> Bulletin:
    """A long one: every matter listed, so that it takes several pages."""
    short = bulletin()
    many = tuple(
        line(f"26-{at:04}-{at:03}", f"{at}号楼前的路灯不亮，晚上看不见台阶", "周满仓", 6, 20 + at % 9)
        for at in range(1, 31)
    )
    return replace(
        short,
        lists=(ThreeLists("立即解决", 30, many), *short.lists[1:]),
        solved=tuple(Solved(f"26-00{at:02}-111", f"{at}号楼门禁修好") for at in range(10, 22)),
    )


def question_slips(count: int = 6) -> QuestionSlips:
    return QuestionSlips(
        title="云杉里小区物业服务报告会",
        organisation=ORGANISATION,
        verification=verification("/meetings/12"),
        starts_at=STARTS,
        slips=tuple(
            QuestionSlip(f"第 {at:03} 号", Qr(f"{SITE}/meetings/12/ask?slip={at}", "扫码提问"))
            for at in range(1, count + 1)
        ),
    )


def case_slips(count: int = 3) -> CaseSlips:
    return CaseSlips(
        title="登记回执",
        verification=verification("/cases"),
        slips=tuple(
            CaseSlip(
                number=f"26-{at:04}-738",
                spoken="二六 零零四幺 七三八",
                title="2号楼电梯按键失灵，关门以后要按很多次才走",
                place="云杉里小区 2号楼",
                registered_on=date(2026, 6, 12),
                due_on=date(2026, 6, 17),
                area="云杉里社区",
                duty_phone=PHONE,
                progress=Qr(f"{SITE}/cases/26-{at:04}-738", "扫码看进展"),
            )
            for at in range(41, 41 + count)
        ),
    )


def forum_agenda() -> ForumAgenda:
    short = bulletin()
    return ForumAgenda(
        title="第三季度业主座谈会议程",
        organisation=ORGANISATION,
        verification=verification("/forums/3"),
        signed_by=SIGNED_BY,
        signed_on=date(2026, 9, 10),
        starts_at=datetime(2026, 9, 19, 15, 0, tzinfo=BEIJING),
        venue="云杉里社区活动室一层",
        chair="社区党组织书记 何知夏",
        groups=(
            AgendaGroup("没有办完的事", short.lists[0].lines + short.lists[1].lines),
            AgendaGroup("到期的阶段目标", short.lists[2].lines),
            AgendaGroup("到期的承诺", (line("承诺 3", "4号楼屋面重做防水", "周满仓", 10, 31, (8, 31)),)),
        ),
        online=Qr(f"{SITE}/forums/3", "扫码看座谈会"),
        duty_phone=PHONE,
    )


def rating_letters(count: int = 2) -> RatingLetters:
    return RatingLetters(
        title="请您家给物业打分",
        organisation=ORGANISATION,
        verification=verification("/meetings/12"),
        company="安和物业服务有限公司",
        held_on=date(2026, 6, 27),
        closes_at=datetime(2026, 7, 11, 18, 0, tzinfo=BEIJING),
        open_days=14,
        questions=(
            "报告说的和您看到的一样吗",
            "提的问题有没有说清楚",
            "上次答应的事办得怎么样",
            "日常服务：保洁、保安、维修",
            "钱花得明白吗",
        ),
        smallest_count=10,
        duty_phone=PHONE,
        typed_at=f"{SITE}/rate",
        letters=tuple(
            RatingLetter(
                f"云杉里小区 3号楼 2单元 {at}01",
                Qr(f"{SITE}/rate/K7AF-M3TX-9RWA", "扫码打分"),
                "K7AF-M3TX-9RWA",
            )
            for at in range(1, count + 1)
        ),
    )


def clock_certificate() -> ClockCertificate:
    def at(hour: int, minute: int, second: int = 0) -> datetime:
        return datetime(2026, 6, 27, hour, minute, second, tzinfo=BEIJING)

    return ClockCertificate(
        title="居民提问时长证明",
        organisation=ORGANISATION,
        verification=verification("/meetings/12/certificate"),
        signed_by=SIGNED_BY,
        signed_on=date(2026, 6, 30),
        estates=("云杉里小区", "云杉里南院"),
        days=(date(2026, 6, 27),),
        venue="云杉里小区中心花园",
        chair="社区党组织书记 何知夏",
        intervals=(
            OpenFloor(1, at(10, 2, 10), at(10, 21, 40), timedelta(minutes=19, seconds=30)),
            OpenFloor(1, at(10, 24, 5), at(10, 46, 40), timedelta(minutes=22, seconds=35)),
        ),
        total=timedelta(minutes=42, seconds=5),
        required=timedelta(minutes=30),
        outcome="达到规定时长",
        counts=(
            Count("到场", 86, "户"),
            Count("提问", 31, "个"),
            Count("当场答复", 12, "个"),
            Count("暂停", 1, "次"),
        ),
        balance="31 个提问：26 个立为台账事项，4 个并入已有事项，1 个不受理并公布了理由。",
        locked_on=date(2026, 6, 30),
        digest="9f2c6b1e0d4a87735d2091ae44c0e1b7a6f3c2d8190b5e7f63a4d1c8e0b29f7c",
    )


def one_of_each() -> list[Sheet]:
    return [
        meeting_notice(),
        report_digest(),
        bulletin(),
        question_slips(),
        case_slips(),
        forum_agenda(),
        rating_letters(),
        clock_certificate(),
    ]


def changed(value: T, change: Callable[[str], str]) -> T:
    """The same document with every text of it changed; addresses, which the system makes, stay."""
    if isinstance(value, str):
        return cast("T", change(value))
    if isinstance(value, tuple):
        return cast("T", tuple(changed(each, change) for each in value))
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: getattr(value, field.name) for field in fields(value) if field.name != "address"}
        return replace(value, **{name: changed(each, change) for name, each in told.items()})
    return value
