"""What a complaint is about: whether the running of an estate is concerned, and which of the 24 matters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.complaints.model import Model, in_use


class Classified(NamedTuple):
    """`confidence` is the share of the category named; `related_confidence` how likely property_related is true.

    Both lie between 0 and 1. A text is property_related where `related_confidence` is at least a half.
    """

    property_related: bool
    category: str
    confidence: float
    related_confidence: float


def classify(texts: Iterable[str], *, model: Model | None = None) -> list[Classified]:
    """One answer for each text; a subject, if there is one, stands at the beginning of the text."""
    model = model or in_use()
    return [judged(model.scores(text), model) for text in texts]


def judged(scores: Sequence[float], model: Model) -> Classified:
    """What the scores of all lanes mean.

    The shares of the categories are the softmax of their scores times `sharpness`. Property_related is weighed from
    its own score and from what is usual among the likely categories, as log-odds.
    """
    related, *of_categories = scores
    highest = max(of_categories)
    raised = [math.exp(model.sharpness * (score - highest)) for score in of_categories]
    total = sum(raised)
    best = of_categories.index(highest)
    usual = sum(share * odds for share, odds in zip(raised, model.related_by_category, strict=True)) / total
    odds = model.related_from_score * related + model.related_from_category * usual + model.related_intercept
    likely = 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))
    return Classified(likely >= 0.5, CATEGORY_NAMES[best], raised[best] / total, likely)
