"""What a row of the cube belongs to: estate, company, community, street, district, category, month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

from huiyin.analytics.estates import Estate
from huiyin.domain.division_codes import COMMUNITY, DISTRICT, STREET

if TYPE_CHECKING:
    import ibis.expr.types as ir

BY = ("estate", "company", "community", "street", "district", "category", "month")
_DIGITS = {"district": DISTRICT, "street": STREET, "community": COMMUNITY}

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
    columns = {level: level_of(area, level) for level in _DIGITS}
    return joined.mutate(**columns, company=joined.company.nullif(""))


def level_of(area_code: ir.StringValue, level: str) -> ir.StringValue:
    """The digits of a district, a street or a community; null where the code does not name one."""
    import ibis

    digits = _DIGITS[level]
    return (area_code.length() >= digits).ifelse(area_code.substr(0, digits), ibis.null("string"))
