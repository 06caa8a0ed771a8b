"""Where the rows of an old ledger belong and who was in charge there, looked up once for the whole file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from huiyin.apps.imports.kinds import RowRefused
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.permissions import may_import
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.places.models import Area, Engagement, Estate
from huiyin.apps.places.selectors import areas_public, estates_public, scope_of_area, scope_of_estate
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken

OUT_OF_REACH = "不在您的管辖范围内。"
Place = TypeVar("Place", Area, Estate)


@dataclass(frozen=True)
class Where:
    """The place of a row; `lost_name` is what the row calls an estate nobody knows."""

    area: Area
    estate: Estate | None = None
    lost_name: str = ""


@dataclass
class Places:
    """Areas, estates and who serves them, by every name a table may use."""

    actor: Actor
    areas: dict[str, list[Area]] = field(default_factory=dict)
    estates: dict[str, list[Estate]] = field(default_factory=dict)
    engagements: dict[int, list[Engagement]] = field(default_factory=dict)
    fallback: Area | None = None
    """For rows without an estate or community."""
    takes_unknown_estates: bool = False

    @classmethod
    def read(cls, actor: Actor, *, fallback: str = "", takes_unknown_estates: bool = False) -> Places:
        """Raises RuleBroken for a fallback that is no area the actor may import into."""
        places = cls(actor, takes_unknown_estates=takes_unknown_estates)
        for area in areas_public():
            _put(places.areas, area, (area.name, area.code))
        for estate in estates_public().prefetch_related("aliases"):
            names = (estate.code, estate.slug, estate.name, *(alias.name for alias in estate.aliases.all()))
            _put(places.estates, estate, names)
        for engagement in Engagement.objects.select_related("company", "estate__area").order_by("starts_on"):
            places.engagements.setdefault(engagement.estate_id, []).append(engagement)
        if fallback.strip():
            places.fallback = places._fallback(fallback)
        return places

    def where(self, estate: str | None, area: str | None) -> Where:
        """The place a row names; raises RowRefused with what is wrong with it."""
        named_area = self._area(area) if area else None
        if estate:
            found = self.estates.get(key_of_name(estate), [])
            inside = [one for one in found if named_area is None or _covers(named_area, one.area)]
            if len(inside) > 1:
                raise RowRefused("estate", f"有 {len(inside)} 个小区叫这个名字，请写社区，或改写项目编号。")
            if inside:
                self._check(may_import(self.actor, scope_of_estate(inside[0])), "estate")
                return Where(inside[0].area, inside[0])
            if found:
                raise RowRefused("area", f"“{estate}”登记在{found[0].area.name}，和这里写的不同。")
            if not self.takes_unknown_estates:
                raise RowRefused("estate", f"没有“{estate}”这个小区。请核对写法，或先登记小区。")
        place = named_area or self.fallback
        if place is None:
            raise RowRefused("estate", "没写小区，也没写社区。")
        self._check(may_import(self.actor, scope_of_area(place)), "area")
        return Where(place, lost_name=estate or "")

    def lead(self, told: str, where: Where, on: date) -> Lead | None:
        """The company that serves the estate on that day or an area above it, if the row names one of them."""
        name = key_of_name(told)
        if where.estate is not None:
            for engagement in self.engagements.get(where.estate.pk, []):
                if engagement.starts_on <= on and (engagement.ends_on is None or on <= engagement.ends_on):
                    lead = Lead.company(engagement)
                    if name in (key_of_name(lead.label), key_of_name(engagement.company.name)):
                        return lead
        named = [area for area in self.areas.get(name, []) if _covers(area, where.area)]
        return Lead.of_area(named[0]) if len(named) == 1 else None

    def is_called(self, estate: Estate, told: str) -> bool:
        """Whether this name, alias or code is one of the estate's."""
        return estate in self.estates.get(key_of_name(told), [])

    def is_in(self, case: Case, told: str) -> bool:
        """Whether a row that names this area may be the case's: the area of the case, or one above its estate."""
        name = _key_of_area(told)
        if name in (key_of_name(case.area.name), case.area.code):
            return True
        return any(
            _covers(area, case.area) if case.estate else case.area.path in (area.path, *area.earlier_paths)
            for area in self.areas.get(name, [])
        )

    def _area(self, told: str) -> Area:
        found = self.areas.get(_key_of_area(told), [])
        if len(found) > 1:
            raise RowRefused("area", f"有 {len(found)} 个叫这个名字的地方，请写区划代码。")
        if not found:
            raise RowRefused("area", f"没有“{told}”这个社区。请核对写法，或写区划代码。")
        return found[0]

    def _fallback(self, told: str) -> Area:
        try:
            area = self._area(told)
            self._check(may_import(self.actor, scope_of_area(area)), "area")
        except RowRefused as refusal:
            raise RuleBroken(
                str(refusal).replace("%", "%%"), code="import.area", field="option_area"
            ) from None
        return area

    def _check(self, allowed: bool, key: str) -> None:
        if not allowed:
            raise RowRefused(key, OUT_OF_REACH)


def key_of_name(text: str) -> str:
    """A name for comparing: full width and case folded, spaces dropped; brackets tell 南区 from 北区 and stay."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _key_of_area(told: str) -> str:
    """Codes may be given with fewer than 12 digits, as in `places.area_by_code`."""
    name = key_of_name(told)
    return name.ljust(12, "0") if name.isdecimal() else name


def _put(into: dict[str, list[Place]], place: Place, names: Iterable[str]) -> None:
    for name in {key_of_name(name) for name in names if name}:
        into.setdefault(name, []).append(place)


def _covers(area: Area, other: Area) -> bool:
    return any(other.path.startswith(path) for path in (area.path, *area.earlier_paths))
