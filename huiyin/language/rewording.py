"""A sentence to fill in for one that says too little: about the same matter, with a blank for every figure.

A figure without a unit and a plan without a day keep their own words. For the rest the example of the rule is offered,
but only where it speaks of what the sentence speaks of.
"""

from __future__ import annotations

import re
from functools import cache

from huiyin.language.normalise import fold
from huiyin.language.rules import Rule, shipped_rules
from huiyin.language.wordlists import patterns, word_lists
from huiyin.language.words import pairs, stop_words

BLANK = "＿"
"""Stands for what the writer has to fill in."""
A_DAY = f"{BLANK} 月 {BLANK} 日"
LEAST_SHARED = 2
"""Pairs of characters that the example and the sentence have in common: 清洗水箱 has 清洗, 水箱."""
_FILE = "checks/rewording.toml"
_EXAMPLE = re.compile(r"例如：(?P<sentence>[^。]+)")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WITHOUT_UNIT, _NO_DAY = "R-NUM-01", "R-PLAN-01"


def pattern_for(rule_id: str, clause: str, said: str) -> str:
    """What may stand in place of the clause, in which `said` is marked; empty where nothing fits."""
    rule = next((each for each in shipped_rules() if each.id == rule_id), None)
    if rule is None:
        return ""
    if rule.id == _WITHOUT_UNIT:
        return clause.replace(said, f"{said} {BLANK}", 1) if said and said in clause else ""
    if rule.id == _NO_DAY:
        return _with_a_day(clause)
    examples = _examples_of(rule)
    if rule.fits_any_matter:
        return examples[-1]
    shared, best = max((len(_matter(each) & _matter(clause)), each) for each in examples)
    return best if shared >= LEAST_SHARED else ""


def _with_a_day(clause: str) -> str:
    """尽快解决漏水问题 → ＿ 月 ＿ 日前解决漏水问题，由 ＿ 负责."""
    folded = fold(clause)
    unclear = patterns(_FILE)["no_day"].search(folded.text)
    if unclear is None:
        return ""
    start, end = folded.span(*unclear.span())
    before, after = clause[:start].rstrip("在于 "), clause[end:].lstrip("在于 ")
    owner = "" if patterns(_FILE)["owner"].search(clause) else f"，由 {BLANK} 负责"
    day = f"{before}在 {A_DAY}前" if before else f"{A_DAY}前"
    return f"{day}{after}{owner}" if after else ""


@cache
def _examples_of(rule: Rule) -> tuple[str, ...]:
    """That of the advice and the good one of the rule, without their figures and the period of their report."""
    example = _EXAMPLE.search(rule.advice)
    sentences = [rule.good.rstrip("。"), *([example["sentence"]] if example else [])]
    dated = (patterns(_FILE)["period"].sub(f"{A_DAY}至 {A_DAY}", each) for each in sentences)
    return tuple(_FIGURES.sub(BLANK, each) for each in dated)


def _matter(text: str) -> set[str]:
    """Pairs of neighbouring characters that say what a text is about."""
    plain = word_lists(_FILE)["plain"].terms
    runs = _HAN.findall(re.sub("|".join(plain), " ", text))
    return {each for run in runs for each in pairs(run)} - stop_words()
