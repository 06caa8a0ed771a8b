"""What a row of the cube belongs to: estate, company, community, street, district, category, month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

from huiyin.analytics.estates import Estate

if TYPE_CHECKING:
    import ibis.expr.types as ir

BY = ("estate", "company", "community", "street", "district", "category", "month")
_DIGITS = {"district": 6, "street": 9, "community": 12}

ESTATES = pa.schema(
    [
        ("code", pa.string()),
        ("name", pa.string()),
        ("company", pa.string()),
        ("area_code", pa.string()),
        ("households", pa.int64()),
    ]
)


def estates_table(estates: Iterable[Estate]) -> pa.Table:
    rows = [{name: getattr(estate, name) for name in ESTATES.names} for estate in estates]
    return pa.Table.from_pylist(rows, schema=ESTATES)


def placed(cube: ir.Table, estates: ir.Table) -> ir.Table:
    """The cube with a column for each of BY; null where a complaint belongs to none.

    An attributed complaint lies where its estate lies, whatever area code its file gives.
    """
    import ibis  # takes a second: complaints are taken in without it

    named = estates.rename(estate="code", estate_area="area_code")
    joined = cube.left_join(named, cube.estate_code == named.estate)
    area = ibis.coalesce(joined.estate_area.nullif(""), joined.street_code)
    columns = {
        level: (area.length() >= digits).ifelse(area.substr(0, digits), ibis.null("string"))
        for level, digits in _DIGITS.items()
    }
    return joined.mutate(**columns, company=joined.company.nullif(""))
