"""The learned part: eight linear models over pairs of characters and traits, shipped as whole numbers in one file.

data/labels.model: a line of JSON, then the numbers of the pairs and their weights, then the same of the traits. The
weights of one feature are eight signed bytes, one a label. When the file is read they are packed into one integer, so
that adding up a statement is one sum, and pairs get the numbers that pairs.py makes. How they were found:
bench/text_training.py.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, sqrt
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from huiyin.language.dates import TimeKind
from huiyin.language.features import BOASTS_NOW, Features, named
from huiyin.language.pairs import swapped
from huiyin.language.rules import rules_of
from huiyin.language.units import Dimension

LABELS = (
    "specific",
    "vague",
    "exaggerated",
    "plan_specific",
    "plan_vague",
    "problem_candid",
    "problem_evasive",
    "neutral",
)
NEEDS_WORK = ("vague", "exaggerated", "plan_vague", "problem_evasive")
NGRAM_WEIGHT, TRAIT_WEIGHT = 1.3, 0.1
BOAST_BONUS = 1.8
"""Added to `exaggerated` where a boast stands that is no promise: too few labelled rows to learn it from."""
_BOAST, _EXAGGERATED_AT = named(BOASTS_NOW), LABELS.index("exaggerated")
_EVIDENCE = frozenset(
    named(name)
    for name in (
        *(f"time:{kind}" for kind in (TimeKind.DATE, TimeKind.PERIOD, TimeKind.DEADLINE)),
        *(
            f"unit:{dimension}"
            for dimension in Dimension
            if dimension not in (Dimension.TIME, Dimension.OTHER)
        ),
    )
)
_BOASTS = frozenset(named(group) for rule in rules_of("exaggerated") for group in rule.words)
_QUOTED_BOASTS = frozenset(
    named(f"quoted:{group}") for rule in rules_of("exaggerated") for group in rule.words
)
_FILE = Path(__file__).parent / "data" / "labels.model"
_FIELD = 32  # bits of one label's sum: room for millions of weights
_SUMS = struct.Struct(f"<{len(LABELS)}i")
_SIGNS = sum(1 << (_FIELD * at + _FIELD - 1) for at in range(len(LABELS)))
_NEEDS_WORK_AT = tuple(LABELS.index(label) for label in NEEDS_WORK)
_needing_work = itemgetter(*_NEEDS_WORK_AT)
_FINE_AT = tuple(at for at, label in enumerate(LABELS) if label not in NEEDS_WORK)


class Judgement(NamedTuple):
    """Shares of the labels, adding up to one, in the order of LABELS; `needs_work` is the sum of four of them."""

    shares: tuple[float, ...]
    needs_work: float

    def best_of(self, *, needs_work: bool) -> tuple[str, float]:
        """The likeliest label of that side and its share."""
        at = max(_NEEDS_WORK_AT if needs_work else _FINE_AT, key=self.shares.__getitem__)
        return LABELS[at], self.shares[at]


def may_block(features: Features, judgement: Judgement) -> bool:
    """False where the statement names a day, a period or a quantity: it can be looked up, so the writer is only asked.

    A boast is stopped all the same, 100% is a quantity too; but not where all that boasts are somebody else's words.
    """
    label, _ = judgement.best_of(needs_work=True)
    if label != "exaggerated":
        return _EVIDENCE.isdisjoint(features.traits)
    return _QUOTED_BOASTS.isdisjoint(features.traits) or not _BOASTS.isdisjoint(features.traits)


@dataclass(frozen=True)
class Model:
    """`ask` and `block` are the shares of needs-work from which a statement is asked about and blocked."""

    ngrams: Mapping[int, int]
    traits: Mapping[int, int]
    ngram_scale: float
    trait_scale: float
    intercepts: Sequence[float]
    ask: float
    block: float

    def blocks(self, features: Features, judgement: Judgement) -> bool:
        """Sure enough to stop the writer."""
        return judgement.needs_work >= self.block and may_block(features, judgement)

    def judge(self, features: Features) -> Judgement:
        return self.judge_all([features])[0]

    def judge_all(self, features: Sequence[Features]) -> list[Judgement]:
        """The statements of a text together: a step that is taken for all of them in a row costs much less."""
        ngrams = [_summed(self.ngrams, each.ngrams) for each in features]
        traits = [_summed(self.traits, each.traits) for each in features]
        return [self._judgement(*each) for each in zip(features, ngrams, traits, strict=True)]

    def _judgement(self, features: Features, ngrams: Sequence[int], traits: Sequence[int]) -> Judgement:
        spread = self.ngram_scale * NGRAM_WEIGHT / sqrt(max(1, len(features.ngrams)))
        scale = self.trait_scale * TRAIT_WEIGHT
        scores = [
            intercept + ngram * spread + trait * scale
            for intercept, ngram, trait in zip(self.intercepts, ngrams, traits, strict=True)
        ]
        if _BOAST in features.traits:
            scores[_EXAGGERATED_AT] += BOAST_BONUS
        highest = max(scores)
        raised = [exp(score - highest) for score in scores]
        total = sum(raised)
        shares = tuple([value / total for value in raised])
        return Judgement(shares, sum(_needing_work(shares)))


def _summed(weights: Mapping[int, int], ids: Iterable[int]) -> Sequence[int]:
    """Sums of the eight weights of what is known among the ids."""
    packed = sum(filter(None, map(weights.get, ids)))
    # A field below zero borrowed from the next one. With the signs added no field is; taken away bit by bit they leave
    # each field as a signed number by itself.
    return _SUMS.unpack(((packed + _SIGNS) ^ _SIGNS).to_bytes(_SUMS.size, "little"))


def _packed(row: Iterable[int]) -> int:
    return sum(value << (_FIELD * at) for at, value in enumerate(row))


def write(
    model_file: Path, head: Mapping[str, object], tables: Sequence[Mapping[int, Sequence[int]]]
) -> None:
    """The file of a model: `tables` are n-grams and traits, id → eight whole numbers from -127 to 127."""
    sizes = [len(table) for table in tables]
    with model_file.open("wb") as file:
        file.write(json.dumps({**head, "sizes": sizes}, sort_keys=True).encode() + b"\n")
        for table in tables:
            ids = sorted(table)
            file.write(struct.pack(f"<{len(ids)}I", *ids))
            for each in ids:
                file.write(struct.pack("<8b", *table[each]))


def load(model_file: Path) -> Model:
    """The model of a file."""
    head_line, _, body = model_file.read_bytes().partition(b"\n")
    head = json.loads(head_line)
    tables: list[dict[int, int]] = []
    at = 0
    for size in head["sizes"]:
        ids = struct.unpack_from(f"<{size}I", body, at)
        at += 4 * size
        rows = struct.iter_unpack("<8b", body[at : at + 8 * size])
        tables.append({each: _packed(row) for each, row in zip(ids, rows, strict=True)})
        at += 8 * size
    return Model(
        ngrams={swapped(pair): row for pair, row in tables[0].items()},
        traits=tables[1],
        ngram_scale=head["ngram_scale"],
        trait_scale=head["trait_scale"],
        intercepts=head["intercepts"],
        ask=head["ask"],
        block=head["block"],
    )


@cache
def shipped() -> Model:
    """The model as shipped, read once."""
    return load(_FILE)
