"""What a finding says: the rules of data/checks/rules.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from huiyin.language.lexicons import DATA


@dataclass(frozen=True)
class Rule:
    """`words` are groups of the lexicons, the telling ones first; `bad` is found by this rule, `good` by none."""

    id: str
    label: str
    title: str
    words: tuple[str, ...]
    message: str
    advice: str
    good: str
    bad: str

    def message_about(self, written: str) -> str:
        return self.message.replace("{words}", written)


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    with (DATA / "rules.toml").open("rb") as file:
        return tuple(
            Rule(**{**table, "words": tuple(table["words"])}) for table in tomllib.load(file)["rules"]
        )


@cache
def rules_of(label: str) -> tuple[Rule, ...]:
    """The rules of a label, in order; the one numbered 90 is last and says what no other rule says."""
    return tuple(rule for rule in shipped_rules() if rule.label == label)
