"""The definitions of huiyin/domain/complaint_measures.py as sums over a table of the cube."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huiyin.domain.complaint_measures import Summed

if TYPE_CHECKING:  # the command line shows the names of measures without loading Ibis
    import ibis.expr.types as ir


def total(cube: ir.Table, summed: Summed) -> ir.IntegerValue:
    """The sum over the rows of the cube; null where there is none."""
    counted = cube[summed.count]
    if summed.only == "property":
        return counted.sum(where=cube.property_related)
    if summed.only == "attributed":
        return counted.sum(where=cube.estate_code.notnull())
    return counted.sum()
