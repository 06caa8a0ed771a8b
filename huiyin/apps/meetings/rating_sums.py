"""A meeting's ratings added up: how many rated of each estate and building, and the scores of each question."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count

from huiyin.apps.meetings.models import Meeting, RatingCast, RatingTally
from huiyin.domain.canonical import JSON

SCORES = range(1, 6)


def turnout_of(meeting: Meeting) -> dict[int, dict[str, int]]:
    """By estate: how many households of each building have rated."""
    turnout: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for estate_id, building, count in (
        RatingCast.objects.filter(meeting=meeting)
        .order_by()
        .values_list("household__estate_id", "household__building")
        .annotate(Count("pk"))
    ):
        turnout[estate_id][building] = count
    return dict(turnout)


def scores_of(meeting: Meeting) -> dict[int, dict[str, list[int]]]:
    """By estate and question: how many gave 1, 2, 3, 4 and 5."""
    scores: defaultdict[int, defaultdict[str, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0] * len(SCORES))
    )
    for estate_id, question, score, count in RatingTally.objects.filter(meeting=meeting).values_list(
        "estate_id", "question", "score", "count"
    ):
        scores[estate_id][question][score - 1] = count
    return {estate_id: dict(by_question) for estate_id, by_question in scores.items()}


def as_told(meeting: Meeting, *, min_shown: int) -> dict[str, JSON]:
    """By estate code, for the event: how many households rated, and from `min_shown` of them on the scores."""
    turnout, scores = turnout_of(meeting), scores_of(meeting)
    told: dict[str, JSON] = {}
    for heard in meeting.estates.select_related("estate"):
        households = sum(turnout.get(heard.estate_id, {}).values())
        said: dict[str, JSON] = {"households": households}
        if households >= min_shown:
            said["scores"] = {
                question: list[JSON](counts) for question, counts in scores[heard.estate_id].items()
            }
        told[heard.estate.code] = said
    return told
