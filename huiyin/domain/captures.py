"""What a camera wrote into a file, held against what people say of it (ADR 0016). A clue, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import cos, floor, hypot, radians

from huiyin.domain.clocks import BEIJING

CELL = 100
"""Places are squares of 1/100 of a degree, at Beijing about 1.1 km by 0.85 km: which part of town, not whose door."""

_KM_A_DEGREE = 111.2
# Phones sold in China often write GCJ-02 instead of WGS 84: up to about 0.7 km aside.
_SHIFT_KM = 0.7


class Held(StrEnum):
    """How a claimed day stands to what a file says."""

    FITS = "fits"
    DIFFERS = "differs"
    SILENT = "silent"
    """The file says nothing of its time, as after most messengers."""
    IMPOSSIBLE = "impossible"
    """The file had been brought before the claimed day, whatever its camera says."""


@dataclass(frozen=True)
class Comparison:
    """`days` from the claimed day to the file's: 3 is three days later, -3 earlier, 0 where nothing differs."""

    outcome: Held
    days: int = 0


@dataclass(frozen=True)
class Place:
    """The south-west corner of a square, in hundredths of a degree north and east."""

    north: int
    east: int


def held_against(
    claimed_on: date, *, captured_at: datetime | None, brought_at: datetime | None = None
) -> Comparison:
    """Compare the day a company says a photo was taken with the camera's; days are those of Beijing."""
    if brought_at is not None and (late := (_day(brought_at) - claimed_on).days) < 0:
        return Comparison(Held.IMPOSSIBLE, late)
    if captured_at is None:
        return Comparison(Held.SILENT)
    days = (_day(captured_at) - claimed_on).days
    return Comparison(Held.DIFFERS if days else Held.FITS, days)


def nearest_day(captured_at: datetime | None, first: date, last: date) -> date:
    """Of a stretch of days the one a photo is held against: that on which it was taken, else the nearest."""
    return first if captured_at is None else min(max(_day(captured_at), first), last)


def place_of(latitude: float, longitude: float) -> Place | None:
    """The square of a position in degrees; None for 0/0, which is a receiver without reception, and for nonsense."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):
        return None
    return Place(floor(latitude * CELL), floor(longitude * CELL))


def apart_km(one: Place, other: Place) -> int:
    """Whole kilometres that two photos were taken apart at least: 0 unless their squares leave no doubt."""
    north = max(0, abs(one.north - other.north) - 1) / CELL * _KM_A_DEGREE
    middle = radians((one.north + other.north) / 2 / CELL)
    east = max(0, abs(one.east - other.east) - 1) / CELL * _KM_A_DEGREE * cos(middle)
    return max(0, floor(hypot(north, east) - 2 * _SHIFT_KM))


def _day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()
