"""What submitting needs, rule by rule: one thing missing from a complete report, and the rule that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from huiyin.domain.account_sums import WrongSum
from huiyin.domain.report_conditions import (
    CONDITIONS,
    MOST_SENTENCES,
    Blocked,
    ClaimFacts,
    CommitmentFacts,
    Deviating,
    Facts,
    Unanswered,
    outcomes,
)
from huiyin.domain.report_parts import AccountKind, ExcuseFor

COMPLETE = Facts(
    sections={"service": "服务履约", "plans": "下步计划与承诺"},
    written=frozenset({"service", "plans"}),
    required_metrics={"E01": "电梯维保"},
    metric_sections={"E01": "service"},
    reported_metrics=frozenset({"E01"}),
    claims=(ClaimFacts(1, "电梯维保", "service", has_unit=True, has_period=True, has_evidence=True),),
    commitments=(CommitmentFacts(1, "修好防水", has_measure=True, has_owner=True, has_due_date=True),),
    last_commitments={7: "换门禁"},
    accounted=frozenset({7}),
    required_accounts=(AccountKind.COMMON_REVENUE,),
    wrong_sums={AccountKind.COMMON_REVENUE: ()},
    accounts_section="accounts",
    plans_section="plans",
)
CLAIM = COMPLETE.claims[0]
PROMISE = COMPLETE.commitments[0]
WRONG = WrongSum("收入合计", Decimal("1.00"), Decimal("2.00"))
TOPIC = Unanswered(2, "停车难", "前 5 件要回答", is_mentioned=False, section="plans", anchor="topic-1")
DEVIATING = Deviating(1, "电梯维保", "service", "96 次", "88 次", "保养记录", is_explained=False)
BOAST = Blocked("service", "一致好评", "R-EXAG-04", "finding-service-1")
METRIC = (ExcuseFor.METRIC, "E01")
EVIDENCE = (ExcuseFor.EVIDENCE, "1")
ACCOUNT = (ExcuseFor.ACCOUNT, "common_revenue")

# (what is different, the rule, part of the sentence, the excuse that may stand in)
MISSING: list[tuple[dict[str, Any], str, str, tuple[ExcuseFor, str] | None]] = [
    ({"written": frozenset({"plans"})}, "SIX_SECTIONS", "“服务履约”还没有写", None),
    ({"reported_metrics": frozenset()}, "REQUIRED_METRICS", "“电梯维保”（E01）", METRIC),
    ({"conflicting": frozenset({"service"})}, "SIX_SECTIONS", "还没有合成一份", None),
    (
        {"reported_metrics": frozenset(), "partly_reported": {"E01": 1}},
        "REQUIRED_METRICS",
        "报整个报告期",
        None,
    ),
    ({"runs_until": date(2027, 3, 31)}, "PERIOD_OVER", "报告期到 2027年3月31日才结束", None),
    ({"dangling": {"service": ("【数据9】",)}}, "PLACED_THERE", "“服务履约”的正文里写了【数据9】", None),
    ({"claims": (replace(CLAIM, has_unit=False),)}, "NUMBERS_COMPLETE", "没有单位", None),
    ({"claims": (replace(CLAIM, has_period=False),)}, "NUMBERS_COMPLETE", "没有起止日期", None),
    ({"claims": (replace(CLAIM, has_evidence=False),)}, "NUMBERS_COMPLETE", "没有佐证", EVIDENCE),
    ({"commitments": ()}, "COMMITMENTS_COMPLETE", "至少写一项", None),
    (
        {"commitments": (replace(PROMISE, has_owner=False, has_due_date=False),)},
        "COMMITMENTS_COMPLETE",
        "“修好防水”没有写负责人、期限",
        None,
    ),
    ({"accounted": frozenset()}, "LAST_COMMITMENTS_ACCOUNTED", "“换门禁”没有交代", None),
    ({"wrong_sums": {}}, "SUMS_RIGHT", "缺少“公共收益”的账", ACCOUNT),
    ({"wrong_sums": {AccountKind.COMMON_REVENUE: (WRONG,)}}, "SUMS_RIGHT", "应是 2.00 元", None),
    ({"unanswered": (TOPIC,)}, "TOPICS_ANSWERED", "第 2 件“停车难”，报告没有回应（前 5 件要回答）", None),
    ({"unanswered": (replace(TOPIC, is_mentioned=True),)}, "TOPICS_ANSWERED", "报告只是提到", None),
    (
        {"deviating": (DEVIATING, replace(DEVIATING, number=2, is_explained=True))},
        "NO_DEVIATION_UNEXPLAINED",
        "数据 1“电梯维保”写的是 96 次，保养记录里是 88 次",
        None,
    ),
    ({"blocked": (BOAST,)}, "NO_BLOCKED_WORDS", "“服务履约”里“一致好评”必须改；确有依据", None),
    (
        {"blocked": (replace(BOAST, words="＿", may_be_excused=False),)},
        "NO_BLOCKED_WORDS",
        "“服务履约”里还有没填的空",
        None,
    ),
    ({"blocked": (replace(BOAST, words="好" * 40),)}, "NO_BLOCKED_WORDS", "好" * 30 + "…”", None),
]


def unmet(facts: Facts) -> Mapping[str, list[str]]:
    return {
        each.condition.code: [missing.sentence for missing in each.missing]
        for each in outcomes(facts)
        if not each.is_met
    }


def test_a_complete_report_meets_them_all() -> None:
    assert unmet(COMPLETE) == {}
    assert len(CONDITIONS) == len({each.code for each in CONDITIONS})


@pytest.mark.parametrize(("change", "code", "says", "excuse"), MISSING)
def test_what_is_missing_is_named_by_one_rule_and_excused_where_that_is_allowed(
    change: dict[str, Any], code: str, says: str, excuse: tuple[ExcuseFor, str] | None
) -> None:
    facts = replace(COMPLETE, **change)
    (missing,) = [each for outcome in outcomes(facts) for each in outcome.missing]
    assert list(unmet(facts)) == [code]
    assert says in missing.sentence
    assert missing.sentence.endswith("。")
    assert missing.excuse == excuse
    # Whatever else is excused, only the fact the rule names is: promises and sums never.
    excused = replace(facts, excused=frozenset({METRIC, EVIDENCE, ACCOUNT}))
    assert (unmet(excused) == {}) == (excuse is not None)


def test_of_many_sentences_that_are_stopped_a_few_are_named_and_the_others_counted() -> None:
    facts = replace(
        COMPLETE, blocked=tuple(replace(BOAST, anchor=f"finding-service-{n}") for n in range(1, 9))
    )
    told = unmet(facts)["NO_BLOCKED_WORDS"]
    assert len(told) == MOST_SENTENCES + 1
    assert told[-1] == "“服务履约”里另有 3 处必须改。"
