"""How hot a topic is: each part by a table, and what they come to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.topic_heat import Heat, HeatWeights, Told, heat_of

TODAY = date(2026, 11, 30)
EVEN = HeatWeights(volume=1, spread=1, recency=1, urgency=1, negative=1, many=10, half_life_in_days=30)


def told(
    days_ago: int = 0,
    caller: str = "",
    *,
    urgent: bool = False,
    solved: bool | None = None,
    satisfied: bool | None = None,
) -> Told:
    return Told(TODAY - timedelta(days=days_ago), caller, urgent, solved, satisfied)


@pytest.mark.parametrize(
    ("complaints", "volume", "spread", "recency", "urgency", "negative", "total"),
    [
        ([], 0, 0, 0, 0, 0, 0),
        ([told()], 0.095, 0, 1, 0, 0, 21.9),
        # The same caller ten times is much, but not many people.
        ([told(caller="a")] * 10, 0.632, 0, 1, 0, 0, 32.6),
        ([told(caller=key) for key in "abcdefghij"], 0.632, 1, 1, 0, 0, 52.6),
        # Of callers who are not known nobody says how many they are.
        ([told()] * 8 + [told(caller="a"), told(caller="b")], 0.632, 0.2, 1, 0, 0, 36.6),
        # After one half-life half, after two a quarter.
        ([told(30)], 0.095, 0, 0.5, 0, 0, 11.9),
        ([told(0), told(60)], 0.181, 0, 0.625, 0, 0, 16.1),
        # A complaint of tomorrow (a wrong clock) counts as one of today.
        ([told(-3)], 0.095, 0, 1, 0, 0, 21.9),
        ([told(urgent=True), told()], 0.181, 0, 1, 0.5, 0, 33.6),
        # Only what was asked counts.
        ([told(solved=False), told()], 0.181, 0, 1, 0, 1, 43.6),
        ([told(solved=True, satisfied=False), told(solved=True, satisfied=True)], 0.181, 0, 1, 0, 0.25, 28.6),
    ],
)  # fmt: skip
def test_each_part_is_a_share_and_heat_is_their_mean(
    complaints: list[Told], volume: float, spread: float, recency: float, urgency: float, negative: float, total: float
) -> None:  # fmt: skip
    found = heat_of(complaints, weights=EVEN, today=TODAY)
    expected = Heat(volume, spread, recency, urgency, negative, total)
    for part in ("volume", "spread", "recency", "urgency", "negative"):
        assert getattr(found, part) == pytest.approx(getattr(expected, part), abs=0.0006), part
    assert found.total == pytest.approx(total, abs=0.06)


@pytest.mark.parametrize(
    ("weights", "total"),
    [
        (HeatWeights(1, 0, 0, 0, 0, many=10, half_life_in_days=30), 18.1),
        (HeatWeights(0, 0, 0, 3, 0, many=10, half_life_in_days=30), 50.0),
        (HeatWeights(0, 0, 1, 3, 0, many=10, half_life_in_days=30), 62.5),
    ],
)
def test_a_part_counts_what_the_policy_says(weights: HeatWeights, total: float) -> None:
    assert heat_of([told(urgent=True), told()], weights=weights, today=TODAY).total == pytest.approx(
        total, abs=0.06
    )


@pytest.mark.parametrize(
    "values",
    [
        {"volume": -1},
        {"volume": 0, "spread": 0, "recency": 0, "urgency": 0, "negative": 0},
        {"many": 0},
        {"half_life_in_days": 0},
    ],
)
def test_weights_that_mean_nothing_are_refused(values: dict[str, int]) -> None:
    usual = {"volume": 1, "spread": 1, "recency": 1, "urgency": 1, "negative": 1}
    with pytest.raises(ValueError, match="热度"):
        HeatWeights(**{**usual, "many": 10, "half_life_in_days": 30, **values})


COMPLAINTS = st.lists(
    st.builds(
        Told,
        on=st.dates(date(2020, 1, 1), date(2027, 12, 31)),
        caller=st.sampled_from(["", "a", "b", "c"]),
        is_urgent=st.booleans(),
        is_solved=st.sampled_from([None, True, False]),
        is_satisfied=st.sampled_from([None, True, False]),
    ),
    max_size=30,
)


@given(COMPLAINTS)
def test_heat_lies_between_0_and_100_and_no_order_changes_it(complaints: list[Told]) -> None:
    found = heat_of(complaints, weights=EVEN, today=TODAY)
    assert 0 <= found.total <= 100
    assert heat_of(complaints[::-1], weights=EVEN, today=TODAY).total == pytest.approx(found.total)


@given(COMPLAINTS.filter(bool))
def test_a_topic_that_nobody_adds_to_cools(complaints: list[Told]) -> None:
    now = heat_of(complaints, weights=EVEN, today=date(2028, 1, 1))
    later = heat_of(complaints, weights=EVEN, today=date(2028, 3, 1))
    assert later.total < now.total or now.recency < 1e-9
