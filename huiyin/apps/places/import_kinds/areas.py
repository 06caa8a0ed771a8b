"""Importing streets and communities, and their new codes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from huiyin.apps.imports.kinds import Applied, CheckedRow, Field, ImportKind, RowRefused, Values
from huiyin.apps.places import permissions, services
from huiyin.apps.places.import_kinds.known import OUT_OF_REACH, Known, prepare, tally
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import scope_of_area
from huiyin.domain.access import SYSTEM, Actor, Role
from huiyin.domain.errors import RuleBroken

NO_FORMER = "没有在用的这个旧代码。"
GIVEN_UP = "前面的行已经把这个代码改成新的。"


def check_area(row: Values, known: Known) -> Values:
    try:
        row = row | {"duty_phone": services.phone_number(row["duty_phone"] or "")}
    except RuleBroken as refusal:
        raise RowRefused("duty_phone", str(refusal)) from None
    return _check_place(row, known)


def _check_place(row: Values, known: Known) -> Values:
    code = str(row["code"]).ljust(12, "0")
    if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", str(row["code"])):
        raise RowRefused("code", "区划代码应为 6、9 或 12 位数字。")
    if code in known.recoded_areas:
        raise RowRefused("code", GIVEN_UP)
    if code in known.areas:
        if not permissions.can_change_areas(known.actor, scope_of_area(known.areas[code])):
            raise RowRefused("code", OUT_OF_REACH)
        return row | {"code": code}
    if row["former_code"]:
        former = str(row["former_code"]).ljust(12, "0")
        if former not in known.areas:
            raise RowRefused("former_code", NO_FORMER)
        if former in known.recoded_areas:
            raise RowRefused("former_code", GIVEN_UP)
        if not permissions.can_change_areas(known.actor, scope_of_area(known.areas[former])):
            raise RowRefused("former_code", OUT_OF_REACH)
        known.recoded_areas.add(former)
        known.new_areas.add(code)
        return row | {"code": code, "former_code": former}
    parent = str(row["parent_code"] or _code_above(code)).ljust(12, "0")
    if parent == code:
        if known.actor.key != SYSTEM.key:
            raise RowRefused("code", "区本身由系统建立，不从表格导入。")
    elif parent in known.recoded_areas:
        raise RowRefused("parent_code", GIVEN_UP)
    elif parent not in known.areas and parent not in known.new_areas:
        raise RowRefused("parent_code", no_parent(parent))
    elif parent in known.areas and not permissions.can_change_areas(
        known.actor, scope_of_area(known.areas[parent])
    ):
        raise RowRefused("parent_code", OUT_OF_REACH)
    known.new_areas.add(code)
    return row | {"code": code, "parent_code": "" if parent == code else parent}


def no_parent(code: str) -> str:
    return f"没有代码为 {code} 的上级。上级要写在前面。"


def _code_above(code: str) -> str:
    """By the official pattern 6 + 3 + 3: the code with its last non-zero group set to zero."""
    if code[9:] != "000":
        return code[:9] + "000"
    return code[:6] + "000000"


def apply_areas(rows: list[CheckedRow], *, import_: Any, by: Actor, now: datetime) -> Applied:
    results = []
    for row in rows:
        told = row.values
        area = Area.objects.filter(code=told["code"], valid_to=None).first()
        starts = told["valid_from"] or now.date()
        phone = told["duty_phone"]
        if area is not None:
            is_renamed = area.name != told["name"]
            if is_renamed:
                services.rename_area(area=area, name=told["name"], by=by, now=now)
            is_called_anew = _set_phone(area, phone, by, now)
            results.append("updated" if is_renamed or is_called_anew else "unchanged")
            continue
        if told["former_code"]:
            former = _in_force(told["former_code"], "former_code", NO_FORMER)
            successor = services.recode_area(
                area=former, code=told["code"], name=told["name"], valid_from=starts, by=by, now=now
            )
            _set_phone(successor, phone, by, now)
        else:
            parent_code = told["parent_code"]
            parent = _in_force(parent_code, "parent_code", no_parent(parent_code)) if parent_code else None
            services.create_area(
                code=told["code"],
                name=told["name"],
                parent=parent,
                valid_from=starts,
                duty_phone=phone,
                by=by,
                now=now,
            )
        results.append("created")
    return tally(results)


def _set_phone(area: Area, phone: str, by: Actor, now: datetime) -> bool:
    """Whether the file brought another number; an empty cell leaves the one that is known."""
    if not phone or phone == area.duty_phone:
        return False
    services.set_duty_phone(area=area, phone=phone, by=by, now=now)
    return True


def _in_force(code: str, key: str, sentence: str) -> Area:
    """What the dry run relied on may be missing by now: an earlier row of the file was refused by its rule."""
    area = Area.objects.filter(code=code, valid_to=None).first()
    if area is None:
        raise RowRefused(key, sentence)
    return area


AREAS = ImportKind(
    name="places.areas",
    label="区划",
    description="街镇和社区（村）。改代码的，在“旧代码”里写原来的。",
    fields=(
        Field("code", "区划代码", ("代码", "行政区划代码"), required=True, kind="code", max_length=12),
        Field("name", "名称", ("区划名称", "社区名称", "街镇名称"), required=True, max_length=60),
        Field("parent_code", "上级代码", ("上级区划代码",), kind="code", hint="不写就按代码推出。"),
        Field("valid_from", "启用日期", ("生效日期",), kind="date"),
        Field("former_code", "旧代码", ("原代码",), kind="code"),
        Field(
            "duty_phone",
            "值班电话",
            ("社区值班电话", "社区电话", "联系电话", "电话"),
            hint="公开，居民可以打。空着就不改。",
        ),
    ),
    can=lambda actor: actor.holds(Role.DISTRICT_OFFICER),
    prepare=prepare,
    check=check_area,
    apply=apply_areas,
)
