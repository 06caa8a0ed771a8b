"""Ratings: one for each household, by letter or signed in; what was said leads to no door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.meetings import limits, selectors
from huiyin.apps.meetings.models import Meeting, RatingCast, RatingTally, RatingToken
from huiyin.apps.meetings.services import ask, rate
from huiyin.apps.meetings.tokens import token_row
from huiyin.apps.places.models import Household
from huiyin.domain.access import ANONYMOUS
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.given_meetings import CLOSING, FLOOR, a_question
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
DAY = timedelta(days=1)
LATER = CLOSING + DAY


def scores(score: int = 4, **changed: int) -> dict[str, int]:
    usual = {each.code: score for each in limits.policy(CLOSING).rating.questions}
    return {**usual, **changed}


def letters(cast: Cast, meeting: Meeting, count: int = 0) -> dict[str, str]:
    """Letters to the two known households and `count` further ones in building 9, by room."""
    Household.objects.bulk_create(
        Household(estate=cast.estate, building="9", unit="1", room=f"{room}01")
        for room in range(1, count + 1)
    )
    made = rate.issue_letters(meeting, by=cast.actor("secretary"), estate=cast.estate, now=CLOSING)
    return {letter.label: letter.token for letter in made}


def test_a_household_rates_once_by_letter_or_signed_in(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    token = letters(cast, meeting)["6-2-302"]
    rate.rate(meeting, scores=scores(), token=token, now=LATER)
    for by, said in (
        (ANONYMOUS, {"token": token}),
        (cast.actor("resident"), {"estate": cast.estate}),
    ):
        with pytest.raises(RuleBroken, match="您家已经评议过了"):
            rate.rate(meeting, scores=scores(1), by=by, now=LATER, **said)
    rate.rate(meeting, scores=scores(), by=cast.actor("neighbour"), estate=cast.estate, now=LATER)
    assert RatingCast.objects.count() == 2


def test_a_second_letter_makes_the_first_void(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    first, second = letters(cast, meeting)["6-2-302"], letters(cast, meeting)["6-2-302"]
    with pytest.raises(RuleBroken, match="已经作废"):
        rate.rate(meeting, scores=scores(), token=first, now=LATER)
    rate.revoke_token(token_row(second), by=cast.actor("secretary"), now=LATER)
    with pytest.raises(RuleBroken, match="已经作废"):
        rate.rate(meeting, scores=scores(), token=second, now=LATER)
    assert not RatingCast.objects.exists()


def test_letters_lie_in_the_order_of_the_doors_they_are_brought_to(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    made = list(letters(cast, meeting, count=11))
    ninth = [label for label in made if label.startswith("9")]
    assert [label.split("-")[-1] for label in ninth] == [f"{room}01" for room in range(1, 12)]


def test_no_letter_goes_to_who_has_rated_and_none_is_kept_in_words(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    rate.rate(meeting, scores=scores(), by=cast.actor("resident"), estate=cast.estate, now=LATER)
    made = letters(cast, meeting)
    assert list(made) == ["3-2-501"]
    kept = RatingToken.objects.get()
    assert made["3-2-501"] not in kept.token_hash
    assert not Event.objects.filter(public__icontains=made["3-2-501"]).exists()


def test_who_is_no_household_here_rates_nothing(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    refused = (
        (ANONYMOUS, {"token": "a guess"}, NotPermitted),
        (ANONYMOUS, {}, NotPermitted),
        (cast.actor("manager"), {"estate": cast.estate}, RuleBroken),
    )
    for by, said, refusal in refused:
        with pytest.raises(refusal):
            rate.rate(meeting, scores=scores(), by=by, now=LATER, **said)
    with pytest.raises(NotPermitted):
        rate.issue_letters(meeting, by=cast.actor("manager"), estate=cast.estate, now=LATER)


@pytest.mark.parametrize("said", [{}, {"truthful": 4}, None], ids=["none", "one", "a six"])
def test_every_question_gets_one_to_five(in_phase: InPhase, said: dict[str, int] | None) -> None:
    cast, meeting = in_phase("minutes_open")
    wrong = scores(truthful=6) if said is None else said
    with pytest.raises(RuleBroken):
        rate.rate(meeting, scores=wrong, by=cast.actor("resident"), estate=cast.estate, now=LATER)
    assert not RatingCast.objects.exists()


def test_rating_is_open_from_the_closing_for_two_weeks(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    said = {"scores": scores(), "by": cast.actor("resident"), "estate": cast.estate}
    with pytest.raises(RuleBroken, match="评议已经结束"):
        rate.rate(meeting, **said, now=CLOSING + 15 * DAY)
    rate.rate(meeting, **said, now=CLOSING + 14 * DAY)


def test_nobody_rates_a_meeting_that_still_runs(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    with pytest.raises(RuleBroken, match="不能评议"):
        rate.rate(meeting, scores=scores(), by=cast.actor("resident"), estate=cast.estate, now=FLOOR)


def test_results_show_from_five_households_on_and_turnout_always(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    tokens = list(letters(cast, meeting, count=3).values())
    for token, score in zip(tokens[:4], (5, 5, 4, 2), strict=True):
        rate.rate(meeting, scores=scores(score), token=token, now=LATER)
    (result,) = selectors.rating_results(meeting, LATER)
    assert (result.casts, result.questions) == (4, None)
    assert result.by_building == [("3", 1), ("6", 1), ("9", 2)]
    rate.rate(meeting, scores=scores(3), token=tokens[4], now=LATER)
    (result,) = selectors.rating_results(meeting, LATER)
    assert result.questions is not None
    assert result.questions[0].mean == Decimal("3.8")
    assert result.questions[0].counts == {1: 0, 2: 1, 3: 1, 4: 1, 5: 2}
    assert list(problems(Counts())) == []


def test_no_row_holds_both_a_household_and_a_score(in_phase: InPhase) -> None:
    """Nor a time or an order: of the answers there are sums, of the households that they have rated."""
    cast, meeting = in_phase("minutes_open")
    rate.rate(meeting, scores=scores(2), by=cast.actor("resident"), estate=cast.estate, now=LATER)
    assert {field.name for field in RatingCast._meta.fields} == {"id", "meeting", "household"}
    assert not {"household", "person"} & {field.name for field in RatingTally._meta.fields}
    event = Event.objects.get(kind="meetings.household_rated")
    assert (event.actor_key, event.public) == ("household", {"phase": "minutes_open", "estate": "YSL01"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'meetings_ratingtally' "
            "AND column_name NOT IN ('id', 'meeting_id', 'estate_id', 'question', 'score', 'count')"
        )
        assert cursor.fetchone()[0] == 0


def test_scores_that_were_added_by_hand_are_found(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    rate.rate(meeting, scores=scores(2), by=cast.actor("resident"), estate=cast.estate, now=LATER)
    RatingTally.objects.filter(question="truthful").update(count=40)
    (problem,) = problems(Counts())
    assert (problem.stream, problem.what) == (meeting.stream, "评议的分数")


def test_a_letter_lets_a_household_support_a_question(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    question = a_question(cast, meeting)
    token = letters(cast, meeting)["3-2-501"]
    assert ask.support(question, token=token, now=FLOOR)
    assert not ask.support(question, by=cast.actor("neighbour"), now=FLOOR), "the same household"
