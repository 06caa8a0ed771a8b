"""Every measure of complaints once: what it counts, over what, its formula in words and its version (domain.md §6).

The pages sum their rows in SQL and the bulk side its cube in Ibis; both follow these definitions, and each number
stands beside the formula and the version it was computed by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Summed:
    """The sum of one count of the cube over all its rows, or over those of property or of an estate alone."""

    count: str
    only: Literal["property", "attributed"] | None = None


@dataclass(frozen=True)
class Measure:
    """A count, or a share where `denominator` is given: both are sums over rows of the cube, so they add up."""

    code: str
    name: str
    formula: str
    version: int
    numerator: Summed
    denominator: Summed | None = None
    more_is_worse: bool = True

    @property
    def is_share(self) -> bool:
        return self.denominator is not None

    @property
    def is_of_streets(self) -> bool:
        """Whether it asks for what has no estate: that lies in a street, but in no community, estate or company."""
        return self.numerator.only == "attributed"


ALL = Summed("complaints")
OF_PROPERTY = Summed("complaints", only="property")
_MEASURES = (
    Measure("complaints", "诉求量", "期内受理的诉求件数", 1, ALL),
    Measure("property_complaints", "物业诉求量", "期内受理、判为物业服务类的诉求件数", 1, OF_PROPERTY),
    Measure("property_share", "物业诉求占比", "物业诉求量 ÷ 诉求量", 1, OF_PROPERTY, ALL),
    Measure(
        "response_rate",
        "响应率",
        "及时联系的件数 ÷ 应联系的件数；没有“是否响应”的不计",
        1,
        Summed("contacted"),
        Summed("contactable"),
        more_is_worse=False,
    ),
    Measure(
        "solution_rate",
        "解决率",
        "回访为已解决的件数 ÷ 有效回访件数；未评价、未回访的不计",
        1,
        Summed("solved"),
        Summed("solved_valid"),
        more_is_worse=False,
    ),
    Measure(
        "satisfaction_rate",
        "满意率",
        "回访为满意的件数 ÷ 有效回访件数；未评价、未回访的不计",
        1,
        Summed("satisfied"),
        Summed("satisfied_valid"),
        more_is_worse=False,
    ),
    Measure(
        "same_caller_again",
        "同一人重复诉求",
        "同一来电人 90 天内就同一小区同一类事项再次反映的件数",
        1,
        Summed("same_caller_again"),
    ),
    Measure(
        "many_callers",
        "多人同诉求",
        "当月同一小区内容几乎相同、由至少两位来电人反映的诉求件数；没有来电人信息的不作为一位",
        2,
        Summed("in_groups"),
    ),
    Measure(
        "recurrences",
        "办结后复发",
        "90 天内同一来电人就同一小区同一类事项、或当月同一小区内容几乎相同的诉求已办结，之后又被反映的件数",
        2,
        Summed("recurrences"),
    ),
    Measure(
        "attributed_share",
        "归属率",
        "归到小区的件数 ÷ 诉求量",
        1,
        Summed("complaints", only="attributed"),
        ALL,
        more_is_worse=False,
    ),
)
MEASURES = {measure.code: measure for measure in _MEASURES}
THREE_RATES = ("response_rate", "solution_rate", "satisfaction_rate")

_OF_THE_LIST = "以最近一次带入的小区名单为准"
_SAID_OF_PLACES = {
    "company": f"每个小区的企业{_OF_THE_LIST}",
    "community": "没有归到小区的诉求不计入社区",
    "street": "没有归到小区的诉求按文件里的区划代码计入街镇",
    "district": "没有归到小区的诉求按文件里的区划代码计入区",
}
"""What has to be known of places that are told apart by a list of estates: mostly where complaints of none count."""


def told_apart(measure: Measure, by: str | None) -> Measure:
    """As its formula is told where places are told apart: no more than the street is known of some complaints."""
    said = _SAID_OF_PLACES.get(by or "")
    return replace(measure, formula=f"{measure.formula}；{said}") if said else measure


HOUSEHOLDS = (
    "户数是有诉求的各月户数的平均：一家企业只算它当月月初在服务的小区；没有登记户数的小区，诉求和户数都不计"
)
_CHANGES_OF_HOUSEHOLDS = 1
"""How often the formula with households was changed: both versions are in the one that is shown."""


HOUSEHOLDS_OF_A_LIST = f"户数和企业{_OF_THE_LIST}；没有登记户数的小区，诉求和户数都不计"


def per_thousand_households(measure: Measure, *, of_a_list: bool = False) -> Measure:
    """The same count for each 1,000 households, as a measure of its own.

    Numerator and denominator are of the same estates and months: over several months an estate that a company served
    in some of them counts with as large a part of its households. `of_a_list`: the command line knows no more than its
    newest list of estates, which is another measure.
    """
    return replace(
        measure,
        code=f"{measure.code}_per_thousand_households{'_of_a_list' if of_a_list else ''}",
        name=f"{measure.name}（每千户）",
        formula=f"{measure.formula}，× 1,000 ÷ 户数；{HOUSEHOLDS_OF_A_LIST if of_a_list else HOUSEHOLDS}",
        version=measure.version + _CHANGES_OF_HOUSEHOLDS,
    )
