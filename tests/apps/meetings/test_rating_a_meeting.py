"""Ratings: one for each household, by letter or signed in; what was said leads to no door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, RatingCast, RatingTally, RatingToken
from huiyin.apps.meetings.rating_results import rating_results
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
OVER = CLOSING + 15 * DAY


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


def rated(cast: Cast, meeting: Meeting, *given: int) -> None:
    """As many households as scores, the further ones in building 9."""
    tokens = list(letters(cast, meeting, count=len(given)).values())
    for token, score in zip(tokens, given, strict=False):
        rate.rate(meeting, scores=scores(score), token=token, now=LATER)


def test_while_households_rate_two_looks_tell_nothing_of_the_one_between(in_phase: InPhase) -> None:
    """Only how many of the whole estate have rated shows; no event tells a moment or an estate."""
    cast, meeting = in_phase("minutes_open")
    before = Event.objects.count()
    rated(cast, meeting, 5, 5, 4, 2, 3)
    assert list(Event.objects.order_by("pk")[before:].values_list("kind", flat=True)) == [
        "meetings.letters_issued"
    ]
    (result,) = rating_results(meeting, LATER)
    rate.rate(meeting, scores=scores(1), token=next(iter(letters(cast, meeting, 0).values())), now=LATER)
    (again,) = rating_results(meeting, LATER)
    assert (result.casts, again.casts) == (5, 6)
    assert {(each.questions, tuple(each.by_building)) for each in (result, again)} == {(None, ())}


def test_over_they_are_counted_once_and_one_event_tells_all(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    rated(cast, meeting, 5, 5, 4, 2, 3)
    assert rate.count_due(now=OVER - DAY) == 0
    with pytest.raises(RuleBroken, match="还没有结束"):
        rate.count_ratings(meeting, now=OVER - DAY)
    assert rate.count_due(now=OVER) == 1
    assert rate.count_due(now=OVER) == 0
    meeting.refresh_from_db()
    (result,) = rating_results(meeting, OVER)
    assert result.questions is not None
    assert result.questions[0].mean == Decimal("3.8")
    assert result.questions[0].counts == {1: 0, 2: 1, 3: 1, 4: 1, 5: 2}
    event = Event.objects.get(kind="meetings.ratings_counted")
    assert event.actor_key == "system"
    assert event.public["estates"]["YSL01"]["households"] == 5
    assert event.public["estates"]["YSL01"]["scores"]["truthful"] == [0, 1, 1, 1, 2]
    assert list(problems(Counts())) == []


def test_after_counting_nobody_rates_whatever_the_clock_said(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    rate.count_ratings(meeting, now=OVER)
    with pytest.raises(RuleBroken, match="评议已经结束"):
        rate.rate(meeting, scores=scores(), by=cast.actor("resident"), estate=cast.estate, now=LATER)


def test_below_five_households_neither_page_nor_event_tells_scores(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    rated(cast, meeting, 5, 5, 4, 2)
    (result,) = rating_results(rate.count_ratings(meeting, now=OVER), OVER)
    assert (result.casts, result.questions) == (4, None)
    event = Event.objects.get(kind="meetings.ratings_counted")
    assert event.public["estates"] == {"YSL01": {"households": 4}}


def test_a_building_is_named_only_where_enough_of_it_rated(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    rated(cast, meeting, *[4] * 8)
    (result,) = rating_results(rate.count_ratings(meeting, now=OVER), OVER)
    assert result.by_building == [("9", 6), ("", 2)]


def test_no_row_holds_both_a_household_and_a_score(in_phase: InPhase) -> None:
    """Nor a time or an order: of the answers there are sums, of the households that they have rated."""
    cast, meeting = in_phase("minutes_open")
    rate.rate(meeting, scores=scores(2), by=cast.actor("resident"), estate=cast.estate, now=LATER)
    assert {field.name for field in RatingCast._meta.fields} == {"id", "meeting", "household"}
    assert not {"household", "person"} & {field.name for field in RatingTally._meta.fields}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'meetings_ratingtally' "
            "AND column_name NOT IN ('id', 'meeting_id', 'estate_id', 'question', 'score', 'count')"
        )
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("is_counted", [False, True], ids=["while they rate", "once counted"])
def test_scores_that_were_added_by_hand_are_found(in_phase: InPhase, is_counted: bool) -> None:
    cast, meeting = in_phase("minutes_open")
    rated(cast, meeting, 2, 2, 2, 2, 2)
    if is_counted:
        rate.count_ratings(meeting, now=OVER)
    RatingTally.objects.filter(question="truthful").update(count=40)
    (problem,) = problems(Counts())
    assert (problem.stream, problem.what) == (meeting.stream, "评议的分数")


def test_a_household_that_was_removed_after_counting_is_found(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    rated(cast, meeting, 2, 2)
    rate.count_ratings(meeting, now=OVER)
    RatingCast.objects.all().delete()
    RatingTally.objects.all().delete()
    (problem,) = problems(Counts())
    assert (problem.stream, problem.what) == (meeting.stream, "评议的户数")


def test_a_letter_lets_a_household_support_a_question(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    question = a_question(cast, meeting)
    token = letters(cast, meeting)["3-2-501"]
    assert ask.support(question, token=token, now=FLOOR)
    assert not ask.support(question, by=cast.actor("neighbour"), now=FLOOR), "the same household"
