"""Importing estates with their aliases and facts."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from huiyin.apps.imports.kinds import Applied, CheckedRow, Field, ImportKind, RowRefused, Values
from huiyin.apps.places import permissions, services
from huiyin.apps.places.import_kinds.known import OUT_OF_REACH, Known, one_of, prepare, tally
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.places.selectors import scope_of_area, scope_of_estate
from huiyin.domain.access import Actor
from huiyin.web.now import now as present


def check_estate(row: Values, known: Known) -> Values:
    told = str(row["area"])
    area = known.areas.get(told.ljust(12, "0")) if told.isdigit() else None
    if area is None:
        named = [one for one in known.areas_by_name.get(told, []) if one.level == Area.Level.COMMUNITY]
        area = one_of(named, "area", "社区（村）")
    if area.level != Area.Level.COMMUNITY:
        raise RowRefused("area", "小区要放在社区（村）下面。")
    if not permissions.can_change_estates(known.actor, scope_of_area(area)):
        raise RowRefused("area", OUT_OF_REACH)
    old = known.estates.get(str(row["code"]))
    if old is not None and not permissions.can_change_estates(known.actor, scope_of_estate(old)):
        raise RowRefused("code", "这个项目编号是别处的小区。")
    if old is not None and old.area_id != area.pk:
        raise RowRefused("area", f"这个小区登记在{old.area.name}，换社区请联系区里。")
    slug = str(row["slug"] or row["code"]).lower()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise RowRefused("slug", "网址名只能用小写字母、数字和连字符。")
    if row["built_year"] and not 1800 <= row["built_year"] <= present().year + 1:
        raise RowRefused("built_year", "建成年份不对。")
    if any((row[key] or 0) < 0 for key in ("household_count", "floor_area_m2", "lift_count", "fee_per_m2")):
        raise RowRefused("", "数字不能小于 0。")
    return row | {"area": area.code, "slug": slug}


def _facts(told: Values) -> services.EstateFacts:
    return services.EstateFacts(
        compound=told["compound"] or "",
        address=told["address"] or "",
        kind=told["kind"] or Estate.Kind.COMMODITY,
        household_count=told["household_count"] or 0,
        floor_area_m2=told["floor_area_m2"],
        built_year=told["built_year"],
        lift_count=told["lift_count"],
        fee_per_m2=told["fee_per_m2"],
        duty_phone=told["duty_phone"] or "",
    )


def _aliases(told: Values) -> tuple[str, ...]:
    words = re.split(r"[、，,;；\s]+", told["aliases"] or "")
    return tuple(dict.fromkeys(word for word in words if word and word != told["name"]))


def apply_estates(rows: list[CheckedRow], *, import_: Any, by: Actor, now: datetime) -> Applied:
    results = []
    for row in rows:
        told, facts, aliases = row.values, _facts(row.values), _aliases(row.values)
        estate = Estate.objects.filter(code=told["code"]).select_related("area").first()
        if estate is None:
            services.add_estate(
                code=told["code"],
                slug=told["slug"],
                name=told["name"],
                area=Area.objects.get(code=told["area"], valid_to=None),
                facts=facts,
                aliases=aliases,
                by=by,
                now=now,
            )
            results.append("created")
            continue
        same_facts = all(getattr(estate, name) == value for name, value in vars(facts).items())
        known = set(estate.aliases.values_list("name", flat=True))
        if same_facts and estate.name == told["name"] and known == set(aliases):
            results.append("unchanged")
            continue
        services.update_estate(estate=estate, name=told["name"], facts=facts, aliases=aliases, by=by, now=now)
        results.append("updated")
    return tally(results)


ESTATES = ImportKind(
    name="places.estates",
    label="小区",
    description="物业项目：编号、名称、别名、所在社区和基本情况。",
    fields=(
        Field("code", "项目编号", ("小区编号", "编号"), required=True, kind="code", max_length=20),
        Field("name", "小区名称", ("小区", "项目名称", "名称"), required=True, max_length=60),
        Field(
            "area",
            "社区",
            ("社区代码", "社区（村）", "所属社区"),
            required=True,
            hint="社区名称或 12 位代码。",
        ),
        Field("slug", "网址名", (), kind="code", max_length=60),
        Field("aliases", "别名", ("小区别名", "曾用名"), hint="几个之间用顿号。"),
        Field("compound", "所属大院", ("大院",), max_length=60),
        Field("address", "地址", ("详细地址",), max_length=120),
        Field(
            "kind",
            "类型",
            ("小区类型", "项目类型"),
            kind="choice",
            choices={value: str(label) for value, label in Estate.Kind.choices},
            choice_aliases={
                "商品住宅": "commodity",
                "保障性住房": "affordable",
                "回迁": "resettlement",
                "老旧": "old",
            },
        ),
        Field("household_count", "户数", ("总户数",), kind="integer"),
        Field("floor_area_m2", "建筑面积", ("建筑面积（㎡）", "面积"), kind="integer"),
        Field("built_year", "建成年份", ("建成年代", "建成时间"), kind="integer"),
        Field("lift_count", "电梯数", ("电梯",), kind="integer"),
        Field("fee_per_m2", "物业费", ("物业费（元/㎡·月）", "收费标准"), kind="decimal"),
        Field("duty_phone", "物业值班电话", ("值班电话",), max_length=40),
    ),
    can=permissions.can_change_companies,
    prepare=prepare,
    check=check_estate,
    apply=apply_estates,
)
