"""The compact cube: how many complaints of each kind, by month, estate, street, category. Pages ask it, not the rows.

A sum over any of its rows is a count of complaints; groups of repeats are counted in the month alone. It is made
with Arrow alone: Ibis and DuckDB, which ask it, take a second to start, and a day's file is taken in without them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.columns import codes_of, encoded
from huiyin.analytics.schema import NO, NOT_ASSESSED, YES
from huiyin.domain.division_codes import DISTRICT, STREET

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
_NOT_TOLD = -128
EMPTY_CUBE = pa.schema(
    [(name, pa.bool_() if name == "property_related" else pa.string()) for name in DIMENSIONS]
    + [(name, pa.int64()) for name in COUNTS]
).empty_table()


def cube_of(complaints: pa.Table, month: str) -> pa.Table:
    """One month's complaints (columns of KEPT) → a row for each combination of DIMENSIONS that occurs.

    `street_code` is the first nine digits of the area code, six where it names a district alone, null where the file
    gives none. `contactable`,
    `solved_valid` and `satisfied_valid` are the denominators of the three rates: a call-back that was not assessed
    is in none of them and counts in `not_assessed` once.
    """
    streets = encoded(complaints["area_code"])
    words = {
        "estate_code": encoded(complaints["estate_code"]),
        "street_code": pa.DictionaryArray.from_arrays(streets.indices, _streets(streets.dictionary)),
        "category": encoded(complaints["category"]),
    }
    related = complaints["property_related"].to_numpy()
    # Groups are told by one number, and only the few that are found become words again.
    keys = {name: _same_word_same_number(column) for name, column in words.items()}
    groups = related.astype(np.int64)
    for column in keys.values():
        groups = groups * (len(column.dictionary) + 1) + codes_of(column) + 1
    _, firsts, group_of = np.unique(groups, return_index=True, return_inverse=True)
    found = {name: column.take(pa.array(firsts)).dictionary_decode() for name, column in keys.items()}
    found |= {
        "month": pa.array([month] * len(firsts), pa.string()),
        "property_related": pa.array(related[firsts]),
        **{
            name: pa.array(np.bincount(group_of[counted], minlength=len(firsts)))
            for name, counted in _counted(complaints)
        },
    }
    return pa.table({name: found[name] for name in EMPTY_CUBE.column_names}).cast(EMPTY_CUBE.schema)


def _counted(complaints: pa.Table) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """For each of COUNTS which complaints are counted; null counts as no."""
    responded, solved, satisfied = (
        pc.fill_null(complaints[name], _NOT_TOLD).to_numpy()
        for name in ("is_responded", "is_solved", "is_satisfied")
    )
    certainty = encoded(complaints["estate_certainty"])
    likely = np.append(pc.equal(certainty.dictionary, "likely").to_numpy(zero_copy_only=False), False)
    yield "complaints", np.ones(complaints.num_rows, np.bool_)
    yield "contactable", responded >= NO
    yield "contacted", responded == YES
    yield "solved_valid", solved >= NO
    yield "solved", solved == YES
    yield "satisfied_valid", satisfied >= NO
    yield "satisfied", satisfied == YES
    yield "not_assessed", (solved == NOT_ASSESSED) | (satisfied == NOT_ASSESSED)
    yield "same_caller_again", pc.fill_null(complaints["same_caller_before"], False).to_numpy()
    yield "in_groups", complaints["repeat_group"].is_valid().to_numpy()
    yield "recurrences", pc.fill_null(complaints["recurrence"], False).to_numpy()
    yield "likely", likely[codes_of(certainty)]


def _streets(areas: pa.Array) -> pa.Array:
    digits = pc.utf8_length(areas)
    district = pc.if_else(
        pc.greater_equal(digits, DISTRICT), pc.utf8_slice_codeunits(areas, 0, DISTRICT), None
    )
    return pc.if_else(pc.greater_equal(digits, STREET), pc.utf8_slice_codeunits(areas, 0, STREET), district)


def _same_word_same_number(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same column with each word once in its dictionary, and none that is null."""
    words = column.dictionary.dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(column.indices), words.dictionary)
