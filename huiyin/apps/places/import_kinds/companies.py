"""Importing companies with their credit codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from huiyin.apps.imports.kinds import Applied, CheckedRow, Field, ImportKind, RowRefused, Values
from huiyin.apps.places import permissions, services
from huiyin.apps.places.import_kinds.known import Known, prepare, tally
from huiyin.apps.places.models import Company
from huiyin.domain import credit_codes
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken


def check_company(row: Values, known: Known) -> Values:
    try:
        return row | {"credit_code": credit_codes.check(str(row["credit_code"]))}
    except RuleBroken as refusal:
        raise RowRefused("credit_code", str(refusal)) from refusal


def apply_companies(rows: list[CheckedRow], *, import_: Any, by: Actor, now: datetime) -> Applied:
    results = []
    for row in rows:
        told = row.values
        contact = told["contact_public"] or ""
        company = Company.objects.filter(credit_code=told["credit_code"]).first()
        if company is None:
            services.register_company(
                name=told["name"], credit_code=told["credit_code"], contact_public=contact, by=by, now=now
            )
            results.append("created")
        elif (company.name, company.contact_public) != (told["name"], contact):
            services.update_company(
                company=company, name=told["name"], contact_public=contact, by=by, now=now
            )
            results.append("updated")
        else:
            results.append("unchanged")
    return tally(results)


COMPANIES = ImportKind(
    name="places.companies",
    label="物业企业",
    description="企业名称和统一社会信用代码（会核对校验位）。",
    fields=(
        Field("name", "企业名称", ("物业企业", "物业公司", "公司名称"), required=True, max_length=120),
        Field("credit_code", "统一社会信用代码", ("信用代码",), required=True, kind="code", max_length=18),
        Field("contact_public", "公开联系方式", ("联系电话", "电话"), max_length=120),
    ),
    can=permissions.can_change_companies,
    prepare=prepare,
    check=check_company,
    apply=apply_companies,
)
