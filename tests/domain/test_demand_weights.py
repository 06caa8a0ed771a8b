"""What weighs how much: a household counts once, by its heaviest source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.demands import Speaker, VoiceSource, speaking_count, weight_of

WEIGHTS = {
    VoiceSource.TOPIC: 3,
    VoiceSource.VISIT: 3,
    VoiceSource.PAPER: 3,
    VoiceSource.PHONE: 2,
    VoiceSource.QR: 2,
}


def qr(household: int | None = None, person: int | None = None) -> Speaker:
    return Speaker(VoiceSource.QR, household, person)


def paper(household: int | None = None) -> Speaker:
    return Speaker(VoiceSource.PAPER, household)


# (voices, cases, how many speak, weight)
TABLE = [
    ([], 0, 0, 0),
    ([], 4, 0, 4),
    ([qr(1)], 0, 1, 2),
    ([qr(1), qr(1, person=7), qr(1)], 0, 1, 2),
    ([qr(1), paper(1)], 0, 1, 3),
    ([qr(1), paper(2)], 0, 2, 5),
    ([qr(person=7), qr(person=7), qr(person=8)], 0, 2, 4),
    ([paper(), paper()], 0, 2, 6),
    ([qr(1), qr(person=7), paper()], 3, 3, 10),
]


@pytest.mark.parametrize(("voices", "cases", "count", "weight"), TABLE)
def test_the_weight_of_a_demand(voices: list[Speaker], cases: int, count: int, weight: int) -> None:
    assert speaking_count(voices) == count
    assert weight_of(voices, weights=WEIGHTS, case_count=cases, case_weight=1) == weight


speakers = st.builds(
    Speaker, st.sampled_from(VoiceSource), st.none() | st.integers(1, 3), st.none() | st.integers(1, 3)
)


@given(st.lists(speakers, max_size=12), st.randoms())
def test_neither_the_order_nor_saying_it_again_changes_anything(
    voices: list[Speaker], random: object
) -> None:
    named = [each for each in voices if each.mark is not None]
    again = [*voices, *named]
    random.shuffle(again)  # type: ignore[attr-defined]
    for measure in (
        speaking_count,
        lambda said: weight_of(said, weights=WEIGHTS, case_count=2, case_weight=1),
    ):
        assert measure(again) == measure(voices)
