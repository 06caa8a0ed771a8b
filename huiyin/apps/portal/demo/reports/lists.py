"""Demand lists: collected before a period ends, put in order by the secretary, handed to the company; some not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.hours import at_time
from huiyin.apps.portal.demo.matters import Matter, matters, text_of
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.apps.portal.demo.reports.calendar import Half
from huiyin.apps.portal.demo.reports.stories import Raised
from huiyin.apps.portal.demo.residents import Resident, buildings_of
from huiyin.apps.reports.models import Demand, DemandList
from huiyin.apps.reports.services import demands
from huiyin.apps.reports.services.voices import add_voice
from huiyin.domain.access import Actor
from huiyin.domain.demands import VoiceSource

_SHARES = {VoiceSource.QR: 4, VoiceSource.PAPER: 3, VoiceSource.VISIT: 3, VoiceSource.PHONE: 2}
VOICES = 6
_ASKED_BY_OTHERS_TOO = 0.6


@dataclass(frozen=True)
class Neighbourhood:
    """An estate with the people who say something and those who write it down."""

    estate: Estate
    secretary: Actor
    worker: Actor
    residents: list[Resident]


def collect(
    place: Neighbourhood, half: Half, *, begins_list: bool, until: datetime, raised: Raised | None = None
) -> DemandList:
    """Open the list and hear what is said until then; the ledger's topics stand in it from the start."""
    opened_at = half.list_opened_at
    demand_list = demands.open_demand_list(
        estate=place.estate,
        begins_on=half.period.from_on if begins_list else None,
        collects_until=half.list_confirmed_at.date(),
        by=place.secretary,
        now=opened_at,
    )
    hear(demand_list, place, opened_at, min(until, half.list_confirmed_at))
    if raised is not None:
        hear_the_same(demand_list, place, raised, after=opened_at)
    return demand_list


def hear(demand_list: DemandList, place: Neighbourhood, after: datetime, until: datetime) -> None:
    """Voices by every way, each on a day and at an hour of its own."""
    rng = Random(f"{place.estate.code}/{demand_list.period_from}/voices")
    days = max(1, (until.date() - after.date()).days - 1)
    sources = rng.choices(list(_SHARES), list(_SHARES.values()), k=VOICES)
    speakers = iter(rng.sample(place.residents, len(place.residents)))
    lines = {line.title: line for line in demand_list.demands.all()}
    hours = sorted((rng.randint(1, days), rng.randint(9, 18), rng.randrange(60)) for _ in sources)
    for source, (day, hour, minute) in zip(sources, hours, strict=True):
        at = at_time(after.date() + timedelta(days=day), hour, minute)
        if at >= until:
            break
        has_lifts = bool(place.estate.lift_count)
        alike = [
            each
            for each in matters()
            if each.topic in lines and not each.plain and each.weight_on(at.date(), has_lifts=has_lifts)
        ]
        is_known = bool(alike) and rng.random() < _ASKED_BY_OTHERS_TOO
        matter = rng.choice(alike) if is_known else _matter(rng, at, place.estate)
        resident = next(speakers, place.residents[0])
        teller = Teller(rng)
        building = rng.randint(1, buildings_of(place.estate))
        teller.slots |= {
            "b": f"{building}号楼",
            "u": f"{rng.randint(1, 3)}单元",
            "f": f"{rng.randint(2, 6)}层",
        }
        teller.asked_at(at)
        by_self = source is VoiceSource.QR
        voice = add_voice(
            demand_list,
            demand=lines.get(matter.topic) if matter.topic else None,
            source=source,
            text=text_of(matter, teller),
            title=matter.topic,
            category=matter.category,
            building=f"{building}号楼",
            nickname=resident.person.nickname if by_self else "",
            by=resident.actor if by_self else place.worker,
            idempotency_key=f"demo-{place.estate.code}-{demand_list.pk}-{day}-{hour}-{minute}",
            now=at,
        )
        if matter.topic:
            lines.setdefault(matter.topic, voice.demand)


def hear_the_same(demand_list: DemandList, place: Neighbourhood, raised: Raised, *, after: datetime) -> None:
    """One matter from several homes, a day apart."""
    line: Demand | None = None
    for day, (text, resident) in enumerate(
        zip(raised.voices, reversed(place.residents), strict=False), start=1
    ):
        line = add_voice(
            demand_list,
            demand=line,
            source=VoiceSource.QR,
            text=text,
            title=raised.title,
            category=raised.category,
            building=f"{min(day, buildings_of(place.estate))}号楼",
            nickname=resident.person.nickname,
            by=resident.actor,
            idempotency_key=f"demo-{demand_list.pk}-{raised.title}-{day}",
            now=at_time(after.date() + timedelta(days=day), 19, 12),
        ).demand


def _matter(rng: Random, at: datetime, estate: Estate) -> Matter:
    known = [matter for matter in matters() if matter.in_estates and not matter.plain]
    weights = [matter.weight_on(at.date(), has_lifts=bool(estate.lift_count)) for matter in known]
    (matter,) = rng.choices(known, weights)
    return matter


def confirm(demand_list: DemandList, place: Neighbourhood, half: Half) -> None:
    """Read what came by telephone, set one line aside that is no matter of a company, and confirm."""
    at = half.list_confirmed_at - timedelta(hours=2)
    for line in demand_list.demands.filter(is_read=False):
        demands.word_demand(line, title=line.title, category=line.category, by=place.secretary, now=at)
    rare = demand_list.demands.filter(
        category__in=["noise_fumes", "unauthorised_building", "telecoms"]
    ).first()
    if rare is not None and demand_list.demands.count() > 4:
        demands.set_aside(
            rare,
            reason_code="not_property_service",
            words="由社区转给有执法权的部门，进展写在台账里。",
            by=place.secretary,
            now=at + timedelta(minutes=20),
        )
    demands.confirm(demand_list, by=place.secretary, now=half.list_confirmed_at)


def hand_over(demand_list: DemandList, place: Neighbourhood, half: Half) -> list[Demand]:
    """Send the list to the company; the lines it has to answer, heaviest first."""
    demands.send(demand_list, by=place.secretary, now=half.list_sent_at)
    return list(demand_list.demands.filter(rank__isnull=False).order_by("rank"))


def collect_late(
    place: Neighbourhood, begins_on: date | None, *, opened_at: datetime, until: datetime
) -> DemandList:
    """A list that is still being collected: for its first period (`begins_on`) or the one after the last."""
    demand_list = demands.open_demand_list(
        estate=place.estate, begins_on=begins_on, by=place.secretary, now=opened_at
    )
    hear(demand_list, place, opened_at, until)
    return demand_list
