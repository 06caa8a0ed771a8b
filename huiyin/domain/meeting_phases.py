"""A report meeting on its way, as a table of edges; docs/reference/meeting-phases.md is its picture (domain.md §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from huiyin.domain.errors import RuleBroken


class Phase(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    REPORTING = "reporting"
    QUESTIONS = "questions"
    PAUSED = "paused"
    CLOSED = "closed"
    MINUTES_OPEN = "minutes_open"
    LOCKED = "locked"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


LABELS: dict[Phase, str] = {
    Phase.DRAFT: "筹备中",
    Phase.ANNOUNCED: "已公告",
    Phase.REPORTING: "正在报告",
    Phase.QUESTIONS: "正在提问",
    Phase.PAUSED: "提问暂停",
    Phase.CLOSED: "提问结束，等转台账",
    Phase.MINUTES_OPEN: "记录核对中",
    Phase.LOCKED: "记录已锁定",
    Phase.POSTPONED: "已延期",
    Phase.CANCELLED: "已取消",
}
PUBLIC = frozenset(Phase) - {Phase.DRAFT}
"""Public from the notice on."""
LIVE = frozenset({Phase.REPORTING, Phase.QUESTIONS, Phase.PAUSED})
HELD = frozenset({Phase.MINUTES_OPEN, Phase.LOCKED})
"""The meeting took place and every question has its outcome."""
UNDER_WAY = frozenset(Phase) - HELD - {Phase.CANCELLED}
"""From the draft until its questions have their outcome: one for an estate is mostly enough."""
FINAL = frozenset({Phase.LOCKED, Phase.CANCELLED})
"""No edge leads on from here."""


class Who(StrEnum):
    """Who performs an edge; `apps/meetings/permissions.py` has one check for each."""

    SECRETARY = "secretary"
    CHAIR = "chair"
    """The secretary, or the deputy named for this meeting."""
    SECRETARY_OR_SYSTEM = "secretary or system"


@dataclass(frozen=True)
class Edge:
    command: str
    sources: frozenset[Phase]
    target: Phase
    who: Who
    needs: str


def _edge(command: str, sources: str, target: Phase, who: Who, needs: str) -> Edge:
    return Edge(command, frozenset(Phase(s) for s in sources.split()), target, who, needs)


EDGES: tuple[Edge, ...] = (
    _edge(
        "announce",
        "draft postponed",
        Phase.ANNOUNCED,
        Who.SECRETARY,
        "an approved report of each estate; days of notice (policy), or the shortfall is shown with its reason",
    ),
    _edge(
        "postpone", "announced", Phase.POSTPONED, Who.SECRETARY, "public reason; the reports stay announced"
    ),
    _edge(
        "cancel",
        "draft announced postponed",
        Phase.CANCELLED,
        Who.SECRETARY,
        "public reason; nobody came together yet; announced reports return to approved, questions become cases",
    ),
    _edge(
        "open_reporting",
        "announced",
        Phase.REPORTING,
        Who.CHAIR,
        "on the day; reporter, or deputy with reason",
    ),
    _edge("open_questions", "reporting", Phase.QUESTIONS, Who.CHAIR, "the clock starts"),
    _edge("pause", "questions", Phase.PAUSED, Who.CHAIR, "the clock stands"),
    _edge("resume", "paused", Phase.QUESTIONS, Who.CHAIR, "the clock goes on"),
    _edge(
        "end_questions",
        "questions paused",
        Phase.CLOSED,
        Who.CHAIR,
        "below the minutes or the households of the policy a public reason",
    ),
    _edge(
        "go_on",
        "closed",
        Phase.QUESTIONS,
        Who.CHAIR,
        "within the minutes of the policy after the questions ended, at the same sitting; the clock goes on, without "
        "the time in between",
    ),
    _edge(
        "add_sitting",
        "closed",
        Phase.ANNOUNCED,
        Who.SECRETARY,
        "a further sitting of the same meeting: time, place, days of notice as at first; the clock continues",
    ),
    _edge(
        "drop_sitting",
        "announced",
        Phase.CLOSED,
        Who.SECRETARY,
        "a further sitting that does not take place; public reason",
    ),
    _edge(
        "close",
        "closed",
        Phase.MINUTES_OPEN,
        Who.SECRETARY,
        "each question gets its one outcome; too few households: a further sitting first, or a public reason",
    ),
    _edge(
        "lock",
        "minutes_open",
        Phase.LOCKED,
        Who.SECRETARY_OR_SYSTEM,
        "the correction window is over, each proposal decided, the balance even",
    ),
)


class Activity(StrEnum):
    """What people do at a meeting; whether it is open now follows from the phase alone."""

    PLAN = "plan"
    ASK = "ask"
    SUPPORT = "support"
    CHECK_IN = "check_in"
    ENTER_ATTENDANCE = "enter_attendance"
    MODERATE = "moderate"
    ON_SCREEN = "on_screen"
    ANSWER = "answer"
    TEAM = "team"
    NOTE = "note"
    RAISE_DIFFICULTY = "raise_difficulty"
    CORRECT = "correct"
    RATE = "rate"


ACTIVITY_LABELS: dict[Activity, str] = {
    Activity.PLAN: "修改安排和议程",
    Activity.ASK: "提问",
    Activity.SUPPORT: "同问",
    Activity.CHECK_IN: "扫码签到",
    Activity.ENTER_ATTENDANCE: "补录签到",
    Activity.MODERATE: "整理提问（放行、不展示、合并、不受理）",
    Activity.ON_SCREEN: "上大屏",
    Activity.ANSWER: "记当场答复、会后答复",
    Activity.TEAM: "登记物业到场人员",
    Activity.NOTE: "记录监督意见和协商成果",
    Activity.RAISE_DIFFICULTY: "物业提出困难",
    Activity.CORRECT: "提出记录更正",
    Activity.RATE: "评议",
}

_ON_THE_FLOOR = frozenset({Phase.QUESTIONS, Phase.PAUSED})
_BEFORE_AND_DURING = frozenset({Phase.ANNOUNCED, *LIVE})
_UNTIL_CLOSING = _BEFORE_AND_DURING | {Phase.CLOSED}
_AFTER_IT_BEGAN = LIVE | {Phase.CLOSED, Phase.MINUTES_OPEN}

OPEN_IN: dict[Activity, frozenset[Phase]] = {
    Activity.PLAN: frozenset({Phase.DRAFT, Phase.POSTPONED}),
    Activity.ASK: _BEFORE_AND_DURING,
    Activity.SUPPORT: _BEFORE_AND_DURING,
    Activity.CHECK_IN: _BEFORE_AND_DURING,
    Activity.ENTER_ATTENDANCE: _BEFORE_AND_DURING | {Phase.CLOSED},
    Activity.MODERATE: _UNTIL_CLOSING | {Phase.POSTPONED},
    Activity.ON_SCREEN: _ON_THE_FLOOR,
    Activity.ANSWER: _ON_THE_FLOOR | {Phase.CLOSED},
    Activity.TEAM: _UNTIL_CLOSING,
    Activity.NOTE: _AFTER_IT_BEGAN,
    Activity.RAISE_DIFFICULTY: _AFTER_IT_BEGAN,
    Activity.CORRECT: frozenset({Phase.MINUTES_OPEN}),
    Activity.RATE: HELD,
}
"""Paper entered after the questions ended counts equally, and so does a spoken answer that is written down then; once
the questions have their outcomes nothing is added. While a meeting is postponed its questions are still moderated: it
may have to be cancelled, and a held one has to be read by a person first."""


def edges_from(phase: Phase | str) -> tuple[Edge, ...]:
    return tuple(edge for edge in EDGES if Phase(phase) in edge.sources)


def allows(command: str, phase: Phase | str) -> bool:
    return any(edge.command == command for edge in edges_from(phase))


def target_of(command: str, phase: Phase | str) -> Phase:
    """Where `command` leads from `phase`; raises RuleBroken with the sentence for the person."""
    for edge in edges_from(phase):
        if edge.command == command:
            return edge.target
    raise RuleBroken(
        "报告会现在是“%(phase)s”，不能这样操作。请刷新页面看最新情况。",
        code=f"meeting.{command}.not_from_{Phase(phase)}",
        phase=LABELS[Phase(phase)],
    )


def is_open(activity: Activity, phase: Phase | str) -> bool:
    return Phase(phase) in OPEN_IN[activity]


def check_open(activity: Activity, phase: Phase | str) -> None:
    if not is_open(activity, phase):
        raise RuleBroken(
            "报告会现在是“%(phase)s”，这个阶段不能%(activity)s。",
            code=f"meeting.{activity}.not_in_{Phase(phase)}",
            phase=LABELS[Phase(phase)],
            activity=ACTIVITY_LABELS[activity],
        )


def mermaid() -> str:
    """The diagram of docs/reference/meeting-phases.md, compared with the file in tests."""
    lines = ["stateDiagram-v2", "    [*] --> draft: plan (secretary)"]
    for edge in EDGES:
        lines += [
            f"    {source} --> {edge.target}: {edge.command} ({edge.who})"
            for source in _ordered(edge.sources)
        ]
    lines += ["    locked --> [*]", "    cancelled --> [*]"]
    return "\n".join(lines) + "\n"


def table() -> str:
    """The same edges as a Markdown table."""
    rows = ["| From | Command | To | Who | Needs |", "|---|---|---|---|---|"]
    rows += [
        f"| {', '.join(_ordered(edge.sources))} | `{edge.command}` | {edge.target} | {edge.who} | {edge.needs} |"
        for edge in EDGES
    ]
    return "\n".join(rows) + "\n"


def activity_table() -> str:
    """What is open in which phase, as a Markdown table."""
    shown = [phase for phase in Phase if phase is not Phase.CANCELLED]
    rows = [f"| Activity | {' | '.join(shown)} |", f"|---|{'---|' * len(shown)}"]
    for activity, phases in OPEN_IN.items():
        marks = ["●" if phase in phases else " " for phase in shown]
        rows.append(f"| `{activity}` {ACTIVITY_LABELS[activity]} | {' | '.join(marks)} |")
    return "\n".join(rows) + "\n"


def _ordered(phases: Iterable[Phase]) -> list[Phase]:
    return sorted(phases, key=list(Phase).index)
