"""What an import asks of the ledger: complaints a rule makes cases, and call-backs of complaints that are cases."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.month_rewriting import REPEAT_DAYS
from huiyin.analytics.numbers import keys_of
from huiyin.analytics.schema import NO, NO_MONTH, SURE, YES
from huiyin.analytics.store import Store

_NEEDED = (
    *("number", "import_id", "received_at", "estate_code", "estate_certainty", "property_related"),
    *("caller_key", "category", "urgency", "same_caller_before", "recurrence", "is_solved", "closed_at"),
)


@dataclass(frozen=True)
class Rule:
    """Complaints of these categories, marked with one of these words, received since."""

    code: str
    categories: Sequence[str]
    urgencies: Sequence[str]
    since: datetime
    only_property: bool = True
    """False: also those that the classifier does not take for a matter of property service; somebody is in the lift."""


@dataclass(frozen=True)
class NthRule:
    """The nth complaint of one of these categories at an estate within so many days; then counting begins anew."""

    code: str
    categories: Sequence[str]
    nth: int
    days: int
    since: datetime


@dataclass(frozen=True)
class RecurrenceRule:
    """Complaints of these categories that come again after they were closed, also of the same caller."""

    code: str
    categories: Sequence[str]
    since: datetime


class Matter(NamedTuple):
    """What one caller calls about."""

    caller_key: Any
    estate_code: str
    category: str


def wanted_cases(
    store: Store,
    import_id: str,
    rules: Sequence[Rule],
    nth_rules: Sequence[NthRule] = (),
    recurrence_rules: Sequence[RecurrenceRule] = (),
    numbers: Collection[str] = (),
) -> list[dict[str, str]]:
    """Number, month, estate, category and rule of each new complaint that fits one, of the first rule it fits.

    Of property, unless a rule wants others too, of an estate beyond doubt, not settled by the hotline already. A caller
    who calls once more is counted once, and gets no second case while the first call is one: `numbers` are the
    complaints that are cases already.
    """
    others = {category for rule in rules if not rule.only_property for category in rule.categories}
    new = [row for month, table in _of_import(store, import_id) for row in _certain(table, month, others)]
    reached = {rule.code: _nth_numbers(store, rule, new) for rule in nth_rules}
    cases = _matters(store, numbers) if any(row["same_caller_before"] for row in new) else {}
    found = []
    for row in sorted(new, key=lambda row: (row["received_at"], row["number"])):
        if _is_settled(row):
            continue
        is_case = row["same_caller_before"] and _is_case(row, cases)
        codes = [
            *(rule.code for rule in rules if not is_case and _fits(rule, row)),
            *(rule.code for rule in recurrence_rules if row["recurrence"] and _is_meant(rule, row)),
            *(rule.code for rule in nth_rules if row["number"] in reached[rule.code]),
        ]
        if codes:
            cases.setdefault(_matter_of(row), []).append(row["received_at"])
            told = {name: row[name] for name in ("number", "month", "category")}
            found.append({**told, "estate": row["estate_code"], "rule": codes[0]})
    return found


def _matters(store: Store, numbers: Collection[str]) -> dict[Matter, list[datetime]]:
    """When those complaints came that are cases, by their matter."""
    found: dict[Matter, list[datetime]] = {}
    wanted = pa.array(sorted(numbers), pa.string())
    for month in store.months_holding(np.unique(keys_of(wanted))):
        table = store.table_of(month, ["number", *Matter._fields, "received_at"])
        for row in table.filter(pc.is_in(table["number"], wanted)).to_pylist():
            if row["received_at"] is not None:
                found.setdefault(_matter_of(row), []).append(row["received_at"])
    return found


def _matter_of(row: dict[str, Any]) -> Matter:
    return Matter(*(row[name] for name in Matter._fields))


def _is_case(row: dict[str, Any], cases: dict[Matter, list[datetime]]) -> bool:
    """Whether an earlier call of the same caller about the same matter is one."""
    at = row["received_at"]
    return any(at - timedelta(days=REPEAT_DAYS) <= before <= at for before in cases.get(_matter_of(row), ()))


def _certain(table: pa.Table, month: str, others: Collection[str] = ()) -> list[dict[str, Any]]:
    """Of an estate beyond doubt, with a time; of property, or of one of the `others` among the categories."""
    is_wanted = pc.is_in(_words(table["category"]), pa.array(sorted(others), pa.string()))
    is_wanted = pc.or_(table["property_related"], is_wanted)
    certain = pc.and_(is_wanted, pc.equal(_words(table["estate_certainty"]), SURE))
    rows = table.filter(pc.and_(certain, pc.is_valid(table["received_at"]))).to_pylist()
    return [{**row, "month": month} for row in rows]


def _nth_numbers(store: Store, rule: NthRule, new: Sequence[dict[str, Any]]) -> set[str]:
    """Numbers of those complaints with which the count is full, of estates that new ones are about."""
    counted = [row for row in new if not row["same_caller_before"] and _is_meant(rule, row)]
    if not counted:
        return set()
    matters = {(row["estate_code"], row["category"]) for row in counted}
    first = min(row["received_at"] for row in counted) - 2 * timedelta(days=rule.days)
    arrived: dict[tuple[str, str], list[tuple[datetime, str, bool]]] = {}
    for month in store.months():
        if month == NO_MONTH or month < f"{first:%Y-%m}":
            continue
        for row in _certain(store.table_of(month, list(_NEEDED)), month):
            matter = (row["estate_code"], row["category"])
            if matter in matters and not row["same_caller_before"]:
                arrived.setdefault(matter, []).append((row["received_at"], row["number"], _is_settled(row)))
    return {number for times in arrived.values() for number in _full(sorted(times), rule)}


def _full(arrived: Sequence[tuple[datetime, str, bool]], rule: NthRule) -> Iterator[str]:
    """With each that fills the count it begins anew; a settled one counts, but the next one stands for it."""
    waiting: deque[datetime] = deque()
    for at, number, is_settled in arrived:
        waiting.append(at)
        while at - waiting[0] > timedelta(days=rule.days):
            waiting.popleft()
        if len(waiting) >= rule.nth and not is_settled:
            waiting.clear()
            yield number


def call_backs(store: Store, import_id: str, numbers: Collection[str]) -> list[dict[str, Any]]:
    """Number, whether it was solved, and when the hotline closed it, of those complaints that were asked back."""
    found = []
    wanted = pa.array(sorted(numbers), pa.string())
    for _, table in _of_import(store, import_id):
        assessed = pc.and_(
            pc.is_in(table["number"], wanted), pc.is_in(table["is_solved"], pa.array([YES, NO], pa.int8()))
        )
        found += [
            {
                "number": row["number"],
                "is_solved": row["is_solved"] == YES,
                "closed_at": row["closed_at"].isoformat() if row["closed_at"] else "",
            }
            for row in table.filter(assessed).to_pylist()
        ]
    return found


def _of_import(store: Store, import_id: str) -> Iterator[tuple[str, pa.Table]]:
    for month in store.months():
        table = store.table_of(month, list(_NEEDED))
        ours = table.filter(pc.equal(_words(table["import_id"]), import_id))
        if ours.num_rows:
            yield month, ours


def _words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _fits(rule: Rule, row: dict[str, Any]) -> bool:
    is_urgent = row["urgency"] in rule.urgencies
    return is_urgent and (row["property_related"] or not rule.only_property) and _is_of(rule, row)


def _is_settled(row: dict[str, Any]) -> bool:
    """Its caller said it is solved, or the hotline closed it and nobody said the contrary."""
    return row["is_solved"] == YES or (row["closed_at"] is not None and row["is_solved"] != NO)


def _is_meant(rule: NthRule | RecurrenceRule, row: dict[str, Any]) -> bool:
    return row["property_related"] and _is_of(rule, row)


def _is_of(rule: Rule | NthRule | RecurrenceRule, row: dict[str, Any]) -> bool:
    return row["category"] in rule.categories and row["received_at"] >= rule.since
