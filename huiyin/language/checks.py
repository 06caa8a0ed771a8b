"""The report check: which sentences are vague, boastful, wishful or evasive, and which figures say too little.

Three bands: below `ask` a sentence is accepted, from `ask` on the writer is asked (a warning), from `block` on it is
stopped (an error). Headings, titles of laws, names and a resident's quoted words are not held against the writer.
Where the labelling sees nothing, a turn of phrase that never says anything (`always` of a rule) is asked about, unless
a figure or a day stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from huiyin.language import figures, labelling, lexicons
from huiyin.language.enclosed import Ranges
from huiyin.language.features import Features, features_of_all
from huiyin.language.labelling import Judgement, may_block
from huiyin.language.lexicons import Hit, Lexicons
from huiyin.language.reading import Reading, Statement, read
from huiyin.language.rules import Rule, rules_of, rules_pointing_at, rules_with_turns
from huiyin.language.sentences import Kind
from huiyin.language.units import BareNumber, Quantity


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True)
class Finding:
    """What is amiss at text[start:end]; `advice` shows a better sentence."""

    rule_id: str
    label: str
    start: int
    end: int
    severity: Severity
    message: str
    advice: str


@dataclass(frozen=True)
class Sentence:
    """One statement at text[start:end]; `confidence` is the share of its label, between 0 and 1."""

    start: int
    end: int
    label: str
    confidence: float


@dataclass(frozen=True)
class CheckPolicy:
    """What an owner of the policy may change. `ask` and `block` of None are those the labelling was trained to."""

    ask: float | None = None
    block: float | None = None
    without_rules: frozenset[str] = frozenset()
    more_words: Mapping[str, str] = field(default_factory=dict)
    """Group of the lexicons → further terms, separated by spaces."""


SHORTEST_CELL = 12
"""Characters of a cell of a table that is read as a statement."""
MOST_PLACES = 3
"""Words of one statement that are pointed at."""
_AS_SHIPPED = CheckPolicy()
_DONE = re.compile(r"了(?!解)|已经?")
_HAN = re.compile(r"[\u3400-\u9fff]")
_BREAK = re.compile(r"[,，;；:：。!！?？]")
_TO_THE_LAST_BREAK = re.compile(r".*[,，;；:：。!！?？]", re.DOTALL)
_CLAUSE = re.compile(r"[^,，;；:：。!！?？]+")
WIDEST_BEFORE, WIDEST_AFTER = 12, 18
"""Characters of the clause that are marked before and after the words."""


def check(text: str, *, policy: CheckPolicy | None = None) -> list[Finding]:
    """Findings in the order of the text. Never raises for any text; linear in its length."""
    chosen = policy or _AS_SHIPPED
    reading = read(text, _lexicons_of(chosen))
    ask, _ = _thresholds(chosen)
    findings: list[Finding] = []
    for statement, features, judgement in _judged(reading):
        if judgement.needs_work >= ask:
            findings += _needs_work(reading, statement, features, judgement, chosen)
        elif ask <= 1:
            findings += _turns_of_phrase(reading, statement, chosen)
    findings += _figures(reading, chosen)
    return sorted(findings, key=lambda found: (found.start, found.end, found.rule_id))


def label_sentences(text: str, *, policy: CheckPolicy | None = None) -> list[Sentence]:
    """Every statement with its label; headings and short cells are neutral."""
    chosen = policy or _AS_SHIPPED
    reading = read(text, _lexicons_of(chosen))
    ask, _ = _thresholds(chosen)
    judgements = {statement.part.start: judgement for statement, _, judgement in _judged(reading)}
    labelled = []
    for part in (statement.part for statement in reading.statements):
        label, share = "neutral", 1.0
        judgement = judgements.get(part.start)
        if judgement is not None:
            label, share = judgement.best_of(needs_work=judgement.needs_work >= ask)
        labelled.append(Sentence(*reading.span(part.start, part.end), label, round(share, 4)))
    return labelled


def _lexicons_of(policy: CheckPolicy) -> Lexicons:
    return (
        _lexicons_with(tuple(sorted(policy.more_words.items()))) if policy.more_words else lexicons.shipped()
    )


@lru_cache(maxsize=8)
def _lexicons_with(more: tuple[tuple[str, str], ...]) -> Lexicons:
    return Lexicons(lexicons.with_more(lexicons.shipped_groups(), dict(more)))


def _thresholds(policy: CheckPolicy) -> tuple[float, float]:
    model = labelling.shipped()
    return (
        model.ask if policy.ask is None else policy.ask,
        model.block if policy.block is None else policy.block,
    )


def _judged(reading: Reading) -> Iterator[tuple[Statement, Features, Judgement]]:
    """The statements with what was seen of each and its judgement, without headings and short cells."""
    statements = [each for each in reading.statements if _is_a_statement(each)]
    features = features_of_all(statements)
    return zip(statements, features, labelling.shipped().judge_all(features), strict=True)


def _is_a_statement(statement: Statement) -> bool:
    if statement.part.kind in (Kind.HEADING, Kind.QUOTE) or not _HAN.search(statement.text):
        return False
    return statement.part.kind is not Kind.CELL or len(statement.text) >= SHORTEST_CELL


def _needs_work(
    reading: Reading, statement: Statement, features: Features, judgement: Judgement, policy: CheckPolicy
) -> Iterator[Finding]:
    """The first finding carries the band; further words of the same statement are pointed at as hints."""
    _, block = _thresholds(policy)
    label, _ = judgement.best_of(needs_work=True)
    is_sure = judgement.needs_work >= block and may_block(features, judgement)
    severity = Severity.ERROR if is_sure else Severity.WARNING
    for rule, start, end in rules_and_places(statement, label, policy.without_rules):
        clause = clause_around(statement, start, end)
        message = _message(rule, statement, start, end)
        yield Finding(rule.id, rule.label, *reading.span(*clause), severity, message, rule.advice)
        severity = Severity.HINT


def _message(rule: Rule, statement: Statement, start: int, end: int) -> str:
    """Says of no figure or plan that stands there that it is missing, or of what was done that it is a plan."""
    ahead = any(
        hit.group == "future" and not statement.text.startswith(",", hit.end - statement.part.start)
        for hit in statement.hits  # 换成声控以后, tells of the past
    )
    return rule.message_about(
        statement.written(start, end),
        has_figures=bool(statement.quantities or statement.bare_numbers) or figures.has_time(statement),
        is_done=not ahead and _DONE.search(statement.text) is not None,
    )


def _turns_of_phrase(reading: Reading, statement: Statement, policy: CheckPolicy) -> Iterator[Finding]:
    """The first of those that say nothing whoever says them."""
    if statement.quantities or statement.bare_numbers or figures.has_time(statement):
        return
    aside = Ranges(statement.titles, statement.quotes)
    for rule in rules_with_turns():
        said = None if rule.id in policy.without_rules else rule.turns.search(statement.text)
        if said is None or aside.holds(statement.part.start + said.start()):
            continue
        start, end = (statement.part.start + at for at in said.span())
        clause = clause_around(statement, start, end)
        message = rule.message_about(statement.written(start, end))
        yield Finding(rule.id, rule.label, *reading.span(*clause), Severity.WARNING, message, rule.advice)
        return


def clause_around(statement: Statement, start: int, end: int) -> tuple[int, int]:
    """What is marked: the clause in which the words stand, cut where it is long."""
    text, offset = statement.text, statement.part.start
    before = _TO_THE_LAST_BREAK.match(text, 0, start - offset)
    following = _BREAK.search(text, end - offset)
    first, last = before.end() if before else 0, following.start() if following else len(text)
    return max(offset + first, start - WIDEST_BEFORE), min(offset + last, end + WIDEST_AFTER)


def rules_and_places(
    statement: Statement, label: str, without: Collection[str] = ()
) -> list[tuple[Rule, int, int]]:
    """Rules of the label whose words stand there, with the telling word of each, in the order of the rules.

    Where none stands there, the last rule of the label and the last clause that says something.
    """
    first_of: dict[str, Hit] = {}
    for hit in statement.hits:
        first_of.setdefault(hit.group, hit)
    found: list[tuple[Rule, int, int]] = []
    for rule, group in rules_pointing_at(label, first_of):
        if rule.id in without or (found and _is_last_resort(rule)):
            continue
        told = first_of[group]
        if all(told.end <= start or end <= told.start for _, start, end in found):
            found.append((rule, told.start, told.end))
    if 0 < len(found) < MOST_PLACES:
        found += _said_again(statement, found)
    if found:
        return found[:MOST_PLACES]
    last = rules_of(label)[-1]
    return [] if last.id in without else [(last, *_last_clause(statement))]


def _said_again(
    statement: Statement, found: Collection[tuple[Rule, int, int]]
) -> list[tuple[Rule, int, int]]:
    """The last words of a rule that was found, if they stand in a clause that is not pointed at yet."""
    rule_of = {group: rule for rule, _, _ in reversed([*found]) for group in rule.words}
    places = {start for _, start, _ in found}
    again = [hit for hit in statement.hits if hit.group in rule_of and hit.start not in places]
    if not again:
        return []
    clauses = [clause_around(statement, start, end) for _, start, end in found]
    for hit in reversed(again):
        if all(hit.end <= start or end <= hit.start for start, end in clauses):
            return [(rule_of[hit.group], hit.start, hit.end)]
    return []


def _is_last_resort(rule: Rule) -> bool:
    return rule.id.endswith("-90")


def _last_clause(statement: Statement) -> tuple[int, int]:
    clauses = [match.span() for match in _CLAUSE.finditer(statement.text)]
    start, end = max(
        clauses, key=lambda span: (span[1] - span[0] > 3, span[0]), default=(0, len(statement.text))
    )
    return statement.part.start + start, statement.part.start + end


def _figures(reading: Reading, policy: CheckPolicy) -> Iterator[Finding]:
    unit_rule, period_rule = rules_of("number_without_unit")[0], rules_of("number_without_period")[0]
    asks_unit = unit_rule.id not in policy.without_rules
    asks_period = period_rule.id not in policy.without_rules
    period_said = False
    for statement in reading.statements:
        if statement.part.kind is Kind.HEADING:
            period_said = period_said or figures.says_the_period(statement.text)
            continue
        if statement.part.kind in (Kind.CELL, Kind.QUOTE):
            continue
        if asks_unit:
            for bare in figures.without_unit(statement):
                yield _figure(reading, statement, unit_rule, Severity.WARNING, bare)
        if period_said:
            continue
        if figures.has_time(statement):
            period_said = figures.says_the_period(statement.text)
        elif asks_period:
            counted = figures.counted_in_no_period(statement)
            if counted:
                yield _figure(reading, statement, period_rule, Severity.HINT, counted)


def _figure(
    reading: Reading, statement: Statement, rule: Rule, severity: Severity, figure: BareNumber | Quantity
) -> Finding:
    message = rule.message_about(statement.written(figure.start, figure.end))
    return Finding(
        rule.id, rule.label, *reading.span(figure.start, figure.end), severity, message, rule.advice
    )
