"""Thirteen months of the district: when who asks for what, and what becomes of it, as histories for the bulk path."""

from __future__ import annotations

from bisect import bisect
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from huiyin.apps.ledger.bulk import History
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.ledger.services.register import AskerDraft
from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.ground import HANDING_OVER, Ground, Served
from huiyin.apps.portal.demo.hours import (
    DAYS,
    asking_moment,
    office_moment,
    weight_of_day,
)
from huiyin.apps.portal.demo.lives import Life, happened_by
from huiyin.apps.portal.demo.lives_around import take_in_another
from huiyin.apps.portal.demo.matters import Matter, leaning_at, matters, text_of
from huiyin.apps.portal.demo.phrases import Teller, voices
from huiyin.apps.portal.demo.residents import SHOWN_PHONES, Resident, buildings_of
from huiyin.apps.portal.demo.staff import FIRST_ESTATE, Staff, phone, secretary_on
from huiyin.apps.portal.demo.year_beside import tell_area_case, tell_imported
from huiyin.domain.access import Actor
from huiyin.domain.case_titles import title_of
from huiyin.domain.ledger_rules import Kind, Source

CASES, AREA_CASES = 2420, 72
STUBBORN = 5
STUBBORN_DAYS_AGO = range(13, 22)
ASKED_BACK, ASKED_BACK_DAYS_AGO = 6, range(2, 6)
JUST_NOW = (150, 95, 38, 6)  # minutes ago
SHOWN_RESIDENTS_SHARE = 0.3
_CHANNEL = {Source.WEB: Channel.IN_SITE, Source.PAPER: Channel.SLIP, Source.PHONE: Channel.CALL}
_UNREPEATED = 90


@dataclass
class Year:
    """Collects the histories; `lives` keeps what is needed to add pictures and topics afterwards."""

    ground: Ground
    staff: Staff
    residents: dict[int, list[Resident]]
    rng: Random
    now: datetime
    share: float = 1.0
    """Of the cases of a whole year: tests take a part."""
    histories: dict[str, History] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    lately: deque[str] = field(default_factory=lambda: deque(maxlen=_UNREPEATED))
    titles: dict[int, set[str]] = field(default_factory=dict)
    bounds: list[float] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.now.date()

    # --- what the year holds ---

    def tell(self) -> list[History]:
        moments = self.moments(round(CASES * self.share))
        areas = set(self.rng.sample(range(len(moments)), round(AREA_CASES * self.share)))
        recent = [n for n, at in enumerate(moments) if (self.now - at).days in STUBBORN_DAYS_AGO]
        stubborn = set(self.rng.sample(recent, min(STUBBORN, len(recent)))) - areas
        lately = [n for n, at in enumerate(moments) if (self.now - at).days in ASKED_BACK_DAYS_AGO]
        asked_back = set(self.rng.sample(lately, min(ASKED_BACK, len(lately)))) - areas
        waiting = min((n for n in lately if n not in areas | asked_back), default=None)
        moments += [self.now - timedelta(minutes=minutes) for minutes in JUST_NOW]
        for order, at in enumerate(moments):
            if order in areas:
                tell_area_case(self, f"area{order}", at)
            else:
                self.tell_case(
                    f"case{order}",
                    at,
                    is_stubborn=order in stubborn,
                    is_asked_back=order in asked_back,
                    is_waiting=order == waiting,
                )
        tell_imported(self)
        return list(self.histories.values())

    def moments(self, count: int) -> list[datetime]:
        first = self.today - timedelta(days=DAYS)
        days = [first + timedelta(days=n) for n in range(DAYS + 1)]
        weights = [weight_of_day(day, first) for day in days]
        chosen = [asking_moment(self.rng, day) for day in self.rng.choices(days, weights, k=count)]
        latest = self.now - timedelta(minutes=2)
        return sorted(at if at < latest else at - timedelta(days=7) for at in chosen)

    def estate_at(self, at: datetime) -> Estate:
        """Larger and worse run places have more to ask; those of the sign-in list have some of it new."""
        if self.is_new(at) and self.rng.random() < 0.22:
            return self.rng.choice([e for e in self.ground.estates if e.compound])
        if not self.bounds:
            self.bounds = list(
                accumulate(
                    estate.household_count**0.72 * (1.75 - self.ground.serving[estate.code][-1].care)
                    for estate in self.ground.estates
                )
            )
        return self.ground.estates[bisect(self.bounds, self.rng.random() * self.bounds[-1])]

    def serving_on(self, estate: Estate, day: date) -> Served:
        rows = self.ground.serving[estate.code]
        return next((row for row in reversed(rows) if row.engagement.starts_on <= day), rows[0])

    # --- one case at an estate ---

    def tell_case(
        self,
        key: str,
        at: datetime,
        *,
        is_stubborn: bool = False,
        is_asked_back: bool = False,
        is_waiting: bool = False,
        again: Life | None = None,
        of: str = "",
    ) -> None:
        estate = self.histories[of].estate if of else self.estate_at(at)
        if is_waiting:
            estate = next(each for each in self.ground.estates if each.code == FIRST_ESTATE)
        assert estate is not None
        rng, served = self.rng, self.serving_on(estate, at.date())
        is_certain = is_stubborn or is_asked_back or is_waiting
        matter = again.matter if again else self.matter_at(estate, at, served, is_certain)
        resident: Resident | None = self.residents[estate.pk][0] if is_waiting else self.resident_of(estate)
        source = Source.WEB if is_certain else self.source(estate, at)
        kind = Kind.QUESTION if is_waiting else rng.choice(matter.kind)
        if kind == Kind.DIFFICULTY:
            source, resident = Source.WEB, None
        teller = self.teller_for(estate, resident, at)
        if again:
            teller.slots["b"] = again.teller.slots["b"]
        text = self.fresh_text(matter, teller, estate.pk, again.teller.facet if again else "")
        manager = self.staff.managers[served.engagement.pk]
        asker, by, draft = self.asker(kind, source, estate, resident, manager)
        lead, author = self.lead_of(matter, kind, estate, served, manager, at)
        life = Life(
            rng=rng,
            key=key,
            matter=matter,
            teller=teller,
            at=at,
            now=self.now,
            care=served.care,
            lead=lead,
            author=author,
            secretary=secretary_on(self.staff, estate.area, at.date(), self.today),
            worker=self.staff.workers[estate.area_id],
            street=self.staff.officers[estate.area.parent_id or 0],
            channel=draft.channel,
            asker=asker,
            neighbours=self.neighbours(estate, resident, matter),
            urgency="one_day" if matter.urgency and rng.random() < 0.16 else "",
            is_stubborn=is_stubborn,
            is_asked_back=is_asked_back,
            is_waiting=is_waiting,
            is_shown=estate.code == FIRST_ESTATE
            and resident in self.residents[estate.pk][: len(SHOWN_PHONES)],
        )
        building = teller.slots["b"] if teller.slots["b"] in text else ""
        if resident and source == Source.WEB and rng.random() < 0.05:
            building = f"{resident.home.building}号楼{resident.home.unit}单元{resident.home.room}室"
        history = History(
            key=key,
            at=at,
            by=by,
            text=self.with_contact(text, resident, source),
            area=estate.area,
            estate=estate,
            kind=kind,
            source=source,
            building=building,
            category=matter.category,
            nickname=resident.person.nickname if resident and source == Source.WEB else "",
            urgency=life.urgency,
            asker=draft,
            recurrence_of=of,
        )
        self.finish(life, history)
        if not of and kind != Kind.DIFFICULTY:
            self.perhaps_merged(life, estate)
            self.perhaps_again(life, estate)

    def finish(self, life: Life, history: History) -> None:
        life.play()
        self.lives[life.key] = life
        self.histories[life.key] = replace(history, steps=happened_by(life.steps, self.now))

    def matter_at(self, estate: Estate, at: datetime, served: Served, is_quick: bool) -> Matter:
        known = [matter for matter in matters() if matter.in_estates]
        if is_quick:
            known = [matter for matter in known if matter.list == "immediate"]
        has_lifts = bool(estate.lift_count)
        weights = [matter.weight_on(at.date(), has_lifts=has_lifts) for matter in known]
        leanings = leaning_at(estate.code, known)
        weights = [weight * lean for weight, lean in zip(weights, leanings, strict=True)]
        if served is not self.ground.serving[estate.code][0]:
            weights = [
                w * (1.4 if m.category.startswith("fees") else 1) for w, m in zip(weights, known, strict=True)
            ]
        (matter,) = self.rng.choices(known, weights)
        return matter

    def is_new(self, at: datetime) -> bool:
        return (self.now - at).days < 8

    def source(self, estate: Estate, at: datetime) -> Source:
        """Mostly the web; where the desk is looked at, enough slips and calls to have something to do."""
        shares = [45, 25, 30] if estate.compound and self.is_new(at) else [72, 15, 13]
        (source,) = self.rng.choices([Source.WEB, Source.PHONE, Source.PAPER], shares)
        return source

    def resident_of(self, estate: Estate) -> Resident:
        people = self.residents[estate.pk]
        if estate.code == FIRST_ESTATE and self.rng.random() < SHOWN_RESIDENTS_SHARE:
            return people[0]
        return self.rng.choice(people)

    def neighbours(self, estate: Estate, resident: Resident | None, matter: Matter) -> list[Resident]:
        if self.rng.random() > (0.26 if matter.list == "long_term" else 0.17):
            return []
        count = min(8, 1 + int(self.rng.expovariate(0.55)))
        others = [other for other in self.residents[estate.pk] if other is not resident]
        return self.rng.sample(others, min(count, len(others)))

    def teller_for(self, estate: Estate, resident: Resident | None, at: datetime) -> Teller:
        rng = self.rng
        teller = Teller(rng)
        at_home = resident is not None and rng.random() < 0.55
        building = resident.home.building if resident and at_home else rng.randint(1, buildings_of(estate))
        floors = 6 if not estate.lift_count else 17
        teller.slots |= {
            "b": f"{building}号楼",
            "u": f"{rng.randint(1, 3)}单元",
            "f": f"{rng.randint(2, floors)}层",
        }
        teller.asked_at(at)
        return teller

    def fresh_text(self, matter: Matter, teller: Teller, place: int, facet: str = "") -> str:
        """A text whose title was not used at this estate, nor anywhere lately."""
        known = self.titles.setdefault(place, set())
        kept = dict(teller.slots)
        text = ""
        for attempt in range(40):
            teller.slots = dict(kept)
            if attempt > 12:
                teller.slots["b"] = f"{self.rng.randint(1, 12)}号楼"
            text = text_of(matter, teller, facet)
            title = title_of(text)
            if title not in known and title not in self.lately:
                break
        known.add(title_of(text))
        self.lately.append(title_of(text))
        return text

    def with_contact(self, text: str, resident: Resident | None, source: str) -> str:
        """A few people write their number and name into the text; masking takes them out."""
        rng = self.rng
        if resident is None or source != Source.WEB or rng.random() > 0.02:
            return text
        name = rng.choice(voices()["surnames"]) + rng.choice(voices()["elders"])
        said = [
            f"联系人：{name}，电话 {phone(rng.randint(4000, 4999))}。",
            f"我电话 {phone(rng.randint(4000, 4999))}，随时打。",
        ]
        return text + rng.choice(said)

    def asker(
        self, kind: str, source: str, estate: Estate, resident: Resident | None, manager: Actor
    ) -> tuple[Actor, Actor, AskerDraft]:
        """Who asks, who enters it, and how the echo goes back."""
        if kind == Kind.DIFFICULTY or resident is None:
            return manager, manager, AskerDraft(person_id=int(manager.key.partition(":")[2]))
        if source == Source.WEB:
            draft = AskerDraft(person_id=resident.person.pk, household_id=resident.home.pk)
            return resident.actor, resident.actor, draft
        rng, worker = self.rng, self.staff.workers[estate.area_id]
        name = rng.choice(voices()["surnames"]) + rng.choice(voices()["elders"])
        note = f"纸条 {rng.randint(11, 480):04d}" if source == Source.PAPER else "上午打来的电话"
        draft = AskerDraft(
            channel=_CHANNEL[Source(source)], name=name, phone=phone(rng.randint(5000, 9999)), note=note
        )
        return worker, worker, draft

    def lead_of(
        self, matter: Matter, kind: str, estate: Estate, served: Served, manager: Actor, at: datetime
    ) -> tuple[Lead, Actor]:
        """The company serving then; the community leads what no company may and what outlives an engagement.

        Where the change is only days old that waits to be handed over.
        """
        secretary = secretary_on(self.staff, estate.area, at.date(), self.today)
        ends_on = served.engagement.ends_on
        outlives = (
            ends_on is not None
            and estate.code != HANDING_OVER
            and (matter.list == "long_term" or at.date() > ends_on - timedelta(days=40))
        )
        if kind == Kind.DIFFICULTY or matter.lead == "area" or outlives:
            return Lead.of_area(estate.area), secretary
        return Lead.company(served.engagement), manager

    # --- the same matter again ---

    def perhaps_merged(self, life: Life, estate: Estate) -> None:
        """A neighbour asks the same a little later; the secretary merges it into the first."""
        rng, replied_at = self.rng, life.first_reply_at
        if not life.is_regular or replied_at is None or rng.random() > 0.06:
            return
        latest = min(replied_at, self.now) - timedelta(hours=30)
        if latest - life.at < timedelta(hours=6):
            return
        at = life.at + timedelta(hours=2) + (latest - life.at) * rng.random()
        merged_at = office_moment(rng, at, rng.uniform(0.5, 4))
        if not at < merged_at < min(replied_at, self.now):
            return
        involved = {life.asker.key, *(each.actor.key for each in life.neighbours)}
        others = [each for each in self.residents[estate.pk] if each.actor.key not in involved]
        other = rng.choice(others)
        teller = self.teller_for(estate, other, at)
        teller.slots["b"] = life.teller.slots["b"]
        key = f"{life.key}+"
        self.histories[key] = History(
            key=key,
            at=at,
            by=other.actor,
            text=self.fresh_text(life.matter, teller, estate.pk, life.teller.facet),
            area=estate.area,
            estate=estate,
            kind=Kind.COMPLAINT,
            building=teller.slots["b"],
            category=life.matter.category,
            nickname=other.person.nickname,
            asker=AskerDraft(person_id=other.person.pk, household_id=other.home.pk),
            steps=(told.MergedInto(at=merged_at, by=life.secretary, into=life.key),),
        )
        take_in_another(life)
        self.histories[life.key] = replace(self.histories[life.key], steps=happened_by(life.steps, self.now))

    def perhaps_again(self, life: Life, estate: Estate) -> None:
        """Confirmed as solved, and there it is again weeks later: a new case marked as recurrence."""
        if life.confirmed_at is None or self.rng.random() > 0.03:
            return
        at = asking_moment(self.rng, (life.confirmed_at + timedelta(days=self.rng.randint(18, 110))).date())
        served = self.serving_on(estate, at.date())
        is_over = at < self.now - timedelta(hours=1) and life.matter.weight_on(at.date(), has_lifts=True)
        if is_over and served is self.serving_on(estate, life.at.date()):
            self.tell_case(f"{life.key}again", at, again=life, of=life.key)
