"""What weighs how much: a verified household counts once, by its heaviest source."""

from __future__ import annotations

from dataclasses import replace

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
    ([qr(person=7), qr(person=7), qr(person=8)], 0, 0, 4),
    ([paper(), paper()], 0, 0, 6),
    ([qr(1), qr(person=7), paper()], 3, 1, 10),
    ([Speaker(VoiceSource.TOPIC, person_id=7), qr(1, person=7)], 0, 1, 3),
    ([qr(1), paper()], 0, 1, 5),
]


@pytest.mark.parametrize(("voices", "cases", "count", "weight"), TABLE)
def test_the_weight_of_a_demand(voices: list[Speaker], cases: int, count: int, weight: int) -> None:
    assert speaking_count(voices) == count
    assert weight_of(voices, weights=WEIGHTS, case_count=cases, case_weight=1) == weight


def weigh(voices: list[Speaker]) -> int:
    return weight_of(voices, weights=WEIGHTS, case_count=2, case_weight=1)


speakers = st.builds(
    Speaker, st.sampled_from(VoiceSource), st.none() | st.integers(1, 3), st.none() | st.integers(1, 3)
)


@given(st.lists(speakers, max_size=12), st.randoms())
def test_neither_the_order_nor_saying_it_again_changes_anything(
    voices: list[Speaker], random: object
) -> None:
    named = [each for each in voices if each.household_id or each.person_id]
    again = [*voices, *named]
    random.shuffle(again)  # type: ignore[attr-defined]
    for measure in (speaking_count, weigh):
        assert measure(again) == measure(voices)


def home_of(person: int | None, verified: list[Speaker]) -> int | None:
    return min(
        (each.household_id or 0 for each in verified if person and each.person_id == person), default=None
    )


@given(st.lists(speakers, max_size=12))
def test_only_verified_households_are_counted_and_each_person_weighs_once(voices: list[Speaker]) -> None:
    verified = [each for each in voices if each.household_id]
    assert speaking_count(voices) == speaking_count(verified) == len({each.household_id for each in verified})
    resolved = [
        replace(each, household_id=each.household_id or home_of(each.person_id, verified)) for each in voices
    ]
    assert weigh(voices) == weigh(resolved)
