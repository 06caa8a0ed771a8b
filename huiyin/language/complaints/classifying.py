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


def classify(
    texts: Iterable[str], *, of_estates: Iterable[bool] | None = None, model: Model | None = None
) -> list[Classified]:
    """One answer for each text; a subject, if there is one, stands at the beginning of the text.

    `of_estates`: for each text whether it is known to be about an estate, by whatever name.
    """
    model = model or in_use()
    if of_estates is None:
        return [judged(model.scores(text), model) for text in texts]
    return [
        judged(model.scores(text, is_of_estate=is_of_estate), model)
        for text, is_of_estate in zip(texts, of_estates, strict=True)
    ]


def shares(scores: Sequence[float], model: Model) -> list[float]:
    """Of each category, from the scores of all lanes: the softmax of its scores times `sharpness`; they sum to 1."""
    of_categories = scores[1:]
    highest = max(of_categories)
    raised = [math.exp(model.sharpness * (score - highest)) for score in of_categories]
    total = sum(raised)
    return [each / total for each in raised]


def judged(scores: Sequence[float], model: Model) -> Classified:
    """What the scores of all lanes mean.

    Property_related is weighed from its own score and from what is usual among the likely categories, as log-odds.
    """
    of_categories = shares(scores, model)
    share = max(of_categories)
    usual = sum(each * odds for each, odds in zip(of_categories, model.related_by_category, strict=True))
    odds = (
        model.related_from_score * scores[0] + model.related_from_category * usual + model.related_intercept
    )
    likely = 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))
    return Classified(likely >= 0.5, CATEGORY_NAMES[of_categories.index(share)], share, likely)
