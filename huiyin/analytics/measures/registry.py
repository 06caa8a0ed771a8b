"""Every measure once: what it counts, over what, its formula in words and its version, shown beside each number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line shows the names of measures without loading Ibis
    import ibis.expr.types as ir

Counted = Callable[["ir.Table"], "ir.IntegerValue"]


def _sum(name: str) -> Counted:
    return lambda cube: cube[name].sum()


def _of_property(cube: ir.Table) -> ir.IntegerValue:
    return cube.complaints.sum(where=cube.property_related)


def _attributed(cube: ir.Table) -> ir.IntegerValue:
    return cube.complaints.sum(where=cube.estate_code.notnull())


@dataclass(frozen=True)
class Measure:
    """A count, or a share where `denominator` is given: both are sums over rows of the cube, so they add up."""

    code: str
    name: str
    formula: str
    version: int
    numerator: Counted
    denominator: Counted | None = None
    more_is_worse: bool = True

    @property
    def is_share(self) -> bool:
        return self.denominator is not None


_ALL = (
    Measure("complaints", "诉求量", "期内受理的诉求件数", 1, _sum("complaints")),
    Measure("property_complaints", "物业诉求量", "期内受理、判为物业服务类的诉求件数", 1, _of_property),
    Measure("property_share", "物业诉求占比", "物业诉求量 ÷ 诉求量", 1, _of_property, _sum("complaints")),
    Measure(
        "response_rate",
        "响应率",
        "及时联系的件数 ÷ 应联系的件数；没有“是否响应”的不计",
        1,
        _sum("contacted"),
        _sum("contactable"),
        more_is_worse=False,
    ),
    Measure(
        "solution_rate",
        "解决率",
        "回访为已解决的件数 ÷ 有效回访件数；未评价、未回访的不计",
        1,
        _sum("solved"),
        _sum("solved_valid"),
        more_is_worse=False,
    ),
    Measure(
        "satisfaction_rate",
        "满意率",
        "回访为满意的件数 ÷ 有效回访件数；未评价、未回访的不计",
        1,
        _sum("satisfied"),
        _sum("satisfied_valid"),
        more_is_worse=False,
    ),
    Measure(
        "same_caller_again",
        "同一人重复诉求",
        "同一来电人 90 天内就同一小区同一类事项再次反映的件数",
        1,
        _sum("same_caller_again"),
    ),
    Measure(
        "many_callers", "多人同诉求", "当月同一小区内容几乎相同的诉求件数，不论谁反映", 1, _sum("in_groups")
    ),
    Measure("recurrences", "办结后复发", "90 天内同一事项已办结、之后又被反映的件数", 1, _sum("recurrences")),
    Measure(
        "attributed_share",
        "归属率",
        "归到小区的件数 ÷ 诉求量",
        1,
        _attributed,
        _sum("complaints"),
        more_is_worse=False,
    ),
)
MEASURES = {measure.code: measure for measure in _ALL}
THREE_RATES = ("response_rate", "solution_rate", "satisfaction_rate")
