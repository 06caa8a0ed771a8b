"""The classes learned anew with what people corrected: `python -m bench.complaint_retraining ROWS.jsonl… --to FILE`.

Corrected complaints are taken in beside the labelled ones: those of the shared data, or a district's own (--rows). They
were corrected because the machine was wrong, so they say nothing of what is usual: figures are told on the labelled
rows, by cross-validation, without and with the corrected ones. Where one falls no model is written.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.complaint_corpus import all_complaints, missing, rows_of_file
from bench.complaint_quality import MEASURES, Measured, Told, related_f1, told_by
from bench.complaint_training import Corpus, Scores, corpus_of, fold_of, out_of_fold, train
from huiyin.language.complaints.categories import CATEGORY_NAMES

FALL = 0.005
"""What a figure may be lower by: less is chance. So is a single row, whatever it weighs among few."""


def main(arguments: list[str] | None = None) -> int:
    """0 if a model was written, 1 if its figures fall, 2 if there is nothing to learn from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corrected", nargs="+", type=Path, help="as `huiyin hotline labels` writes them")
    parser.add_argument("--rows", type=Path, help="labelled rows instead of those of the shared data")
    parser.add_argument("--to", type=Path, required=True, help="the file of the model")
    options = parser.parse_args(arguments)
    if not options.rows and (problem := missing()):
        print(problem)
        return 2
    try:
        labelled = rows_of_file(options.rows, "rows") if options.rows else all_complaints()
        corrected = [row for path in options.corrected for row in rows_of_file(path, "corrected")]
    except (ValueError, KeyError, TypeError) as fault:
        print(f"these are no labelled rows: {fault}")
        return 2
    print(f"learning from {len(labelled)} labelled rows and {len(corrected)} corrected ones")
    corpus = corpus_of([*labelled, *corrected])
    folds = [fold_of(circle) for circle in corpus.circles]
    added = range(len(labelled), len(corpus.complaints))
    before, after = out_of_fold(corpus, folds, without=added), out_of_fold(corpus, folds)
    right_before, right_after = (matters_right(corpus, added, scores) for scores in (before, after))
    print(f"  matter of the corrected rows  {right_before} → {right_after} of {len(corrected)} right")
    if fallen := compared(said_of(corpus, before, folds), said_of(corpus, after, folds)):
        print(f"no model was written: {', '.join(fallen)} would fall")
        return 1
    train(corpus, after, options.to)
    return 0


def said_of(corpus: Corpus, scores: Scores, folds: Sequence[int]) -> list[Told]:
    """Of labelled rows that are drawn like what is asked about, by models that did not learn from them."""
    measured = Measured(corpus, scores)
    return [row for row in told_by(measured, measured, folds)[0] if is_labelled(row)]


def is_labelled(row: Told) -> bool:
    return row.complaint.is_property_related is not None and bool(row.complaint.category)


def matters_right(corpus: Corpus, places: Sequence[int], scores: Scores) -> int:
    """How many of these complaints are said to be about their matter."""
    said = scores.whole[:, 1:].argmax(axis=1)
    return sum(CATEGORY_NAMES[said[at]] == corpus.complaints[at].category for at in places)


def compared(before: Sequence[Told], after: Sequence[Told]) -> list[str]:
    """Prints each figure without and with the corrected rows; returns those that fall."""
    fallen = []
    for name, measure in MEASURES.items():
        was, becomes = measure(before), measure(after)
        print(f"  {name:28}  {was:.3f} → {becomes:.3f}")
        right = is_related_right if measure is related_f1 else is_category_right
        lost = sum(map(right, before)) - sum(map(right, after))
        if becomes < was - FALL and lost > 1:
            fallen.append(name)
    return fallen


def is_related_right(row: Told) -> bool:
    return row.related == row.complaint.is_property_related


def is_category_right(row: Told) -> bool:
    return row.category == row.complaint.category


if __name__ == "__main__":
    raise SystemExit(main())
