"""Demand lists and reports in any state, made through the services: `a_report(cast, status="approved")`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from huiyin.apps.people.models import Person
from huiyin.apps.people.services import grant_role
from huiyin.apps.places.models import Engagement
from huiyin.apps.places.services import end_engagement, register_company, start_engagement
from huiyin.apps.reports.models import Demand, DemandList, Report
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import (
    commitments,
    demands,
    drafting,
    figures,
    lifecycle,
    review,
    voices,
)
from huiyin.apps.reports.services.opening import open_report
from huiyin.domain.access import SYSTEM, Actor, Role
from huiyin.domain.months import months_later
from tests.people import Cast, a_cast, a_credit_code, a_person, after_the_cast
from tests.remembered import Remembered

BEIJING = ZoneInfo("Asia/Shanghai")
JANUARY = date(2026, 1, 1)
END_OF_JUNE = date(2026, 6, 30)
COLLECTING = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)
"""When the list of the first half-year is opened."""
WRITING = datetime(2026, 7, 1, 9, 0, tzinfo=BEIJING)
"""When its report is begun; each later step comes an hour after the one before."""
AUTUMN = date(2026, 10, 31)
LAST_DAY = date(2026, 9, 30)
"""Of 青禾 at 云杉里, where a successor comes."""

SECTIONS = {
    "service": "六部电梯按计划保养。\n\n上半年共保养 72 次，见【数据1】。三号楼的门机换了新的。",
    "accounts": "上半年收支和公共收益见下表。",
    "demands": "清单上的诉求逐条回应。",
    "waste": "厨余垃圾每天清运两次。",
    "difficulties": "地下车库漏水还没有修好，原因是防水层老化，要动用维修资金。",
    "plans": "下半年修好地下车库。",
}
VOICES = ("地下车库漏水，车顶都滴白了。", "三号楼的门禁坏了半个月。")
EXCUSE = "这段时间没有留下记录，已从七月起补建台账。"


@after_the_cast
def a_demand_list(cast: Cast, *, status: str = "open", now: datetime = COLLECTING) -> DemandList:
    """Two lines with one voice each; an hour between two steps."""
    by = cast.actor("secretary")
    made = demands.open_demand_list(estate=cast.estate, by=by, begins_on=JANUARY, now=now)
    for name, text in zip(("resident", "neighbour"), VOICES, strict=True):
        voices.add_voice(made, by=cast.actor(name), source="qr", text=text, now=now)
    for step in {"open": (), "confirmed": ("confirm",), "sent": ("confirm", "send")}[status]:
        now += timedelta(hours=1)
        made = getattr(demands, step)(made, by=by, now=now)
    return made


def a_line(demand_list: DemandList, place: int = 0) -> Demand:
    return demand_list.demands.order_by("pk")[place]


@after_the_cast
def a_draft(cast: Cast, *, now: datetime = WRITING) -> Report:
    """Opened by the manager for the first half-year, with a demand list that was sent."""
    a_demand_list(cast, status="sent")
    return open_report(engagement=cast.engagement, by=cast.actor("manager"), now=now)


def write(cast: Cast, report: Report, *, now: datetime = WRITING) -> Report:
    """Everything that submitting needs, by the manager."""
    return write_as(report, by=cast.actor("manager"), now=now)


def write_as(report: Report, *, by: Actor, now: datetime = WRITING) -> Report:
    """Three numbers, two accounts that add up, one promise, excuses for the rest; both demands are answered."""
    for code, body in SECTIONS.items():
        drafting.write_section(report, code=code, body=body, seen_version=0, by=by, now=now)
    for claim in (
        {"metric": "E01", "section": "service", "value": Decimal(72)},
        {"metric": "W01", "section": "waste", "value": Decimal(362)},
        {
            "metric": "M01",
            "section": "accounts",
            "numerator": Decimal(380),
            "denominator": Decimal(420),
            "denominator_label": "应缴户数",
        },
    ):
        number = figures.put_claim(report, by=by, now=now, **claim).number
        drafting.put_excuse(report, missing="evidence", key=str(number), words=EXCUSE, by=by, now=now)
    for code in ("F02", "S01", "E06", "F06", "S08"):
        drafting.put_excuse(report, missing="metric", key=code, words=EXCUSE, by=by, now=now)
    for kind in ("income_expenditure", "common_revenue"):
        _put_account(report, kind, by, now)
    _promise(report, "修好地下车库防水", by, now)
    ranked = report.demand_list.demands.filter(rank__isnull=False) if report.demand_list else ()
    for demand in ranked:
        drafting.answer_topic(report, demand=demand, words="七月动工，十月底前修好。", by=by, now=now)
    for demand in ranked[:1]:
        drafting.point_at_passage(report, demand=demand, anchor="p-difficulties-1", by=by, now=now)
    return report


def put_account(cast: Cast, report: Report, kind: str, *, now: datetime = WRITING) -> None:
    _put_account(report, kind, cast.actor("manager"), now)


def _put_account(report: Report, kind: str, by: Actor, now: datetime) -> None:
    """Begins with what the company's last report ended with."""
    income, expense = Decimal("5000.50"), Decimal("4100.25")
    last = (
        report.previous
        if report.previous and report.previous.engagement.company_id == report.engagement.company_id
        else None
    )
    opening = newest_revision(last).accounts.get(kind=kind).closing if last else Decimal("1200.00")
    figures.put_account(
        report,
        by=by,
        kind=kind,
        opening=opening,
        income=income,
        expense=expense,
        closing=opening + income - expense,
        lines=(
            figures.LineDraft("income", "物业费", income),
            figures.LineDraft("expense", "电梯维保", expense),
        ),
        now=now,
    )


def promise(cast: Cast, report: Report, *, title: str = "修好地下车库防水", now: datetime = WRITING) -> None:
    _promise(report, title, cast.actor("manager"), now)


def _promise(report: Report, title: str, by: Actor, now: datetime) -> None:
    """Due four months after the period."""
    commitments.put_commitment(
        report,
        by=by,
        title=title,
        measure="更换防水层 600 平方米。",
        target="雨季不再滴水",
        owner="梁小禾",
        due_on=months_later(report.period_to + timedelta(days=1), 4) - timedelta(days=1),
        funding="维修资金",
        now=now,
    )


@after_the_cast
def a_report(cast: Cast, *, status: str = "draft", now: datetime = WRITING) -> Report:
    """A report in any state, complete from "submitted" on; "draft" is still empty, in "written" nothing is missing."""
    report = a_draft(cast, now=now)
    if status == "draft":
        return report
    write(cast, report, now=now)
    if status == "written":
        return report
    for hours, step in enumerate(_PATHS[status], start=1):
        report = _STEPS[step](cast, report, now + timedelta(hours=hours))
    assert report.status == status, (report.status, status)
    return report


def a_successor(cast: Cast) -> tuple[Engagement, Person]:
    """松涛物业 serves from 1 October, with a manager of its own."""
    end_engagement(engagement=cast.engagement, ends_on=LAST_DAY, by=cast.by_district_officer)
    company = register_company(
        name="松涛物业服务有限公司", credit_code=a_credit_code(2), by=cast.by_district_officer
    )
    coming = start_engagement(
        company=company,
        estate=cast.estate,
        starts_on=LAST_DAY + timedelta(days=1),
        service_level=3,
        manager_name="许青",
        by=cast.by_district_officer,
    )
    manager = a_person(31, name="许青")
    grant_role(person=manager, role=Role.MANAGER, place=coming, starts_on=date(2024, 1, 1), by=SYSTEM)
    cast.engagement.refresh_from_db()
    return coming, manager


def a_cast_with_report(status: str) -> tuple[Cast, Report]:
    """The cast and a report of that status, made once and put back for the next test; call it instead of `a_cast`."""
    return _remembered.setdefault(status, Remembered(lambda: _cast_and_report(status)))()


def _cast_and_report(status: str) -> tuple[Cast, Report]:
    cast = a_cast()
    return cast, a_report(cast, status=status)


_remembered: dict[str, Remembered[tuple[Cast, Report]]] = {}


def mended(cast: Cast, report: Report, *, code: str = "service", body: str, now: datetime = WRITING) -> None:
    """The manager writes a section anew, having seen its newest words."""
    section = newest_revision(report).sections.get(code=code)
    drafting.write_section(
        report, code=code, body=body, seen_version=section.version, by=cast.actor("manager"), now=now
    )


def _submit(cast: Cast, report: Report, now: datetime) -> Report:
    return review.submit(report, by=cast.actor("manager"), now=now)


def _return(cast: Cast, report: Report, now: datetime) -> Report:
    reasons = [review.ReasonDraft("service", "number_unclear", paragraph=2)]
    return review.return_with_reasons(report, reasons=reasons, by=cast.actor("secretary"), now=now)


def _by_secretary(command: Callable[..., Report]) -> Callable[[Cast, Report, datetime], Report]:
    return lambda cast, report, now: command(report, by=cast.actor("secretary"), now=now)


_STEPS: dict[str, Callable[[Cast, Report, datetime], Report]] = {
    "submit": _submit,
    "return": _return,
    "approve": _by_secretary(review.approve),
    "announce": _by_secretary(lifecycle.announce),
    "present": _by_secretary(lifecycle.present),
    "publish": _by_secretary(lifecycle.publish),
}
_PATHS: dict[str, tuple[str, ...]] = {
    "submitted": ("submit",),
    "returned": ("submit", "return"),
    "approved": ("submit", "approve"),
    "announced": ("submit", "approve", "announce"),
    "presented": ("submit", "approve", "announce", "present"),
    "published": ("submit", "approve", "announce", "present", "publish"),
}
