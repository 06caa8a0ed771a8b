"""Changes of a store: an import added, one undone, a person erased. Each is one commit, month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.cube import cube_of
from huiyin.analytics.numbers import Keys, keys_of
from huiyin.analytics.repeats import Looked, mark_repeats
from huiyin.analytics.schema import KEPT, NO_MONTH
from huiyin.analytics.store import ERASED, Change, ImportRecord, Store, StoreProblem, read_table

REPEAT_DAYS = 90
"""How far back a complaint is seen to repeat another; three months are looked at."""
_LOOK_BACK = 3

Fresh = Mapping[str, Callable[[], pa.Table]]
"""Month → its new complaints (columns of KEPT, marks of repetition empty), read when they are needed."""


def add_import(
    store: Store,
    record: ImportRecord,
    fresh: Fresh,
    keys: Keys,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> ImportRecord:
    """Take in the complaints of one import; those of the same number that are there give way, and are kept to undo it.

    `keys`: those of all new numbers, sorted, each once. Returns the record as it was written.
    """
    held = store.months_holding(keys)
    change = store.change()
    replaced = 0
    unattributed = 0

    def content(month: str) -> pa.Table:
        nonlocal replaced, unattributed
        kept, given_way = _parted(store.table_of(month), held.get(month))
        if given_way.num_rows:
            replaced += given_way.num_rows
            change.put_table(f"_before/{record.id}/{month}.arrow", given_way)
        if month not in fresh:
            return kept
        new = fresh[month]()
        unattributed += new["estate_code"].null_count
        return together([kept, new])

    _rewrite(store, change, {*fresh, *held}, content, tell)
    written = replace(record, replaced=replaced, unattributed=unattributed)
    store.commit(change, [*store.imports, written])
    return written


def undo_import(store: Store, import_id: str, *, at: str) -> ImportRecord:
    """Take an import back: its complaints go, those it replaced come again; StoreProblem if there is none such."""
    record = next((each for each in store.imports if each.id == import_id and not each.undone_at), None)
    if record is None:
        raise StoreProblem("没有编号为 %(id)s 的导入，或已撤销。", code="no_such_import", id=import_id)
    change = store.change()
    earlier = _before(store, import_id)
    # What a later import replaced of this one: that import now replaces what this one had replaced.
    for later in store.imports:
        if later.id == import_id:
            continue
        for month, table in _before(store, later.id).items():
            mine, others = _of_import(table, import_id)
            if not mine.num_rows:
                continue
            wanted = np.sort(_keys(mine))
            handed = []
            for home, rows in earlier.items():
                stay, go = _parted(rows, wanted)
                earlier[home] = stay
                handed.append(go)
            change.put_table(f"_before/{later.id}/{month}.arrow", together([others, *handed]))
    holding = (month for month in store.months() if _of_import(_light(store, month), import_id)[0].num_rows)
    touched = {*earlier, *holding}

    def content(month: str) -> pa.Table:
        _, kept = _of_import(store.table_of(month), import_id)
        return together([kept, earlier[month]]) if month in earlier else kept

    _rewrite(store, change, touched, content, lambda _: None)
    for month in _before(store, import_id):
        change.put_table(f"_before/{import_id}/{month}.arrow", KEPT.empty_table())
    undone = replace(record, undone_at=at)
    store.commit(change, [undone if each.id == import_id else each for each in store.imports])
    return undone


def erase(store: Store, numbers: Sequence[str]) -> int:
    """Remove what complaints say and who called; the rows stay and are counted. Returns how many were there."""
    wanted = np.unique(keys_of(pa.array(list(numbers), pa.string())))
    change = store.change()
    held = store.months_holding(wanted)
    count = sum(len(keys) for keys in held.values())

    def content(month: str) -> pa.Table:
        return _emptied(store.table_of(month), held[month]) if month in held else store.table_of(month)

    for record in store.imports:
        for month, table in _before(store, record.id).items():
            change.put_table(f"_before/{record.id}/{month}.arrow", _emptied(table, wanted))
    _rewrite(store, change, set(held), content, lambda _: None)
    store.commit(change, store.imports)
    return count


def together(tables: Iterable[pa.Table]) -> pa.Table:
    """One table with one dictionary for each column of words."""
    return pa.concat_tables([table.cast(KEPT) for table in tables]).unify_dictionaries().combine_chunks()


def _rewrite(
    store: Store,
    change: Change,
    months: set[str],
    content: Callable[[str], pa.Table],
    tell: Callable[[str], None],
) -> None:
    """The months, and those after them in which their complaints are looked back at, with marks and cube anew."""
    recent: dict[str, pa.Table] = {}
    for month in sorted(_with_followers(store, months)):
        earlier = []
        for before in _months_before(month):
            if before not in recent and store.path_of(before).exists():
                recent[before] = store.table_of(before, list(Looked))
            if before in recent:
                earlier.append(recent[before])
        table = content(month)
        looked_at = pa.concat_tables(earlier) if earlier else KEPT.empty_table().select(Looked)
        table = in_order(mark_repeats(table, looked_at, days=REPEAT_DAYS))
        change.put_month(month, table)
        change.put_table(f"_cube/{month}.arrow", cube_of(table, month))
        recent[month] = table.select(Looked)
        recent = {each: recent[each] for each in sorted(recent)[-_LOOK_BACK:]}
        tell(month)


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


def in_order(table: pa.Table) -> pa.Table:
    """By estate, then time, then number: what a page asks for lies together."""
    estates = pc.fill_null(table["estate_code"].combine_chunks().cast(pa.string()), "")
    keys = pa.table({"estate": estates, "at": table["received_at"], "number": table["number"]})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
    return table.take(order)


def _keys(table: pa.Table) -> Keys:
    return keys_of(table["number"].combine_chunks())


def _parted(table: pa.Table, keys: Keys | None) -> tuple[pa.Table, pa.Table]:
    """(rows with other numbers, rows with one of these)."""
    if keys is None or not table.num_rows:
        return table, table.slice(0, 0)
    among = np.isin(_keys(table), keys)
    return table.filter(pa.array(~among)), table.filter(pa.array(among))


def _of_import(table: pa.Table, import_id: str) -> tuple[pa.Table, pa.Table]:
    mine = pc.equal(table["import_id"].cast(pa.string()), import_id)
    return table.filter(mine), table.filter(pc.invert(mine))


def _light(store: Store, month: str) -> pa.Table:
    return store.table_of(month, ["import_id"])


def _before(store: Store, import_id: str) -> dict[str, pa.Table]:
    """Month → the rows that an import replaced."""
    found = {}
    for path in sorted((store.folder / "_before" / import_id).glob("*.arrow")):
        table = read_table(path)
        if table is not None:
            found[path.stem] = table
    return found


def _emptied(table: pa.Table, keys: Keys) -> pa.Table:
    among = pa.array(np.isin(_keys(table), keys))
    for name, value in (("text", ERASED), ("estate_match", None), ("caller_key", None)):
        field = table.schema.field(name)
        column = pc.if_else(among, pa.scalar(value, field.type), table[name])
        table = table.set_column(table.schema.get_field_index(name), field, column)
    return table
