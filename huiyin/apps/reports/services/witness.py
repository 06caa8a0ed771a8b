"""What every write here shares: the row lock, the unfinished revision, the event that witnesses the change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import record
from huiyin.apps.reports.models import Demand, DemandList, Report, Revision
from huiyin.domain.access import Actor
from huiyin.domain.demands import LIST_STATUS_LABELS, DemandListStatus
from huiyin.domain.errors import RuleBroken
from huiyin.domain.report_workflow import LABELS, ReportStatus

Row = TypeVar("Row", bound=Model)

NEWEST_FIRST = ("-period_to", "-pk")
"""The order in which a transaction locks more than one report: two that lock them in two orders wait for ever.

Cases, meetings and forums are locked before reports; the rows of reports and the heads of their streams after them all.
"""


def locked_list(demand_list: DemandList) -> DemandList:
    """The list again, locked for this transaction, with the place that permissions need."""
    rows = DemandList.objects.select_for_update(of=("self",), no_key=True).select_related("estate__area")
    return rows.get(pk=demand_list.pk)


def open_list(demand_list: DemandList) -> DemandList:
    """The list, locked; raises RuleBroken once the secretary has confirmed it."""
    demand_list = locked_list(demand_list)
    if not demand_list.is_open:
        raise RuleBroken(
            "这份诉求清单%(status)s，不能再改。",
            code="demands.not_open",
            status=LIST_STATUS_LABELS[DemandListStatus(demand_list.status)],
        )
    return demand_list


def fresh(demand: Demand) -> Demand:
    """The line as it stands now; its list must be locked."""
    return Demand.objects.select_related("demand_list__estate__area").get(pk=demand.pk)


def locked_report(report: Report) -> Report:
    """The report again, locked for this transaction, with what permissions and labels need."""
    rows = Report.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("engagement__company", "engagement__estate", "estate__area").get(pk=report.pk)


def locked_reports(reports: QuerySet[Report]) -> list[Report]:
    """Those reports, locked together for this transaction in the order everybody locks them in."""
    return [locked_report(each) for each in reports.order_by(*NEWEST_FIRST)]


def unfinished(report: Report) -> Revision:
    """The revision that is being written or looked at; raises RuleBroken where every one is approved."""
    revision = report.revisions.exclude(state=ReportStatus.APPROVED).first()
    if revision is None:
        raise RuleBroken("报告已经审定，内容不再改动。确有错误请发起更正。", code="report.approved")
    return revision


def writable(report: Report) -> Revision:
    """The revision the company may write in now; the report must be locked."""
    revision = unfinished(report)
    if not revision.is_writable:
        raise RuleBroken(
            "报告现在是“%(status)s”，等社区看完再改。",
            code="report.not_writable",
            status=LABELS[ReportStatus(revision.state)],
        )
    return revision


def added_before(rows: QuerySet[Row], idempotency_key: str) -> Row | None:
    """What the same form added when it was sent the first time; the report must be locked."""
    return rows.filter(idempotency_key=idempotency_key).first() if idempotency_key else None


def witness_report(
    report: Report,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    public: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    begins_stream: bool = False,
) -> Event:
    """Record what happened to a report; its status is always said."""
    return record(
        kind=f"reports.{kind}",
        stream=report.stream,
        by=by,
        now=now,
        public={"status": str(report.status), **(public or {})},
        texts={name: text for name, text in (texts or {}).items() if text},
        begins_stream=begins_stream,
    )


def witness_list(
    demand_list: DemandList,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    public: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    private: Mapping[str, Any] | None = None,
    begins_stream: bool = False,
) -> Event:
    """Record what happened to a demand list; its status is always said."""
    return record(
        kind=f"reports.{kind}",
        stream=demand_list.stream,
        by=by,
        now=now,
        public={"status": str(demand_list.status), **(public or {})},
        texts={name: text for name, text in (texts or {}).items() if text},
        private=dict(private or {}),
        begins_stream=begins_stream,
    )
