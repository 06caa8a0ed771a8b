"""Rules of the ledger that are not the workflow's edges: answers, reopening, extensions, windows (domain.md §5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from huiyin.domain.case_workflow import Status
from huiyin.domain.errors import RuleBroken


class Kind(StrEnum):
    QUESTION = "question"
    COMPLAINT = "complaint"
    WISH = "wish"
    DIFFICULTY = "difficulty"


KIND_LABELS = {
    Kind.QUESTION: "提问",
    Kind.COMPLAINT: "投诉",
    Kind.WISH: "心愿",
    Kind.DIFFICULTY: "企业困难",
}


class Source(StrEnum):
    """Where a case came from; the apps of the later sources register themselves in `ledger.origins`."""

    MEETING = "meeting"
    DEMAND_LIST = "demand_list"
    FORUM = "forum"
    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"
    HOTLINE = "hotline"
    MISSED_REPAIR = "missed_repair"
    DISCLOSURE_OBJECTION = "disclosure_objection"
    IMPORT = "import"


SOURCE_LABELS = {
    Source.MEETING: "报告会",
    Source.DEMAND_LIST: "诉求清单",
    Source.FORUM: "业主座谈会",
    Source.WEB: "网上",
    Source.PHONE: "电话",
    Source.PAPER: "纸条",
    Source.HOTLINE: "12345 热线",
    Source.MISSED_REPAIR: "报修超时",
    Source.DISCLOSURE_OBJECTION: "公示异议",
    Source.IMPORT: "旧台账导入",
}


class CaseList(StrEnum):
    IMMEDIATE = "immediate"
    SHORT_TERM = "short_term"
    LONG_TERM = "long_term"


LIST_LABELS = {
    CaseList.IMMEDIATE: "立即解决",
    CaseList.SHORT_TERM: "短期推进",
    CaseList.LONG_TERM: "长期规划",
}


class Answer(StrEnum):
    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    CANNOT_TELL = "cannot_tell"


ANSWER_LABELS = {
    Answer.SOLVED: "已解决",
    Answer.PARTLY: "部分解决",
    Answer.NOT_SOLVED: "未解决",
    Answer.CANNOT_TELL: "说不清",
}
NEGATIVE = frozenset({Answer.PARTLY, Answer.NOT_SOLVED})


def command_for_answer(
    answer: Answer,
    status: Status,
    *,
    latest_of_others: Iterable[Answer | None],
    reopened_count: int,
    own_reopenings: int,
) -> str | None:
    """The workflow command one asker's answer leads to, or None when it is only noted.

    Each asker answers for itself: one negative answer reopens; with several askers a 'solved' confirms at once only
    when every other one has said so too, otherwise the end of the window decides (`command_at_window_end`).
    After `own_reopenings` reopenings the next negative answer is a request the secretary decides.
    """
    others = list(latest_of_others)
    if answer in NEGATIVE:
        return "reopen" if reopened_count < own_reopenings else "request_reopen"
    if answer is Answer.CANNOT_TELL:
        return "leave_unconfirmed" if status is Status.REPLIED and not others else None
    if status is Status.UNCONFIRMED:
        return "confirm"
    return "confirm" if all(other is Answer.SOLVED for other in others) else None


def command_at_window_end(answers: Iterable[Answer | None]) -> str:
    """At the end of the answering window: confirmed needs one 'solved' and no negative answer, else unconfirmed."""
    given = [answer for answer in answers if answer is not None]
    if Answer.SOLVED in given and not NEGATIVE.intersection(given):
        return "confirm"
    return "lapse"


def window_days(*, by_paper: bool, days: int, days_by_paper: int) -> int:
    return days_by_paper if by_paper else days


def check_within(start: datetime, now: datetime, days: int, *, sentence: str, code: str) -> None:
    """Raise RuleBroken with `sentence` (may use %(days)s) when `days` calendar days have passed since `start`."""
    if now > start + timedelta(days=days):
        raise RuleBroken(sentence, code=code, days=days)


def check_extension(*, approved_count: int, maximum: int, new_due_at: datetime, due_at: datetime) -> None:
    """At most `maximum` extensions; an extension moves the current date later, never the first one."""
    if approved_count >= maximum:
        raise RuleBroken(
            "这件事已经改期 %(count)s 次，不能再改。", code="extension.too_many", count=approved_count
        )
    if new_due_at <= due_at:
        raise RuleBroken("新期限要晚于现在的期限。", code="extension.not_later", field="due_on")
