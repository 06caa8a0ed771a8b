"""What stands in a report, in fixed words: accounts, evidence, what became of a promise."""

from __future__ import annotations

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
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"


BECAME_LABELS: dict[Became, str] = {
    Became.KEPT: "已兑现",
    Became.LATE: "没有按时兑现",
    Became.DROPPED: "不再做",
    Became.TAKEN: "接下来做",
    Became.NOT_TAKEN: "不接",
}
OF_OWN = frozenset({Became.KEPT, Became.LATE, Became.DROPPED})
OF_INHERITED = frozenset({Became.TAKEN, Became.NOT_TAKEN})


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
