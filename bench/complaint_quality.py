"""How well complaints are told apart: `python -m bench complaint_quality`, on the labelled rows, by cross-validation.

Only the random rows of the shared data are scored, by models that never saw them; how scores are read is learned from
the other folds (nested). Many messages tell of the same matter: "with care" no message of the same circle, or nearly
in the same words, was learned from either, whoever labelled it; "as they come" only the labelled rows of the shared
data are divided, as for a stranger's rows of the same board. Baselines: the word filter, and an SVM of character
n-grams that learned from the labelled rows of the shared data alone. Needs ../shared/data or $HUIYIN_SHARED.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.complaint_corpus import Complaint, all_complaints, missing
from bench.complaint_training import FOLDS, Corpus, Scores, corpus_of, fold_of, learn_reading, out_of_fold
from huiyin.language.complaints.categories import CATEGORY_NAMES

DRAWS = 1000
LEAST_ROWS = 8
AIMS = {"property_related F1": 0.86, "category accuracy": 0.82, "category macro-F1": 0.80}
TITLES = ("subject and text", "text alone", "subject alone", "subject in words of a call")
"""Of the forms of Scores."""
WORD_FILTER = re.compile("物业|小区|业主|业委会|电梯")


@dataclass(frozen=True)
class Told:
    """A labelled complaint with what was said of it."""

    complaint: Complaint
    related: bool
    category: str


Measure = Callable[[Sequence[Told]], float]


def related_f1(rows: Sequence[Told]) -> float:
    """2 * hits / (said + true)."""
    hits = sum(row.related and bool(row.complaint.is_property_related) for row in rows)
    named = sum(row.related + bool(row.complaint.is_property_related) for row in rows)
    return 2 * hits / named if named else 0.0


def accuracy(rows: Sequence[Told]) -> float:
    return sum(row.category == row.complaint.category for row in rows) / len(rows)


def macro_f1(rows: Sequence[Told]) -> float:
    """The mean of the F1 of each category of at least LEAST_ROWS rows."""
    scores = [score for _, count, _, _, score in by_category(rows) if count >= LEAST_ROWS]
    return sum(scores) / len(scores) if scores else 0.0


def by_category(rows: Sequence[Told]) -> list[tuple[str, int, float, float, float]]:
    """Category, rows, precision, recall, F1; most rows first."""
    true = Counter(row.complaint.category for row in rows)
    said = Counter(row.category for row in rows)
    right = Counter(row.category for row in rows if row.category == row.complaint.category)
    return [
        (
            name,
            count,
            right[name] / max(1, said[name]),
            right[name] / count,
            2 * right[name] / (said[name] + count),
        )
        for name, count in true.most_common()
    ]


MEASURES: dict[str, Measure] = {
    "property_related F1": related_f1,
    "category accuracy": accuracy,
    "category macro-F1": macro_f1,
}


def print_figures(title: str, rows: Sequence[Told], measures: Sequence[str] = tuple(MEASURES)) -> None:
    """Each figure with the middle 95 % of resampled rows."""
    print(
        f"{title}: n={len(rows)}, property_related {sum(bool(row.complaint.is_property_related) for row in rows)}"
    )
    for name in measures:
        measure, draw = MEASURES[name], random.Random(0)
        drawn = sorted(measure(draw.choices(rows, k=len(rows))) for _ in range(DRAWS))
        low, high = drawn[DRAWS // 40], drawn[-DRAWS // 40]
        print(f"  {name:22} {measure(rows):.3f}  [{low:.3f}, {high:.3f}]   aim {AIMS[name]:.2f}")


@dataclass(frozen=True)
class Measured:
    """All complaints with their scores by models of the other folds."""

    corpus: Corpus
    scores: Scores


def told_by(measured: Measured, careful: Measured, folds: Sequence[int]) -> Sequence[list[Told]]:
    """For each form of the scores of `measured` what they mean, read as learned from other folds of `careful`."""
    import numpy as np

    corpus, given = measured.corpus, np.array(folds)
    is_usual = np.array([each.is_usual for each in corpus.complaints])
    found: list[list[Told]] = [[] for _ in Scores._fields]
    for fold in range(FOLDS):
        asked = np.flatnonzero(is_usual & (given == fold))
        reading = learn_reading(careful.scores, corpus.truth, is_usual & (given != fold))
        for scores, rows in zip(measured.scores, found, strict=True):
            related = reading.odds(scores[asked]) > 0
            categories = scores[asked, 1:].argmax(axis=1)
            rows += [
                Told(corpus.complaints[at], bool(is_related), CATEGORY_NAMES[category])
                for at, is_related, category in zip(asked, related, categories, strict=True)
            ]
    return found


def svm_baseline(complaints: Sequence[Complaint], folds: Sequence[int]) -> list[Told]:
    """A linear SVM of character n-grams, learned from the dev rows of the other folds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    told = []
    for fold in range(FOLDS):
        learned = [each for each, given in zip(complaints, folds, strict=True) if given != fold]
        asked = [each for each, given in zip(complaints, folds, strict=True) if given == fold]

        def says(truth: Sequence[Any], learned: Any = learned, asked: Any = asked) -> list[Any]:
            machine = make_pipeline(
                TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
                LinearSVC(class_weight="balanced", random_state=0),
            )
            machine.fit([each.whole for each in learned], truth)
            return list(machine.predict([each.whole for each in asked]))

        related = says([bool(each.is_property_related) for each in learned])
        categories = says([each.category for each in learned])
        told += [
            Told(each, bool(is_related), category)
            for each, is_related, category in zip(asked, related, categories, strict=True)
        ]
    return told


def scored(rows: Sequence[Told]) -> list[Told]:
    return [row for row in rows if row.complaint.is_scored]


def print_errors(rows: Sequence[Told]) -> None:
    """Where the categories are confused, and where property_related is."""
    print("  category                 rows  precision  recall    F1   related: rows, missed, wrongly said")
    for name, count, precision, recall, score in by_category(rows):
        of_name = [row for row in rows if row.complaint.category == name]
        true = sum(bool(row.complaint.is_property_related) for row in of_name)
        missed = sum(bool(row.complaint.is_property_related) and not row.related for row in of_name)
        wrong = sum(row.related and not row.complaint.is_property_related for row in of_name)
        print(
            f"  {name + '　' * (10 - len(name))} {count:6} {precision:10.2f} {recall:7.2f} {score:5.2f}   "
            f"{true:4} {missed:4} {wrong:4}"
        )
    confused = Counter(
        (row.complaint.category, row.category) for row in rows if row.category != row.complaint.category
    )
    print(
        "  most often confused:",
        "; ".join(f"{a} → {b} {count}" for (a, b), count in confused.most_common(10)),
    )


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; 0 where the data is missing, else whether every aim is met with care."""
    if missing():
        print(f"complaints: skipped, {missing()}")
        return 0
    corpus = corpus_of(all_complaints())
    folds = [fold_of(circle) for circle in corpus.circles]
    as_they_come = [
        fold_of(int(each.number), "row") if each.source == "dev" else -1 for each in corpus.complaints
    ]
    careful = Measured(corpus, out_of_fold(corpus, folds))
    fair = Measured(corpus, out_of_fold(corpus, as_they_come))
    told = told_by(careful, careful, folds)
    whole = told[0]
    print(f"complaints: {len(corpus.complaints)} learned from, {FOLDS} folds, 95 % bootstrap intervals")
    for title, rows in zip(TITLES, told, strict=True):
        print_figures(f"with care, {title}", scored(rows))
    print_errors(scored(whole))
    for title, rows in zip(TITLES, told_by(fair, careful, folds), strict=True):
        print_figures(f"as they come, {title}", scored(rows))
    print_figures(
        "with care, rows put aside unread", [row for row in scored(whole) if row.complaint.is_put_aside]
    )
    print_figures(
        "with care, rows found by strong words",
        [row for row in whole if row.complaint.sample == "keyword_supplement"],
    )
    for title, rows in zip(TITLES, told, strict=True):
        print_figures(
            f"with care, rows labelled here, {title}",
            [row for row in rows if is_labelled_here(row.complaint)],
        )
    dev = [(each, fold) for each, fold in zip(corpus.complaints, folds, strict=True) if each.source == "dev"]
    print_figures("baseline: SVM of 1 to 3 characters", scored(svm_baseline(*zip(*dev, strict=True))))
    filtered = [
        Told(row.complaint, bool(WORD_FILTER.search(row.complaint.whole)), row.category)
        for row in scored(whole)
    ]
    print_figures("baseline: word filter", filtered, ["property_related F1"])
    return 0 if all(MEASURES[name](scored(whole)) >= aim for name, aim in AIMS.items()) else 1


def is_labelled_here(complaint: Complaint) -> bool:
    return complaint.source == "read" and complaint.is_property_related is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
