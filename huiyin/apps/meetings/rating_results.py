"""What the households said of a meeting, as far as it may be shown, and the letters that ask them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import (
    Meeting,
    RatingToken,
)
from huiyin.apps.meetings.rating_sums import SCORES, scores_of, turnout_of
from huiyin.apps.places.models import Estate
from huiyin.language.words import sort_key


@dataclass(frozen=True)
class RatedQuestion:
    """One question's answers: how many gave each score, and the mean to one decimal."""

    code: str
    text: str
    counts: dict[int, int]
    mean: Decimal


@dataclass(frozen=True)
class RatingResult:
    """An estate's ratings. While households still rate, `casts` is all there is: two looks would tell what lay between.

    `questions` is None until then, and below the minimum, so that no answer can be told from the sums.
    """

    estate: Estate
    casts: int
    household_count: int
    min_shown: int
    ends_at: datetime
    is_counted: bool
    questions: list[RatedQuestion] | None
    by_building: list[tuple[str, int]]
    """Turnout of the buildings from which enough households have rated, then of the others together as ("", n)."""


def rating_results(meeting: Meeting, now: datetime) -> list[RatingResult]:
    """Of each estate heard at the meeting, once it is closed; three queries, however many estates."""
    if meeting.closed_at is None:
        return []
    rule = limits.policy_of(meeting).rating
    is_counted = meeting.ratings_counted_at is not None
    scores = scores_of(meeting) if is_counted else {}
    turnout = turnout_of(meeting)
    results = []
    for heard in meeting.estates.select_related("estate"):
        by_building = turnout.get(heard.estate_id, {})
        casts = sum(by_building.values())
        shown = None
        if is_counted and casts >= rule.min_shown:
            given = scores.get(heard.estate_id, {})
            shown = [
                _rated(each.code, each.text, dict(zip(SCORES, given[each.code], strict=True)))
                for each in rule.questions
                if each.code in given
            ]
        results.append(
            RatingResult(
                estate=heard.estate,
                casts=casts,
                household_count=heard.estate.household_count,
                min_shown=rule.min_shown,
                ends_at=limits.rating_ends_at(meeting, rule),
                is_counted=is_counted,
                questions=shown,
                by_building=_by_building(by_building, rule.min_shown) if is_counted else [],
            )
        )
    return results


def _by_building(turnout: dict[str, int], min_shown: int) -> list[tuple[str, int]]:
    named = {building: count for building, count in turnout.items() if building and count >= min_shown}
    others = sum(turnout.values()) - sum(named.values())
    rows = sorted(named.items(), key=lambda each: sort_key(each[0]))
    return [*rows, ("", others)] if others else rows


def _rated(code: str, text: str, counts: dict[int, int]) -> RatedQuestion:
    total = sum(counts.values())
    points = sum(score * count for score, count in counts.items())
    mean = (Decimal(points) / total).quantize(Decimal("0.1")) if total else Decimal(0)
    return RatedQuestion(code, text, counts, mean)


def letters_of(meeting: Meeting) -> QuerySet[RatingToken]:
    """The letters that are valid now; never their tokens."""
    return RatingToken.objects.filter(meeting=meeting, revoked_at=None).select_related("household")
