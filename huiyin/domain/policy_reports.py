"""The policy of demand lists and reports: sections, period, what is required, what weighs, reasons people may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from huiyin.domain.demands import VoiceSource
from huiyin.domain.policy_metrics import MetricCode
from huiyin.domain.policy_reader import Added, Between, Code, Days, Matches, PolicyInvalid, Sentence, UniqueBy
from huiyin.domain.policy_words import Reason, Reasons
from huiyin.domain.report_parts import AccountKind
from huiyin.domain.silence import SilenceRules

RuleId = Annotated[str, Matches(r"R-[A-Z]+-\d\d", "规则的编号，如 R-VAGUE-01")]


class Holds(StrEnum):
    """What has its place in a section besides its text."""

    NOTHING = ""
    ACCOUNTS = "accounts"
    DEMANDS = "demands"
    COMMITMENTS = "commitments"


@dataclass(frozen=True)
class SectionRule:
    """One section of a report; `hint` tells the company what belongs there."""

    code: Code
    label: Sentence
    hint: Sentence
    holds: Holds = Holds.NOTHING


@dataclass(frozen=True)
class SourceWeight:
    source: VoiceSource
    weight: Annotated[int, Between(0, 100)]


@dataclass(frozen=True)
class RequiredMetrics:
    """What an estate of at least this service level reports; higher levels report all of the lower ones too."""

    from_level: Annotated[int, Between(1, 5)]
    metrics: tuple[MetricCode, ...]


@dataclass(frozen=True)
class DemandRules:
    collect_days: Days
    case_weight: Annotated[int, Between(0, 100)]
    weights: Annotated[tuple[SourceWeight, ...], UniqueBy("source")]
    set_aside: Reasons
    voices_a_day: Annotated[int, Between(1, 1000), Added(date(2026, 11, 27), "一个人一天最多提")] = 10
    """How many a person may add in one list on one day."""

    def __post_init__(self) -> None:
        missing = set(VoiceSource) - {each.source for each in self.weights}
        if missing:
            raise PolicyInvalid("weights", "缺少“%(source)s”。", source=min(missing))

    @property
    def weight_by_source(self) -> dict[VoiceSource, int]:
        return {each.source: each.weight for each in self.weights}


@dataclass(frozen=True)
class MoreWords:
    """Further terms, separated by spaces, for a group of words of the report check (docs/reference/report-check.md)."""

    group: Code
    words: Annotated[str, Matches(r"\w+(?:\s+\w+)*", "用空格分开的词，不带标点")]


@dataclass(frozen=True)
class LanguageRules:
    """What the check of report texts leaves out, adds, and from what share of doubt on it asks or stops.

    Shares are in percent; None is the share the check was trained to.
    """

    without_rules: tuple[RuleId, ...] = ()
    more_words: tuple[MoreWords, ...] = ()
    ask_from_percent: Annotated[int, Between(1, 100)] | None = None
    stop_from_percent: Annotated[int, Between(1, 100)] | None = None

    def __post_init__(self) -> None:
        groups = [each.group for each in self.more_words]
        if len(groups) != len(set(groups)):
            raise PolicyInvalid("more_words", "同一组词只能写一次。")
        ask, stop = self.ask_from_percent, self.stop_from_percent
        if ask is not None and stop is not None and stop < ask:
            raise PolicyInvalid("stop_from_percent", "不能低于提醒的界限。")


@dataclass(frozen=True)
class ReportsPolicy:
    period_months: Annotated[int, Between(1, 12)]
    sections: Annotated[tuple[SectionRule, ...], UniqueBy("code")]
    required: Annotated[tuple[RequiredMetrics, ...], UniqueBy("from_level")]
    accounts: tuple[AccountKind, ...]
    demands: DemandRules
    return_reasons: Reasons
    verdict_tolerance_percent: Annotated[
        int, Between(0, 50), Added(date(2026, 11, 27), "数据与记录相差不超过")
    ] = 5
    """Of what the records say: a number within it is supported (domain.md §3)."""
    record_longest_days: Annotated[
        int, Between(1, 366), Added(date(2026, 11, 27), "一条保养记录最多概括")
    ] = 31
    """From the first day a record sums up to its last."""
    topics_top_count: Annotated[
        int, Between(0, 50), Added(date(2026, 11, 27), "分量最重的诉求，必须回答")
    ] = 5
    """How many topics of the list, by weight, a report may not be silent about (domain.md §3)."""
    topics_household_count: Annotated[
        int, Between(1, 1000), Added(date(2026, 11, 27), "多少户提出的诉求，必须回答")
    ] = 3
    """From how many households on the same holds for any topic."""
    topics_sections: Annotated[tuple[Code, ...], Added(date(2026, 11, 27), "在哪些部分回答诉求")] = (
        "difficulties",
        "plans",
    )
    """Where a passage counts as an answer; codes of `sections`."""
    load_warning_percent: Annotated[
        int, Between(100, 1000), Added(date(2026, 11, 27), "承诺的事超过上期做到的多少就提醒")
    ] = 150
    """Of the promises kept in the period: whoever plans more is warned (domain/commitment_load.py)."""
    language: Annotated[LanguageRules, Added(date(2026, 11, 27), "报告文字不用的规则")] = LanguageRules()
    """How the texts of a report are checked (huiyin/language)."""

    @property
    def verdict_tolerance(self) -> Decimal:
        """The share `domain/claim_verdicts.verdict` takes."""
        return Decimal(self.verdict_tolerance_percent) / 100

    def check_new(self) -> None:
        """Refuse what older versions cannot have said wrongly: a topic answered in a section that is not there."""
        for code in self.topics_sections:
            if code not in {each.code for each in self.sections}:
                raise PolicyInvalid("values.topics_sections", "没有“%(section)s”这个部分。", section=code)

    @property
    def silence(self) -> SilenceRules:
        return SilenceRules(self.topics_top_count, self.topics_household_count)

    @property
    def answering_sections(self) -> tuple[SectionRule, ...]:
        """Where topics are answered, in the order of the report; a version with other sections answers in its plans."""
        named = tuple(each for each in self.sections if each.code in self.topics_sections)
        return named or (self.section_holding(Holds.COMMITMENTS),)

    def section(self, code: str) -> SectionRule:
        """Raises KeyError for a section that this version does not have."""
        for section in self.sections:
            if section.code == code:
                return section
        raise KeyError(code)

    def section_holding(self, what: Holds) -> SectionRule:
        """The first section that holds it, else the last one."""
        return next((each for each in self.sections if each.holds is what), self.sections[-1])

    def required_metrics(self, level: int | None) -> tuple[str, ...]:
        """Codes, in the order of the policy; a contract without a level is read as the lowest."""
        return tuple(
            code for each in self.required if each.from_level <= (level or 1) for code in each.metrics
        )

    def set_aside_reason(self, code: str) -> Reason:
        """Raises KeyError for a code that this version does not have."""
        return _reason(self.demands.set_aside, code)


def _reason(reasons: tuple[Reason, ...], code: str) -> Reason:
    for reason in reasons:
        if reason.code == code:
            return reason
    raise KeyError(code)
