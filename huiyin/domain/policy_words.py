"""The policies that are lists of words: public reasons, kinds and categories of matters, retention of personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from huiyin.domain.ledger_rules import CaseList, Kind
from huiyin.domain.policy_reader import AddedEntry, Code, Days, Matches, Sentence, UniqueBy


@dataclass(frozen=True)
class Reason:
    """A public reason: the sentence people read, and what they can do instead."""

    code: Code
    sentence: Sentence
    guidance: Sentence
    needs_words: bool = False
    """True where the sentence alone is not enough and own words must be added."""


Reasons = Annotated[tuple[Reason, ...], UniqueBy("code")]


@dataclass(frozen=True)
class ReasonsPolicy:
    rejection: Reasons
    pause: Reasons
    extension: Reasons
    not_solvable: Reasons
    no_evidence: Reasons
    hiding: Reasons

    def reason(self, group: str, code: str) -> Reason:
        """Raises KeyError for a code that this version does not have."""
        for reason in self.group(group):
            if reason.code == code:
                return reason
        raise KeyError(f"{group}/{code}")

    def group(self, group: str) -> tuple[Reason, ...]:
        reasons: tuple[Reason, ...] = getattr(self, group)
        return reasons


@dataclass(frozen=True)
class KindMeaning:
    code: Kind
    meaning: Sentence


@dataclass(frozen=True)
class Category:
    """What a matter is about; `is_property` says whether the property company is normally the one to act."""

    code: Code
    label: Sentence
    meaning: Sentence
    icon: Annotated[str, Matches(r"[a-z0-9-]+", "图标名")]
    suggested_list: CaseList
    is_property: bool


@dataclass(frozen=True)
class CategoriesPolicy:
    kinds: Annotated[tuple[KindMeaning, ...], UniqueBy("code")]
    categories: Annotated[tuple[Category, ...], UniqueBy("code")]

    def category(self, code: str) -> Category:
        """Raises KeyError for a code that this version does not have."""
        for category in self.categories:
            if category.code == code:
                return category
        raise KeyError(code)


@dataclass(frozen=True)
class RetentionRule:
    """How long one kind of personal data is kept after `counted_from`."""

    code: Code
    label: Sentence
    counted_from: Sentence
    keep_days: Days
    basis: Sentence


_IMPORT_FILE = RetentionRule(
    code="import_file",
    label="导入的表格和没有导入的行",
    counted_from="上传之日",
    keep_days=90,
    basis="用来改正没有导入的行，满三个月后只留导入的数目",
)


@dataclass(frozen=True)
class RetentionPolicy:
    rules: Annotated[
        tuple[RetentionRule, ...],
        UniqueBy("code"),
        AddedEntry(date(2026, 11, 23), _IMPORT_FILE),
    ]

    def keep_days(self, code: str) -> int:
        """Raises KeyError for a code that this version does not have."""
        for rule in self.rules:
            if rule.code == code:
                return rule.keep_days
        raise KeyError(code)
