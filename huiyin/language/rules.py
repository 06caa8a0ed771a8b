"""What a finding says: the rules of data/checks/rules.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from huiyin.language.lexicons import DATA


@dataclass(frozen=True)
class Rule:
    """`words` are groups of the lexicons, the telling ones first; `bad` is found by this rule, `good` by none.

    `beside_figures` is said where a figure or a day stands in the statement, `when_done` where it tells of the past:
    there the message would be untrue. `always` are turns of phrase asked about even where the labelling sees nothing.
    The example of a rule that `fits_any_matter` may stand for any sentence: whoever praises can be asked.
    """

    id: str
    label: str
    title: str
    words: tuple[str, ...]
    message: str
    advice: str
    good: str
    bad: str
    beside_figures: str = ""
    when_done: str = ""
    always: tuple[str, ...] = ()
    fits_any_matter: bool = False

    def message_about(self, written: str, *, has_figures: bool = False, is_done: bool = False) -> str:
        message = (is_done and self.when_done) or (has_figures and self.beside_figures) or self.message
        return message.replace("{words}", written)

    @cached_property
    def turns(self) -> re.Pattern[str]:
        return re.compile("|".join(self.always))


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    with (DATA / "rules.toml").open("rb") as file:
        return tuple(
            Rule(**{**table, "words": tuple(table["words"]), "always": tuple(table.get("always", ()))})
            for table in tomllib.load(file)["rules"]
        )


@cache
def rules_with_turns() -> tuple[Rule, ...]:
    """Those that ask about a turn of phrase wherever it stands."""
    return tuple(rule for rule in shipped_rules() if rule.always)


@cache
def rules_of(label: str) -> tuple[Rule, ...]:
    """The rules of a label, in order; the one numbered 90 is last and says what no other rule says."""
    return tuple(rule for rule in shipped_rules() if rule.label == label)


def rules_pointing_at(label: str, groups: Iterable[str]) -> list[tuple[Rule, str]]:
    """The rules of a label that point at one of the groups, in order, each with the most telling group of these."""
    rules, pointing = rules_of(label), _pointing(label)
    best: dict[int, int] = {}
    for group in groups:
        for rule_at, word_at in pointing.get(group, ()):
            best[rule_at] = min(word_at, best.get(rule_at, word_at))
    return [(rules[rule_at], rules[rule_at].words[word_at]) for rule_at, word_at in sorted(best.items())]


@cache
def _pointing(label: str) -> Mapping[str, Sequence[tuple[int, int]]]:
    """Group → places of the rules that have it among their words, and its place among these."""
    found: dict[str, list[tuple[int, int]]] = {}
    for rule_at, rule in enumerate(rules_of(label)):
        for word_at, group in enumerate(rule.words):
            found.setdefault(group, []).append((rule_at, word_at))
    return found
