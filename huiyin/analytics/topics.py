"""Topics: complaints of one estate about the same matter, told with a title, how hot they are, and who they are."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.schema import NO_MONTH
from huiyin.analytics.store import ERASED, Store
from huiyin.domain.topic_heat import HeatWeights, Told, heat_of

Group = Callable[[Iterable[tuple[str, str, str]]], Mapping[str, str]]
"""(number, estate, text) … → number → the group it is in."""
Title = Callable[[Sequence[str], str], str]
"""Texts of one group, the estate's name → a short title."""

MONTHS_READ = 6
LEAST = 3
"""Complaints; fewer of one matter are no topic."""
MOST_OF_AN_ESTATE = 1_000
"""The newest ones are grouped (half a second), so that one large estate does not hold up all others."""
MOST_NUMBERS = 200
RECENT = timedelta(days=30)
_LONGEST_EXAMPLE = 160
_NEEDED = ("received_at", "estate_code", "property_related")
_COLUMNS = (
    *("number", "text", "category", "urgency", "is_solved", "is_satisfied", "caller_key"),
    *_NEEDED,
)
_ROWS_AT_ONCE = 8_192


@dataclass(frozen=True)
class Topic:
    """Dates are ISO; `recent` and `before` are complaints of the last 30 days of the store and of the 30 before them.

    The example is the newest one of the category that most of them have. `shares` are the parts of heat
    (huiyin/domain/topic_heat.py), from 0 to 1.
    """

    estate: str
    title: str
    category: str
    complaints: int
    callers: int
    first_on: str
    last_on: str
    recent: int
    before: int
    heat: float
    shares: Mapping[str, float]
    example: str
    numbers: Sequence[str]


def topics_of(
    store: Store, names: Mapping[str, str], *, today: date, weights: HeatWeights, group: Group, title: Title
) -> Iterator[Topic]:
    """The topics of every estate of `names` (code → name), estate by estate, the hottest first."""
    months = _newest_of([month for month in store.months() if month != NO_MONTH])
    newest = _newest(store, months)
    if newest is None:
        return
    until = min(today, newest)
    in_order = heapq.merge(*(_by_estate(store, month) for month in months), key=_estate_of)
    for estate, stretches in groupby(in_order, key=_estate_of):
        if estate not in names:
            continue
        table = pa.concat_tables(table for _, table in stretches).sort_by("received_at")
        if table.num_rows >= LEAST:
            complaints = table.slice(max(0, table.num_rows - MOST_OF_AN_ESTATE)).to_pylist()
            found = [
                _topic(estate, names[estate], members, until=until, weights=weights, title=title)
                for members in _grouped(complaints, names[estate], group)
            ]
            yield from sorted(found, key=lambda topic: -topic.heat)


def _newest_of(months: Sequence[str]) -> list[str]:
    """Those that lie in the MONTHS_READ calendar months up to the newest one; not every month need be stored."""
    if not months:
        return []
    year, month = map(int, months[-1].split("-"))
    first = year * 12 + month - MONTHS_READ
    return [each for each in months if each >= f"{first // 12:04d}-{first % 12 + 1:02d}"]


def _newest(store: Store, months: Sequence[str]) -> date | None:
    days = [
        pc.max(_of_estates(batch).column("received_at")).as_py()
        for month in months
        for batch in store.batches_of(month, _NEEDED)
    ]
    return max((_day(day) for day in days if day is not None), default=None)


_Stretch = tuple[str, pa.Table]
"""Complaints of one estate; an estate of a month may have several such, one after the other."""


def _estate_of(stretch: _Stretch) -> str:
    return stretch[0]


def _by_estate(store: Store, month: str) -> Iterator[_Stretch]:
    """The property complaints of a month, some rows in memory at a time: a month lies by estate (see Store)."""
    for batch in store.batches_of(month, _COLUMNS, rows=_ROWS_AT_ONCE):
        table = _plain(pa.Table.from_batches([_of_estates(batch)]))
        begin = 0
        for estate, rows in groupby(table["estate_code"].to_pylist()):
            end = begin + sum(1 for _ in rows)
            yield estate, table.slice(begin, end - begin)
            begin = end


def _of_estates(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Those about property, of an estate and a time."""
    told = pc.and_(pc.is_valid(batch.column("estate_code")), pc.is_valid(batch.column("received_at")))
    return batch.filter(pc.and_(told, batch.column("property_related")))


def _plain(table: pa.Table) -> pa.Table:
    """Words as strings: months have dictionaries of their own."""
    columns = {
        name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pa.table(columns)


def _grouped(
    complaints: Sequence[Mapping[str, Any]], name: str, group: Group
) -> list[list[Mapping[str, Any]]]:
    """Of one estate, by whose name all of them look alike."""
    told = {each["number"]: each for each in complaints if each["text"] != ERASED}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for number, of in group((number, name, each["text"]) for number, each in told.items()).items():
        found.setdefault(of, []).append(told[number])
    return [members for members in found.values() if len(members) >= LEAST]


def _topic(
    estate: str,
    name: str,
    members: Sequence[Mapping[str, Any]],
    *,
    until: date,
    weights: HeatWeights,
    title: Title,
) -> Topic:
    members = sorted(members, key=lambda each: (each["received_at"], each["number"]))
    days = [_day(each["received_at"]) for each in members]
    heat = heat_of(
        [_told(each, day) for each, day in zip(members, days, strict=True)], weights=weights, today=until
    )
    callers = {each["caller_key"] for each in members if each["caller_key"] is not None}
    category = Counter(each["category"] or "" for each in members).most_common(1)[0][0]
    text = next(each["text"] for each in reversed(members) if (each["category"] or "") == category)
    return Topic(
        estate=estate,
        title=title([each["text"] for each in members], name),
        category=category,
        complaints=len(members),
        callers=len(callers),
        first_on=days[0].isoformat(),
        last_on=days[-1].isoformat(),
        recent=sum(until - day < RECENT for day in days),
        before=sum(RECENT <= until - day < 2 * RECENT for day in days),
        heat=round(heat.total, 1),
        shares={part: round(getattr(heat, part), 3) for part in PARTS},
        example=text[:_LONGEST_EXAMPLE] + ("…" if len(text) > _LONGEST_EXAMPLE else ""),
        numbers=[each["number"] for each in members[-MOST_NUMBERS:]],
    )


PARTS = ("volume", "spread", "recency", "urgency", "negative")


def _told(complaint: Mapping[str, Any], on: date) -> Told:
    caller = complaint["caller_key"]
    return Told(
        on=on,
        caller="" if caller is None else str(caller),
        is_urgent=is_urgent(complaint["urgency"] or ""),
        is_solved=_answer(complaint["is_solved"]),
        is_satisfied=_answer(complaint["is_satisfied"]),
    )


def is_urgent(word: str) -> bool:
    """紧急, 特急, 加急; not 不急 or 非紧急."""
    return "急" in word and not word.startswith(("不", "非"))


def _answer(told: int | None) -> bool | None:
    """A call-back that was not assessed says nothing."""
    return None if told is None or told < 0 else bool(told)


def _day(at: datetime) -> date:
    return at.date()
