"""Importing who serves which estate from when to when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from huiyin.apps.imports.kinds import Applied, CheckedRow, Field, ImportKind, RowRefused, Values
from huiyin.apps.places import permissions, services
from huiyin.apps.places.import_kinds.known import OUT_OF_REACH, Known, one_of, prepare, tally
from huiyin.apps.places.models import Company, Engagement, Estate
from huiyin.apps.places.selectors import scope_of_estate
from huiyin.domain.access import Actor


def check_engagement(row: Values, known: Known) -> Values:
    told = str(row["estate"])
    estate = known.estates.get(told) or one_of(known.estates_by_name.get(told, []), "estate", "小区")
    if not permissions.can_change_estates(known.actor, scope_of_estate(estate)):
        raise RowRefused("estate", OUT_OF_REACH)
    told = str(row["company"])
    company = known.companies.get(told.upper()) or one_of(
        known.companies_by_name.get(told, []), "company", "物业企业"
    )
    if row["ends_on"] and row["ends_on"] < row["starts_on"]:
        raise RowRefused("ends_on", "结束日期不能早于开始日期。")
    if row["service_level"] is not None and not 1 <= row["service_level"] <= 5:
        raise RowRefused("service_level", "服务等级是 1 到 5。")
    return row | {"estate": estate.code, "company": company.credit_code}


def apply_engagements(rows: list[CheckedRow], *, import_: Any, by: Actor, now: datetime) -> Applied:
    results = []
    for row in rows:
        told = row.values
        estate = Estate.objects.select_related("area").get(code=told["estate"])
        company = Company.objects.get(credit_code=told["company"])
        known = (
            Engagement.objects.filter(estate=estate, company=company, starts_on=told["starts_on"])
            .select_related("estate__area")
            .first()
        )
        if known is None:
            services.start_engagement(
                company=company,
                estate=estate,
                starts_on=told["starts_on"],
                ends_on=told["ends_on"],
                service_level=told["service_level"],
                fee_per_m2=told["fee_per_m2"],
                manager_name=told["manager_name"] or "",
                by=by,
                now=now,
            )
            results.append("created")
        elif _differs(known, told):
            services.end_engagement(engagement=known, ends_on=told["ends_on"], by=by, now=now)
            results.append("updated")
        else:
            results.append("unchanged")
    return tally(results)


def _differs(known: Engagement, told: Values) -> bool:
    """A contract that has begun may only get its end; anything else is another contract."""
    same_terms = (known.service_level, known.fee_per_m2, known.manager_name) == (
        told["service_level"],
        told["fee_per_m2"],
        told["manager_name"] or "",
    )
    if not same_terms:
        raise RowRefused("starts_on", "同一天开始的合同已经登记，内容不同。变更请登记新合同。")
    end: date | None = told["ends_on"]
    if known.ends_on is not None and end is None:
        raise RowRefused("ends_on", "这份合同已经登记了结束日期，不能去掉。")
    return known.ends_on != end


ENGAGEMENTS = ImportKind(
    name="places.engagements",
    label="服务合同",
    description=(
        "哪家企业从哪天起服务哪个小区；同一时间一个小区只能有一家。"
        "换企业：旧合同填结束日期，新合同另起一行；导入后由社区书记在工作台“交接”列出没有办完的事。"
    ),
    fields=(
        Field("estate", "小区", ("项目编号", "小区名称"), required=True, hint="项目编号或小区名称。"),
        Field("company", "物业企业", ("统一社会信用代码", "企业名称"), required=True),
        Field("starts_on", "开始日期", ("合同开始", "起始日期"), required=True, kind="date"),
        Field("ends_on", "结束日期", ("合同结束", "终止日期"), kind="date"),
        Field("service_level", "服务等级", ("等级",), kind="integer"),
        Field("fee_per_m2", "物业费", ("物业费（元/㎡·月）", "收费标准"), kind="decimal"),
        Field("manager_name", "项目负责人", ("项目经理",), max_length=30),
    ),
    can=permissions.can_change_companies,
    prepare=prepare,
    check=check_engagement,
    apply=apply_engagements,
)
