"""How well replies are weighed: `python -m bench text_quality_replies`, never learning from the row it scores.

The rule of 60 characters stands beside it. Needs ../shared/data or $HUIYIN_SHARED.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.reply_corpus import Row, dev_rows, missing, read_rows
from huiyin.language.replies import ReplyCheck, ReplyWeights, check_reply
from huiyin.language.reply_reading import read_reply
from huiyin.language.reply_traits import deed_traits, matter_traits
from huiyin.language.responsible import find_responsible
from huiyin.language.weighing import learn

FOLDS, ORDERS = 10, 3
DRAWS = 1000
SHORT = 60
DEED_DAMPING, PARTLY_DAMPING, ROUNDS = 0.001, 0.01, 200
AIMS = {
    "empty_reply macro-F1": 0.95,
    "answers_matter macro-F1": 0.70,
    "has_action accuracy": 0.88,
    "has_date_or_deadline accuracy": 0.90,
    "has_responsible accuracy": 0.92,
}
FLAGS = ("has_action", "has_date_or_deadline", "has_responsible")

Checked = tuple[Row, Sequence[ReplyCheck]]
"""A row with what was said of it, once for each order of the rows."""


@dataclass(frozen=True)
class Score:
    """A figure with its bounds: the middle 95 % of resampled rows."""

    name: str
    value: float
    low: float
    high: float
    rows: int
    baseline: float | None = None

    def __str__(self) -> str:
        beside = "" if self.baseline is None else f"   shorter than {SHORT}: {self.baseline:.3f}"
        return f"{self.name:32} {self.value:.3f}  [{self.low:.3f}, {self.high:.3f}]  n={self.rows}{beside}"


@dataclass(frozen=True)
class Learned:
    """What a row adds to the learning."""

    deed: dict[str, float]
    matter: dict[str, float]
    has_deed: bool
    is_partly: bool


def learnable(row: Row) -> Learned | None:
    """None for an empty reply: those are told by rule."""
    if row.empty_reply:
        return None
    reading = read_reply(row.reply)
    names = bool(find_responsible(reading.folded.text))
    return Learned(
        deed_traits(row.subject, reading),
        matter_traits(row.subject, row.question, reading, names_somebody=names),
        row.has_action,
        row.answers_matter == "partly",
    )


def learn_weights(rows: Iterable[Learned | None]) -> ReplyWeights:
    """Both answers of “is it partly” weigh the same: partial answers are rare."""
    kept = [row for row in rows if row]
    deeds, are_partly = [row.has_deed for row in kept], [row.is_partly for row in kept]
    return ReplyWeights(
        learn([row.deed for row in kept], deeds, damping=DEED_DAMPING, rounds=ROUNDS),
        learn([row.matter for row in kept], are_partly, damping=PARTLY_DAMPING, even=True, rounds=ROUNDS),
    )


def checked(row: Row, weights: ReplyWeights) -> ReplyCheck:
    """The row weighed with these weights."""
    return check_reply(row.question, row.reply, subject=row.subject, weights=weights)


def cross_validated(rows: Sequence[Row], beside: Sequence[Row]) -> list[Checked]:
    """Each row weighed by what was learned from the other nine parts and the rows beside, in each of the orders."""
    learned = {row: learnable(row) for row in (*rows, *beside)}
    found: dict[Row, list[ReplyCheck]] = {row: [] for row in rows}
    for seed in range(ORDERS):
        order = list(rows)
        random.Random(seed).shuffle(order)
        for fold in range(FOLDS):
            others = [row for at, row in enumerate(order) if at % FOLDS != fold]
            weights = learn_weights(learned[row] for row in (*others, *beside))
            for row in order[fold::FOLDS]:
                found[row].append(checked(row, weights))
    return [(row, found[row]) for row in rows]


def scores(found: Sequence[Checked]) -> list[Score]:
    """What the issue asks for."""

    def pairs(
        truth: Callable[[Row], Any], told: Callable[[Row, ReplyCheck], Any]
    ) -> list[list[tuple[Any, Any]]]:
        return [[(truth(row), told(row, check)) for check in checks] for row, checks in found]

    short = pairs(lambda row: row.empty_reply, lambda row, _: len(row.reply) < SHORT)
    matter = pairs(lambda row: row.answers_matter, lambda _, check: str(check.answers_matter))
    told = [
        _bounded(
            "empty_reply macro-F1",
            pairs(lambda row: row.empty_reply, lambda _, check: check.empty_reply),
            macro_f1,
            baseline=macro_f1([pair for row in short for pair in row]),
        ),
        _bounded("answers_matter macro-F1", matter, macro_f1),
    ]
    for flag in FLAGS:
        asked = pairs(
            lambda row, flag=flag: getattr(row, flag), lambda _, check, flag=flag: getattr(check, flag)
        )
        told.append(_bounded(f"{flag} accuracy", asked, accuracy))
    return told


def accuracy(pairs: Sequence[tuple[Any, Any]]) -> float:
    """Share of rows told right."""
    return sum(truth == told for truth, told in pairs) / len(pairs)


def macro_f1(pairs: Sequence[tuple[Any, Any]]) -> float:
    """The mean of the F1 of each label that occurs."""
    found = []
    for label in sorted({truth for truth, _ in pairs}, key=str):
        right = sum(truth == told == label for truth, told in pairs)
        named = sum(truth == label for truth, _ in pairs) + sum(told == label for _, told in pairs)
        found.append(2 * right / named)
    return sum(found) / len(found)


def _bounded(
    name: str,
    rows: Sequence[Sequence[tuple[Any, Any]]],
    measure: Callable[[Sequence[tuple[Any, Any]]], float],
    baseline: float | None = None,
) -> Score:
    def measured(drawn: Sequence[Sequence[tuple[Any, Any]]]) -> float:
        return measure([pair for row in drawn for pair in row])

    draw = random.Random(0)
    drawn = sorted(measured(draw.choices(rows, k=len(rows))) for _ in range(DRAWS))
    return Score(name, measured(rows), drawn[DRAWS // 40], drawn[-DRAWS // 40], len(rows), baseline)


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; 0 where the data is missing, else whether every aim is met by cross-validation."""
    if missing():
        print(f"replies: skipped, {missing()}")
        return 0
    rows, read, sealed = dev_rows(), read_rows("read"), read_rows("sealed")
    print(
        f"replies: {len(rows)} rows of the dev part, {FOLDS} folds in {ORDERS} orders, learned with {len(read)} rows "
        "labelled here, 95 % bootstrap intervals"
    )
    by_folds = scores(cross_validated(rows, read))
    for score in by_folds:
        print(f"{score}   aim {AIMS[score.name]:.2f}")
    print(f"replies: {len(sealed)} sealed rows, labelled here, learned from the others")
    weights = learn_weights(learnable(row) for row in (*rows, *read))
    for score in scores([(row, [checked(row, weights)]) for row in sealed]):
        print(score)
    return 0 if all(score.value >= AIMS[score.name] for score in by_folds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
