"""Three hundred residents with their homes, in a few statements a table, with the events of the services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from huiyin.apps.audit.bulk import EventDraft, record_many
from huiyin.apps.people.models import Consent, Contact, HouseholdMembership, Person
from huiyin.apps.people.phones import keyed_hash
from huiyin.apps.places.models import Estate, Household
from huiyin.apps.portal.demo.phrases import voices
from huiyin.apps.portal.demo.staff import Staff, phone
from huiyin.domain.access import ROLE_LABELS, SYSTEM, Actor, FixedActor, Role
from huiyin.domain.consent import PURPOSES

HOMES_PER_ESTATE = 40
RESIDENTS_PER_ESTATE = 10
TO_CHECK = 6
FIRST_PHONE = 1001
SHOWN_PHONES = (1, 2)
_PURPOSES = ("account", "reply_sms", "household")


@dataclass(frozen=True)
class Resident:
    person: Person
    home: Household
    actor: Actor


def build_homes(estates: Sequence[Estate], rng: Random) -> dict[int, list[Household]]:
    """Some of the households of each estate, no two alike."""
    homes: list[Household] = []
    for estate in estates:
        floors = 6 if not estate.lift_count else rng.choice([9, 12, 18])
        known: set[tuple[int, int, int, int]] = set()
        while len(known) < HOMES_PER_ESTATE:
            known.add(
                (
                    rng.randint(1, buildings_of(estate)),
                    rng.randint(1, 3),
                    rng.randint(1, floors),
                    rng.randint(1, 4),
                )
            )
        homes += [
            Household(estate=estate, building=str(b), unit=str(u), room=f"{f}{door:02d}")
            for b, u, f, door in sorted(known)
        ]
    found: dict[int, list[Household]] = {}
    for home in Household.objects.bulk_create(homes):
        found.setdefault(home.estate_id, []).append(home)
    return found


def buildings_of(estate: Estate) -> int:
    return max(3, min(18, estate.household_count // 90))


def move_in(
    estates: Sequence[Estate], homes: dict[int, list[Household]], staff: Staff, rng: Random, now: datetime
) -> dict[int, list[Resident]]:
    """Ten verified residents an estate, the two of the sign-in list first; a few more wait to be checked."""
    chosen = [
        (estate, home) for estate in estates for home in rng.sample(homes[estate.pk], RESIDENTS_PER_ESTATE)
    ]
    waiting = [(estate, rng.choice(homes[estate.pk])) for estate in estates[:TO_CHECK]]
    places = [*chosen, *waiting]
    nicknames = _nicknames(len(places), rng)
    joined = [staff.since + timedelta(days=rng.randint(0, 12), hours=rng.randint(1, 9)) for _ in chosen]
    joined += [now - timedelta(days=rng.randint(1, 3), hours=rng.randint(1, 20)) for _ in waiting]
    people = Person.objects.bulk_create(
        [
            Person(nickname=nickname, joined_at=at, password=make_password(None))
            for nickname, at in zip(nicknames, joined, strict=True)
        ]
    )
    phones = [*SHOWN_PHONES, *range(FIRST_PHONE, FIRST_PHONE + len(people) - len(SHOWN_PHONES))]
    Contact.objects.bulk_create(
        [
            Contact(
                person=person,
                phone=phone(number),
                phone_hmac=keyed_hash(phone(number)),
                verified_at=person.joined_at,
            )
            for person, number in zip(people, phones, strict=True)
        ]
    )
    Consent.objects.bulk_create(
        [
            Consent(person=person, purpose=name, version=PURPOSES[name].version, given_at=person.joined_at)
            for person in people
            for name in _PURPOSES
        ]
    )
    verified = len(chosen)
    rows, drafts = [], []
    for order, (person, (estate, home)) in enumerate(zip(people, places, strict=True)):
        is_verified = order < verified
        worker = staff.workers[estate.area_id]
        checked_at = person.joined_at + timedelta(days=1, hours=2)
        where = {"building": home.building, "unit": home.unit, "room": home.room}
        rows.append(
            HouseholdMembership(
                person=person,
                estate=estate,
                household=home if is_verified else None,
                claimed_at=person.joined_at,
                verified_at=checked_at if is_verified else None,
                verified_by_key=worker.key if is_verified else "",
                **where,
            )
        )
        drafts += _drafts(person, estate, where)
        if is_verified:
            drafts.append(_draft("people.household_verified", person, worker, checked_at, estate=estate.code))
    HouseholdMembership.objects.bulk_create(rows)
    record_many(drafts)
    found: dict[int, list[Resident]] = {}
    for person, (estate, home) in zip(people[:verified], chosen, strict=True):
        found.setdefault(estate.pk, []).append(Resident(person, home, _as_resident(person)))
    return found


def _as_resident(person: Person) -> Actor:
    return FixedActor(person.key, ROLE_LABELS[Role.RESIDENT])


def _draft(kind: str, person: Person, by: Actor, at: datetime, **public: str) -> EventDraft:
    return EventDraft(kind=kind, stream=f"person/{person.pk}", by=by, now=at, public=public)


def _drafts(person: Person, estate: Estate, where: dict[str, str]) -> list[EventDraft]:
    me, at = _as_resident(person), person.joined_at
    return [
        _draft("people.registered", person, SYSTEM, at),
        *(
            _draft("people.consent_given", person, me, at, purpose=name, version=PURPOSES[name].version)
            for name in _PURPOSES
        ),
        EventDraft(
            kind="people.household_claimed",
            stream=f"person/{person.pk}",
            by=me,
            now=at,
            public={"estate": estate.code},
            private=dict(where),
        ),
    ]


def _nicknames(count: int, rng: Random) -> list[str]:
    words, ends = voices()["nicknames"], voices()["nickname_ends"]
    plain = [word for word in words if not word.endswith("的")]
    pool = sorted({*words, *(word + end for word in plain for end in ends)})
    chosen = rng.sample(pool, count) if len(pool) >= count else rng.choices(pool, k=count)
    chosen[0], chosen[1] = "槐花", "老周"
    return chosen
