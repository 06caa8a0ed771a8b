"""The policy of time limits: lists, urgent classes, pauses, answers, extensions, bulletin (domain.md §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from huiyin.domain.access import Role
from huiyin.domain.clocks import Limit
from huiyin.domain.ledger_rules import CaseList
from huiyin.domain.policy_reader import Added, Between, Code, Count, Days, PolicyInvalid, Sentence, UniqueBy


@dataclass(frozen=True)
class ListRule:
    """One of the three lists: the limit that runs from registration."""

    code: CaseList
    meaning: Sentence
    limit: Limit
    needs_milestones: bool = False


@dataclass(frozen=True)
class UrgentClass:
    """A matter that cannot wait for its list: a shorter limit of its own."""

    code: Code
    label: Sentence
    examples: Sentence
    limit: Limit

    @property
    def choice(self) -> tuple[str, str]:
        """As an option of a form: its code, and what it says with examples."""
        return self.code, f"{self.label}（{self.examples}）"


@dataclass(frozen=True)
class AssignmentRule:
    within: Limit
    new_lead_accepts_within: Limit


@dataclass(frozen=True)
class AskingRule:
    """How many matters one person may bring online in a day; on paper and by phone there is no such limit."""

    cases_a_day: Annotated[int, Between(1, 1000)]


@dataclass(frozen=True)
class PauseRule:
    """How long and how often the clock may wait for the asker."""

    max_days: Days
    max_count: Count


@dataclass(frozen=True)
class AnswerRule:
    """How long an asker may answer, reopen and object."""

    days_after_delivery: Days
    days_after_delivery_by_paper: Days
    unconfirmed_days: Days
    reopen_confirmed_days: Days
    own_reopenings: Count
    objection_days: Days
    undelivered_days: Days
    """A reply that reached nobody: after so many days the case shows 'not reached' (never solved)."""
    reopened_within: Limit
    """The limit for the next reply, counted from the reopening."""


@dataclass(frozen=True)
class ExtensionRule:
    """Who approves the first, the second … extension; there are as many as approvers."""

    approvers: tuple[Role, ...]

    @property
    def max_count(self) -> int:
        return len(self.approvers)


@dataclass(frozen=True)
class EscalationStep:
    """From so many full days overdue the matter shows on the desk of `to` (0: as soon as it is overdue)."""

    full_days_overdue: Count
    to: Role


@dataclass(frozen=True)
class EscalationRule:
    unassigned_to: Role
    overdue: Annotated[tuple[EscalationStep, ...], UniqueBy("full_days_overdue")]
    urge_count: Count
    urges_to: Role

    def __post_init__(self) -> None:
        days = [step.full_days_overdue for step in self.overdue]
        if days != sorted(days):
            raise PolicyInvalid("overdue", "各级要按逾期天数从少到多排列。")


class Period(StrEnum):
    """What a bulletin covers. Versions of old may say week or quarter; bulletins are made by the month."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


PERIOD_LABELS = {Period.WEEK: "每周", Period.MONTH: "每月", Period.QUARTER: "每季度"}


@dataclass(frozen=True)
class BulletinRule:
    """The bulletin of the three lists is due so many days after the end of each period."""

    every: Period
    due_after_days: Count


@dataclass(frozen=True)
class DeadlinesPolicy:
    default_list: CaseList
    lists: Annotated[tuple[ListRule, ...], UniqueBy("code")]
    urgent: Annotated[tuple[UrgentClass, ...], UniqueBy("code")]
    assignment: AssignmentRule
    pauses: PauseRule
    answers: AnswerRule
    extensions: ExtensionRule
    escalation: EscalationRule
    bulletin: BulletinRule
    asking: Annotated[AskingRule, Added(date(2026, 11, 27), "一个人网上一天最多提")] = AskingRule(
        cases_a_day=30
    )

    def __post_init__(self) -> None:
        missing = set(CaseList) - {rule.code for rule in self.lists}
        if missing:
            raise PolicyInvalid("lists", "缺少清单 %(missing)s。", missing="、".join(sorted(missing)))

    def check_new(self) -> None:
        """Refuse what older versions may still say but no new one: a bulletin of another period than the month."""
        if self.bulletin.every is not Period.MONTH:
            raise PolicyInvalid(
                "values.bulletin.every",
                "公告按月出，应是 month，现在是“%(value)s”。",
                value=self.bulletin.every,
            )

    def list_rule(self, code: CaseList | str) -> ListRule:
        return next(rule for rule in self.lists if rule.code == code)

    def urgent_class(self, code: str) -> UrgentClass:
        return next(rule for rule in self.urgent if rule.code == code)

    def limit_for(self, list_code: CaseList | str = "", urgent_code: str = "") -> Limit:
        """The limit of a case: its urgent class if any, else its list, else the default list."""
        if urgent_code:
            return self.urgent_class(urgent_code).limit
        return self.list_rule(list_code or self.default_list).limit
