"""The policy of the hotline: what categories mean here, small samples, what is hot, what becomes a case by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from huiyin.domain.policy_reader import Added, Between, Code, Count, Days, PolicyInvalid, Sentence, UniqueBy
from huiyin.domain.shrinking import Shrinking
from huiyin.domain.topic_heat import HeatWeights

LONGEST_CODE = 20
"""Of a rule: a case keeps by which it was made."""


@dataclass(frozen=True)
class ComplaintCategory:
    """One of the categories complaints are sorted into; `label` is the name the classifier gives.

    `practice` is the larger class the district's hotline staff speak of, `ledger_category` that of the ledger.
    """

    code: Code
    label: Sentence
    practice: Sentence
    ledger_category: Code
    meaning: Sentence


@dataclass(frozen=True)
class SmallSamples:
    """How much weight the value of all groups has in one, and below how many a group is shown without a place."""

    call_backs_weight: Count
    call_backs_least: Count
    households_weight: Count
    households_least: Count

    @property
    def of_shares(self) -> Shrinking:
        return Shrinking(weight=self.call_backs_weight, least=self.call_backs_least)

    @property
    def per_thousand(self) -> Shrinking:
        """Of counts for each 1,000 households."""
        return Shrinking(weight=self.households_weight / 1_000, least=self.households_least / 1_000)


@dataclass(frozen=True)
class HeatParts:
    """What each part of heat counts (domain/topic_heat.py)."""

    volume: Count
    spread: Count
    recency: Count
    urgency: Count
    negative: Count
    many: Count
    half_life_in_days: Days

    @property
    def weights(self) -> HeatWeights:
        return HeatWeights(**vars(self))


@dataclass(frozen=True)
class CaseRule:
    """Complaints of an estate that become cases by themselves: a category and a word of urgency both fit."""

    code: Code
    label: Sentence
    categories: tuple[Code, ...]
    urgencies: tuple[Sentence, ...]
    within_days: Days
    """Received no longer ago: a year of old complaints is no work list."""
    only_property: Annotated[bool, Added(date(2026, 11, 28), "紧急的只限物业类")] = True
    """False: somebody in the lift is meant too where the machine takes the words for no matter of property service."""

    @property
    def within(self) -> timedelta:
        return timedelta(days=self.within_days)


@dataclass(frozen=True)
class UrgentWord:
    """What a word of urgency in the file means for the limit of the case a complaint becomes."""

    word: Sentence
    urgent_class: Code
    """Of the policy of time limits."""
    label: Sentence
    """What that policy calls it."""


@dataclass(frozen=True)
class NthRule:
    """The `nth` property complaint of one of these categories at an estate within `days` becomes a case by itself.

    Then counting begins anew. The same caller once more is not counted.
    """

    code: Code
    label: Sentence
    categories: tuple[Code, ...]
    nth: Annotated[int, Between(2, 1000)]
    days: Days
    within_days: Days

    @property
    def within(self) -> timedelta:
        return timedelta(days=self.within_days)


@dataclass(frozen=True)
class RecurrenceRule:
    """A property complaint of one of these categories that comes again after it was closed becomes a case by itself."""

    code: Code
    label: Sentence
    categories: tuple[Code, ...]
    within_days: Days

    @property
    def within(self) -> timedelta:
        return timedelta(days=self.within_days)


@dataclass(frozen=True)
class HotlinePolicy:
    small_samples: SmallSamples
    heat: HeatParts
    case_rules: tuple[CaseRule, ...]
    categories: Annotated[tuple[ComplaintCategory, ...], UniqueBy("code")]
    nth_rules: Annotated[tuple[NthRule, ...], Added(date(2026, 11, 28), "同一小区同类诉求到第几件")] = ()
    recurrence_rules: Annotated[tuple[RecurrenceRule, ...], Added(date(2026, 11, 28), "办结后又反映")] = ()
    urgent_words: Annotated[
        tuple[UrgentWord, ...], Added(date(2026, 11, 28), "工单上的紧急程度对应的时限")
    ] = ()

    def check_new(self) -> None:
        """Refuse what no new version may say: a code or a word twice, a code longer than a case remembers it by."""
        rules = [
            *((f"values.case_rules[{at}].code", rule.code) for at, rule in enumerate(self.case_rules)),
            *((f"values.nth_rules[{at}].code", rule.code) for at, rule in enumerate(self.nth_rules)),
            *(
                (f"values.recurrence_rules[{at}].code", rule.code)
                for at, rule in enumerate(self.recurrence_rules)
            ),
        ]
        words = [(f"values.urgent_words[{at}].word", each.word) for at, each in enumerate(self.urgent_words)]
        for keys in (rules, words):
            seen: set[str] = set()
            for key, value in keys:
                if value in seen:
                    raise PolicyInvalid(key, "“%(value)s”出现了两次。", value=value)
                seen.add(value)
        for key, code in rules:
            if len(code) > LONGEST_CODE:
                raise PolicyInvalid(
                    key, "最长 %(most)s 个字符，现在是“%(value)s”。", most=LONGEST_CODE, value=code
                )

    def urgent_class_of(self, word: str) -> str:
        """The urgent class of time limits that a word of the file stands for; "" where it stands for none."""
        return next((each.urgent_class for each in self.urgent_words if each.word == word.strip()), "")

    def category(self, label: str) -> ComplaintCategory:
        """By the name the classifier gives; raises KeyError for one this version does not have."""
        for category in self.categories:
            if category.label == label:
                return category
        raise KeyError(label)

    def labels_of(self, rule: CaseRule | NthRule | RecurrenceRule) -> tuple[str, ...]:
        """The categories of a rule by their names; a code without a category names none."""
        return tuple(each.label for each in self.categories if each.code in rule.categories)
