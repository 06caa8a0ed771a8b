"""Thirteen months of calls: each estate has its own troubles, the same ones as in the ledger."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.ground import Ground
from huiyin.apps.portal.demo.hours import DAYS, asking_moment, weight_of_day
from huiyin.apps.portal.demo.matters import Matter, leaning_at, matters
from huiyin.apps.portal.demo.phrases import FOLDER, Teller, voices
from huiyin.apps.portal.demo.residents import buildings_of
from huiyin.apps.portal.demo.staff import FIRST_ESTATE, phone
from huiyin.domain.division_codes import street_of

CALLS = 4000
AROUND_SHARE, UNKNOWN_OF = 0.32, 4000
AGAIN_SHARE, AGAIN_AFTER_DAYS = 0.07, (6, 60)
NEIGHBOUR_SHARE, NEIGHBOURS_OF_LATE = 0.05, 30
NAMED_MATTER, NAMED_OTHERWISE, WITH_CODE, WITH_CONTACT = 0.85, 0.25, 0.85, 0.03
NOT_CALLED_BACK, CALLED_BACK_AFTER_DAYS = 0.16, 6
URGENT, URGENT_MATTERS = 0.12, ("heating_cold", "sewer_blocked", "water_pressure")
_CHANNELS, _CHANNEL_WEIGHTS = ("电话", "小程序", "网站", "微博"), (78, 15, 5, 2)
_LATER = "未回访"
_ROADS = ("望溪路", "鹿鸣桥路", "听松大街", "云岫中路", "归雁桥", "长亭路", "揽星大街", "墨香街")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One row of the hotline's file."""

    number: str
    at: datetime
    text: str
    area_code: str = ""
    channel: str = "电话"
    urgency: str = "一般"
    sent_to: str = ""
    is_responded: str = _LATER
    is_solved: str = _LATER
    is_satisfied: str = _LATER
    closed_at: datetime | None = None
    caller: str = ""


@dataclass(frozen=True)
class Complaint:
    """Who calls about what and where, apart from the words."""

    caller: str
    estate: Estate | None = None
    code: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    street: str = ""


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "hotline" / "words.toml").read_text(encoding="utf-8"))


@cache
def known_matters() -> tuple[tuple[Matter, Mapping[str, Any]], ...]:
    """Those of the ledger that callers speak of, with the operators' words."""
    told = {row["code"]: row for row in words()["matter"]}
    return tuple((matter, told[matter.code]) for matter in matters() if matter.code in told)


class Switchboard:
    """Tells the calls of the district one after the other."""

    def __init__(self, ground: Ground, now: datetime, share: float) -> None:
        self.ground, self.now = ground, now
        self.rng = Random("huiyin demo hotline")
        self.count = round(CALLS * share)
        self.leanings = {estate.code: _leaning(estate) for estate in ground.estates}
        self.streets = {street.name: street for street in ground.streets}
        self.street_by_pk = {street.pk: street for street in ground.streets}

    def calls(self) -> list[Call]:
        """All of them, oldest first."""
        made: list[Call] = []
        earlier: list[tuple[datetime, Complaint]] = []
        for at in self._moments():
            if made and self.rng.random() < NEIGHBOUR_SHARE:
                made.append(self._neighbour(made, at))
                continue
            complaint = self._again(earlier, at) or self._another(at)
            if complaint.estate is not None:
                earlier.append((at, complaint))
            made.append(self._call(len(made), at, complaint))
        return made

    def _moments(self) -> list[datetime]:
        first = self.now.date() - timedelta(days=DAYS)
        days = [first + timedelta(days=n) for n in range(DAYS + 1)]
        weights = [weight_of_day(day, first) for day in days]
        chosen = (asking_moment(self.rng, day) for day in self.rng.choices(days, weights, k=self.count))
        return sorted(at if at < self.now else at - timedelta(days=7) for at in chosen)

    def _neighbour(self, made: Sequence[Call], at: datetime) -> Call:
        """Somebody else has just said the same."""
        call = self.rng.choice(made[-NEIGHBOURS_OF_LATE:])
        number, caller = _number(at, len(made)), phone(self.rng.randint(1000, 9999))
        again = replace(
            call, number=number, at=at, caller=caller, text=call.text.replace(call.caller, caller)
        )
        if call.closed_at is not None and at < call.closed_at:
            return again
        return replace(again, is_responded=_LATER, is_solved=_LATER, is_satisfied=_LATER, closed_at=None)

    # --- who calls about what ---

    def _again(self, earlier: Sequence[tuple[datetime, Complaint]], at: datetime) -> Complaint | None:
        """The same caller about the same matter, some weeks later."""
        if not earlier or self.rng.random() > AGAIN_SHARE:
            return None
        since, complaint = self.rng.choice(earlier[-300:])
        low, high = AGAIN_AFTER_DAYS
        return complaint if low <= (at - since).days <= high else None

    def _another(self, at: datetime) -> Complaint:
        rng, caller = self.rng, phone(self.rng.randint(1000, 9999))
        unknown: Mapping[str, tuple[str, int]] = words()["unknown"]
        chance = rng.random() * UNKNOWN_OF
        for name, (street, count) in unknown.items():
            chance -= count
            if chance < 0:
                return self._at(rng.choice(self.ground.estates), at, caller, where=name, street=street)
        if rng.random() < AROUND_SHARE:
            around = rng.choice(self.ground.streets).name
            return Complaint(caller, where=around, street=around)
        estate = self._estate_at(at)
        return self._at(estate, at, caller, where=self._name_of(estate))

    def _at(self, estate: Estate, at: datetime, caller: str, *, where: str, street: str = "") -> Complaint:
        """`street`: whose name it is if it is not the estate's."""
        has_lifts = bool(estate.lift_count)
        weights = [
            matter.weight_on(at.date(), has_lifts=has_lifts) * lean
            for (matter, _), lean in zip(known_matters(), self.leanings[estate.code], strict=True)
        ]
        ((matter, _),) = self.rng.choices(known_matters(), weights)
        slots = {
            "b": f"{self.rng.randint(1, buildings_of(estate))}号楼",
            "u": f"{self.rng.randint(1, 3)}单元",
        }
        return Complaint(caller, None if street else estate, matter.code, slots, where, street)

    def _estate_at(self, at: datetime) -> Estate:
        weights = [
            estate.household_count**0.8 * (1.7 - self._care(estate, at)) for estate in self.ground.estates
        ]
        (estate,) = self.rng.choices(self.ground.estates, weights)
        return estate

    def _care(self, estate: Estate, at: datetime) -> float:
        rows = self.ground.serving[estate.code]
        served = (row for row in reversed(rows) if row.engagement.starts_on <= at.date())
        return next(served, rows[0]).care

    def _name_of(self, estate: Estate) -> str:
        """As callers name it: with its street, its community, its road, or by another name."""
        rng, area = self.rng, estate.area
        name = estate.name
        if rng.random() < NAMED_OTHERWISE:
            name = rng.choice([alias.name for alias in estate.aliases.all()])
        street = self.street_by_pk[area.parent_id or 0].name
        return rng.choice([f"{street}{name}", f"{street}{area.name}{name}", name])

    # --- what is written down ---

    def _call(self, order: int, at: datetime, complaint: Complaint) -> Call:
        call = Call(
            number=_number(at, order),
            at=at,
            text=self._text(complaint),
            area_code=self._area_code(complaint),
            channel=self.rng.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0],
            sent_to=self._sent_to(complaint),
            caller=complaint.caller,
        )
        is_urgent = complaint.code in URGENT_MATTERS and self.rng.random() < URGENT
        return self._called_back(replace(call, urgency="加急" if is_urgent else "一般"), complaint)

    def _text(self, complaint: Complaint) -> str:
        teller = Teller(self.rng, dict(complaint.slots))
        teller.slots["r"] = self.rng.choice(_ROADS) + self.rng.choice(
            ["东口", "西段", "南侧", "北口", "沿线"]
        )
        if complaint.code:
            matter, row = next(each for each in known_matters() if each[0].code == complaint.code)
            told = teller.pick(words()["tells"])
            about = f"{matter.topic}的问题，" if self.rng.random() < NAMED_MATTER else ""
        else:
            rows = words()["around"]
            (row,) = self.rng.choices(rows, [row["weight"] for row in rows])
            told = about = ""
        teller.slots["want"] = teller.pick(row["want"])
        what = teller.pick(row["what"])
        joint = "" if about or what.startswith(teller.slots.get("b", " ")) else "，"
        text = f"{teller.pick(words()['begins'])}{complaint.where}{joint}{about}{what}。{told}"
        return text + teller.pick(words()["wants"]) + self._contact(teller, complaint.caller)

    def _contact(self, teller: Teller, caller: str) -> str:
        if self.rng.random() > WITH_CONTACT:
            return ""
        teller.slots["name"] = self.rng.choice(voices()["surnames"]) + self.rng.choice(["女士", "先生"])
        teller.slots["phone"] = caller
        return teller.pick(words()["contacts"])

    def _area_code(self, complaint: Complaint) -> str:
        if self.rng.random() > WITH_CODE:
            return ""
        if complaint.estate is not None:
            return complaint.estate.area.code
        return street_of(self.streets[complaint.street].code)

    def _sent_to(self, complaint: Complaint) -> str:
        if complaint.estate is not None:
            return self.street_by_pk[complaint.estate.area.parent_id or 0].name
        return complaint.street

    def _called_back(self, call: Call, complaint: Complaint) -> Call:
        """What the hotline asked the caller afterwards; better where the company does better."""
        rng, waited = self.rng, timedelta(days=_days_until_closed(self.rng))
        if self.now - call.at < timedelta(days=CALLED_BACK_AFTER_DAYS) or call.at + waited > self.now:
            return call
        closed = replace(call, closed_at=call.at + waited)
        if rng.random() < NOT_CALLED_BACK:
            return closed
        care = self._care(complaint.estate, call.at) if complaint.estate else 0.75
        is_solved = rng.random() < 0.3 + 0.6 * care
        return replace(
            closed,
            is_responded=_said(rng.random() < 0.88 + 0.1 * care),
            is_solved=_said(is_solved),
            is_satisfied=_said(rng.random() < (0.93 if is_solved else 0.35)),
        )


def planted(estate: Estate, now: datetime) -> tuple[Call, Call]:
    """Two calls of the last days: one a rule makes a case of, one that its secretary does."""
    assert estate.code == FIRST_ESTATE
    at = now - timedelta(days=2, hours=3), now - timedelta(days=1, hours=5)
    trapped = Call(
        number=f"{at[0]:%Y%m%d}90001",
        at=at[0],
        text="市民来电反映：望溪街道云杉里东区9号楼1单元电梯运行中突然停住，两名住户被困四十分钟，物业值班电话无人接听，"
        "电梯恢复后仍有异响。诉求：停梯检修，公布困人原因和维保记录。",
        area_code=estate.area.code,
        urgency="紧急",
        sent_to="望溪街道",
        caller=phone(7101),
    )
    revenue = Call(
        number=f"{at[1]:%Y%m%d}90002",
        at=at[1],
        text="市民来电反映：云杉里东区电梯广告和快递柜的公共收益去年至今没有公示，业主向物业问过多次，前台只说账在公司。"
        "诉求：物业按季度公开公共收益的收入、支出和余额。",
        area_code=estate.area.code,
        sent_to="望溪街道",
        caller=phone(7102),
    )
    return trapped, revenue


def _number(at: datetime, order: int) -> str:
    return f"{at:%Y%m%d}{order:05d}"


def _days_until_closed(rng: Random) -> float:
    return 1 + rng.expovariate(0.3)


def _said(is_so: bool) -> str:
    return "是" if is_so else "否"


def _leaning(estate: Estate) -> list[float]:
    """As its cases lean."""
    known = [matter for matter in matters() if matter.in_estates]
    lean = dict(zip((matter.code for matter in known), leaning_at(estate.code, known), strict=True))
    return [lean[matter.code] for matter, _ in known_matters()]
