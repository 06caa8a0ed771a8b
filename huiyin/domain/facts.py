"""What the system itself knows of a metric in a period: the number a report's own number is held against."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from huiyin.domain.canonical import JSON, canonical
from huiyin.domain.metric_frequencies import Period, due_count
from huiyin.domain.months import last_of_month
from huiyin.domain.policy_metrics import Metric

# The same unit written in another way; what is written in full width is folded before.
_SAME_UNITS = {"千克": "kg", "公斤": "kg", "平方米": "m2", "㎡": "m2"}
_ZERO = Decimal(0)


class Lack(StrEnum):
    """Which data is missing, so that a number cannot be checked."""

    METRIC = "metric"
    """The claim is of no metric of the catalogue."""
    PERIOD = "period"
    FACT = "fact"
    UNIT = "unit"
    OTHER_PERIOD = "other_period"
    MONTHS = "months"
    """Months that have no record of something usual every month."""
    ACROSS = "across"
    """Records that reach over an end of the period and count for neither side."""


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: `months` by their first days, `count` of records."""

    what: Lack
    months: tuple[date, ...] = ()
    count: int = 0

    @property
    def plain(self) -> JSON:
        """As it is hashed and kept."""
        return [self.what.value, [month.isoformat() for month in self.months], self.count]

    @classmethod
    def read(cls, told: Any) -> Missing:
        """What `plain` says."""
        what, months, count = told
        return cls(Lack(what), tuple(date.fromisoformat(month) for month in months), count)


@dataclass(frozen=True)
class PlaceCount:
    """How much of the value was done at one place; an empty place was not written down."""

    place: str
    value: Decimal


@dataclass(frozen=True)
class Entry:
    """One record as it counts: so much, from one day to another, at a place."""

    count: Decimal
    unit: str
    from_on: date
    to_on: date
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`value` in `unit` over the whole period. A percentage has both its numbers, in `numerator` and `denominator`."""

    metric: str
    unit: str
    period: Period
    value: Decimal
    record_count: int
    per_place: tuple[PlaceCount, ...] = ()
    missing: tuple[Missing, ...] = ()
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""
    """Where it was counted, in a word for people: 保养记录, 台账."""

    @property
    def fingerprint(self) -> str:
        """The same for the same fact, another one once anything of it has changed."""
        told: JSON = {
            "metric": self.metric,
            "unit": self.unit,
            "period": [self.period.from_on.isoformat(), self.period.to_on.isoformat()],
            "value": plain(self.value),
            "records": self.record_count,
            "places": [[each.place, plain(each.value)] for each in self.per_place],
            "missing": [each.plain for each in self.missing],
            "share": [plain(each) for each in (self.numerator, self.denominator) if each is not None],
        }
        return hashlib.sha256(canonical(told)).hexdigest()[:32]


def plain(value: Decimal) -> str:
    """72.00 and 72 are one number, and written as one."""
    return f"{value.normalize():f}" if value else "0"


def same_unit(one: str, other: str) -> bool:
    return _bare_unit(one) == _bare_unit(other)


def _bare_unit(unit: str) -> str:
    bare = unicodedata.normalize("NFKC", "".join(unit.split())).casefold()
    return _SAME_UNITS.get(bare, bare)


def counted(
    metric: str,
    unit: str,
    period: Period,
    entries: Iterable[Entry],
    *,
    expected: tuple[date, ...] = (),
    source: str = "",
) -> Fact | None:
    """The records of a period added up, in whatever order they come; None where there is none in this unit.

    What lies wholly in the period counts; what reaches over an end of it cannot be divided and is said to be missing.
    `expected` are the months, by their first days, that have a record where records are kept (`months_expected`).
    """
    touching = [
        entry
        for entry in entries
        if entry.from_on <= period.to_on and entry.to_on >= period.from_on and same_unit(entry.unit, unit)
    ]
    inside = [each for each in touching if period.from_on <= each.from_on and each.to_on <= period.to_on]
    if not inside:
        return None
    across = len(touching) - len(inside)
    places: dict[str, Decimal] = {}
    for entry in inside:
        places[entry.place] = places.get(entry.place, _ZERO) + entry.count
    empty = tuple(month for month in expected if not any(_touches(entry, month) for entry in inside))
    missing = [Missing(Lack.MONTHS, months=empty)] if empty else []
    missing += [Missing(Lack.ACROSS, count=across)] if across else []
    return Fact(
        metric=metric,
        unit=unit,
        period=period,
        value=sum((entry.count for entry in inside), _ZERO),
        record_count=len(inside),
        per_place=tuple(PlaceCount(place, places[place]) for place in sorted(places)),
        missing=tuple(missing),
        source=source,
    )


def months_of(period: Period) -> tuple[Period, ...]:
    """The calendar months of a period, the first and the last cut at its ends."""
    found = []
    begins = period.from_on
    while begins <= period.to_on:
        ends = min(last_of_month(begins), period.to_on)
        found.append(Period(begins, ends))
        begins = ends + timedelta(days=1)
    return tuple(found)


def months_expected(metric: Metric, level: int | None, period: Period, until: date) -> tuple[date, ...]:
    """First days of the months, over by `until`, in which the metric is usually done at least once."""
    return tuple(
        each.from_on.replace(day=1)
        for each in months_of(period)
        if each.to_on < until and due_count(metric, level, each, 1)
    )


def _touches(entry: Entry, month: date) -> bool:
    return entry.from_on <= last_of_month(month) and entry.to_on >= month
