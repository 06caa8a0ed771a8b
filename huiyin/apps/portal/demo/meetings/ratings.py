"""Letters to households, and what the households thought of a meeting: sums alone, as the service keeps them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, RatingCast, RatingTally, RatingToken
from huiyin.apps.meetings.services.rate import count_ratings, issue_letters
from huiyin.apps.places.models import Estate, Household
from huiyin.apps.portal.demo.meetings.gatherings import Gathering
from huiyin.apps.portal.demo.residents import buildings_of
from huiyin.domain.access import Actor

# How households answer each question, from 1 to 5; the accounts please least.
_LEANING = {
    "understandable": (2, 5, 16, 42, 35),
    "truthful": (5, 10, 24, 38, 23),
    "answered": (3, 8, 20, 40, 29),
    "service": (7, 13, 28, 34, 18),
    "accounts": (9, 17, 29, 29, 16),
}


def letters_for(meeting: Meeting, estate: Estate, *, count: int, by: Actor, now: datetime) -> list[Household]:
    """Letters to `count` households of the estate; those that nobody has entered yet are entered for it."""
    homes = list(Household.objects.filter(estate=estate).order_by("pk"))
    homes += _entered(estate, homes, count)
    issue_letters(meeting, by=by, estate=estate, households=homes[:count], now=now)
    return homes[:count]


def _entered(estate: Estate, known: list[Household], count: int) -> list[Household]:
    rng = Random(f"{estate.code}/letters")
    floors = 17 if estate.lift_count else 6
    taken = {(home.building, home.unit, home.room) for home in known}
    new: list[Household] = []
    while len(known) + len(new) < count:
        building, unit = str(rng.randint(1, buildings_of(estate))), str(rng.randint(1, 3))
        room = f"{rng.randint(1, floors)}{rng.randint(1, 4):02d}"
        if (building, unit, room) not in taken:
            taken.add((building, unit, room))
            new.append(Household(estate=estate, building=building, unit=unit, room=room))
    return Household.objects.bulk_create(new)


def rate(meeting: Meeting, gathering: Gathering, share: float) -> None:
    """That share of the households with a letter has rated by now."""
    rng = Random(f"{meeting.title}/ratings")
    assert meeting.closed_at is not None
    codes = [question.code for question in limits.policy_of(meeting).rating.questions]
    casts, tallies = [], Counter[tuple[int, str, int]]()
    for estate in gathering.estates:
        homes = RatingToken.objects.filter(meeting=meeting, household__estate=estate, revoked_at=None)
        for household in homes.order_by("pk").values_list("household_id", flat=True):
            if rng.random() > share:
                continue
            casts.append(RatingCast(meeting=meeting, household_id=household))
            for code in codes:
                (score,) = rng.choices(range(1, 6), _LEANING[code])
                tallies[estate.pk, code, score] += 1
    rng.shuffle(casts)
    RatingCast.objects.bulk_create(casts)
    RatingTally.objects.bulk_create(
        RatingTally(meeting=meeting, estate_id=estate, question=code, score=score, count=count)
        for (estate, code, score), count in tallies.items()
    )


def count_if_over(meeting: Meeting, *, now: datetime) -> None:
    """By the hourly task, a few minutes after the time to rate has ended."""
    at = limits.rating_ends_at(meeting, limits.policy_of(meeting).rating) + timedelta(minutes=16)
    if at <= now:
        count_ratings(meeting, now=at)
