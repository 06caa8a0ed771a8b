"""A report on its way to the residents, as a table of edges; docs/reference/report-states.md is its picture."""

from __future__ import annotations

from enum import StrEnum


class ReportStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    ANNOUNCED = "announced"
    PRESENTED = "presented"
    PUBLISHED = "published"


PUBLIC = frozenset({ReportStatus.ANNOUNCED, ReportStatus.PRESENTED, ReportStatus.PUBLISHED})
"""Public from the meeting notice on."""

LABELS: dict[ReportStatus, str] = {
    ReportStatus.DRAFT: "草稿",
    ReportStatus.SUBMITTED: "等社区审定",
    ReportStatus.RETURNED: "退回修改",
    ReportStatus.APPROVED: "社区已审定",
    ReportStatus.ANNOUNCED: "已公告，等报告会",
    ReportStatus.PRESENTED: "已当面报告",
    ReportStatus.PUBLISHED: "已公布",
}
