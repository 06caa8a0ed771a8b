"""Who comes to a sitting: households on a phone, on the list or on the paper sheet, in one statement a table."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from huiyin.apps.audit.bulk import EventDraft
from huiyin.apps.meetings.attendance import home_key, nonce_hash
from huiyin.apps.meetings.models import CheckIn, CheckInPrivate, Meeting, Sitting
from huiyin.apps.meetings.services.attend import VISITOR
from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.meetings.plans import MINUTE, Sat, SittingPlan
from huiyin.apps.portal.demo.phrases import voices
from huiyin.apps.portal.demo.residents import Resident, buildings_of
from huiyin.domain.access import Actor, FixedActor

Way = CheckIn.Way
# Names on the sheets are cleared away after a while (retention policy); older sheets have none.
NAMES_DAYS = 60


@dataclass(frozen=True)
class Comer:
    """One person at the door."""

    estate: Estate
    building: str
    unit: str
    room: str
    way: str
    came_at: datetime
    left_at: datetime | None = None
    resident: Resident | None = None
    name: str = ""


class Crowd:
    """The people of one sitting, of one estate or spread over several."""

    def __init__(
        self,
        meeting: Meeting,
        sitting: Sitting,
        plan: SittingPlan,
        sat: Sat,
        *,
        paper: float,
        estates: Sequence[Estate],
        residents: dict[int, list[Resident]],
        worker: Actor,
        now: datetime,
    ) -> None:
        self.meeting, self.sitting, self.plan, self.sat, self.paper = meeting, sitting, plan, sat, paper
        self.estates, self.residents, self.worker, self.now = estates, residents, worker, now
        self.rng = Random(f"{meeting.title}/{sitting.ordinal}/crowd")

    def comers(self) -> list[Comer]:
        """`homes` different households, some of them with two people; the accounts of the place come first."""
        rng, plan = self.rng, self.plan
        known = [each for estate in self.estates for each in self.residents[estate.pk]]
        accounts = rng.sample(known, min(len(known), plan.homes, 9))
        homes: dict[tuple[int, str, str, str], Comer] = {}
        for resident in accounts:
            home = resident.home
            estate = next(each for each in self.estates if each.pk == home.estate_id)
            key = (estate.pk, home.building, home.unit, home.room)
            homes.setdefault(key, self._comer(estate, *key[1:], Way.CODE, resident))
        while len(homes) < plan.homes:
            estate = rng.choice(self.estates)
            floors = 17 if estate.lift_count else 6
            home_at = (
                str(rng.randint(1, buildings_of(estate))),
                str(rng.randint(1, 3)),
                f"{rng.randint(1, floors)}{rng.randint(1, 4):02d}",
            )
            homes.setdefault((estate.pk, *home_at), self._comer(estate, *home_at, self._way()))
        found = list(homes.values())
        found += [
            self._comer(other.estate, other.building, other.unit, other.room, self._way())
            for other in rng.sample(found, min(len(found), plan.people - plan.homes))
        ]
        return sorted((each for each in found if each.came_at < self.now), key=lambda each: each.came_at)

    def _way(self) -> str:
        (way,) = self.rng.choices([Way.CODE, Way.LIST, Way.PAPER], [0.78 - self.paper, 0.22, self.paper])
        return str(way)

    def _comer(
        self, estate: Estate, building: str, unit: str, room: str, way: str, resident: Resident | None = None
    ) -> Comer:
        rng, begins = self.rng, self.sitting.planned_at
        came_at = begins + rng.gauss(-4, 7) * MINUTE
        came_at = min(max(came_at, begins - 40 * MINUTE), begins + 28 * MINUTE)
        left_at = None
        if self.sat.ended_at and way == Way.CODE and rng.random() < 0.5:
            left_at = self.sat.ended_at + rng.uniform(-25, 6) * MINUTE
        name = ""
        if way != Way.CODE and self.now - begins < timedelta(days=NAMES_DAYS):
            name = rng.choice(voices()["surnames"]) + rng.choice(voices()["elders"])
        return Comer(estate, building, unit, room, way, came_at, left_at, resident, name)

    def enter(self) -> list[EventDraft]:
        """Write the rows; returns the events of everybody's coming and going, in the order of time."""
        comers = self.comers()
        rows = CheckIn.objects.bulk_create([self._row(each) for each in comers])
        CheckInPrivate.objects.bulk_create(
            CheckInPrivate(check_in=row, name=each.name, unit=each.unit, room=each.room)
            for row, each in zip(rows, comers, strict=True)
            if each.name
        )
        drafts = [self._came(row, each) for row, each in zip(rows, comers, strict=True)]
        drafts += [self._left(row) for row in rows if row.left_at is not None]
        return drafts

    def _row(self, comer: Comer) -> CheckIn:
        return CheckIn(
            sitting=self.sitting,
            estate=comer.estate,
            building=comer.building,
            home_key=home_key(comer.estate, comer.building, comer.unit, comer.room),
            household=comer.resident.home if comer.resident else None,
            person=comer.resident.person if comer.resident else None,
            way=comer.way,
            nonce_hash=nonce_hash(secrets.token_urlsafe(16)) if comer.way == Way.CODE else None,
            came_at=comer.came_at,
            left_at=comer.left_at,
            entered_by_key="" if comer.way == Way.CODE else self.worker.key,
        )

    def _came(self, row: CheckIn, comer: Comer) -> EventDraft:
        by: Actor = self.worker
        if comer.way == Way.CODE:
            by = VISITOR
            if comer.resident:
                by = FixedActor(f"person:{comer.resident.person.pk}", VISITOR.label)
        at = comer.came_at
        if comer.way == Way.PAPER:  # typed in from the sheet before the meeting ends
            at = max(at, (self.sat.ended_at or self.now) - 6 * MINUTE)
        return EventDraft(
            kind="meetings.somebody_came",
            stream=self.meeting.stream,
            by=by,
            now=at,
            public={
                "phase": self.sat.phase_at(at),
                "check_in": row.pk,
                "sitting": self.sitting.ordinal,
                "estate": comer.estate.code,
                "way": str(comer.way),
            },
            texts={"building": row.building},
        )

    def _left(self, row: CheckIn) -> EventDraft:
        assert row.left_at is not None
        return EventDraft(
            kind="meetings.somebody_left",
            stream=self.meeting.stream,
            by=VISITOR,
            now=row.left_at,
            public={"phase": self.sat.phase_at(row.left_at), "check_in": row.pk},
        )
