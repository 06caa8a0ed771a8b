"""Verdicts: a number of a report held against what the system knows (domain.md §3). First rule that applies decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from huiyin.domain.facts import Fact, Lack, Missing, same_unit
from huiyin.domain.metric_frequencies import Period


class Verdict(StrEnum):
    SUPPORTED = "supported"
    DEVIATES = "deviates"
    UNCHECKABLE = "uncheckable"


VERDICT_LABELS: dict[Verdict, str] = {
    Verdict.SUPPORTED: "与记录相符",
    Verdict.DEVIATES: "与记录不符",
    Verdict.UNCHECKABLE: "无法核对",
}


@dataclass(frozen=True)
class ClaimedNumber:
    """What a report says: a value of a metric, its unit, and the days it is about."""

    metric: str
    value: Decimal
    unit: str
    period: Period | None


@dataclass(frozen=True)
class Judgement:
    """A verdict with both numbers; `counted` is None where nothing was counted, `missing` says which data is."""

    verdict: Verdict
    claimed: Decimal
    counted: Decimal | None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Compared:
    """A claim with the fact of its metric; `fact` is None where the system has none."""

    claim: ClaimedNumber
    fact: Fact | None
    tolerance: Decimal


@dataclass(frozen=True)
class Rule:
    code: str
    says: str
    verdict: Verdict
    applies: Callable[[Compared], bool] = field(repr=False)
    missing: Callable[[Compared], tuple[Missing, ...]] = field(default=lambda _: (), repr=False)


def is_within(claimed: Decimal, counted: Decimal, tolerance: Decimal) -> bool:
    """|claim − fact| ÷ fact ≤ tolerance; with a fact of 0 only 0 is right."""
    return abs(claimed - counted) <= tolerance * abs(counted)


def _lacks(what: Lack) -> Callable[[Compared], tuple[Missing, ...]]:
    return lambda _: (Missing(what),)


def _missing_of_fact(it: Compared) -> tuple[Missing, ...]:
    return it.fact.missing if it.fact else ()


def _agrees(it: Compared) -> bool:
    return it.fact is not None and is_within(it.claim.value, it.fact.value, it.tolerance)


def _may_be_more(it: Compared) -> bool:
    """Records can only add to what is counted: a claim above it may be right, a claim below it cannot."""
    return it.fact is not None and bool(it.fact.missing) and it.claim.value > it.fact.value


def _other_unit(it: Compared) -> bool:
    return it.fact is not None and not same_unit(it.claim.unit, it.fact.unit)


def _other_period(it: Compared) -> bool:
    return it.fact is not None and it.claim.period != it.fact.period


RULES: tuple[Rule, ...] = (
    Rule(
        "NO_METRIC",
        "不是指标目录里的数字，没有可以对照的记录。",
        Verdict.UNCHECKABLE,
        lambda it: not it.claim.metric,
        _lacks(Lack.METRIC),
    ),
    Rule(
        "NO_PERIOD",
        "没有写起止日期。",
        Verdict.UNCHECKABLE,
        lambda it: it.claim.period is None,
        _lacks(Lack.PERIOD),
    ),
    Rule(
        "NO_FACT",
        "系统里没有这段时间的记录。",
        Verdict.UNCHECKABLE,
        lambda it: it.fact is None,
        _lacks(Lack.FACT),
    ),
    Rule("OTHER_UNIT", "记录用的是另一个单位。", Verdict.UNCHECKABLE, _other_unit, _lacks(Lack.UNIT)),
    Rule(
        "OTHER_PERIOD",
        "记录的起止日期和这里写的不同。",
        Verdict.UNCHECKABLE,
        _other_period,
        _lacks(Lack.OTHER_PERIOD),
    ),
    Rule("WITHIN", "与记录相差不超过规定的幅度。", Verdict.SUPPORTED, _agrees, _missing_of_fact),
    Rule(
        "RECORDS_MISSING",
        "比已有的记录多，而记录还不全。",
        Verdict.UNCHECKABLE,
        _may_be_more,
        _missing_of_fact,
    ),
    Rule(
        "OUTSIDE",
        "与记录相差超过规定的幅度。",
        Verdict.DEVIATES,
        lambda it: it.fact is not None,
        _missing_of_fact,
    ),
)


def rule_for(claim: ClaimedNumber, fact: Fact | None, tolerance: Decimal) -> Rule:
    it = Compared(claim, fact, tolerance)
    return next(rule for rule in RULES if rule.applies(it))


def verdict(claim: ClaimedNumber, fact: Fact | None, tolerance: Decimal) -> Judgement:
    """`tolerance` is a share: 0.05 for five in a hundred (policies/reports: `verdict_tolerance`)."""
    rule = rule_for(claim, fact, tolerance)
    missing = rule.missing(Compared(claim, fact, tolerance))
    return Judgement(rule.verdict, claim.value, fact.value if fact else None, missing)


SHORTEST_EXPLANATION = 8
"""Characters of what a company says of a number that deviates; spaces do not count."""


def explains(words: str) -> bool:
    """Whether the words are long enough to say why a number deviates: “无” or “已核实” says nothing."""
    return len("".join(words.split())) >= SHORTEST_EXPLANATION


def missing_words(missing: Missing) -> str:
    """Which data is missing, for the public page, without a full stop."""
    if missing.what is Lack.MONTHS:
        months = "、".join(f"{each.year} 年 {each.month} 月" for each in missing.months)
        return f"{months}没有记录"
    if missing.what is Lack.ACROSS:
        return f"有 {missing.count} 条记录跨到这段时间以外，没有算"
    return _LACK_WORDS[missing.what]


def missing_briefly(missing: tuple[Missing, ...]) -> str:
    """The same in the middle of a sentence: 缺 3月的记录. Empty where there is nothing to look for: no metric."""
    first = missing[0] if missing else None
    if first is None or first.what is Lack.MONTHS:
        months = first.months if first else ()
        if len(months) > _MOST_MONTHS_NAMED:
            return f"缺 {len(months)} 个月的记录"
        return f"缺 {'、'.join(f'{each.month}月' for each in months)}的记录" if months else ""
    if first.what is Lack.ACROSS:
        return f"有 {first.count} 条记录跨期"
    return _BRIEFLY[first.what]


_MOST_MONTHS_NAMED = 2
_BRIEFLY: dict[Lack, str] = {
    Lack.METRIC: "",
    Lack.PERIOD: "没有起止日期",
    Lack.FACT: "没有记录",
    Lack.UNIT: "记录的单位不同",
    Lack.OTHER_PERIOD: "记录的日期不同",
}
_LACK_WORDS: dict[Lack, str] = {
    Lack.METRIC: "不是指标目录里的数字，没有可以对照的记录",
    Lack.PERIOD: "没有写起止日期",
    Lack.FACT: "系统里没有这段时间的记录",
    Lack.UNIT: "记录用的是另一个单位",
    Lack.OTHER_PERIOD: "记录的起止日期和这里写的不同",
}


def table() -> str:
    """The rules in their order, for the reference."""
    rows = "\n".join(f"| `{rule.code}` | {rule.says} | `{rule.verdict}` |" for rule in RULES)
    return f"| Rule | 中文 | Verdict |\n|---|---|---|\n{rows}\n"
