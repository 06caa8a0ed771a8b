"""How well claims and answers are found, on the sets written by hand: `python -m bench text_quality_told`.

The sets (tests/language/told) were written by the one who wrote the rules. Each but the sealed ones was used, after a
first trial, to better the rules; what it gave when it was first tried stands in
docs/explanation/replies-claims-answers.md. The sealed ones were not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from huiyin.language import find_answers, find_claims
from tests.language import told_answers, told_claims

AIM = 0.9
CLAIM_SETS = ("", "_fresh", "_last", "_sealed")
ANSWER_SETS = ("", "_fresh", "_last", "_later", "_colloquial", "_sealed")


def claims_f1(sentences: Sequence[told_claims.Sentence]) -> float:
    """Metric, value, unit and period all right."""
    right = named = 0
    for sentence in sentences:
        found = find_claims(sentence.text, told_claims.metrics(), report=told_claims.REPORT)
        said, wanted = Counter(map(told_claims.as_told, found)), Counter(sentence.claims)
        right += sum((said & wanted).values())
        named += sum(said.values()) + sum(wanted.values())
    return 2 * right / named


def answers_accuracy(pairs: Sequence[told_answers.Pair]) -> float:
    """Answered or avoided."""
    told = [find_answers([pair.topic], {"problems": pair.text})[0].answered for pair in pairs]
    return sum(said is pair.answered for said, pair in zip(told, pairs, strict=True)) / len(pairs)


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; 0 if the sets the aims are for reach them."""
    for name in CLAIM_SETS:
        sentences = told_claims.sentences(f"claims{name}")
        print(f"claims{name:12} F1 {claims_f1(sentences):.3f}  n={len(sentences)} sentences")
    for name in ANSWER_SETS:
        pairs = told_answers.pairs(f"answers{name}")
        print(f"answers{name:11} accuracy {answers_accuracy(pairs):.3f}  n={len(pairs)} pairs")
    met = claims_f1(told_claims.sentences()) >= AIM and answers_accuracy(told_answers.pairs()) >= AIM
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
