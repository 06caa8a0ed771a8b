"""A weighted sum of traits made a probability: logistic regression in plain Python, the same bytes every time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Weights = Mapping[str, float]
BIAS = "bias"


def probability(weights: Weights, traits: Mapping[str, float]) -> float:
    """Of the statement the weights were learned for."""
    total = weights[BIAS] + sum(weights.get(name, 0.0) * value for name, value in traits.items())
    return _logistic(total)


def _logistic(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def learn(
    rows: Sequence[Mapping[str, float]],
    truths: Sequence[bool],
    *,
    damping: float,
    even: bool = False,
    rounds: int = 300,
    step: float = 0.5,
) -> dict[str, float]:
    """Weights by gradient descent with momentum; `even`: both answers weigh the same however rare one of them is."""
    names = sorted({name for row in rows for name in row})
    weights = dict.fromkeys([BIAS, *names], 0.0)
    speed = dict(weights)
    yes = sum(truths) or 1
    no = len(truths) - sum(truths) or 1
    shares = [(0.5 / yes if truth else 0.5 / no) if even else 1 / len(truths) for truth in truths]
    present = [[(name, value) for name, value in row.items() if value] for row in rows]
    for _ in range(rounds):
        slope = {name: damping * value for name, value in weights.items()}
        slope[BIAS] = 0.0
        for row, truth, share in zip(present, truths, shares, strict=True):
            total = sum([weights[name] * value for name, value in row], weights[BIAS])
            miss = (_logistic(total) - truth) * share
            slope[BIAS] += miss
            for name, value in row:
                slope[name] += miss * value
        for name, value in slope.items():
            speed[name] = 0.8 * speed[name] - step * value
            weights[name] += speed[name]
    return {name: round(value, 4) for name, value in weights.items()}
