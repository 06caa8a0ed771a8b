"""Thousands of cases as bare rows, for tests of size: no events, no askers, no history."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import Value

from huiyin.apps.ledger.models import Case
from huiyin.domain.case_numbers import number_for
from huiyin.language.words import search_vector_text
from tests import given
from tests.people import Cast

STATUSES = ("registered", "in_progress", "replied", "confirmed", "unconfirmed", "reopened")
PATTERN = 60
MATTERS = ("楼道灯不亮", "电梯停了", "单元门关不严", "南门积水", "车棚漏雨", "草坪没人管")


def many_cases(cast: Cast, count: int, *, beginning: int = 500_000) -> None:
    """`count` cases at 云杉里, an hour apart, in turn of every usual state: sixty rows, multiplied by the database."""
    Case.objects.bulk_create(a_row(cast, number) for number in range(beginning, beginning + PATTERN))
    for matter in MATTERS:
        words = Value(search_vector_text(matter))
        Case.objects.filter(title__startswith=matter, search=None).update(
            search=SearchVector(words, config="simple")
        )
    columns = [field.column for field in Case._meta.concrete_fields if field.name not in ("id", "number")]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_case (number, {names}) "
            f"SELECT 'copy' || row_number() OVER (), {names} FROM ledger_case, generate_series(2, %s) "
            "WHERE number BETWEEN %s AND %s",
            [
                count // PATTERN + 1,
                number_for(2026, beginning),
                number_for(2026, beginning + PATTERN - 1),
            ],
        )


def a_row(cast: Cast, number: int) -> Case:
    status = STATUSES[number % len(STATUSES)]
    at = given.A_MONDAY - timedelta(hours=number % 3000)
    due = at + timedelta(days=30)
    is_replied = status not in ("registered", "in_progress")
    return Case(
        number=number_for(2026, number),
        kind="question",
        source="web",
        estate=cast.estate,
        area=cast.community,
        place_path=f"{cast.community.path}e{cast.estate.pk}/",
        building=f"{number % 9 + 1}号楼",
        title=f"{MATTERS[number % len(MATTERS)]}（{number}）",
        text=MATTERS[number % len(MATTERS)],
        nickname="槐花",
        status=status,
        lead_kind="company",
        lead_engagement=cast.engagement,
        lead_label="青禾物业服务有限公司 云杉里项目部",
        lead_path=f"c/{cast.company.pk}/g{cast.engagement.pk}/",
        registered_at=at,
        first_due_at=due,
        due_at=due,
        policy_version="deadlines@2026-01-01",
        replied_at=at + timedelta(days=3) if is_replied else None,
        due_at_first_reply=due if is_replied else None,
        is_on_time=True if is_replied else None,
        settled_at=at + timedelta(days=5) if status in ("confirmed", "unconfirmed") else None,
    )
