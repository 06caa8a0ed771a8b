"""Beside the year of the estates: cases of no estate, and the ledger one community kept before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from huiyin.apps.ledger.bulk import History
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.ledger.services.register import AskerDraft
from huiyin.apps.places.models import Area
from huiyin.apps.portal.demo.hours import (
    DAYS,
    IMPORT_RECORDED_DAYS_AGO,
    asking_moment,
    at_time,
    office_moment,
)
from huiyin.apps.portal.demo.lives import Life
from huiyin.apps.portal.demo.matters import matters
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.apps.portal.demo.staff import secretary_on
from huiyin.domain.ledger_rules import Kind, Source

if TYPE_CHECKING:
    from huiyin.apps.portal.demo.year import Year

IMPORTED, IMPORTING_ESTATE = 36, "YXJ01"


def tell_area_case(year: Year, key: str, at: datetime) -> None:
    """Something in the streets around, led by the community or a department."""
    rng = year.rng
    known = [matter for matter in matters() if not matter.in_estates]
    (matter,) = rng.choices(known, [m.weight_on(at.date(), has_lifts=True) for m in known])
    area = rng.choice(year.ground.communities_with_estates())
    resident = rng.choice(rng.choice(list(year.residents.values())))
    teller = Teller(rng)
    teller.slots["r"] = _road(year, area)
    teller.asked_at(at)
    secretary = secretary_on(year.staff, area, at.date(), year.today)
    is_department = matter.lead not in ("company", "area")
    lead = Lead.department(f"云杉区{matter.lead}") if is_department else Lead.of_area(area)
    life = Life(
        rng=rng,
        key=key,
        matter=matter,
        teller=teller,
        at=at,
        now=year.now,
        care=0.6,
        lead=lead,
        author=secretary,
        secretary=secretary,
        worker=year.staff.workers[area.pk],
        street=year.staff.officers[area.parent_id or 0],
        channel=Channel.IN_SITE,
        asker=resident.actor,
    )
    history = History(
        key=key,
        at=at,
        by=resident.actor,
        text=year.fresh_text(matter, teller, -area.pk),
        area=area,
        kind=rng.choice(matter.kind),
        category=matter.category,
        nickname=resident.person.nickname,
        asker=AskerDraft(person_id=resident.person.pk),
    )
    year.finish(life, history)


def _road(year: Year, area: Area) -> str:
    stem = area.name.removesuffix("社区").removesuffix("村")
    return stem + year.rng.choice(["路东段", "路西段", "街北口", "街南口", "东路", "中街"])


def tell_imported(year: Year) -> None:
    """What one community kept in a spreadsheet before: told by the file, never confirmed."""
    rng = year.rng
    estate = next(estate for estate in year.ground.estates if estate.code == IMPORTING_ESTATE)
    secretary = year.staff.secretaries[estate.area_id]
    recorded_at = at_time(year.today - timedelta(days=IMPORT_RECORDED_DAYS_AGO), 15, 24)
    served = year.ground.serving[estate.code][0]
    label = Lead.company(served.engagement).label
    for number in range(round(IMPORTED * year.share)):
        at = asking_moment(rng, year.today - timedelta(days=rng.randint(IMPORT_RECORDED_DAYS_AGO + 45, DAYS)))
        matter = year.matter_at(estate, at, served, False)
        teller = year.teller_for(estate, None, at)
        text = year.fresh_text(matter, teller, estate.pk)
        replied_at = office_moment(rng, at, rng.uniform(20, 900))
        teller.replied_at(replied_at, at)
        key = f"old{number}"
        year.histories[key] = History(
            key=key,
            at=at,
            by=secretary,
            text=text,
            area=estate.area,
            estate=estate,
            kind=Kind.COMPLAINT,
            source=Source.IMPORT,
            building=teller.slots["b"],
            category=matter.category,
            lead_label=label,
            case_list="short_term",
            file_key=f"demo:{number + 1}",
            recorded_at=recorded_at,
            steps=(
                told.RepliedByFile(
                    at=replied_at, by=secretary, text=teller.pick(matter.reply), author_label=label
                ),
            ),
        )
