"""A question from the moment it is asked to its one outcome, as a table of edges (domain.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from huiyin.domain.errors import RuleBroken


class QuestionStatus(StrEnum):
    HELD = "held"
    SHOWN = "shown"
    HIDDEN = "hidden"
    ANSWERED = "answered"
    DEFERRED = "deferred"
    MERGED = "merged"
    REJECTED = "rejected"


LABELS: dict[QuestionStatus, str] = {
    QuestionStatus.HELD: "等放行",
    QuestionStatus.SHOWN: "等回答",
    QuestionStatus.HIDDEN: "不展示",
    QuestionStatus.ANSWERED: "当场答复",
    QuestionStatus.DEFERRED: "会后答复",
    QuestionStatus.MERGED: "已合并",
    QuestionStatus.REJECTED: "不受理",
}
PENDING = frozenset({QuestionStatus.HELD, QuestionStatus.SHOWN})
"""Nobody has dealt with these yet. Closing makes a case of one that is shown; one that is held has to be read first."""
IN_PUBLIC = frozenset(QuestionStatus) - {QuestionStatus.HELD, QuestionStatus.HIDDEN}
"""Their words are shown once they were let through. A hidden one is listed with its reason, a held one is counted."""
MAY_TAKE_IN = frozenset({QuestionStatus.SHOWN, QuestionStatus.ANSWERED, QuestionStatus.DEFERRED})
"""Another question may be merged into these."""


class Outcome(StrEnum):
    CASE = "case"
    MERGED = "merged"
    REJECTED = "rejected"


OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.CASE: "进台账",
    Outcome.MERGED: "并入同一件事",
    Outcome.REJECTED: "不受理",
}


class Direction(StrEnum):
    """Questions go both ways: residents ask the company, the company asks the residents."""

    TO_COMPANY = "to_company"
    TO_RESIDENTS = "to_residents"


DIRECTION_LABELS: dict[Direction, str] = {
    Direction.TO_COMPANY: "居民问物业",
    Direction.TO_RESIDENTS: "物业问居民",
}


@dataclass(frozen=True)
class Edge:
    command: str
    sources: frozenset[QuestionStatus]
    target: QuestionStatus
    needs: str


def _edge(command: str, sources: str, target: QuestionStatus, needs: str = "") -> Edge:
    return Edge(command, frozenset(QuestionStatus(s) for s in sources.split()), target, needs)


EDGES: tuple[Edge, ...] = (
    _edge("let_through", "held", QuestionStatus.SHOWN, "somebody at the meeting has read it"),
    _edge(
        "hide",
        "shown held deferred answered merged",
        QuestionStatus.HIDDEN,
        "public reason (policy); the author is told; a spoken answer stays, a merged one stands alone again",
    ),
    _edge("answer", "shown deferred", QuestionStatus.ANSWERED, "what was said, and who said it"),
    _edge("defer", "shown", QuestionStatus.DEFERRED, "answered in writing through the ledger"),
    _edge(
        "merge",
        "shown held deferred",
        QuestionStatus.MERGED,
        "another question or an open case of the estate",
    ),
    _edge("reject", "shown held hidden deferred", QuestionStatus.REJECTED, "public reason (policy)"),
    _edge(
        "take_back", "hidden answered deferred merged rejected", QuestionStatus.SHOWN, "before the closing"
    ),
)


OF_RESIDENTS = frozenset({"defer", "reject"})
"""Commands that say what the ledger makes of a question: there are none of these for what the company asks."""


def target_of(command: str, status: QuestionStatus | str) -> QuestionStatus:
    """Where `command` leads from `status`; raises RuleBroken with the sentence for the person."""
    for edge in EDGES:
        if edge.command == command and QuestionStatus(status) in edge.sources:
            return edge.target
    raise RuleBroken(
        "这个问题现在是“%(status)s”，不能这样操作。请刷新页面看最新情况。",
        code=f"question.{command}.not_from_{QuestionStatus(status)}",
        status=LABELS[QuestionStatus(status)],
    )


def allows(command: str, status: QuestionStatus | str) -> bool:
    return any(edge.command == command and QuestionStatus(status) in edge.sources for edge in EDGES)


def outcome_of(status: QuestionStatus | str) -> Outcome:
    """What the closing makes of a question: only what was merged or rejected by a person is not a case of its own."""
    if status == QuestionStatus.MERGED:
        return Outcome.MERGED
    if status == QuestionStatus.REJECTED:
        return Outcome.REJECTED
    return Outcome.CASE


def mermaid() -> str:
    """The diagram of docs/reference/meeting-phases.md."""
    lines = [
        "stateDiagram-v2",
        "    [*] --> shown: asked with a verified phone, or entered by the community",
        "    [*] --> held: asked without one",
    ]
    for edge in EDGES:
        lines += [f"    {source} --> {edge.target}: {edge.command}" for source in sorted(edge.sources)]
    return "\n".join(lines) + "\n"


def table() -> str:
    rows = ["| From | Command | To | Needs |", "|---|---|---|---|"]
    rows += [f"| {', '.join(sorted(e.sources))} | `{e.command}` | {e.target} | {e.needs} |" for e in EDGES]
    return "\n".join(rows) + "\n"
