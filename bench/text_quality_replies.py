"""How well replies are weighed: by cross-validation, never learning from the row it scores.

    python -m bench.text_quality_replies

The rule of 60 characters stands beside it. Needs ../shared/data or $HUIYIN_SHARED.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from huiyin.language.replies import ReplyCheck, ReplyWeights, check_reply
from huiyin.language.reply_reading import read_reply
from huiyin.language.reply_traits import deed_traits, matter_traits
from huiyin.language.responsible import find_responsible
from huiyin.language.weighing import learn

SHARED = Path(os.environ.get("HUIYIN_SHARED", Path(__file__).resolve().parents[2] / "shared" / "data"))
FOLDS = 10
DRAWS = 1000
SHORT = 60
DEED_DAMPING, PARTLY_DAMPING, ROUNDS = 0.005, 0.005, 200
FLAGS = ("has_action", "has_date_or_deadline", "has_responsible")

Row = Mapping[str, Any]


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


def labelled_rows() -> list[Row]:
    """Every labelled reply of the dev part."""
    lines = (SHARED / "corpus" / "replies_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


def is_held_out(row: Row) -> bool:
    """The third that was not read while traits and words were written."""
    return crc32(str(row["id"]).encode()) % 3 == 0


def learn_weights(rows: Iterable[Row]) -> ReplyWeights:
    """From the rows that are no empty replies: those are told by rule."""
    deeds, parts, has_deed, is_partly = [], [], [], []
    for row in rows:
        if row["empty_reply"]:
            continue
        reading = read_reply(row["reply"])
        names = bool(find_responsible(reading.folded.text))
        deeds.append(deed_traits(row["subject"], reading))
        parts.append(matter_traits(row["subject"], row["text"], reading, names_somebody=names))
        has_deed.append(bool(row["has_action"]))
        is_partly.append(row["answers_matter"] == "partly")
    return ReplyWeights(
        learn(deeds, has_deed, damping=DEED_DAMPING, rounds=ROUNDS),
        learn(parts, is_partly, damping=PARTLY_DAMPING, rounds=ROUNDS),
    )


def checked(row: Row, weights: ReplyWeights) -> ReplyCheck:
    """The row weighed with these weights."""
    return check_reply(row["text"], row["reply"], subject=row["subject"], weights=weights)


def cross_validated(rows: Sequence[Row]) -> list[tuple[Row, ReplyCheck]]:
    """Each row weighed by what was learned from the other nine parts."""
    order = list(rows)
    random.Random(0).shuffle(order)
    found = []
    for fold in range(FOLDS):
        weights = learn_weights(row for at, row in enumerate(order) if at % FOLDS != fold)
        found += [(row, checked(row, weights)) for row in order[fold::FOLDS]]
    return found


def scores(found: Sequence[tuple[Row, ReplyCheck]]) -> list[Score]:
    """What the issue asks for."""
    empty = [(bool(row["empty_reply"]), check.empty_reply) for row, check in found]
    short = [(bool(row["empty_reply"]), len(row["reply"]) < SHORT) for row, _ in found]
    matter = [(str(row["answers_matter"]), str(check.answers_matter)) for row, check in found]
    told = [
        _bounded("empty_reply macro-F1", empty, macro_f1, baseline=macro_f1(short)),
        _bounded("answers_matter macro-F1", matter, macro_f1),
    ]
    told += [
        _bounded(
            f"{flag} accuracy", [(bool(row[flag]), getattr(check, flag)) for row, check in found], accuracy
        )
        for flag in FLAGS
    ]
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
    pairs: Sequence[tuple[Any, Any]],
    measure: Callable[[Sequence[tuple[Any, Any]]], float],
    baseline: float | None = None,
) -> Score:
    draw = random.Random(0)
    drawn = sorted(measure(draw.choices(pairs, k=len(pairs))) for _ in range(DRAWS))
    return Score(name, measure(pairs), drawn[DRAWS // 40], drawn[-DRAWS // 40], len(pairs), baseline)


def report() -> list[str]:
    """The lines that are printed."""
    rows = labelled_rows()
    lines = [f"replies: {len(rows)} rows of the dev part, {FOLDS} folds"]
    lines += [str(score) for score in scores(cross_validated(rows))]
    read = [row for row in rows if not is_held_out(row)]
    kept = [row for row in rows if is_held_out(row)]
    weights = learn_weights(read)
    lines.append(f"replies: the {len(kept)} rows that were not read, learned from the {len(read)} that were")
    lines += [str(score) for score in scores([(row, checked(row, weights)) for row in kept])]
    return lines


if __name__ == "__main__":
    print("\n".join(report()))
