"""Asks for the pages as each role opens them, and tells what the engine spent on every query of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django

from bench.hotline_pages_filling import YEAR
from huiyin.domain.access import Role, Scope

TIMES = 4
Queries = list[tuple[str, Any]]


@dataclass(frozen=True)
class Reader:
    """An actor with one role."""

    role: Role
    scope: Scope
    key: str = "bench"
    label: str = "bench"

    def holds(self, role: Role, scope: Scope | None = None) -> bool:
        return role is self.role and (scope is None or self.scope.covers(scope))

    def scopes(self, *roles: Role) -> tuple[Scope, ...]:
        return (self.scope,) if self.role in roles else ()


def main() -> None:
    django.setup()
    from huiyin.apps.hotline.views import numbers
    from huiyin.apps.places.models import Area, Company, Estate

    district, street, community = (Area.objects.filter(level=level)[0] for level in Area.Level.values)
    company = Company.objects.all()[0]
    engagement = company.engagements.all()[0]
    estate = Estate.objects.filter(area=community)[0]
    readers = {
        "district": Reader(Role.DISTRICT_OFFICER, Scope("area", district.path)),
        "street": Reader(Role.STREET_OFFICER, Scope("area", street.path)),
        "secretary": Reader(Role.SECRETARY, Scope("area", community.path)),
        "company": Reader(Role.COMPANY_ADMIN, Scope("company", f"c/{company.pk}/")),
        "manager": Reader(Role.MANAGER, Scope("engagement", f"c/{company.pk}/g{engagement.pk}/")),
    }
    pages: list[tuple[str, Callable[..., Any], str, str, tuple[Any, ...]]] = []
    for period in (f"{YEAR}-12", f"{YEAR}-Q4", f"{YEAR}"):
        pages += [(f"overview, {who}", numbers.desk_hotline, who, period, ()) for who in readers]
        pages += [
            ("street", numbers.desk_street, "district", period, (street.code,)),
            ("estate", numbers.desk_estate, "district", period, (estate.slug,)),
            ("company", numbers.desk_company, "district", period, (company.pk,)),
        ]
        for what in ("by=estate", "by=company", "by=community", "by=street", "measure=solution_rate"):
            pages.append((f"ranking {what}", numbers.desk_rankings, "district", f"{period}&{what}", ()))
        pages.append(("ranking, manager", numbers.desk_rankings, "manager", period, ()))
    found = {}
    for name, view, who, query, told in pages:
        queries = asked(view, readers[who], f"/?period={query}", told)
        spent = sum(engine_milliseconds(*each) for each in queries)
        found[f"{name}, {query.partition('&')[0]}"] = (len(queries), round(spent, 1))
    print(json.dumps(found))


def asked(view: Callable[..., Any], reader: Reader, path: str, told: tuple[Any, ...]) -> Queries:
    """The questions of a page, with what its template reads of it."""
    from django.db import connection
    from django.test import RequestFactory

    from huiyin.apps.hotline.views import numbers

    queries: Queries = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append((sql, params))
        return execute(sql, params, many, context)

    request = RequestFactory().get(path)
    request.actor = reader  # type: ignore[attr-defined]
    undrawn = patch.object(numbers, "render", lambda request, template, context, **how: context)
    with undrawn, connection.execute_wrapper(note):
        context = view(request, *told)
        for name in ("topics", "companies"):
            list(context.get(name, ()))
    return queries


def engine_milliseconds(sql: str, params: Any) -> float:
    """Of planning and executing, by the scheduler's own account of the process that serves the connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        account = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        spent = []
        for _ in range(TIMES):
            before = int(account.read_text().split()[0])
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {sql}", params)
            spent.append(int(account.read_text().split()[0]) - before)
    return min(spent) / 1_000_000


if __name__ == "__main__":
    main()
