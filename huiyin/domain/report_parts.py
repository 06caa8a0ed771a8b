"""What stands in a report, in fixed words: accounts, evidence, what became of a promise."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class AccountKind(StrEnum):
    INCOME_EXPENDITURE = "income_expenditure"
    COMMON_REVENUE = "common_revenue"
    MAINTENANCE_FUND = "maintenance_fund"


ACCOUNT_LABELS: dict[AccountKind, str] = {
    AccountKind.INCOME_EXPENDITURE: "物业服务收支",
    AccountKind.COMMON_REVENUE: "公共收益",
    AccountKind.MAINTENANCE_FUND: "维修资金",
}


class Side(StrEnum):
    INCOME = "income"
    EXPENSE = "expense"


SIDE_LABELS: dict[Side, str] = {Side.INCOME: "收入", Side.EXPENSE: "支出"}


class Became(StrEnum):
    """What a report says became of a promise of the last one; the last two are for what another company promised."""

    KEPT = "kept"
    LATE = "late"
    DROPPED = "dropped"
    NOT_DUE = "not_due"
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"


BECAME_LABELS: dict[Became, str] = {
    Became.KEPT: "已兑现",
    Became.LATE: "没有按时兑现",
    Became.DROPPED: "不再做",
    Became.NOT_DUE: "期限没到，在做",
    Became.TAKEN: "接下来做",
    Became.NOT_TAKEN: "不接",
}
OF_OWN = frozenset({Became.KEPT, Became.LATE, Became.DROPPED, Became.NOT_DUE})
OF_INHERITED = frozenset({Became.TAKEN, Became.NOT_TAKEN})

GOING_ON = frozenset({Became.NOT_DUE, Became.TAKEN})
"""What is carried forward whatever else; what was late goes on where it is not done yet."""


class CommitmentState(StrEnum):
    """How a promise stands today: open until the company says it is kept or that it gives it up."""

    OPEN = "open"
    KEPT = "kept"
    DROPPED = "dropped"


COMMITMENT_STATE_LABELS: dict[CommitmentState, str] = {
    CommitmentState.OPEN: "在做",
    CommitmentState.KEPT: "已兑现",
    CommitmentState.DROPPED: "不再做",
}


SETTLES = {Became.KEPT: CommitmentState.KEPT, Became.DROPPED: CommitmentState.DROPPED}
"""How a promise stands once an approved report has said so; after every other word it is open as before."""


def sayable(
    *,
    period_to: date,
    first_due_on: date,
    due_on: date,
    state: CommitmentState | str = CommitmentState.OPEN,
    settled_on: date | None = None,
) -> frozenset[Became]:
    """What a report until `period_to` can say of a promise of its own company, as the public record stands.

    The first date counts, however often it was moved (domain.md §1): what was settled after it, or was moved past it,
    was late. Of a promise that is open and was never moved the report itself tells when it was kept.
    """
    said = set()
    if due_on > period_to and (settled_on is None or settled_on > period_to):
        said.add(Became.NOT_DUE)
    if state == CommitmentState.DROPPED:
        return frozenset(said | {Became.DROPPED})
    if state == CommitmentState.KEPT:
        assert settled_on is not None
        return frozenset(said | {Became.LATE if settled_on > first_due_on else Became.KEPT})
    said.add(Became.DROPPED)
    if first_due_on <= period_to:
        said.add(Became.LATE)
    if due_on == first_due_on or first_due_on > period_to:
        said.add(Became.KEPT)
    return frozenset(said)


class ExcuseFor(StrEnum):
    """What a written public excuse may stand in for (domain.md §3)."""

    METRIC = "metric"
    EVIDENCE = "evidence"
    ACCOUNT = "account"


EXCUSE_LABELS: dict[ExcuseFor, str] = {
    ExcuseFor.METRIC: "没有这项数据",
    ExcuseFor.EVIDENCE: "这个数字没有佐证",
    ExcuseFor.ACCOUNT: "没有这本账",
}
