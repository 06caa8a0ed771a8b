"""Months of a store written anew: their complaints as they will be, with marks of repetition, keys and counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa

from huiyin.analytics import workers
from huiyin.analytics.cube import cube_of
from huiyin.analytics.repeats import Looked, Matters, mark_repeats, matters_of
from huiyin.analytics.schema import NO_MONTH
from huiyin.analytics.store import Change, Store

REPEAT_DAYS = 90
"""How far back a complaint is seen to repeat another; three months are looked at."""
_LOOK_BACK = 3
_MUCH = 100_000
"""Rows that are worth starting workers for."""


class Content(NamedTuple):
    """A month as it will be; how many complaints of it gave way, how many new ones name no estate.

    `let_go` is called when some of it has been read.
    """

    table: pa.Table
    replaced: int = 0
    unattributed: int = 0
    let_go: Callable[[], None] = lambda: None


class Rewritten(NamedTuple):
    month: str
    pending: dict[str, str]
    replaced: int
    unattributed: int


def rewrite(
    store: Store,
    change: Change,
    months: set[str],
    content: Callable[[str], Content],
    tell: Callable[[str], None],
    *,
    looked_at: Callable[[str], pa.Table | None] | None = None,
    new_rows: int = 0,
) -> list[Rewritten]:
    """The months, and those after them in which their complaints are looked back at, with marks and cube anew.

    `content` is asked for every one of them. `looked_at`: the columns `Looked` of any month as it will be, None if it
    is not there; for those who know of something lighter than the content. Many rows are shared among workers, for no
    month needs what another one is made into.
    """

    def looked_at_as_it_will_be(month: str) -> pa.Table | None:
        if month in months:
            return content(month).table.select(Looked)
        return store.table_of(month, list(Looked)) if store.holds(month) else None

    def work(month: str) -> Rewritten:
        before = set(change.pending)
        table, replaced, unattributed, let_go = content(month)
        table = mark_repeats(table, earlier.before(month), days=REPEAT_DAYS, let_go=let_go)
        change.put_month(month, table, let_go)
        change.put_table(f"_cube/{month}.arrow", cube_of(table, month))
        pending = {place: change.pending[place] for place in change.pending if place not in before}
        return Rewritten(month, pending, replaced, unattributed)

    earlier = _Earlier(looked_at or looked_at_as_it_will_be)
    wanted = sorted(_with_followers(store, months))
    is_much = len(wanted) > 1 and new_rows + sum(map(store.rows_of, wanted)) >= _MUCH
    done = []
    for each in workers.in_order(work, wanted, begin=store.let_go) if is_much else map(work, wanted):
        change.pending.update(each.pending)
        change.settle()
        tell(each.month)
        done.append(each)
    return done


class _Earlier:
    """What is looked back at in the months before one; a process works out each of them once."""

    def __init__(self, looked_at: Callable[[str], pa.Table | None]) -> None:
        self._looked_at = looked_at
        self._made: dict[str, Matters] = {}

    def before(self, month: str) -> list[Matters]:
        made = {}
        for each in _months_before(month):
            if each in self._made:
                made[each] = self._made[each]
            elif (table := self._looked_at(each)) is not None:
                made[each] = matters_of(table)
        self._made = made
        return list(made.values())


def _with_followers(store: Store, months: set[str]) -> set[str]:
    """What was changed in one month shows in the marks of the next three."""
    there = set(store.months())
    following = {month for month in there if any(each in months for each in _months_before(month))}
    return months | following


def _months_before(month: str) -> list[str]:
    if month == NO_MONTH:
        return []
    at = int(month[:4]) * 12 + int(month[5:]) - 1
    return [f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(at - _LOOK_BACK, at)]
