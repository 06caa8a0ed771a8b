"""What is asked at a meeting, by whom and when, and what becomes of it: from questions.toml and the place's matters."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.meetings.models import Question
from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.hours import daytime_between
from huiyin.apps.portal.demo.matters import Matter, matters
from huiyin.apps.portal.demo.meetings.plans import FOLDER, MINUTE, MeetingPlan, Moments, Sat, SittingPlan
from huiyin.apps.portal.demo.phrases import Teller, day_in_words, voices
from huiyin.apps.portal.demo.residents import Resident, buildings_of
from huiyin.apps.portal.demo.staff import phone
from huiyin.apps.portal.demo.year import Year
from huiyin.domain.case_titles import title_of
from huiyin.domain.question_workflow import Direction, QuestionStatus

# What becomes of a question where nothing else is said; the rest nobody has dealt with.
_FATES = {"answered": 66, "deferred": 26, "": 8}
_ASKED_ALREADY = 0.16
_SECONDS_EACH = 96
HELD = 2
MOST_OF_ONE = 3


@dataclass
class Asked:
    """One question; `status` is how it stands when the meeting is over, or now."""

    estate: Estate
    text: str
    category: str
    matter: Matter
    teller: Teller
    asked_at: datetime
    building: str = ""
    way: str = Question.Way.PHONE
    direction: str = Direction.TO_COMPANY
    resident: Resident | None = None
    name: str = ""
    phone: str = ""
    is_in_advance: bool = False
    status: str = QuestionStatus.SHOWN
    status_at: datetime | None = None
    answer: str = ""
    """What was said, or what is written later where it was deferred."""
    reason: tuple[str, str] = ("", "")
    into: Asked | None = None
    is_current: bool = False
    is_written: bool = False
    """It stands in questions.toml."""
    number: int = 0
    pk: int = 0

    @property
    def nickname(self) -> str:
        return self.resident.person.nickname if self.resident and self.way == Question.Way.PHONE else ""

    @property
    def channel(self) -> str:
        if self.resident is not None or self.direction == Direction.TO_RESIDENTS:
            return Channel.IN_SITE
        return Channel.CALL if self.phone else Channel.SLIP


@cache
def _told(kind: str) -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((FOLDER / "questions.toml").read_text(encoding="utf-8"))[kind])


@cache
def _spoken() -> dict[str, list[str]]:
    return tomllib.loads((FOLDER / "spoken.toml").read_text(encoding="utf-8"))


class Questions:
    """All questions of one meeting, in the order in which they were asked."""

    def __init__(self, plan: MeetingPlan, moments: Moments, estates: list[Estate], year: Year) -> None:
        self.plan, self.moments, self.estates, self.year = plan, moments, estates, year
        self.rng = Random(f"{plan.key}/questions")
        self.asked: list[Asked] = []
        self.counts: Counter[int] = Counter()

    def draw(self) -> list[Asked]:
        sittings = [self.plan.first, *([self.plan.second] if self.plan.second else [])]
        for sitting, sat in zip(sittings, self.moments.sittings, strict=False):
            found = self._of_sitting(sitting, sat, is_first=sitting is self.plan.first)
            self._settle(found, sat)
            self.asked += found
        self.asked.sort(key=lambda each: each.asked_at)
        for number, each in enumerate(self.asked, start=1):
            each.number = number
        return self.asked

    # --- what is asked ---

    def _of_sitting(self, sitting: SittingPlan, sat: Sat, *, is_first: bool) -> list[Asked]:
        found = [self._written(row, sat) for row in self._own_rows()] if is_first else []
        found += [self._written(row, sat) for row in self._not_taken_up(sitting, sat)]
        while len(found) < sitting.questions:
            place = len(found) / sitting.questions
            alike = [each for each in found if not each.is_written and each.asked_at > sat.planned_at]
            if alike and sat.floor and self.rng.random() < _ASKED_ALREADY:
                found.append(self._asked_again(self.rng.choice(alike), sat))
            else:
                found.append(self._drawn(sat, place))
        return sorted(found, key=lambda each: each.asked_at)

    def _own_rows(self) -> Iterator[dict[str, Any]]:
        codes = {estate.code for estate in self.estates}
        return (row for row in _told("question") if row["estate"] in codes and row["half"] == self.plan.half)

    def _not_taken_up(self, sitting: SittingPlan, sat: Sat) -> list[dict[str, Any]]:
        """One or two at each meeting that is no matter of a company or too little to act on."""
        if not sat.floor or sitting.questions < 6:
            return []
        estate = self.rng.choice(self.estates)
        known = self.year.titles.setdefault(estate.pk, set())
        free = [row for row in _told("rejected") if title_of(row["text"]) not in known]
        chosen = self.rng.sample(free, min(len(free), self.rng.randint(1, 2)))
        known.update(title_of(row["text"]) for row in chosen)
        return [{**row, "estate": estate.code, "then": QuestionStatus.REJECTED} for row in chosen]

    def _written(self, row: dict[str, Any], sat: Sat) -> Asked:
        estate = next(each for each in self.estates if each.code == row["estate"])
        known = [each for each in matters() if each.in_estates and not each.plain]
        matter = next((each for each in known if each.category == row["category"]), known[0])
        is_answered = row.get("then") == QuestionStatus.ANSWERED
        at = self._asked_at(sat, self.rng.uniform(0.2, 0.35) if is_answered else self.rng.uniform(0.3, 0.9))
        asked = Asked(
            estate=estate,
            text=row["text"],
            category=row["category"],
            matter=matter,
            teller=self._teller(estate, row.get("building", ""), at),
            asked_at=at,
            building=row.get("building", ""),
            direction=row.get("direction", Direction.TO_COMPANY),
            status=row.get("then", QuestionStatus.SHOWN),
            reason=(row.get("reason", ""), row.get("note", "")),
            is_written=True,
        )
        if asked.direction == Direction.TO_COMPANY:
            asked = self._by_somebody(asked)
        asked.answer = asked.teller.say(row["answer"]) if "answer" in row else self._answer(asked)
        return asked

    def _drawn(self, sat: Sat, place: float) -> Asked:
        estate = self.rng.choice(self.estates)
        at = self._asked_at(sat, place)
        matter = self._matter(estate, at)
        building = f"{self.rng.randint(1, buildings_of(estate))}号楼"
        teller = self._teller(estate, building, at)
        text = self.year.fresh_text(matter, teller, estate.pk)
        asked = self._by_somebody(
            Asked(
                estate=estate,
                text=text[:290],
                category=matter.category,
                matter=matter,
                teller=teller,
                asked_at=at,
                building=building,
            )
        )
        asked.answer = self._answer(asked)
        if sat.floor:
            (asked.status,) = self.rng.choices(list(_FATES), list(_FATES.values()))
        asked.status = asked.status or QuestionStatus.SHOWN
        return asked

    def _asked_again(self, first: Asked, sat: Sat) -> Asked:
        """Somebody else asks the same: it is merged into the first."""
        at = first.asked_at + self.rng.randint(2, 9) * MINUTE
        latest = (sat.ended_at or self.year.now) - MINUTE
        teller = self._teller(first.estate, first.building, at)
        text = self.year.fresh_text(first.matter, teller, first.estate.pk, first.teller.facet)
        asked = Asked(
            estate=first.estate,
            text=text[:290],
            category=first.category,
            matter=first.matter,
            teller=teller,
            asked_at=min(at, latest),
            building=first.building,
            status=QuestionStatus.MERGED,
            into=first,
        )
        return self._by_somebody(asked)

    def _matter(self, estate: Estate, at: datetime) -> Matter:
        known = [each for each in matters() if each.in_estates and not each.plain]
        weights = [each.weight_on(at.date(), has_lifts=bool(estate.lift_count)) for each in known]
        (matter,) = self.rng.choices(known, weights)
        return matter

    def _teller(self, estate: Estate, building: str, at: datetime) -> Teller:
        teller = Teller(self.rng)
        floors = 17 if estate.lift_count else 6
        teller.slots |= {
            "b": building or "1号楼",
            "u": f"{self.rng.randint(1, 3)}单元",
            "f": f"{self.rng.randint(2, floors)}层",
        }
        teller.asked_at(at)
        soon = at.date() + timedelta(days=self.rng.randint(3, 12))
        teller.slots["d9"] = day_in_words(soon)
        return teller

    def _answer(self, asked: Asked) -> str:
        """By the side of the matter that was asked about; a written question is of no matter, only of a category."""
        known = _spoken()
        by_category = known.get(asked.category, known["other"])
        words = by_category if asked.is_written else known.get(asked.matter.code, by_category)
        return asked.teller.say(self.rng.choice(asked.teller.fitting(words)))

    def _asked_at(self, sat: Sat, place: float) -> datetime:
        """The first fifth in the days before, some while the report is read, most while the floor is open."""
        rng = self.rng
        if sat.opened_at is None or (place < 0.18 and sat is self.moments.sittings[0]):
            latest = min(sat.planned_at, self.moments.put_off_at or self.year.now) - timedelta(hours=1)
            return daytime_between(rng, self.moments.announced_at, latest)
        ends = sat.ended_at or self.year.now
        begins = sat.opened_at + 4 * MINUTE
        until = sat.floor[-1][1] or ends if sat.floor else ends
        return begins + (until - 2 * MINUTE - begins) * min(0.98, max(0.02, rng.gauss(place, 0.12)))

    def _by_somebody(self, asked: Asked) -> Asked:
        """Half of them on a phone, the rest on slips and by raised hands, written down by the community."""
        rng = self.rng
        (way,) = rng.choices([Question.Way.PHONE, Question.Way.PAPER, Question.Way.FLOOR], [55, 28, 17])
        is_early = asked.asked_at < self.moments.sittings[0].planned_at
        if way == Question.Way.PHONE or is_early:
            residents = self.year.residents[asked.estate.pk]
            free = [each for each in residents if self.counts[each.person.pk] < MOST_OF_ONE]
            if free:
                resident = rng.choice(free)
                self.counts[resident.person.pk] += 1
                return replace(asked, resident=resident, is_in_advance=is_early)
            way = Question.Way.PAPER
        name = rng.choice(voices()["surnames"]) + rng.choice(voices()["elders"])
        number = phone(rng.randint(5000, 9999)) if rng.random() < 0.6 else ""
        return replace(asked, way=way, name=name, phone=number, is_in_advance=is_early)

    # --- what becomes of it ---

    def _settle(self, found: list[Asked], sat: Sat) -> None:
        """One after the other while the floor is open: who asked first is answered first, as far as the time goes."""
        if not sat.floor:
            for each in found:
                each.status = QuestionStatus.SHOWN
            return
        if sat.ended_at is None:
            self._hold_back(found)
        turns = self._turns(sat)
        for each in found:
            if each.status in (QuestionStatus.MERGED, QuestionStatus.HIDDEN, QuestionStatus.REJECTED):
                each.status_at = each.asked_at + timedelta(seconds=40)
            elif each.status in (QuestionStatus.ANSWERED, QuestionStatus.DEFERRED):
                each.status_at = next((at for at in turns if at > each.asked_at + MINUTE / 2), None)
                if each.status_at is None:
                    each.status = QuestionStatus.SHOWN
                elif each.status == QuestionStatus.ANSWERED:
                    turns.remove(each.status_at)
                else:
                    each.status_at -= timedelta(seconds=self.rng.randint(5, 12))
        if sat.ended_at is None:
            waiting = [
                each
                for each in found
                if each.status == QuestionStatus.SHOWN and each.direction == Direction.TO_COMPANY
            ]
            if waiting:
                max(waiting, key=lambda each: each.is_written).is_current = True

    def _hold_back(self, found: list[Asked]) -> None:
        """The newest come from phones that nobody has verified, and wait to be let through."""
        drawn = [each for each in found if not each.is_written and each.into is None]
        taken_in = {id(each.into) for each in found}
        for each in [each for each in drawn if id(each) not in taken_in][-HELD:]:
            each.way, each.status, each.resident = Question.Way.PHONE, QuestionStatus.HELD, None
            each.name = each.phone = ""

    def _turns(self, sat: Sat) -> list[datetime]:
        turns = []
        for opened_at, closed_at in sat.floor:
            at = opened_at + timedelta(seconds=_SECONDS_EACH)
            while at < (closed_at or self.year.now):
                turns.append(at)
                at += timedelta(seconds=self.rng.randint(_SECONDS_EACH - 50, _SECONDS_EACH + 35))
        return turns
