"""The definitions of huiyin/domain/complaint_measures.py as sums over a table of the cube."""

from __future__ import annotations

import ibis.expr.types as ir

from huiyin.domain.complaint_measures import Summed


def total(cube: ir.Table, summed: Summed) -> ir.IntegerValue:
    """The sum over the rows of the cube; null where there is none."""
    counted = cube[summed.count]
    if summed.only == "property":
        return counted.sum(where=cube.property_related)
    if summed.only == "attributed":
        return counted.sum(where=cube.estate_code.notnull())
    return counted.sum()
