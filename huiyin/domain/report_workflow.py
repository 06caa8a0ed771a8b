"""A report on its way to the residents, as a table of edges; docs/reference/report-states.md is its picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from huiyin.domain.errors import RuleBroken


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
WRITABLE = frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED})
"""The company writes; also the states of a revision in which its words may change."""

LABELS: dict[ReportStatus, str] = {
    ReportStatus.DRAFT: "草稿",
    ReportStatus.SUBMITTED: "等社区审定",
    ReportStatus.RETURNED: "退回修改",
    ReportStatus.APPROVED: "社区已审定",
    ReportStatus.ANNOUNCED: "已公告，等报告会",
    ReportStatus.PRESENTED: "已当面报告",
    ReportStatus.PUBLISHED: "已公布",
}


class Who(StrEnum):
    """Who performs an edge; `apps/reports/permissions.py` has one check for each."""

    COMPANY = "company"
    """The manager of the engagement or the company's administrator."""
    SECRETARY = "secretary"
    """The secretary, or the street officer who acts (代)."""
    MEETING = "meeting"
    """A command of the report meeting, in its own transaction."""


@dataclass(frozen=True)
class Edge:
    command: str
    sources: frozenset[ReportStatus]
    target: ReportStatus
    who: Who
    needs: str


def _edge(command: str, sources: str, target: ReportStatus, who: Who, needs: str) -> Edge:
    return Edge(command, frozenset(ReportStatus(each) for each in sources.split()), target, who, needs)


EDGES: tuple[Edge, ...] = (
    _edge(
        "submit",
        "draft returned",
        ReportStatus.SUBMITTED,
        Who.COMPANY,
        "the period is over; every condition of `report_conditions` met or, where allowed, publicly excused",
    ),
    _edge("return", "submitted", ReportStatus.RETURNED, Who.SECRETARY, "a reason at each place to be mended"),
    _edge(
        "approve",
        "submitted",
        ReportStatus.APPROVED,
        Who.SECRETARY,
        "the conditions still hold; the text is immutable from here on",
    ),
    _edge("announce", "approved", ReportStatus.ANNOUNCED, Who.MEETING, "with the meeting notice; public"),
    _edge("withdraw", "announced", ReportStatus.APPROVED, Who.MEETING, "the meeting is cancelled"),
    _edge("present", "announced", ReportStatus.PRESENTED, Who.MEETING, "reported in person"),
    _edge("publish", "presented", ReportStatus.PUBLISHED, Who.MEETING, "the minutes are locked"),
)
"""A postponed meeting keeps the report as it is. A correction moves a later revision along the first three edges
while the report itself stays where it is."""


def edges_from(status: ReportStatus | str) -> tuple[Edge, ...]:
    return tuple(edge for edge in EDGES if ReportStatus(status) in edge.sources)


def allows(command: str, status: ReportStatus | str) -> bool:
    return any(edge.command == command for edge in edges_from(status))


def target_of(command: str, status: ReportStatus | str) -> ReportStatus:
    """Where `command` leads from `status`; raises RuleBroken with the sentence for the person."""
    for edge in edges_from(status):
        if edge.command == command:
            return edge.target
    raise RuleBroken(
        "这份报告现在是“%(status)s”，不能这样操作。请刷新页面看最新情况。",
        code=f"report.{command}.not_from_{ReportStatus(status)}",
        status=LABELS[ReportStatus(status)],
    )


def mermaid() -> str:
    """The diagram of docs/reference/report-states.md, compared with the file in tests."""
    lines = ["stateDiagram-v2", "    [*] --> draft: open_report"]
    for edge in EDGES:
        lines += [
            f"    {source} --> {edge.target}: {edge.command} ({edge.who})" for source in sorted(edge.sources)
        ]
    lines.append("    published --> [*]")
    return "\n".join(lines) + "\n"


def table() -> str:
    """The same edges as a Markdown table."""
    rows = ["| From | Command | To | Who | Needs |", "|---|---|---|---|---|"]
    for edge in EDGES:
        sources = ", ".join(sorted(edge.sources))
        rows.append(f"| {sources} | `{edge.command}` | {edge.target} | {edge.who} | {edge.needs} |")
    return "\n".join(rows) + "\n"
