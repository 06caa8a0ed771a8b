"""Learning which estate a complaint is about: `python -m bench.learn_places` writes the weights in data/places.

Each message offers candidates, and “none of them” beside them; the weights make the labelled one likeliest
(log-linear, L-BFGS, no chance in it, so the files come out the same byte for byte).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from bench.places_corpus import Row, dev_rows, invented_names, missing, read_rows
from huiyin.language.places import unknown
from huiyin.language.places.about import About, after_of, before_of, traits_of
from huiyin.language.places.gazetteer import Gazetteer, Mention
from huiyin.language.places.unknown import Weights
from huiyin.language.places.written import DATA, write

UNIT = 100
"""Whole numbers of a weight of one."""
BESIDE = "隔壁 隔壁的 对面的"
"""Before a name that is only a neighbour's: anyone knows, and too few rows teach it."""
MOST_STEPS, MOST_BESIDE = 120, -300
RAREST = 3


@dataclass(frozen=True)
class Example:
    """The features of each candidate of one message, and which candidates are right (none: it is about none)."""

    candidates: Sequence[Sequence[str]]
    right: Sequence[int]
    weight: float = 1.0


def fit(examples: Sequence[Example], strength_of: Callable[[str], float]) -> dict[str, float]:
    """Feature → weight; `strength_of` says how strongly the weight of a feature is drawn to nought."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    seen = Counter(
        feature for example in examples for feature in {f for row in example.candidates for f in row}
    )
    features = sorted(feature for feature, count in seen.items() if count >= RAREST)
    places = {feature: at for at, feature in enumerate(features)}
    columns: list[int] = []
    starts, firsts, is_right, weights = [0], [0], [], []
    for example in examples:
        right = set(example.right)
        for at, row in enumerate(example.candidates):
            columns += [places[feature] for feature in row if feature in places]
            starts.append(len(columns))
            is_right.append(at in right)
        if example.candidates:
            firsts.append(len(starts) - 1)
            weights.append(example.weight)
    matrix = csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(starts) - 1, len(features)))
    bounds, rights, weight = np.array(firsts), np.array(is_right), np.array(weights)
    group = np.repeat(np.arange(len(weights)), np.diff(bounds))
    has_right = np.bincount(group, rights, len(weights)) > 0
    strengths = np.array([strength_of(feature) for feature in features])

    def loss(vector: Any) -> tuple[float, Any]:
        scores = matrix @ vector
        highest = np.maximum(np.maximum.reduceat(scores, bounds[:-1]), 0)
        raised = np.exp(scores - highest[group])
        none = np.exp(-highest)
        whole = np.bincount(group, raised, len(weights)) + none
        of_right = np.bincount(group, raised * rights, len(weights)) + np.where(has_right, 0, none)
        value = -(weight * np.log(np.maximum(of_right / whole, 1e-300))).sum()
        share = raised / whole[group]
        share_right = raised * rights / np.maximum(of_right, 1e-300)[group]
        slope = matrix.T @ (weight[group] * (share - share_right))
        return value + 0.5 * (strengths * vector**2).sum(), slope + strengths * vector

    best = minimize(
        loss, np.zeros(len(features)), jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}
    )
    return dict(zip(features, best.x.tolist(), strict=True))


def about_examples(rows: Sequence[Row], gazetteer: Gazetteer) -> list[Example]:
    """Each message with its subject and without, the estates of the gazetteer that are named in it as candidates."""
    found = []
    for row in rows:
        for text in (row.text, row.body):
            written = write(text).text
            standing = gazetteer.standing(written)
            right = [
                at
                for at, mention in enumerate(standing)
                if any(owner.estate == row.estate for owner in mention.entry.owners)
            ]
            if standing and (right or row.estate is None):
                found.append(Example(_about_features(written, standing), right, 0.5))
    return found


def _about_features(text: str, mentions: Sequence[Mention]) -> list[list[str]]:
    counts = Counter(mention.entry.owners for mention in mentions)
    pairs = [f"pairs {pair}" for pair in sorted(set(map(add, text, text[1:])))]
    return [
        [
            "intercept ",
            *[f"before {each}" for each in before_of(text, mention.start)],
            *[f"after {each}" for each in after_of(text, mention.end)],
            *[
                f"traits {each}"
                for each in traits_of(mention.start, mention.end, counts[mention.entry.owners])
            ],
            *pairs,
        ]
        for mention in mentions
    ]


def fit_about(examples: Sequence[Example]) -> About:
    """Weights as whole numbers."""
    strengths = {"before": 1.0, "after": 1.0, "pairs": 10.0, "traits": 0.3, "intercept": 0.01}
    found = fit(examples, lambda feature: strengths[feature.split(" ")[0]])
    tables: dict[str, dict[str, int]] = {name: {} for name in strengths}
    for feature, weight in found.items():
        table, _, key = feature.partition(" ")
        if round(weight * UNIT):
            tables[table][key] = round(weight * UNIT)
    for words in BESIDE.split():
        tables["before"][words] = min(MOST_BESIDE, tables["before"].get(words, 0))
    return About(
        UNIT,
        tables["intercept"].get("", 0),
        tables["before"],
        tables["after"],
        tables["pairs"],
        tables["traits"],
    )


def unknown_examples(rows: Sequence[Row]) -> list[Example]:
    """Each message with its subject and without, its plausible pieces as candidates."""
    found = []
    for row in rows:
        for text, weight in ((row.text, 0.7), (row.body, 0.3)):
            pieces = unknown.featured(text)
            right = [
                at for at, (piece, _) in enumerate(pieces) if text[piece.start : piece.end] == row.estate
            ]
            if pieces and (right or row.estate is None):
                found.append(Example([features for _, features in pieces], right, weight))
    return found


def fit_unknown(examples: Sequence[Example]) -> Weights:
    """Weights as whole numbers; n-grams are drawn to nought more strongly than kinds."""
    strengths = {"a": 0.7, "b": 0.7, "f": 1.0, "l": 1.0, "g": 1.0}
    found = fit(examples, lambda feature: 0.01 if feature == "any" else strengths.get(feature[0], 0.3))
    return Weights(
        UNIT, {feature: round(each * UNIT) for feature, each in found.items() if round(each * UNIT)}
    )


def gazetteer_of(rows: Sequence[Row]) -> Gazetteer:
    """The names of the rows among invented ones."""
    named = dict.fromkeys([*(row.estate for row in rows if row.estate), *invented_names()])
    return Gazetteer([(name, name) for name in named])


def main() -> int:
    """Writes both files of weights; 2 where the data is missing."""
    if missing():
        print(f"not trained: {missing()}")
        return 2
    rows = [*dev_rows(), *read_rows()]
    about = fit_about(about_examples(rows, gazetteer_of(rows)))
    _write("about.json", about._asdict())
    weights = fit_unknown(unknown_examples(rows))
    _write("unknown.json", weights._asdict())
    print(
        f"{DATA}: {len(rows)} messages, {len(about.before) + len(about.after) + len(about.pairs)} n-grams "
        f"of what a complaint is about, {len(weights.of)} features of names"
    )
    return 0


def _write(name: str, data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (DATA / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
