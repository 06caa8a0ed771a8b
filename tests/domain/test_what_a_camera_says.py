"""A claimed day against the camera's, and two places against each other: the rules as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.captures import Held, Place, apart_km, held_against, place_of
from huiyin.domain.clocks import BEIJING

CLAIMED = date(2026, 6, 15)
BROUGHT = datetime(2026, 6, 18, 9, 30, tzinfo=BEIJING)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("captured_at", "outcome", "days"),
    [
        (beijing("2026-06-15T00:00"), Held.FITS, 0),
        (beijing("2026-06-15T23:59"), Held.FITS, 0),
        (beijing("2026-06-16T00:00"), Held.DIFFERS, 1),
        (beijing("2026-06-14T23:59"), Held.DIFFERS, -1),
        (beijing("2025-06-15T12:00"), Held.DIFFERS, -365),
        # The day is Beijing's: 18:00 in London is the next morning.
        (datetime(2026, 6, 14, 18, 0, tzinfo=UTC), Held.FITS, 0),
        (datetime(2026, 6, 15, 18, 0, tzinfo=UTC), Held.DIFFERS, 1),
        (datetime(2026, 6, 15, 12, 0, tzinfo=timezone(timedelta(hours=-11))), Held.DIFFERS, 1),
        (None, Held.SILENT, 0),
    ],
)
def test_the_claimed_day_is_held_against_the_cameras(captured_at, outcome, days):
    found = held_against(CLAIMED, captured_at=captured_at, brought_at=BROUGHT)
    assert (found.outcome, found.days) == (outcome, days)


@pytest.mark.parametrize(
    ("claimed_on", "captured_at", "outcome", "days"),
    [
        (date(2026, 6, 18), None, Held.SILENT, 0),
        (date(2026, 6, 19), None, Held.IMPOSSIBLE, -1),
        (date(2026, 6, 25), beijing("2026-06-25T08:00"), Held.IMPOSSIBLE, -7),
    ],
)
def test_no_photo_shows_a_day_after_it_was_brought(claimed_on, captured_at, outcome, days):
    found = held_against(claimed_on, captured_at=captured_at, brought_at=BROUGHT)
    assert (found.outcome, found.days) == (outcome, days)


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        (39.8584, 116.2868, Place(3985, 11628)),
        (39.85, 116.28, Place(3985, 11628)),
        (-33.8688, 151.2093, Place(-3387, 15120)),
        (0, 0, None),
        (91, 116, None),
        (39, 181, None),
        (float("nan"), 116, None),
    ],
)
def test_a_position_is_kept_as_a_square_of_a_kilometre(latitude, longitude, place):
    assert place_of(latitude, longitude) == place


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (Place(3985, 11628), Place(3985, 11628), 0),
        # Neighbours may be a street apart, and phones shift places by up to 0.7 km: no doubt is raised.
        (Place(3985, 11628), Place(3986, 11629), 0),
        (Place(3985, 11628), Place(3988, 11628), 0),
        (Place(3985, 11628), Place(3990, 11628), 3),
        # 丰台 and 通州, some 30 km.
        (Place(3985, 11628), Place(3990, 11665), 29),
        # Beijing and Shanghai, 1,068 km.
        (Place(3985, 11628), Place(3123, 12147), 1064),
    ],
)
def test_photos_are_apart_only_beyond_doubt(one, other, km):
    assert apart_km(one, other) == km
    assert apart_km(other, one) == km


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
def test_the_difference_counts_whole_days(claimed_on, days):
    noon = datetime.combine(claimed_on, datetime.min.time(), tzinfo=BEIJING) + timedelta(days=days, hours=12)
    found = held_against(claimed_on, captured_at=noon)
    assert found.days == days
    assert (found.outcome is Held.FITS) == (days == 0)
