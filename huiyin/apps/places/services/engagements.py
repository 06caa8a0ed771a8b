"""Who serves an estate from when to when, and its households."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.places import endings, permissions
from huiyin.apps.places.models import Company, Engagement, Estate, Household
from huiyin.apps.places.selectors import scope_of_estate
from huiyin.apps.places.services.witness import required, witness
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as clock


@transaction.atomic
def start_engagement(
    *,
    company: Company,
    estate: Estate,
    starts_on: date,
    by: Actor,
    ends_on: date | None = None,
    service_level: int | None = None,
    fee_per_m2: Decimal | None = None,
    manager_name: str = "",
    now: datetime | None = None,
) -> Engagement:
    permissions.check_change_estates(by, scope_of_estate(estate))
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(_("结束日期不能早于开始日期。"), code="engagement.dates", field="ends_on")
    if service_level is not None and not 1 <= service_level <= 5:
        raise RuleBroken(
            _("服务等级是 1 到 5，5 级最高（DB11/T 751）。"), code="engagement.level", field="service_level"
        )
    engagement = Engagement(
        company=company,
        estate=estate,
        starts_on=starts_on,
        ends_on=ends_on,
        service_level=service_level,
        fee_per_m2=fee_per_m2,
        manager_name=manager_name.strip(),
    )
    try:
        with transaction.atomic():
            engagement.save()
    except IntegrityError as error:
        if "estate_has_one_company_at_a_time" not in str(error):
            raise
        raise RuleBroken(
            _("这个小区在这段时间里已经有物业企业。先给旧合同填上结束日期。"),
            code="engagement.overlaps",
            field="starts_on",
        ) from error
    witness(
        "places.engagement_started",
        f"estate/{estate.code}",
        by,
        now,
        engagement=engagement.pk,
        company=company.credit_code,
        starts_on=str(starts_on),
        ends_on=str(ends_on) if ends_on else None,
        service_level=service_level,
        fee_per_m2=str(fee_per_m2) if fee_per_m2 is not None else None,
    )
    return engagement


@transaction.atomic
def end_engagement(
    *, engagement: Engagement, ends_on: date, by: Actor, now: datetime | None = None
) -> Engagement:
    """The last day of service; the next company may start the day after."""
    permissions.check_change_estates(by, scope_of_estate(engagement.estate))
    if ends_on < engagement.starts_on:
        raise RuleBroken(_("结束日期不能早于开始日期。"), code="engagement.dates", field="ends_on")
    if engagement.ends_on is not None and ends_on > engagement.ends_on:
        raise RuleBroken(
            _("合同已经约定在 %(day)s 结束，续约请登记新合同。"),
            code="engagement.already_ends",
            field="ends_on",
            day=engagement.ends_on,
        )
    engagement.ends_on = ends_on
    engagement.save(update_fields=["ends_on"])
    witness(
        "places.engagement_ended",
        f"estate/{engagement.estate.code}",
        by,
        now,
        engagement=engagement.pk,
        ends_on=str(ends_on),
        successor_from=str(ends_on + timedelta(days=1)),
    )
    endings.tell(engagement, by, now or clock())
    return engagement


@transaction.atomic
def add_household(
    *, estate: Estate, building: str, room: str, by: Actor, unit: str = "", now: datetime | None = None
) -> Household:
    """Find or register a household; the event says the building only (domain.md §9)."""
    permissions.check_register_households(by, scope_of_estate(estate))
    building = required(building, _("楼号"), "building")
    household, is_new = Household.objects.get_or_create(
        estate=estate, building=building, unit=unit.strip(), room=required(room, _("房号"), "room")
    )
    if is_new:
        witness("places.household_added", f"estate/{estate.code}", by, now, building=building)
    return household
