"""The catalogue of metrics: what is counted, in which unit, and how often it is usual at which service level."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from huiyin.domain.policy_reader import Between, Code, Matches, PolicyInvalid, Sentence, UniqueBy

MetricCode = Annotated[str, Matches(r"[A-Z][0-9]{2}", "指标代码，如 E01")]
PERCENT = "%"
YUAN = "元"
LEVELS = (1, 2, 3, 4, 5)


class Every(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


EVERY_LABELS: dict[Every, str] = {
    Every.HOURS: "小时",
    Every.DAYS: "天",
    Every.WEEKS: "周",
    Every.MONTHS: "个月",
}


class Per(StrEnum):
    """What the usual frequency is meant for each of; the estate knows its lifts, other counts come with the claim."""

    ESTATE = ""
    LIFT = "lift"
    EXTINGUISHER = "extinguisher"
    HYDRANT = "hydrant"


PER_LABELS: dict[Per, str] = {
    Per.ESTATE: "",
    Per.LIFT: "每部电梯",
    Per.EXTINGUISHER: "每具灭火器",
    Per.HYDRANT: "每个消火栓",
}


@dataclass(frozen=True)
class Frequency:
    """So many times in every so many hours, days, weeks or months, at these service levels (5 is the highest)."""

    times: Annotated[int, Between(1, 100)]
    every: Annotated[int, Between(1, 60)]
    unit: Every
    levels: tuple[Annotated[int, Between(1, 5)], ...] = LEVELS


@dataclass(frozen=True)
class Metric:
    """`note` says in words where the usual frequency comes from; it is no legal duty."""

    code: MetricCode
    name: Sentence
    units: tuple[Sentence, ...]
    section: Code
    note: Sentence
    per: Per = Per.ESTATE
    usual: tuple[Frequency, ...] = ()

    def __post_init__(self) -> None:
        if not self.units:
            raise PolicyInvalid("units", "至少要有一项。")
        levels = [level for each in self.usual for level in each.levels]
        if len(levels) != len(set(levels)):
            raise PolicyInvalid("usual", "同一个服务等级只能有一个频次。")

    def usual_at(self, level: int | None) -> Frequency | None:
        """A contract without a level is read as the lowest; None where no frequency is usual."""
        return next((each for each in self.usual if (level or 1) in each.levels), None)


@dataclass(frozen=True)
class MetricsPolicy:
    metrics: Annotated[tuple[Metric, ...], UniqueBy("code")]

    def metric(self, code: str) -> Metric:
        """Raises KeyError for a code that this version does not have."""
        for metric in self.metrics:
            if metric.code == code:
                return metric
        raise KeyError(code)

    def of_section(self, section: str) -> tuple[Metric, ...]:
        return tuple(metric for metric in self.metrics if metric.section == section)
