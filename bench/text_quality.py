"""How well the report check reads: `python -m bench text_quality`. On the labelled rows, by cross-validation.

Thresholds are chosen inside each training part (nested), rows of one document stay together, and a model never saw
the row it scores. Rules and lexicons were written after reading part of the rows: those of the documents that were
put aside unread until the end are printed apart. Baselines: an SVM of character n-grams, and chance.
"""

from __future__ import annotations

import hashlib
import importlib.util
import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import text_corpus, text_quality_replies, text_quality_told
from bench.text_training import (
    FOLDS,
    Example,
    all_examples,
    fit,
    fold_of,
    out_of_fold,
    thresholds_of,
    without,
)
from huiyin.language import checks, labelling
from huiyin.language.labelling import LABELS, NEEDS_WORK
from huiyin.language.lexicons import shipped
from huiyin.language.reading import read

RESAMPLES = 1000
LEAST_ROWS = 8
FINE = ("specific", "neutral", "problem_candid")
TARGETS = {
    "needs-work F1": 0.85,
    "error precision": 0.92,
    "error recall": 0.45,
    "macro-F1": 0.70,
    "span overlap": 0.80,
}
MOST_FALSE_BLOCKS = 0.02


@dataclass(frozen=True)
class Scored:
    """A row with what was said of it; `span` is what the finding points at, if there is one."""

    text: str
    label: str
    said: str
    is_error: bool
    is_held_out: bool
    sample: str
    overlaps: bool | None = None

    @property
    def needs_work(self) -> bool:
        return self.label in NEEDS_WORK

    @property
    def flagged(self) -> bool:
        return self.said in NEEDS_WORK


def is_held_out(document: str) -> bool:
    """A third of the documents, not read while the rules were written."""
    return int(_sha(f"heldout:{document}"), 16) % 3 == 0


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def score(examples: Sequence[Example]) -> list[Scored]:
    scored: list[Scored] = []
    with TemporaryDirectory() as folder:
        for fold in range(FOLDS):
            training = without(examples, fold)
            model = fit(training, Path(folder) / "fold.model", thresholds_of(out_of_fold(training)))
            asked = [each for each in examples if each.sentence.source == "dev" and fold_of(each) == fold]
            scored += [_scored(each, model) for each in asked]
    return scored


def _scored(example: Example, model: labelling.Model) -> Scored:
    sentence = example.sentence
    judgement = model.judge(example.features)
    flagged = judgement.needs_work >= model.ask
    said, _ = judgement.best_of(needs_work=flagged)
    overlaps = None
    if flagged and sentence.label in NEEDS_WORK and sentence.start is not None and sentence.end is not None:
        places = _places(sentence.text, said)
        overlaps = any(start < sentence.end and sentence.start < end for start, end in places)
    return Scored(
        sentence.text,
        sentence.label,
        said,
        model.blocks(example.features, judgement),
        is_held_out(sentence.document),
        sentence.sample,
        overlaps,
    )


def _places(text: str, label: str) -> list[tuple[int, int]]:
    reading = read(text, shipped())
    statement = reading.statements[0]
    places = checks.rules_and_places(statement, label)
    return [reading.span(*checks.clause_around(statement, start, end)) for _, start, end in places]


def f1_of(
    rows: Sequence[Scored], is_it: Callable[[Scored], bool], is_said: Callable[[Scored], bool]
) -> float:
    hits = sum(is_it(row) and is_said(row) for row in rows)
    found = sum(map(is_it, rows)) + sum(map(is_said, rows))
    return 2 * hits / found if found else 0.0


def needs_work_f1(rows: Sequence[Scored]) -> float:
    return f1_of(rows, lambda row: row.needs_work, lambda row: row.flagged)


def label_f1(rows: Sequence[Scored], label: str) -> float:
    return f1_of(rows, lambda row: row.label == label, lambda row: row.said == label)


def macro_f1(rows: Sequence[Scored]) -> float:
    counts = Counter(row.label for row in rows)
    return statistics.fmean(label_f1(rows, label) for label in LABELS if counts[label] >= LEAST_ROWS)


def error_precision(rows: Sequence[Scored]) -> float:
    errors = [row for row in rows if row.is_error]
    return statistics.fmean(row.needs_work for row in errors) if errors else 0.0


def error_recall(rows: Sequence[Scored]) -> float:
    wanted = [row for row in rows if row.needs_work]
    return statistics.fmean(row.is_error for row in wanted) if wanted else 0.0


def false_blocks(rows: Sequence[Scored]) -> float:
    fine = [row for row in rows if row.label in FINE]
    return statistics.fmean(row.is_error for row in fine) if fine else 0.0


def span_overlap(rows: Sequence[Scored]) -> float:
    both = [row.overlaps for row in rows if row.overlaps is not None]
    return statistics.fmean(both) if both else 0.0


FIGURES: dict[str, Callable[[Sequence[Scored]], float]] = {
    "needs-work F1": needs_work_f1,
    "macro-F1": macro_f1,
    "error precision": error_precision,
    "error recall": error_recall,
    "false blocks": false_blocks,
    "span overlap": span_overlap,
}


def interval(
    rows: Sequence[Scored], figure: Callable[[Sequence[Scored]], float], seed: str
) -> tuple[float, float]:
    """The middle 95 % of the figure over rows drawn again with replacement."""
    rng = random.Random(seed)
    drawn = []
    for _ in range(RESAMPLES):
        sample = rng.choices(rows, k=len(rows))
        if Counter(row.label for row in sample):
            drawn.append(figure(sample))
    drawn.sort()
    return drawn[int(0.025 * len(drawn))], drawn[int(0.975 * len(drawn)) - 1]


def svm_baseline(examples: Sequence[Example]) -> list[Scored]:
    """Character 1–3-grams and a linear SVM, trained on the labelled rows alone, on the same folds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    dev = [each for each in examples if each.sentence.source == "dev"]
    scored = []
    for fold in range(FOLDS):
        training = [each for each in dev if fold_of(each) != fold]
        asked = [each for each in dev if fold_of(each) == fold]
        pipeline = make_pipeline(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
            LinearSVC(class_weight="balanced", random_state=0),
        )
        pipeline.fit([each.sentence.text for each in training], [each.sentence.label for each in training])
        said = pipeline.predict([each.sentence.text for each in asked])
        scored += [_baseline_row(each, label) for each, label in zip(asked, said, strict=True)]
    return scored


def chance_baseline(examples: Sequence[Example]) -> list[Scored]:
    """Labels drawn as often as they occur."""
    rng = random.Random("chance")
    dev = [each for each in examples if each.sentence.source == "dev"]
    labels = [each.sentence.label for each in dev]
    return [_baseline_row(each, rng.choice(labels)) for each in dev]


def _baseline_row(example: Example, said: str) -> Scored:
    sentence = example.sentence
    return Scored(sentence.text, sentence.label, said, False, is_held_out(sentence.document), sentence.sample)


def show(title: str, rows: Sequence[Scored], *, whole: bool = True) -> None:
    counts = Counter(row.label for row in rows)
    print(f"\n{title}: {len(rows)} rows, {sum(row.needs_work for row in rows)} need work")
    for name, figure in FIGURES.items():
        if not whole and name not in ("needs-work F1", "macro-F1"):
            continue
        low, high = interval(rows, figure, name)
        aim = (
            f"  (aim {'≤' if name == 'false blocks' else '≥'} {TARGETS.get(name, MOST_FALSE_BLOCKS)})"
            if whole
            else ""
        )
        print(f"  {name:<16} {figure(rows):.3f}  [{low:.3f}–{high:.3f}]{aim}")
    if whole:
        print("  " + ", ".join(f"{label} {label_f1(rows, label):.2f} ({counts[label]})" for label in LABELS))


def show_errors(rows: Sequence[Scored]) -> None:
    """Which label was taken for which, most often first; no sentence is printed."""
    mistaken = Counter((row.label, row.said) for row in rows if row.label != row.said)
    print(
        "\nmistaken most often: "
        + ", ".join(f"{was} for {said} {n}" for (was, said), n in mistaken.most_common(12))
    )


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; the sentences of reports, then replies, then claims and answers: 0 if every aim is met."""
    return max(sentences(), text_quality_replies.main(), text_quality_told.main())


def sentences() -> int:
    """0 where the data or scikit-learn is missing, else whether every aim is met on random rows."""
    if text_corpus.missing():
        print(f"text quality: skipped, {text_corpus.missing()}")
        return 0
    if importlib.util.find_spec("sklearn") is None:
        print("text quality: skipped, scikit-learn is not installed (make setup)")
        return 0
    examples = all_examples()
    rows = score(examples)
    random_rows = [row for row in rows if row.sample == "random"]
    print(
        f"report check, {FOLDS}-fold cross-validation by document, thresholds nested, 95 % bootstrap intervals"
    )
    show("verbatim, random", random_rows)
    show(
        "  of these, documents read while writing rules", [row for row in random_rows if not row.is_held_out]
    )
    show("  of these, documents put aside unread", [row for row in random_rows if row.is_held_out])
    show("verbatim, keyword supplement", [row for row in rows if row.sample == "keyword_supplement"])
    show("restated", [row for row in rows if row.sample == "restated"])
    show_errors(random_rows)
    baselines = {"SVM of character n-grams": svm_baseline(examples), "chance": chance_baseline(examples)}
    for name, baseline in baselines.items():
        show(
            f"baseline {name}, verbatim random",
            [row for row in baseline if row.sample == "random"],
            whole=False,
        )
    met = all(FIGURES[name](random_rows) >= aim for name, aim in TARGETS.items())
    return 0 if met and false_blocks(random_rows) <= MOST_FALSE_BLOCKS else 1


if __name__ == "__main__":
    raise SystemExit(main())
