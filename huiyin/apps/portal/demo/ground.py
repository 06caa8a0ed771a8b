"""The places of the fictional district: areas, companies, estates and who serves them, through the services."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.apps.places.services import (
    EstateFacts,
    add_estate,
    create_area,
    end_engagement,
    register_company,
    start_engagement,
)
from huiyin.apps.portal.demo.phrases import FOLDER
from huiyin.domain import credit_codes
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.division_codes import street_of

# Estates that changed their company: new company, how many days ago, how well it does since.
CHANGES = {
    "SYJ01": ("zhengyuan", 148, 0.74),
    "QDL01": ("dengnuan", 236, 0.68),
    "YSL03": ("dengnuan", 3, 0.62),
}
# What the company that left had not done by then still waits to be handed over: by whoever signs in as secretary.
HANDING_OVER = "YSL03"


@dataclass
class Served:
    """One engagement with the name of its manager and how well it does."""

    engagement: Engagement
    manager_name: str
    care: float


@dataclass
class Ground:
    district: Area
    streets: list[Area] = field(default_factory=list)
    communities: dict[str, Area] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    estates: list[Estate] = field(default_factory=list)
    serving: dict[str, list[Served]] = field(default_factory=dict)
    """Engagements of each estate code, oldest first."""

    def communities_with_estates(self) -> list[Area]:
        ids = {estate.area_id for estate in self.estates}
        return [area for area in self.communities.values() if area.pk in ids]


def lay_out_areas(*, name: str, now: datetime) -> Ground:
    told = tomllib.loads((FOLDER / "district.toml").read_text(encoding="utf-8"))
    since = now.date()

    def make(code: str, name: str, parent: Area | None, duty_phone: str = "") -> Area:
        return create_area(
            code=code,
            name=name,
            parent=parent,
            valid_from=since,
            duty_phone=duty_phone,
            by=SYSTEM,
            now=now,
        )

    ground = Ground(make(told["code"], name, None))
    for number, (street_name, names) in enumerate(told["streets"].items(), start=1):
        street = make(f"{told['code']}{number:03d}", street_name, ground.district)
        ground.streets.append(street)
        for order, community in enumerate(names, start=1):
            phone = f"010-0555 {6000 + number * 10 + order}"
            ground.communities[community] = make(
                f"{street_of(street.code)}{order:03d}", community, street, phone
            )
    return ground


def a_credit_code(number: int) -> str:
    """A code whose check character is right and whose division exists nowhere."""
    first = f"91119901MA{2600 + number * 37:07d}"
    return first + credit_codes.check_character(first)


def settle(ground: Ground, *, by: Actor, names: list[str], rng: Random, now: datetime, today: date) -> None:
    """Companies, estates and engagements; `names` are managers' names, taken from the front."""
    told = tomllib.loads((FOLDER / "district.toml").read_text(encoding="utf-8"))
    for number, (key, name) in enumerate(told["companies"].items(), start=1):
        ground.companies[key] = register_company(
            name=name,
            credit_code=a_credit_code(number),
            contact_public=f"010-0555 20{number:02d}",
            by=by,
            now=now,
        )
    rows = tomllib.loads((FOLDER / "estates.toml").read_text(encoding="utf-8"))["estate"]
    for number, row in enumerate(rows, start=1):
        estate = _estate(ground, row, number, by=by, now=now)
        ground.estates.append(estate)
        _engage(ground, estate, row, names=names, rng=rng, by=by, now=now, today=today)


def _estate(ground: Ground, row: dict[str, Any], number: int, *, by: Actor, now: datetime) -> Estate:
    return add_estate(
        code=row["code"],
        slug=row["slug"],
        name=row["name"],
        area=ground.communities[row["community"]],
        facts=EstateFacts(
            compound=row.get("compound", ""),
            address=row["address"],
            kind=row["kind"],
            household_count=row["households"],
            floor_area_m2=row["area_m2"],
            built_year=row["built"],
            lift_count=row["lifts"],
            fee_per_m2=Decimal(row["fee"]),
            duty_phone=f"010-0555 {1000 + number * 11:04d}",
        ),
        aliases=tuple(row["aliases"]),
        by=by,
        now=now,
    )


def _engage(
    ground: Ground,
    estate: Estate,
    row: dict[str, Any],
    *,
    names: list[str],
    rng: Random,
    by: Actor,
    now: datetime,
    today: date,
) -> None:
    terms: dict[str, Any] = {"service_level": row["level"], "fee_per_m2": Decimal(row["fee"])}
    began = today - timedelta(days=rng.randint(430, 2600))

    def serve(company: str, since: date, care: float) -> Served:
        manager = names.pop(0)
        engagement = start_engagement(
            company=ground.companies[company],
            estate=estate,
            starts_on=since,
            manager_name=manager,
            by=by,
            now=now,
            **terms,
        )
        return Served(engagement, manager, care)

    served = [serve(row["company"], began, row["care"])]
    if estate.code in CHANGES:
        successor, days_ago, care = CHANGES[estate.code]
        last_day = today - timedelta(days=days_ago)
        end_engagement(engagement=served[0].engagement, ends_on=last_day, by=by, now=now)
        served.append(serve(successor, last_day + timedelta(days=1), care))
    ground.serving[estate.code] = served
