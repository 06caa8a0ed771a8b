"""The compact cube: how many complaints of each kind, by month, estate, street, category. Pages ask it, not the rows.

A sum over any of its rows is a count of complaints; groups of repeats are counted in the month alone. It is made
with Arrow alone: Ibis and DuckDB, which ask it, take a second to start, and a day's file is taken in without them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.schema import NO, NOT_ASSESSED, YES

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


def cube_of(complaints: pa.Table, month: str) -> pa.Table:
    """One month's complaints (columns of KEPT) → a row for each combination of DIMENSIONS that occurs.

    `street_code` is the first nine digits of the area code, null where the file gives none. `contactable`,
    `solved_valid` and `satisfied_valid` are the denominators of the three rates: a call-back that was not assessed
    is in none of them and counts in `not_assessed` once.
    """
    streets = _encoded(complaints["area_code"])
    words = {
        "estate_code": _encoded(complaints["estate_code"]),
        "street_code": pa.DictionaryArray.from_arrays(streets.indices, _streets(streets.dictionary)),
        "category": _encoded(complaints["category"]),
    }
    # Groups are told by numbers, and only the few that are found become words again.
    keys = {name: _same_word_same_number(column) for name, column in words.items()}
    rows = pa.table(
        {
            **{name: column.indices for name, column in keys.items()},
            "property_related": complaints["property_related"],
            **{name: _as_number(column) for name, column in _counted(complaints).items()},
        }
    )
    groups = [name for name in DIMENSIONS if name != "month"]
    found = rows.group_by(groups, use_threads=False).aggregate([(name, "sum") for name in COUNTS])
    columns = {name: keys[name].dictionary.take(found[name].combine_chunks()) for name in keys}
    columns |= {
        "month": pa.array([month] * found.num_rows, pa.string()),
        "property_related": found["property_related"],
        **{name: found[f"{name}_sum"] for name in COUNTS},
    }
    return pa.table({name: columns[name] for name in EMPTY_CUBE.column_names}).cast(EMPTY_CUBE.schema)


def _counted(complaints: pa.Table) -> Mapping[str, pa.ChunkedArray]:
    """For each of COUNTS which complaints are counted; null counts as no."""
    responded, solved, satisfied = (
        complaints[name] for name in ("is_responded", "is_solved", "is_satisfied")
    )
    unassessed = [pc.fill_null(pc.equal(column, NOT_ASSESSED), False) for column in (solved, satisfied)]
    certainty = _encoded(complaints["estate_certainty"])
    likely = pc.equal(certainty.dictionary, "likely")
    return {
        "complaints": pa.array(np.ones(complaints.num_rows, np.bool_)),
        "contactable": pc.greater_equal(responded, NO),
        "contacted": pc.equal(responded, YES),
        "solved_valid": pc.greater_equal(solved, NO),
        "solved": pc.equal(solved, YES),
        "satisfied_valid": pc.greater_equal(satisfied, NO),
        "satisfied": pc.equal(satisfied, YES),
        "not_assessed": pc.or_(*unassessed),
        "same_caller_again": complaints["same_caller_before"],
        "in_groups": pc.is_valid(complaints["repeat_group"]),
        "recurrences": complaints["recurrence"],
        "likely": likely.take(certainty.indices),
    }


def _as_number(condition: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return pc.fill_null(condition, False).cast(pa.int64())


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return column.unify_dictionaries().combine_chunks()


def _streets(areas: pa.Array) -> pa.Array:
    is_street = pc.greater_equal(pc.utf8_length(areas), _STREET_DIGITS)
    return pc.if_else(is_street, pc.utf8_slice_codeunits(areas, 0, _STREET_DIGITS), None)


def _same_word_same_number(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same column with each word once in its dictionary, and none that is null."""
    words = column.dictionary.dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(column.indices), words.dictionary)
