"""Registering estates and the companies that serve them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.places import permissions
from huiyin.apps.places.models import Area, Company, Estate, EstateAlias
from huiyin.apps.places.selectors import scope_of_area, scope_of_estate
from huiyin.apps.places.services.witness import required, witness
from huiyin.domain import credit_codes
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.language.words import sort_key


@transaction.atomic
def register_company(
    *, name: str, credit_code: str, by: Actor, contact_public: str = "", now: datetime | None = None
) -> Company:
    permissions.check_change_companies(by)
    code = credit_codes.check(credit_code)
    if Company.objects.filter(credit_code=code).exists():
        raise RuleBroken(
            _("这个统一社会信用代码已经登记过。"), code="company.code_taken", field="credit_code"
        )
    name = required(name, _("企业名称"), "name")
    company = Company.objects.create(
        name=name, credit_code=code, contact_public=contact_public.strip(), sort_key=sort_key(name)
    )
    witness("places.company_registered", f"company/{code}", by, now, name=name)
    return company


@transaction.atomic
def update_company(
    *, company: Company, name: str, contact_public: str, by: Actor, now: datetime | None = None
) -> Company:
    permissions.check_change_companies(by)
    company.name = required(name, _("企业名称"), "name")
    company.contact_public = contact_public.strip()
    company.sort_key = sort_key(company.name)
    company.save(update_fields=["name", "contact_public", "sort_key"])
    witness(
        "places.company_updated",
        f"company/{company.credit_code}",
        by,
        now,
        name=company.name,
        contact_public=company.contact_public,
    )
    return company


@dataclass(frozen=True)
class EstateFacts:
    """What is known of an estate besides its code, name and community."""

    compound: str = ""
    address: str = ""
    kind: str = Estate.Kind.COMMODITY
    household_count: int = 0
    floor_area_m2: int | None = None
    built_year: int | None = None
    lift_count: int | None = None
    fee_per_m2: Decimal | None = None
    duty_phone: str = ""

    def public(self) -> dict[str, str | int | None]:
        return {**vars(self), "fee_per_m2": None if self.fee_per_m2 is None else str(self.fee_per_m2)}


@transaction.atomic
def add_estate(
    *,
    code: str,
    slug: str,
    name: str,
    area: Area,
    facts: EstateFacts,
    by: Actor,
    aliases: tuple[str, ...] = (),
    now: datetime | None = None,
) -> Estate:
    permissions.check_change_estates(by, scope_of_area(area))
    if area.level != Area.Level.COMMUNITY:
        raise RuleBroken(_("小区要放在社区（村）下面。"), code="estate.not_in_a_community", field="area")
    code, slug = required(code, _("项目编号"), "code"), slug.strip().lower()
    if Estate.objects.filter(code=code).exists() or Estate.objects.filter(slug=slug).exists():
        raise RuleBroken(_("项目编号或网址名已经在用。"), code="estate.code_taken", field="code")
    name = required(name, _("小区名称"), "name")
    estate = Estate.objects.create(
        code=code, slug=slug, name=name, area=area, sort_key=sort_key(name), **vars(facts)
    )
    _set_aliases(estate, aliases)
    witness("places.estate_added", f"estate/{code}", by, now, name=name, area=area.code, **facts.public())
    return estate


@transaction.atomic
def update_estate(
    *,
    estate: Estate,
    name: str,
    facts: EstateFacts,
    by: Actor,
    aliases: tuple[str, ...] | None = None,
    now: datetime | None = None,
) -> Estate:
    """Name and facts; the community stays. `aliases` None leaves them as they are."""
    permissions.check_change_estates(by, scope_of_estate(estate))
    estate.name = required(name, _("小区名称"), "name")
    estate.sort_key = sort_key(estate.name)
    for field, value in vars(facts).items():
        setattr(estate, field, value)
    estate.save()
    if aliases is not None:
        _set_aliases(estate, aliases)
    witness("places.estate_updated", f"estate/{estate.code}", by, now, name=estate.name, **facts.public())
    return estate


@transaction.atomic
def add_alias(*, estate: Estate, name: str, by: Actor, now: datetime | None = None) -> EstateAlias:
    permissions.check_name_estates(by, scope_of_estate(estate))
    alias, is_new = EstateAlias.objects.get_or_create(estate=estate, name=required(name, _("别名"), "name"))
    if is_new:
        witness("places.alias_added", f"estate/{estate.code}", by, now, alias=alias.name)
    return alias


@transaction.atomic
def remove_alias(*, estate: Estate, name: str, by: Actor, now: datetime | None = None) -> bool:
    """Whether the estate bore it."""
    permissions.check_name_estates(by, scope_of_estate(estate))
    gone, _rows = EstateAlias.objects.filter(estate=estate, name=name).delete()
    if gone:
        witness("places.alias_removed", f"estate/{estate.code}", by, now, alias=name)
    return bool(gone)


def _set_aliases(estate: Estate, aliases: tuple[str, ...]) -> None:
    wanted = {alias.strip() for alias in aliases if alias.strip() and alias.strip() != estate.name}
    EstateAlias.objects.filter(estate=estate).exclude(name__in=wanted).delete()
    known = set(EstateAlias.objects.filter(estate=estate).values_list("name", flat=True))
    EstateAlias.objects.bulk_create(EstateAlias(estate=estate, name=name) for name in sorted(wanted - known))
