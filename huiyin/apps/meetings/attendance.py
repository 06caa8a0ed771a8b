"""Who has come to a meeting, counted: people, households, buildings; never a name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.utils.crypto import salted_hmac

from huiyin.apps.meetings.models import CheckIn, Meeting
from huiyin.apps.places.models import Estate, Household
from huiyin.domain.homes import Home, home_said
from huiyin.language.words import sort_key


@dataclass(frozen=True)
class Attendance:
    """`households` are different homes; who named none is counted among the people alone."""

    people: int
    households: int
    by_way: dict[str, int]
    by_building: list[tuple[str, int]]


def home_key(estate: Estate, building: str, unit: str, room: str) -> str:
    """The keyed hash under which a household is counted once; empty where building or room was not said.

    Who leaves out the unit is found among the known households, else taken for the first: rather one too few than the
    same home twice.
    """
    home = home_said(building, unit, room)
    if not (home.building and home.room):
        return ""
    if not home.unit:
        home = home._replace(unit=_only_unit(estate, home) or "1")
    return salted_hmac(
        "huiyin.meetings.home",
        "|".join((str(estate.pk), *home)),
        secret=settings.SECRET_KEY,
        algorithm="sha256",
    ).hexdigest()


def nonce_hash(nonce: str) -> str:
    return salted_hmac("huiyin.meetings.nonce", nonce, algorithm="sha256").hexdigest()


def households_of(meeting: Meeting) -> int:
    known = CheckIn.objects.filter(sitting__meeting=meeting).exclude(home_key="")
    return int(known.aggregate(homes=Count("home_key", distinct=True))["homes"])


def attendance_of(meeting: Meeting) -> Attendance:
    """Over all sittings; one query."""
    rows = CheckIn.objects.filter(sitting__meeting=meeting).values_list(
        "pk", "estate__name", "building", "home_key", "person_id", "way"
    )
    came: dict[object, tuple[str, str, str]] = {}
    for pk, estate, building, _home, person_id, way in rows:
        # Who comes to two sittings with an account is one person; without one nobody can tell.
        came.setdefault(("person", person_id) if person_id else pk, (estate, building, way))
    several = len({estate for estate, _, _ in came.values()}) > 1
    buildings = Counter(
        f"{estate} {building}" if several else building for estate, building, _ in came.values() if building
    )
    return Attendance(
        people=len(came),
        households=len({home for _, _, _, home, _, _ in rows if home}),
        by_way=dict(Counter(way for _, _, way in came.values())),
        by_building=sorted(buildings.items(), key=lambda each: sort_key(each[0])),
    )


def _only_unit(estate: Estate, home: Home) -> str:
    """The unit of the one known household with this building and room; empty where there is none, or several."""
    rows = Household.objects.filter(estate=estate, room__endswith=home.room)
    known = [home_said(*said) for said in rows.values_list("building", "unit", "room")]
    units = {each.unit for each in known if each._replace(unit="") == home}
    return units.pop() if len(units) == 1 else ""
