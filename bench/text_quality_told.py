"""How well claims and answers are found, on the sets written by hand: `python -m bench text_quality_told`.

The sets (tests/language/told) were written by the one who wrote the rules. Each but the sealed ones was used, after a
first trial, to better the rules; what it gave when it was first tried stands in
docs/explanation/replies-claims-answers.md. The sealed ones were not.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from huiyin.language import find_answers, find_claims
from tests.language import told_answers, told_claims

AIM = 0.9
DRAWS = 1000
CLAIM_SETS = ("", "_fresh", "_last", "_sealed")
Read = tuple[int, int]
"""Of a sentence: claims told right; claims told and claims there are, together."""
_T = TypeVar("_T")


def read_claims(sentences: Sequence[told_claims.Sentence]) -> list[Read]:
    """Metric, value, unit and period all right."""
    read = []
    for sentence in sentences:
        found = find_claims(sentence.text, told_claims.metrics(), report=told_claims.REPORT)
        said, wanted = Counter(map(told_claims.as_told, found)), Counter(sentence.claims)
        read.append((sum((said & wanted).values()), sum(said.values()) + sum(wanted.values())))
    return read


def f1(read: Sequence[Read]) -> float:
    """Of all claims of the sentences; 1 where none is told and none is there."""
    named = sum(both for _, both in read)
    return 2 * sum(right for right, _ in read) / named if named else 1.0


def read_answers(pairs: Sequence[told_answers.Pair]) -> list[bool]:
    """Whether answered or avoided is told right."""
    return [
        find_answers([pair.topic], {"problems": pair.text})[0].answered is pair.answered for pair in pairs
    ]


def taken_for_others(pairs: Sequence[told_answers.Pair]) -> list[bool]:
    """Whether an answered passage is taken for an answer to a topic of another pair; each such topic tried."""
    topics = sorted({pair.topic for pair in pairs})
    return [
        found.answered
        for pair in pairs
        if pair.answered
        for found in find_answers([topic for topic in topics if topic != pair.topic], {"problems": pair.text})
    ]


def accuracy(right: Sequence[bool]) -> float:
    return sum(right) / len(right)


def bounds(rows: Sequence[_T], measure: Callable[[Sequence[_T]], float]) -> tuple[float, float]:
    """The middle 95 % of resampled rows."""
    draw = random.Random(0)
    drawn = sorted(measure(draw.choices(rows, k=len(rows))) for _ in range(DRAWS))
    return drawn[DRAWS // 40], drawn[-DRAWS // 40]


def _shown(name: str, rows: Sequence[_T], measure: Callable[[Sequence[_T]], float], of: str) -> float:
    value, (low, high) = measure(rows), bounds(rows, measure)
    print(f"{name:21} {measure.__name__:8} {value:.3f}  [{low:.3f}, {high:.3f}]  n={len(rows)} {of}")
    return value


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; 0 if the sets the aims are for reach them."""
    claims = {
        name: _shown(f"claims{name}", read_claims(told_claims.sentences(f"claims{name}")), f1, "sentences")
        for name in CLAIM_SETS
    }
    answers = {
        name: _shown(name, read_answers(told_answers.pairs(name)), accuracy, "pairs")
        for name in (*told_answers.SETS, *told_answers.DENIED_SETS)
    }
    taken = taken_for_others([pair for name in told_answers.SETS for pair in told_answers.pairs(name)])
    print(f"answers taken for answers to topics of other pairs: {accuracy(taken):.4f} of {len(taken)}")
    return 0 if min(claims[""], answers["answers"]) >= AIM else 1


if __name__ == "__main__":
    raise SystemExit(main())
