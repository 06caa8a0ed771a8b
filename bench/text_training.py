"""Training the labelling in one command: `python -m bench.text_training` writes huiyin/language/data/labels.model.

Eight logistic regressions, one a label against the rest, by liblinear (one thread, fixed order, fixed seed); the
weights are rounded to whole numbers, so the file comes out the same byte for byte. Thresholds are chosen on
predictions for documents that were not trained on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import text_corpus
from bench.text_corpus import Sentence
from huiyin.language import labelling
from huiyin.language.features import Features, features_of_all
from huiyin.language.labelling import LABELS, NEEDS_WORK, NGRAM_WEIGHT, TRAIT_WEIGHT, Judgement, Model
from huiyin.language.lexicons import shipped
from huiyin.language.pairs import swapped
from huiyin.language.reading import read

STRENGTH = 5.0  # C of liblinear
WEIGHT_OF_DEV = 4.0  # of a labelled row of the shared data against one of our own reading
WEIGHT_OF_OTHER = 0.5  # of a sentence of our own reading whose reply does not speak of housing
FOLDS = 5
RAREST_NGRAM = 3
SMALLEST_SHARE = 0.04  # of the largest weight: what is below in all labels is left out
MOST_FALSE_BLOCKS = 0.01
LEAST_PRECISION = 0.95
AS_GOOD = 0.03  # what F1 may be below the best for a threshold still to count: the middle of those is taken


@dataclass(frozen=True)
class Example:
    sentence: Sentence
    features: Features

    @property
    def needs_work(self) -> bool:
        return self.sentence.label in NEEDS_WORK

    @property
    def judges(self) -> bool:
        """Thresholds and figures look at these first."""
        return self.sentence.source == "dev" and self.sentence.sample == "random"

    @property
    def weight(self) -> float:
        if self.sentence.source == "dev":
            return WEIGHT_OF_DEV
        return WEIGHT_OF_OTHER if self.sentence.sample == "other" else 1.0


def featured(sentences: Sequence[Sentence]) -> list[Example]:
    """Each sentence with its features; a sentence that is cut further gives those of all its parts."""
    examples = []
    for sentence in sentences:
        parts = features_of_all(read(sentence.text, shipped()).statements)
        ngrams = sorted({each for part in parts for each in part.ngrams})
        traits = sorted({each for part in parts for each in part.traits})
        examples.append(Example(sentence, Features(ngrams, traits)))
    return examples


def all_examples() -> list[Example]:
    return featured([*text_corpus.dev_rows(), *text_corpus.read_sentences(), *text_corpus.own_sentences()])


def fold_of(example: Example) -> int:
    """Documents stay together."""
    return int(text_corpus.digest(f"fold {example.sentence.document}"), 16) % FOLDS


def fit(examples: Sequence[Example], model_file: Path, thresholds: tuple[float, float] = (0.5, 0.8)) -> Model:
    """Train, write the file, read it again: what is measured is what is shipped."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    def columns(families: list[list[int]], rarest: int) -> dict[int, int]:
        counts: dict[int, int] = {}
        for ids in families:
            for each in ids:
                counts[each] = counts.get(each, 0) + 1
        return {
            each: at
            for at, each in enumerate(sorted(key for key, count in counts.items() if count >= rarest))
        }

    def matrix(families: list[list[int]], places: dict[int, int], values: list[float]) -> Any:
        rows = [
            (row, places[each], values[row])
            for row, ids in enumerate(families)
            for each in ids
            if each in places
        ]
        at, to, value = zip(*rows, strict=True)
        return csr_matrix((value, (at, to)), shape=(len(families), len(places)))

    ngrams = [sorted(map(swapped, example.features.ngrams)) for example in examples]
    traits = [list(example.features.traits) for example in examples]
    ngram_places, trait_places = columns(ngrams, RAREST_NGRAM), columns(traits, RAREST_NGRAM)
    matrices = hstack(
        [
            matrix(ngrams, ngram_places, [NGRAM_WEIGHT / max(1, len(ids)) ** 0.5 for ids in ngrams]),
            matrix(traits, trait_places, [TRAIT_WEIGHT] * len(traits)),
        ]
    ).tocsr()
    weights = np.array([each.weight for each in examples])
    found, intercepts = [], []
    for label in LABELS:
        regression = LogisticRegression(
            C=STRENGTH,
            solver="liblinear",
            dual=True,
            class_weight="balanced",
            max_iter=1000,
            tol=1e-4,
            random_state=0,
        )
        regression.fit(
            matrices, [int(each.sentence.label == label) for each in examples], sample_weight=weights
        )
        found.append(regression.coef_[0])
        intercepts.append(round(float(regression.intercept_[0]), 4))
    coefficients = np.array(found)
    tables, scales = [], []
    for places, first in ((ngram_places, 0), (trait_places, len(ngram_places))):
        block = coefficients[:, first : first + len(places)]
        scale = round(float(np.abs(block).max()) / 127, 6)
        whole = np.rint(block / scale).astype(int).clip(-127, 127)
        kept = np.abs(whole).max(axis=0) >= SMALLEST_SHARE * 127
        tables.append({each: whole[:, at].tolist() for each, at in places.items() if kept[at]})
        scales.append(scale)
    ask, block_from = thresholds
    labelling.write(
        model_file,
        {
            "ngram_scale": scales[0],
            "trait_scale": scales[1],
            "intercepts": intercepts,
            "ask": ask,
            "block": block_from,
            "trained_on": len(examples),
        },
        tables,
    )
    return labelling.load(model_file)


def without(examples: Sequence[Example], fold: int) -> list[Example]:
    """What a model that is asked about a fold may learn from.

    Only labelled rows are asked about, and no sentence of our own comes from one of their documents.
    """
    return [each for each in examples if each.sentence.source != "dev" or fold_of(each) != fold]


def out_of_fold(examples: Sequence[Example]) -> list[tuple[Example, Judgement]]:
    """Each labelled row of the shared data, judged by a model that saw no sentence of its document."""
    judged = []
    with TemporaryDirectory() as folder:
        for fold in range(FOLDS):
            model = fit(without(examples, fold), Path(folder) / "fold.model")
            judged += [
                (each, model.judge(each.features))
                for each in examples
                if each.sentence.source == "dev" and fold_of(each) == fold
            ]
    return judged


def thresholds_of(judged: Sequence[tuple[Example, Judgement]]) -> tuple[float, float]:
    """From which share to ask (best F1 of needs-work) and to block (precise enough, few false blocks)."""
    rows = [(judgement.needs_work, each) for each, judgement in judged if each.judges]
    stoppable = [
        (judgement.needs_work, each)
        for each, judgement in judged
        if each.judges and labelling.may_block(each.features, judgement)
    ]
    fine = sum(each.sentence.label in ("specific", "neutral", "problem_candid") for _, each in rows)

    def f1(share: float) -> float:
        flagged = [each for score, each in rows if score >= share]
        hits = sum(each.needs_work for each in flagged)
        return 2 * hits / (len(flagged) + sum(each.needs_work for _, each in rows))

    def may_block(share: float) -> bool:
        blocked = [each for score, each in stoppable if score >= share]
        wrong = sum(each.sentence.label in ("specific", "neutral", "problem_candid") for each in blocked)
        hits = sum(each.needs_work for each in blocked)
        return wrong <= MOST_FALSE_BLOCKS * fine and hits >= LEAST_PRECISION * len(blocked)

    steps = [at / 200 for at in range(60, 200)]
    best = max(f1(step) for step in steps)
    good = [step for step in steps if f1(step) >= best - AS_GOOD]
    ask = good[len(good) // 2]
    safe = [step for step in steps if step > ask and may_block(step)]
    block = next((step for step in safe if step + 0.005 in safe), 0.995)
    return ask, block


def train(examples: Sequence[Example], model_file: Path) -> Model:
    """Thresholds from predictions out of fold, then one model of everything."""
    return fit(examples, model_file, thresholds_of(out_of_fold(examples)))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.text_training", description=__doc__)
    parser.add_argument("--to", type=Path, default=Path(labelling.__file__).parent / "data" / "labels.model")
    options = parser.parse_args(arguments)
    if text_corpus.missing():
        print(f"not trained: {text_corpus.missing()}")
        return 2
    examples = all_examples()
    model = train(examples, options.to)
    print(
        f"{options.to}: {len(examples)} sentences, {len(model.ngrams)} n-grams and {len(model.traits)} traits, "
        f"ask from {model.ask}, block from {model.block}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
