"""Setting up and changing the division tree; nothing that points to an area is re-pointed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.places import permissions
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import scope_of_area
from huiyin.apps.places.services.witness import required, witness
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.language.words import sort_key

_LEVEL_BELOW = {None: "district", "district": "street", "street": "community"}


@transaction.atomic
def create_area(
    *,
    code: str,
    name: str,
    parent: Area | None,
    valid_from: date,
    by: Actor,
    duty_phone: str = "",
    now: datetime | None = None,
) -> Area:
    """A district without parent, a street below a district, a community below a street."""
    permissions.check_change_areas(by, scope_of_area(parent) if parent else None)
    level = _LEVEL_BELOW.get(parent.level if parent else None)
    if level is None:
        raise RuleBroken(_("社区（村）下面不再分区划。"), code="area.too_deep", field="parent")
    code = _area_code(code)
    _check_code_is_free(code)
    area = _new_area(code=code, name=name, level=level, parent=parent, valid_from=valid_from)
    area.path = f"{parent.path if parent else '/'}{area.pk}/"
    area.duty_phone = phone_number(duty_phone)
    area.save(force_insert=True)
    witness(
        "places.area_created",
        f"area/{code}",
        by,
        now,
        name=area.name,
        level=level,
        valid_from=str(valid_from),
        duty_phone=area.duty_phone,
    )
    return area


@transaction.atomic
def rename_area(*, area: Area, name: str, by: Actor, now: datetime | None = None) -> Area:
    permissions.check_change_areas(by, scope_of_area(area))
    before, area.name = area.name, required(name, _("名称"), "name")
    area.sort_key = sort_key(area.name)
    area.save(update_fields=["name", "sort_key"])
    witness("places.area_renamed", f"area/{area.code}", by, now, before=before, name=area.name)
    return area


@transaction.atomic
def set_duty_phone(*, area: Area, phone: str, by: Actor, now: datetime | None = None) -> Area:
    """The number people may call; on the ended rows it took over too, for the estates and cases that point there."""
    permissions.check_change_areas(by, scope_of_area(area))
    area.duty_phone = phone_number(phone)
    Area.objects.filter(path__in=[area.path, *area.earlier_paths]).update(duty_phone=area.duty_phone)
    witness("places.area_duty_phone_set", f"area/{area.code}", by, now, duty_phone=area.duty_phone)
    return area


def phone_number(text: str) -> str:
    """Digits, with single spaces and hyphens between them; "" where there is none. Raises RuleBroken."""
    phone = " ".join(unicodedata.normalize("NFKC", text).split())
    if phone and not re.fullmatch(r"\+?[0-9][0-9 -]{3,17}[0-9]", phone):
        raise RuleBroken(
            _("电话只写一个号码：数字、空格和短横，如 010-5550 0101。"),
            code="area.duty_phone",
            field="duty_phone",
        )
    return phone


@transaction.atomic
def recode_area(
    *, area: Area, code: str, valid_from: date, by: Actor, name: str = "", now: datetime | None = None
) -> Area:
    """The area goes on under a new code: a new row with the same path; the old row ends and is not re-pointed."""
    permissions.check_change_areas(by, scope_of_area(area))
    code = _area_code(code)
    _check_code_is_free(code)
    if area.valid_to is not None:
        raise RuleBroken(_("这个区划已经停用。"), code="area.ended")
    if valid_from <= area.valid_from:
        raise RuleBroken(_("启用日期要晚于旧代码的启用日期。"), code="area.too_early", field="valid_from")
    Area.objects.filter(pk=area.pk).update(valid_to=valid_from)
    successor = _new_area(
        code=code, name=name or area.name, level=area.level, parent=area.parent, valid_from=valid_from
    )
    successor.path, successor.earlier_paths = area.path, area.earlier_paths
    successor.duty_phone = area.duty_phone
    successor.save(force_insert=True)
    _succeed(area, successor, valid_from)
    witness("places.area_recoded", f"area/{area.code}", by, now, successor=code, valid_from=str(valid_from))
    return successor


@transaction.atomic
def merge_area(*, area: Area, into: Area, on: date, by: Actor, now: datetime | None = None) -> Area:
    """The area ends and `into` takes it over: roles there reach the old area's estates and cases too."""
    permissions.check_change_areas(by, scope_of_area(area))
    permissions.check_change_areas(by, scope_of_area(into))
    if area.pk == into.pk or area.level != into.level or area.valid_to or into.valid_to:
        raise RuleBroken(_("只能并入另一个同级、在用的区划。"), code="area.cannot_merge")
    if on <= area.valid_from:
        raise RuleBroken(_("停用日期要晚于启用日期。"), code="area.too_early", field="on")
    into.earlier_paths = [*into.earlier_paths, area.path, *area.earlier_paths]
    into.save(update_fields=["earlier_paths"])
    if into.duty_phone:
        Area.objects.filter(path__in=into.earlier_paths).update(duty_phone=into.duty_phone)
    _succeed(area, into, on)
    witness("places.area_merged", f"area/{area.code}", by, now, into=into.code, on=str(on))
    return into


def _succeed(area: Area, successor: Area, on: date) -> None:
    area.valid_to, area.succeeded_by = on, successor
    area.save(update_fields=["valid_to", "succeeded_by"])


def _new_area(*, code: str, name: str, level: str, parent: Area | None, valid_from: date) -> Area:
    name = required(name, _("名称"), "name")
    return Area(
        pk=_next_area_id(),
        code=code,
        name=name,
        level=level,
        parent=parent,
        valid_from=valid_from,
        sort_key=sort_key(name),
    )


def _next_area_id() -> int:
    """The path holds the id, so it is drawn before the row is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('places_area', 'id'))")
        return int(cursor.fetchone()[0])


def _area_code(text: str) -> str:
    code = text.strip()
    if not (code.isascii() and code.isdigit() and len(code) in (6, 9, 12)):
        raise RuleBroken(_("区划代码应为 6、9 或 12 位数字。"), code="area.code", field="code")
    return code.ljust(12, "0")


def _check_code_is_free(code: str) -> None:
    if Area.objects.filter(code=code, valid_to__isnull=True).exists():
        raise RuleBroken(_("区划代码 %(area)s 已经在用。"), code="area.code_taken", field="code", area=code)
