"""The ledger's workflow as a table of edges; docs/reference/case-states.md is made from it (domain.md §5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from huiyin.domain.errors import RuleBroken


class Status(StrEnum):
    REGISTERED = "registered"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    AWAITING_ASKER = "awaiting_asker"
    REPLIED = "replied"
    REOPENED = "reopened"
    REOPEN_REQUESTED = "reopen_requested"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    NOT_SOLVABLE = "not_solvable"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN = frozenset(
    {
        Status.REGISTERED,
        Status.ASSIGNED,
        Status.IN_PROGRESS,
        Status.AWAITING_ASKER,
        Status.REPLIED,
        Status.REOPENED,
        Status.REOPEN_REQUESTED,
    }
)
SETTLED = frozenset(Status) - OPEN
OWING_A_REPLY = OPEN - {Status.REPLIED}
"""Open states in which the asker waits for the lead: these fall overdue and escalate."""

LABELS: dict[Status, str] = {
    Status.REGISTERED: "已登记",
    Status.ASSIGNED: "已分派",
    Status.IN_PROGRESS: "办理中",
    Status.AWAITING_ASKER: "等提问人补充",
    Status.REPLIED: "等提问人确认",
    Status.REOPENED: "居民说没办好",
    Status.REOPEN_REQUESTED: "等社区决定",
    Status.CONFIRMED: "提问人确认：已解决",
    Status.UNCONFIRMED: "没有反馈",
    Status.NOT_SOLVABLE: "解决不了",
    Status.REJECTED: "不予受理",
    Status.WITHDRAWN: "已撤回",
    Status.MERGED: "已并案",
}


class Who(StrEnum):
    """Who performs an edge; `apps/ledger/permissions.py` has one check for each."""

    SECRETARY = "secretary"
    LEAD = "lead"
    ASKER = "asker"
    """The asker, or a community worker for the asker with a slip or call record; never the lead's side."""
    STREET = "street"
    SYSTEM = "system"
    LEAD_AND_SECRETARY = "lead and secretary"
    LEAD_OR_SYSTEM = "lead, asker or system"


@dataclass(frozen=True)
class Edge:
    command: str
    sources: frozenset[Status]
    target: Status
    who: Who
    needs: str


def _edge(command: str, sources: str, target: Status, who: Who, needs: str) -> Edge:
    return Edge(command, frozenset(Status(s) for s in sources.split()), target, who, needs)


_ANY_OPEN = " ".join(sorted(OPEN))

EDGES: tuple[Edge, ...] = (
    _edge("assign", "registered", Status.ASSIGNED, Who.SECRETARY, "list, lead, due date"),
    _edge("reject", "registered", Status.REJECTED, Who.SECRETARY, "public reason from a policy list"),
    _edge("start", "assigned reopened", Status.IN_PROGRESS, Who.LEAD, ""),
    _edge(
        "ask_asker",
        "in_progress",
        Status.AWAITING_ASKER,
        Who.LEAD,
        "what is missing; ≤ 7 days, twice at most",
    ),
    _edge("resume", "awaiting_asker", Status.IN_PROGRESS, Who.LEAD_OR_SYSTEM, ""),
    _edge(
        "reply",
        "in_progress",
        Status.REPLIED,
        Who.LEAD,
        "public reply that says something, evidence or reason why none",
    ),
    _edge(
        "confirm",
        "replied unconfirmed",
        Status.CONFIRMED,
        Who.ASKER,
        "answer: solved; unconfirmed up to 90 days",
    ),
    _edge(
        "reopen",
        "replied unconfirmed",
        Status.REOPENED,
        Who.ASKER,
        "answer: partly or not solved; three times",
    ),
    _edge(
        "reopen",
        "confirmed",
        Status.REOPENED,
        Who.ASKER,
        "within 14 days; later a new case marked recurrence",
    ),
    _edge(
        "request_reopen",
        "replied unconfirmed confirmed",
        Status.REOPEN_REQUESTED,
        Who.ASKER,
        "the fourth time",
    ),
    _edge("grant_reopen", "reopen_requested", Status.IN_PROGRESS, Who.SECRETARY, "public reason"),
    _edge("refuse_reopen", "reopen_requested", Status.NOT_SOLVABLE, Who.SECRETARY, "public reason"),
    _edge("leave_unconfirmed", "replied", Status.UNCONFIRMED, Who.ASKER, "answer: cannot tell"),
    _edge("lapse", "replied", Status.UNCONFIRMED, Who.SYSTEM, "7 days after delivery, 14 by paper"),
    _edge(
        "give_up",
        "in_progress",
        Status.NOT_SOLVABLE,
        Who.LEAD_AND_SECRETARY,
        "rule or reason, who is responsible instead",
    ),
    _edge(
        "uphold_objection",
        "not_solvable rejected",
        Status.IN_PROGRESS,
        Who.STREET,
        "the asker's objection within 15 days",
    ),
    _edge("merge", _ANY_OPEN, Status.MERGED, Who.SECRETARY, "original case; every asker keeps an own answer"),
    _edge("unmerge", "merged", Status.REGISTERED, Who.SECRETARY, "public reason"),
    _edge("withdraw", _ANY_OPEN, Status.WITHDRAWN, Who.ASKER, ""),
)


def edges_from(status: Status | str) -> tuple[Edge, ...]:
    return tuple(edge for edge in EDGES if Status(status) in edge.sources)


def allows(command: str, status: Status | str) -> bool:
    return any(edge.command == command for edge in edges_from(status))


def target_of(command: str, status: Status | str) -> Status:
    """Where `command` leads from `status`; raises RuleBroken with the sentence for the person."""
    for edge in edges_from(status):
        if edge.command == command:
            return edge.target
    raise RuleBroken(
        "这件事现在是“%(status)s”，不能这样操作。请刷新页面看最新情况。",
        code=f"case.{command}.not_from_{Status(status)}",
        status=LABELS[Status(status)],
    )


def mermaid() -> str:
    """The diagram of docs/reference/case-states.md, compared with the file in tests."""
    lines = ["stateDiagram-v2", "    [*] --> registered: register"]
    for edge in EDGES:
        lines += [
            f"    {source} --> {edge.target}: {edge.command} ({edge.who})" for source in sorted(edge.sources)
        ]
    lines += [f"    {status} --> [*]" for status in sorted(SETTLED)]
    return "\n".join(lines) + "\n"


def table() -> str:
    """The same edges as a Markdown table."""
    rows = ["| From | Command | To | Who | Needs |", "|---|---|---|---|---|"]
    for edge in EDGES:
        sources = "any open" if edge.sources == OPEN else ", ".join(sorted(edge.sources))
        rows.append(f"| {sources} | `{edge.command}` | {edge.target} | {edge.who} | {edge.needs} |")
    return "\n".join(rows) + "\n"
