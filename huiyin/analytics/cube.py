"""The compact cube: how many complaints of each kind, by month, estate, street, category. Pages ask it, not the rows.

A sum over any of its rows is a count of complaints; groups of repeats are counted in the month alone.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

DIMENSIONS = ("month", "estate_code", "street_code", "property_related", "category")
COUNTS = (
    "complaints",
    "contactable",
    "contacted",
    "solved_valid",
    "solved",
    "satisfied_valid",
    "satisfied",
    "not_assessed",
    "same_caller_again",
    "in_groups",
    "recurrences",
    "likely",
)
_STREET_DIGITS = 9
EMPTY_CUBE = pa.schema(
    [(name, pa.bool_() if name == "property_related" else pa.string()) for name in DIMENSIONS]
    + [(name, pa.int64()) for name in COUNTS]
).empty_table()


def cube_of(complaints: ir.Table, month: str) -> ir.Table:
    """One month's complaints (columns of KEPT) → a row for each combination of DIMENSIONS that occurs.

    `street_code` is the first nine digits of the area code, null where the file gives none. `contactable`,
    `solved_valid` and `satisfied_valid` are the denominators of the three rates: a call-back that was not assessed
    is in none of them and counts in `not_assessed` once.
    """
    area = complaints.area_code
    street = (area.length() >= _STREET_DIGITS).ifelse(area.substr(0, _STREET_DIGITS), ibis.null("string"))
    told = complaints.mutate(month=ibis.literal(month), street_code=street)

    def count(condition: ir.BooleanValue) -> ir.IntegerScalar:
        return condition.fill_null(False).cast("int64").sum()

    assessed = [told.is_solved == -1, told.is_satisfied == -1]
    return told.group_by(list(DIMENSIONS)).aggregate(
        complaints=told.count(),
        contactable=count(told.is_responded >= 0),
        contacted=count(told.is_responded == 1),
        solved_valid=count(told.is_solved >= 0),
        solved=count(told.is_solved == 1),
        satisfied_valid=count(told.is_satisfied >= 0),
        satisfied=count(told.is_satisfied == 1),
        not_assessed=count(assessed[0].fill_null(False) | assessed[1].fill_null(False)),
        same_caller_again=count(told.same_caller_before),
        in_groups=count(told.repeat_group.notnull()),
        recurrences=count(told.recurrence),
        likely=count(told.estate_certainty == "likely"),
    )
