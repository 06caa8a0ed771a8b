"""Ratings: one for each household, by a letter's token or signed in; what was said lies apart from who said it.

No event tells the moment of a single rating and no sum shows while ratings come in: between two looks at the sums lay
one household's answers. Once the time is over one event witnesses the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, RatingCast, RatingToken
from huiyin.apps.meetings.permissions import check_decide
from huiyin.apps.meetings.rating_sums import as_told
from huiyin.apps.meetings.services.steps import heard_at, locked, witness
from huiyin.apps.meetings.tokens import hash_of, new_token
from huiyin.apps.people.actors import person_id_of
from huiyin.apps.people.selectors import verified_household
from huiyin.apps.places.models import Estate, Household
from huiyin.domain.access import ANONYMOUS, SYSTEM, Actor
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.meeting_phases import HELD, Activity, Phase, check_open
from huiyin.domain.policy_meetings import RatingRule
from huiyin.language.words import sort_key
from huiyin.web.now import now as clock

LETTERS_FROM = frozenset(Phase) - {Phase.DRAFT, Phase.POSTPONED, Phase.CANCELLED}

_CAST = "INSERT INTO meetings_ratingcast (meeting_id, household_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_COUNT = """
INSERT INTO meetings_ratingtally (meeting_id, estate_id, question, score, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (meeting_id, estate_id, question, score) DO UPDATE SET count = meetings_ratingtally.count + 1
"""


@dataclass(frozen=True)
class Letter:
    """What one household's letter says; `token` exists nowhere else."""

    household: Household
    token: str

    @property
    def label(self) -> str:
        """For the envelope: 6-2-302."""
        return str(self.household)


@transaction.atomic
def issue_letters(
    meeting: Meeting,
    *,
    by: Actor,
    estate: Estate,
    households: Iterable[Household] | None = None,
    now: datetime | None = None,
) -> list[Letter]:
    """A letter for each household of the estate that has not rated; its earlier letter is void from now on."""
    now = now or clock()
    meeting = locked(meeting)
    by = check_decide(by, meeting)
    if meeting.phase not in LETTERS_FROM:
        raise RuleBroken("公告以后才能印评议信。", code="letters.not_now")
    heard = heard_at(meeting, estate)
    wanted = not_rated(meeting, heard.estate)
    if households is not None:
        wanted = wanted.filter(pk__in=[each.pk for each in households])
    letters = written_to(wanted)
    make_valid(meeting, heard.estate, letters, by=by, now=now)
    return letters


def not_rated(meeting: Meeting, estate: Estate) -> QuerySet[Household]:
    """The households of the estate that have not rated yet."""
    rated = RatingCast.objects.filter(meeting=meeting).values("household_id")
    return Household.objects.filter(estate=estate).exclude(pk__in=rated)


def written_to(households: Iterable[Household]) -> list[Letter]:
    """Letters with new codes, which open nothing until `make_valid` has kept their hashes; door after door."""

    def door(household: Household) -> tuple[str, ...]:
        return tuple(sort_key(part) for part in (household.building, household.unit, household.room))

    return [Letter(household, new_token()) for household in sorted(households, key=door)]


def make_valid(
    meeting: Meeting, estate: Estate, letters: Sequence[Letter], *, by: Actor, now: datetime
) -> None:
    """From now on these letters open the rating, and no earlier one of the same households. Call it holding the row."""
    RatingToken.objects.filter(
        meeting=meeting, revoked_at=None, household__in=[each.household.pk for each in letters]
    ).update(revoked_at=now)
    RatingToken.objects.bulk_create(
        RatingToken(meeting=meeting, household=each.household, token_hash=hash_of(each.token), issued_at=now)
        for each in letters
    )
    witness(
        meeting,
        "letters_issued",
        by=by,
        now=now,
        public={"estate": estate.code, "count": len(letters)},
    )


@transaction.atomic
def revoke_token(token: RatingToken, *, by: Actor, now: datetime | None = None) -> RatingToken:
    """A letter was lost or went to the wrong door."""
    now = now or clock()
    meeting = locked(token.meeting)
    by = check_decide(by, meeting)
    token = RatingToken.objects.select_for_update(no_key=True).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        witness(meeting, "letter_revoked", by=by, now=now, public={"letter": token.pk})
    return token


@transaction.atomic
def rate(
    meeting: Meeting,
    *,
    scores: Mapping[str, int],
    by: Actor = ANONYMOUS,
    token: str = "",
    estate: Estate | None = None,
    now: datetime | None = None,
) -> None:
    """A household gives each question 1 to 5, once. It is an opinion, not a legal vote (domain.md §4).

    With a letter's token, or signed in with a verified household of `estate`. Only sums are kept of the answers.
    """
    now = now or clock()
    meeting = locked(meeting)
    check_open(Activity.RATE, meeting.phase)
    rule = limits.policy_of(meeting).rating
    if meeting.ratings_counted_at is not None or now > limits.rating_ends_at(meeting, rule):
        raise RuleBroken("评议已经结束。", code="rating.over")
    household = _household(meeting, by=by, token=token, estate=estate)
    _check_scores(scores, rule)
    with connection.cursor() as cursor:
        cursor.execute(_CAST, [meeting.pk, household.pk])
        if not cursor.rowcount:
            raise RuleBroken("您家已经评议过了，每户一次。", code="rating.once")
        for question, score in sorted(scores.items()):
            cursor.execute(_COUNT, [meeting.pk, household.estate_id, question, score])


@transaction.atomic
def count_ratings(meeting: Meeting, *, now: datetime | None = None) -> Meeting:
    """The time to rate is over: one event says for each estate how many rated and, from enough on, the scores."""
    now = now or clock()
    meeting = locked(meeting)
    check_open(Activity.RATE, meeting.phase)
    rule = limits.policy_of(meeting).rating
    if meeting.ratings_counted_at is not None:
        raise RuleBroken("评议已经统计过了。", code="ratings.counted")
    if now <= limits.rating_ends_at(meeting, rule):
        raise RuleBroken("评议还没有结束。", code="ratings.not_over")
    meeting.ratings_counted_at = now
    meeting.save(update_fields=["ratings_counted_at"])
    witness(
        meeting,
        "ratings_counted",
        by=SYSTEM,
        now=now,
        public={"estates": as_told(meeting, min_shown=rule.min_shown)},
    )
    return meeting


def count_due(*, now: datetime | None = None) -> int:
    """Count wherever the time is over (task), each meeting in its own transaction."""
    now = now or clock()
    done = 0
    for meeting in Meeting.objects.filter(phase__in=sorted(HELD), ratings_counted_at=None).order_by("pk"):
        if now > limits.rating_ends_at(meeting, limits.policy_of(meeting).rating):
            with suppress(RuleBroken):  # another run was faster
                count_ratings(meeting, now=now)
                done += 1
    return done


def has_rated(meeting: Meeting, household: Household) -> bool:
    return RatingCast.objects.filter(meeting=meeting, household=household).exists()


def _household(meeting: Meeting, *, by: Actor, token: str, estate: Estate | None) -> Household:
    households = Household.objects.select_related("estate")
    if token.strip():
        letter = RatingToken.objects.filter(meeting=meeting, token_hash=hash_of(token)).first()
        if letter is None:
            raise NotPermitted("这个二维码不是这场报告会的。", code="rating.token")
        if letter.revoked_at is not None:
            raise RuleBroken("这封信已经作废，请用新的一封，或联系社区。", code="rating.revoked")
        return households.get(pk=letter.household_id)
    person_id = person_id_of(by)
    if person_id is None or estate is None:
        raise NotPermitted("请扫评议信上的二维码，或用手机号登录。", code="rating.sign_in")
    home = verified_household(person_id, heard_at(meeting, estate).estate.pk)
    if home is None:
        raise RuleBroken("要先核实您是这个小区的住户，才能评议。请联系社区。", code="rating.not_verified")
    return households.get(pk=home)


def _check_scores(scores: Mapping[str, int], rule: RatingRule) -> None:
    wanted = {each.code for each in rule.questions}
    if set(scores) != wanted:
        raise RuleBroken("每一题都要选一个分数。", code="rating.incomplete", field="scores")
    if any(type(score) is not int or not 1 <= score <= 5 for score in scores.values()):
        raise RuleBroken("分数是 1 到 5。", code="rating.score", field="scores")
