"""A year of counts for bench/hotline_pages.py, made by SQL: volumes by Zipf, a quarter without an estate."""

from __future__ import annotations

import json
import random
import sys
from datetime import date

import django

STREETS, COMMUNITIES, COMPANIES, YEAR = 26, 12, 400, 2025
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CELLS = """
WITH places AS (
    SELECT e.id, left(a.code, 9) AS street, 1.0 / (row_number() OVER (ORDER BY md5(e.id::text)) + 3) AS weight
    FROM places_estate e JOIN places_area a ON a.id = e.area_id
), weighed AS (
    SELECT id AS estate, street, 0.75 * weight / sum(weight) OVER () AS share FROM places
    UNION ALL
    SELECT NULL, left(code, 9), 0.25 / count(*) OVER () FROM places_area WHERE level = 'street'
), cells AS (
    SELECT estate, CASE WHEN told THEN street ELSE '' END AS street, about, category,
        floor(
            %(month)s * share / 24 * CASE WHEN about = (category %% 3 <> 0) THEN 0.96 ELSE 0.04 END
            * CASE WHEN told THEN 5 ELSE 1 END / 6.0 + random()
        )::int AS n
    FROM weighed CROSS JOIN generate_series(1, 24) category
        CROSS JOIN (VALUES (true), (false)) b (about) CROSS JOIN (VALUES (true), (false)) t (told)
)
INSERT INTO hotline_hotlinecount (month, estate_id, street_code, property_related, category, {names})
SELECT %(first)s, estate, street, about, '类别' || category, {values}
FROM (SELECT estate, street, about, category, sum(n) AS n FROM cells WHERE n > 0 GROUP BY 1, 2, 3, 4) summed
"""
_PARTS = {"contacted": 0.9, "solved_valid": 0.5, "solved": 0.3, "satisfied_valid": 0.5, "satisfied": 0.25}


def main(estates: int, complaints: int) -> None:
    django.setup()
    from django.db import connection, transaction
    from django.db.models import Sum

    from huiyin.apps.hotline.mirroring import COUNTS, total_up
    from huiyin.apps.hotline.models import HotlineCount, HotlineTotal

    with transaction.atomic():
        fill_places(estates)
    names = ", ".join(COUNTS)
    values = ", ".join(
        f"floor(n * {_PARTS.get(name, 1.0 if name == 'complaints' else 0.05)})" for name in COUNTS
    )
    for at in range(1, 13):
        month = date(YEAR, at, 1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                _CELLS.format(names=names, values=values), {"month": complaints / 12, "first": month}
            )
            total_up(month)
    told = {
        "complaints": HotlineCount.objects.aggregate(n=Sum("complaints"))["n"],
        "counts": HotlineCount.objects.count(),
        "totals": HotlineTotal.objects.count(),
    }
    print(json.dumps(told))


def fill_places(estates: int) -> None:
    """One district; each twentieth estate changes its company in June."""
    from huiyin.apps.places.models import Area, Company, Engagement, Estate

    def an_area(code: str, level: str, parent: Area | None) -> Area:
        area = Area(
            code=code, name=f"{level} {code}", level=level, parent=parent, valid_from=date(2000, 1, 1)
        )
        area.path = f"/{code}/"
        area.save()
        area.path = f"{parent.path if parent else '/'}{area.pk}/"
        area.save(update_fields=["path"])
        return area

    district = an_area("119901000000", "district", None)
    communities = [
        an_area(f"{street.code[:9]}{at:03d}", "community", street)
        for street in [an_area(f"119901{at:03d}000", "street", district) for at in range(1, STREETS + 1)]
        for at in range(1, COMMUNITIES + 1)
    ]
    companies = Company.objects.bulk_create(
        Company(name=f"物业 {at}", credit_code=f"91110105{at:09d}{_LETTERS[at % 31]}")
        for at in range(COMPANIES)
    )
    draw = random.Random(12345)
    made = Estate.objects.bulk_create(
        (
            Estate(
                code=f"E{at:05d}",
                slug=f"e{at}",
                name=f"第 {at} 小区",
                area=communities[at % len(communities)],
                household_count=draw.randrange(200, 4_000),
                sort_key=f"{at:05d}",
            )
            for at in range(estates)
        ),
        batch_size=2_000,
    )
    leaves, comes = date(YEAR, 6, 14), date(YEAR, 6, 15)
    stays = []
    for at, estate in enumerate(made):
        changes = at % 20 == 0
        first, later = companies[at % COMPANIES], companies[(at + 7) % COMPANIES]
        ends_on = leaves if changes else None
        stays.append(Engagement(company=first, estate=estate, starts_on=date(2020, 1, 1), ends_on=ends_on))
        if changes:
            stays.append(Engagement(company=later, estate=estate, starts_on=comes))
    Engagement.objects.bulk_create(stays, batch_size=2_000)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
