"""The report check: which sentences are vague, boastful, wishful or evasive, and which figures say too little.

Three bands: below `ask` a sentence is accepted, from `ask` on the writer is asked (a warning), from `block` on it is
stopped (an error). Headings, titles of laws, names and a resident's quoted words are not held against the writer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from huiyin.language import labelling, lexicons
from huiyin.language.dates import TimeKind
from huiyin.language.features import features_of
from huiyin.language.labelling import Judgement, may_block
from huiyin.language.lexicons import Hit, Lexicons
from huiyin.language.reading import Reading, Statement, read
from huiyin.language.rules import Rule, rules_of
from huiyin.language.sentences import Kind
from huiyin.language.units import BareNumber, Dimension, Quantity


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
_HAN = re.compile(r"[\u3400-\u9fff]")
_BREAK = re.compile(r"[,，;；:：。!！?？]")
_CLAUSE = re.compile(r"[^,，;；:：。!！?？]+")
WIDEST_BEFORE, WIDEST_AFTER = 12, 18
"""Characters of the clause that are marked before and after the words."""


def check(text: str, *, policy: CheckPolicy | None = None) -> list[Finding]:
    """Findings in the order of the text. Never raises for any text; linear in its length."""
    chosen = policy or _AS_SHIPPED
    reading = read(text, _lexicons_of(chosen))
    findings: list[Finding] = []
    for statement, judgement, stoppable in _judged(reading):
        if judgement is not None:
            findings += _needs_work(reading, statement, judgement, chosen, stoppable=stoppable)
    findings += _figures(reading, chosen)
    return sorted(findings, key=lambda found: (found.start, found.end, found.rule_id))


def label_sentences(text: str, *, policy: CheckPolicy | None = None) -> list[Sentence]:
    """Every statement with its label; headings and short cells are neutral."""
    chosen = policy or _AS_SHIPPED
    reading = read(text, _lexicons_of(chosen))
    ask, _ = _thresholds(chosen)
    labelled = []
    for statement, judgement, _ in _judged(reading):
        start, end = reading.span(statement.part.start, statement.part.end)
        if judgement is None:
            labelled.append(Sentence(start, end, "neutral", 1.0))
        else:
            label, share = judgement.best_of(needs_work=judgement.needs_work >= ask)
            labelled.append(Sentence(start, end, label, round(share, 4)))
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


def _judged(reading: Reading) -> Iterator[tuple[Statement, Judgement | None, bool]]:
    """Each statement with its judgement, None for a heading or a short cell, and whether it may be blocked."""
    model = labelling.shipped()
    for statement in reading.statements:
        if _is_a_statement(statement):
            features = features_of(statement)
            judgement = model.judge(features)
            yield statement, judgement, may_block(features, judgement)
        else:
            yield statement, None, False


def _is_a_statement(statement: Statement) -> bool:
    if statement.part.kind is Kind.HEADING or not _HAN.search(statement.text):
        return False
    return statement.part.kind is not Kind.CELL or len(statement.text) >= SHORTEST_CELL


def _needs_work(
    reading: Reading, statement: Statement, judgement: Judgement, policy: CheckPolicy, *, stoppable: bool
) -> Iterator[Finding]:
    """The first finding carries the band; further words of the same statement are pointed at as hints."""
    ask, block = _thresholds(policy)
    if judgement.needs_work < ask:
        return
    label, _ = judgement.best_of(needs_work=True)
    severity = Severity.ERROR if stoppable and judgement.needs_work >= block else Severity.WARNING
    for rule, start, end in rules_and_places(statement, label, policy.without_rules):
        clause = clause_around(statement, start, end)
        message = rule.message_about(statement.written(start, end))
        yield Finding(rule.id, rule.label, *reading.span(*clause), severity, message, rule.advice)
        severity = Severity.HINT


def clause_around(statement: Statement, start: int, end: int) -> tuple[int, int]:
    """What is marked: the clause in which the words stand, cut where it is long."""
    text, offset = statement.text, statement.part.start
    first = max((match.end() for match in _BREAK.finditer(text, 0, start - offset)), default=0)
    following = _BREAK.search(text, end - offset)
    last = following.start() if following else len(text)
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
    for rule in rules_of(label):
        told = next((first_of[group] for group in rule.words if group in first_of), None)
        if told is None or rule.id in without or (found and _is_last_resort(rule)):
            continue
        if all(told.end <= start or end <= told.start for _, start, end in found):
            found.append((rule, told.start, told.end))
    if found:
        return found[:MOST_PLACES]
    last = rules_of(label)[-1]
    return [] if last.id in without else [(last, *_last_clause(statement))]


def _is_last_resort(rule: Rule) -> bool:
    return rule.id.endswith("-90")


def _last_clause(statement: Statement) -> tuple[int, int]:
    clauses = [match.span() for match in _CLAUSE.finditer(statement.text)]
    start, end = max(
        clauses, key=lambda span: (span[1] - span[0] > 3, span[0]), default=(0, len(statement.text))
    )
    return statement.part.start + start, statement.part.start + end


# A figure that counts nothing: numbers of documents, houses, telephones, clocks, versions, lists, models of devices.
_NO_COUNT_BEFORE = re.compile(
    r"(?:第|No\.?|№|编号|号码|电话|热线|拨打|致电|[文法政发办函字]〔|账号|代码|邮编|型号|附件|图|表|QQ|微信号?|[A-Za-z#-]|[\d.:/×~+]|[(\[【])\s*$"
)
_NO_COUNT_AFTER = re.compile(
    r"\s*(?:[号#栋幢楼层室门:./×~\-—–+]|[A-Za-z]|[)\]】]|[时点分]|[至到]\d|和\d|、\d|以[上下内]|[年月日])"
)
_CLAIMS = re.compile(
    r"(?:共|总|合计|累计|完成|维保|巡查|巡检|清运|处理|办结|受理|接到|更换|维修|检修|清洗|培训|演练|召开|组织|发放|收回|回访|新增|增加|减少|达|为|有)(?:[\u4e00-\u9fff]{0,4})\s*$"
)
_COUNTED = re.compile(
    r"(?:共|累计|合计|完成|办结|受理|接待|处理|更换|维修|检修|清洗|清运|开展|组织|召开|发放|收回|回访|巡查|巡检|维保|处置)"
)
_PERIOD_SAID = re.compile(r"(?:本期|上半年|下半年|全年|半年|年度|季度|\d{4}\s*年|\d{1,2}\s*月|期间|截[至止])")


def _figures(reading: Reading, policy: CheckPolicy) -> Iterator[Finding]:
    period_said = False
    for statement in reading.statements:
        if statement.part.kind is Kind.HEADING:
            period_said = period_said or bool(_PERIOD_SAID.search(statement.text))
            continue
        if statement.part.kind is Kind.CELL:
            continue
        has_time = any(time.kind is not TimeKind.DURATION for time in statement.times)
        unit_rule, period_rule = rules_of("number_without_unit")[0], rules_of("number_without_period")[0]
        if unit_rule.id not in policy.without_rules:
            for bare in statement.bare_numbers:
                if _counts_something(statement, bare.start, bare.end):
                    yield _figure(reading, statement, unit_rule, Severity.WARNING, bare)
        if period_rule.id not in policy.without_rules and not (period_said or has_time):
            counted = next(
                (
                    each
                    for each in statement.quantities
                    if each.dimension is Dimension.COUNT
                    and _COUNTED.search(statement.text, 0, each.start - statement.part.start)
                    and not any(group.group in ("future", "law", "condition") for group in statement.hits)
                ),
                None,
            )
            if counted:
                yield _figure(reading, statement, period_rule, Severity.HINT, counted)
        period_said = period_said or bool(has_time and _PERIOD_SAID.search(statement.text))


def _figure(
    reading: Reading, statement: Statement, rule: Rule, severity: Severity, figure: BareNumber | Quantity
) -> Finding:
    message = rule.message_about(statement.written(figure.start, figure.end))
    return Finding(
        rule.id, rule.label, *reading.span(figure.start, figure.end), severity, message, rule.advice
    )


def _counts_something(statement: Statement, start: int, end: int) -> bool:
    text, at = statement.text, start - statement.part.start
    to = end - statement.part.start
    if any(title_start <= start < title_end for title_start, title_end in statement.titles):
        return False
    if _NO_COUNT_BEFORE.search(text, max(0, at - 8), at) or _NO_COUNT_AFTER.match(text, to):
        return False
    return to - at <= 6 and _CLAIMS.search(text, max(0, at - 8), at) is not None
