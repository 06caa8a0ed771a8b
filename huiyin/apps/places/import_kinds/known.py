"""What the rows of a file of places lean on, read once for the whole file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huiyin.apps.imports.kinds import Applied, RowRefused
from huiyin.apps.places.models import Area, Company, Estate
from huiyin.apps.places.selectors import areas_public
from huiyin.domain.access import Actor

OUT_OF_REACH = "不在您的管辖范围内。"


@dataclass
class Known:
    """What rows lean on, read once per file; rows of the same file add to it."""

    actor: Actor
    areas: dict[str, Area]
    areas_by_name: dict[str, list[Area]]
    estates: dict[str, Estate]
    estates_by_name: dict[str, list[Estate]]
    companies: dict[str, Company]
    companies_by_name: dict[str, list[Company]]
    new_areas: set[str]
    recoded_areas: set[str]
    """Old codes that an earlier row of the file has given up."""


def prepare(import_: Any, actor: Actor) -> Known:
    known = Known(actor, {}, {}, {}, {}, {}, {}, set(), set())
    for area in areas_public():
        known.areas[area.code] = area
        known.areas_by_name.setdefault(area.name, []).append(area)
    for estate in Estate.objects.select_related("area").prefetch_related("aliases"):
        known.estates[estate.code] = estate
        known.estates_by_name.setdefault(estate.name, []).append(estate)
    for company in Company.objects.all():
        known.companies[company.credit_code] = company
        known.companies_by_name.setdefault(company.name, []).append(company)
    return known


def one_of(found: list[Any], key: str, what: str) -> Any:
    if len(found) > 1:
        raise RowRefused(key, f"有 {len(found)} 个同名的{what}，请写代码。")
    if not found:
        raise RowRefused(key, f"没有这个{what}。请先登记，或核对写法。")
    return found[0]


def tally(results: list[str]) -> Applied:
    return Applied(
        created=results.count("created"),
        updated=results.count("updated"),
        unchanged=results.count("unchanged"),
    )
