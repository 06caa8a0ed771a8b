"""Changes of a store: an import added, one undone, complaints corrected, a person erased.

Each is one commit, month by month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics import workers
from huiyin.analytics.corrections import Corrections, Decision
from huiyin.analytics.cube import cube_of
from huiyin.analytics.erased import Erased, emptied
from huiyin.analytics.numbers import Keys, keys_of
from huiyin.analytics.prepared import Mapped
from huiyin.analytics.repeats import Looked, Matters, mark_repeats, matters_of
from huiyin.analytics.schema import KEPT, NO_MONTH, RAW
from huiyin.analytics.store import ERASED, Change, ImportRecord, Store, StoreProblem
from huiyin.documents.writing import without_rows

REPEAT_DAYS = 90
"""How far back a complaint is seen to repeat another; three months are looked at."""
_LOOK_BACK = 3
_OF_THE_ESTATE = ("estate_code", "estate_match", "estate_confidence", "estate_certainty")
_MUCH = 100_000
"""Rows that are worth starting workers for."""


class Fresh(Protocol):
    """The new complaints of a month (columns of KEPT, marks of repetition empty), or some of their columns."""

    def __call__(self, mapped: Mapped, columns: Sequence[str] = KEPT.names) -> pa.Table: ...


class _Content(NamedTuple):
    """A month as it will be; how many complaints of it gave way, how many new ones name no estate.

    `let_go` is called when some of it has been read.
    """

    table: pa.Table
    replaced: int = 0
    unattributed: int = 0
    let_go: Callable[[], None] = lambda: None


class _Rewritten(NamedTuple):
    month: str
    pending: dict[str, str]
    replaced: int
    unattributed: int


def add_import(
    store: Store,
    record: ImportRecord,
    fresh: Mapping[str, Fresh],
    keys: Keys,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> ImportRecord:
    """Take in the complaints of one import; those of the same number that are there give way, and are kept to undo it.

    `keys`: those of all new numbers, sorted, each once. Returns the record as it was written.
    """
    held = store.months_holding(keys)
    change = store.change()
    corrections = Corrections.of(store)
    fresh = _corrected(_without_erased(fresh, Erased.of(store)), corrections, change)

    def content(month: str) -> _Content:
        kept, given_way = _parted(store.table_of(month), held.get(month))
        if given_way.num_rows:
            change.put_table(f"_before/{record.id}/{month}.arrow", corrections.taken_from(given_way))
        if month not in fresh:
            return _Content(kept, given_way.num_rows)
        mapped = Mapped()
        new = fresh[month](mapped)
        unattributed = new["estate_code"].null_count
        return _Content(joined([kept, new]), given_way.num_rows, unattributed, mapped.let_go)

    def looked_at(month: str) -> pa.Table | None:
        parts = []
        if store.holds(month):
            there = store.table_of(month, ["number", *Looked])
            parts.append(_parted(there, held.get(month))[0].select(Looked))
        if month in fresh:
            parts.append(fresh[month](Mapped(), Looked))
        return joined(parts) if parts else None

    rewritten = _rewrite(store, change, {*fresh, *held}, content, looked_at, tell, new_rows=record.stored)
    replaced = sum(each.replaced for each in rewritten)
    unattributed = sum(each.unattributed for each in rewritten)
    written = replace(record, replaced=replaced, unattributed=unattributed)
    store.commit(change, [*store.imports, written])
    return written


def _without_erased(fresh: Mapping[str, Fresh], erased: Erased) -> Mapping[str, Fresh]:
    """New complaints without the words of those that were erased before."""
    if not erased:
        return fresh

    def without(new: Fresh) -> Fresh:
        def columns_of(mapped: Mapped, columns: Sequence[str] = KEPT.names) -> pa.Table:
            wanted = list(dict.fromkeys([*columns, "number"]))
            return erased.taken_from(new(mapped, wanted)).select(columns)

        return columns_of

    return {month: without(new) for month, new in fresh.items()}


def _corrected(fresh: Mapping[str, Fresh], corrections: Corrections, change: Change) -> Mapping[str, Fresh]:
    """New complaints with what was decided of them before; what the machine reads now is kept beside it."""
    met = {
        month: new
        for month, new in fresh.items()
        if corrections and pc.any(corrections.is_met(new(Mapped(), ["number"])["number"])).as_py()
    }
    if not met:
        return fresh
    for new in met.values():
        corrections = corrections.read_anew(new(Mapped()))
    corrections.put(change)

    def corrected(new: Fresh) -> Fresh:
        def columns_of(mapped: Mapped, columns: Sequence[str] = KEPT.names) -> pa.Table:
            wanted = list(dict.fromkeys([*columns, "number"]))
            return corrections.applied_to(new(mapped, wanted)).select(columns)

        return columns_of

    return {month: corrected(new) if month in met else new for month, new in fresh.items()}


def undo_import(
    store: Store, import_id: str, *, at: str, tell: Callable[[str], None] = lambda _: None
) -> ImportRecord:
    """Take an import back: its complaints go, those it replaced come again; StoreProblem if there is none such."""
    record = next((each for each in store.imports if each.id == import_id and not each.undone_at), None)
    if record is None:
        raise StoreProblem("没有编号为 %(id)s 的导入，或已撤销。", code="no_such_import", id=import_id)
    change = store.change()
    earlier = _before(store, import_id)
    for later in store.imports:
        if later.id != import_id:
            _hand_over(store, change, later.id, import_id, earlier)
    corrections = Corrections.of(store)
    for rows in earlier.values():
        corrections = corrections.read_anew(rows)
    corrections.put(change)
    earlier = {month: corrections.applied_to(rows) for month, rows in earlier.items()}
    holding = (month for month in store.months() if _of_import(_light(store, month), import_id)[0].num_rows)
    touched = {*earlier, *holding}

    def content(month: str) -> _Content:
        _, kept = _of_import(store.table_of(month), import_id)
        return _Content(joined([kept, earlier[month]]) if month in earlier else kept)

    def looked_at(month: str) -> pa.Table | None:
        if month in touched:
            return content(month).table.select(Looked)
        return _looked_at(store, month)

    _rewrite(store, change, touched, content, looked_at, tell)
    for month in _before(store, import_id):
        change.put_table(f"_before/{import_id}/{month}.arrow", KEPT.empty_table())
    undone = replace(record, undone_at=at)
    store.commit(change, [undone if each.id == import_id else each for each in store.imports])
    return undone


def _hand_over(
    store: Store, change: Change, later_id: str, import_id: str, earlier: dict[str, pa.Table]
) -> None:
    """What a later import replaced of this one: now it replaces what this one had replaced, taken out of `earlier`.

    Rows are kept by the month they lie in, which a correction may have changed.
    """
    replaced = _before(store, later_id)
    left = {}
    wanted = [np.empty(0, np.uint64)]
    for month, table in replaced.items():
        ours, others = _of_import(table, import_id)
        if ours.num_rows:
            left[month] = others
            wanted.append(_keys(ours))
    if not left:
        return
    keys = np.sort(np.concatenate(wanted))
    for month, rows in earlier.items():
        earlier[month], handed = _parted(rows, keys)
        if handed.num_rows:
            there = left.get(month, replaced.get(month))
            left[month] = handed if there is None else together([there, handed])
    for month, table in left.items():
        change.put_table(f"_before/{later_id}/{month}.arrow", table)


def attribute_again(
    store: Store,
    names: Sequence[str],
    text_step: Callable[[pa.RecordBatch], pa.RecordBatch],
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> int:
    """Ask the text step once more for the estates of unattributed complaints that write one of these names.

    It sees the texts as they are kept, masked; nothing but the estate is taken from it. Those of which a person said
    that they belong to no estate are left alone. Returns how many found one.
    """
    change = store.change()
    corrections = Corrections.of(store)
    found: dict[str, pa.Table] = {}
    count = 0
    for month in store.months():
        some = store.table_of(month, ["text"], where=pc.field("estate_code").is_null())
        if not pc.any(_writes_one_of(some["text"], names)).as_py():
            continue
        table = store.table_of(month)
        open_ones = pc.and_(pc.is_null(table["estate_code"]), _writes_one_of(table["text"], names))
        open_ones = pc.and_(open_ones, pc.invert(corrections.is_placed(table["number"])))
        if not pc.any(open_ones).as_py():
            continue
        again = text_step(_as_raw(table.filter(open_ones)))
        if again.column("estate_code").null_count == again.num_rows:
            continue
        count += again.num_rows - again.column("estate_code").null_count
        found[month] = _with_estates(table, open_ones, again)

    def content(month: str) -> _Content:
        return _Content(found[month] if month in found else store.table_of(month))

    def looked_at(month: str) -> pa.Table | None:
        return found[month].select(Looked) if month in found else _looked_at(store, month)

    _rewrite(store, change, set(found), content, looked_at, tell)
    store.commit(change, store.imports)
    return count


def _writes_one_of(texts: pa.ChunkedArray, names: Sequence[str]) -> pa.ChunkedArray:
    written = pc.match_substring(texts, names[0])
    for name in names[1:]:
        written = pc.or_(written, pc.match_substring(texts, name))
    return written


def _as_raw(table: pa.Table) -> pa.RecordBatch:
    """Kept rows as a text step takes them; the caller is not known any more."""
    arrays = [
        table[field.name].combine_chunks().cast(field.type)
        if field.name in table.column_names
        else pa.array(range(table.num_rows), field.type)
        if field.name == "row"
        else pa.nulls(table.num_rows, field.type)
        for field in RAW
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=RAW)


def _with_estates(table: pa.Table, where: pa.ChunkedArray, again: pa.RecordBatch) -> pa.Table:
    for name in _OF_THE_ESTATE:
        field = KEPT.field(name)
        plain = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        column = pc.replace_with_mask(
            table[name].combine_chunks().cast(plain), where.combine_chunks(), again.column(name).cast(plain)
        )
        table = table.set_column(table.schema.get_field_index(name), field, column.cast(field.type))
    return table


def correct(
    store: Store, decisions: Sequence[Decision], *, at: str, tell: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Have what people decided count, one decision a number.

    Returns the numbers that nothing can be decided of: the store does not hold them, or their words were erased.
    """
    change, before = store.change(), Corrections.of(store)
    wanted = pa.array([each.number for each in decisions], pa.string())
    held = store.months_holding(np.unique(keys_of(wanted)))
    there = []
    for month in held:
        table = store.table_of(month)
        is_meant = pc.and_(pc.is_in(table["number"], value_set=wanted), pc.not_equal(table["text"], ERASED))
        there.append(before.taken_from(table.filter(is_meant)))
    found = {number for rows in there for number in rows["number"].to_pylist()}
    if not found:
        return [each.number for each in decisions]
    after = before.decided([each for each in decisions if each.number in found], together(there), at=at)
    after.put(change)

    def content(month: str) -> _Content:
        table = store.table_of(month)
        return _Content(after.applied_to(before.taken_from(table)) if month in held else table)

    def looked_at(month: str) -> pa.Table | None:
        return content(month).table.select(Looked) if month in held else _looked_at(store, month)

    _rewrite(store, change, set(held), content, looked_at, tell)
    store.commit(change, store.imports)
    return [each.number for each in decisions if each.number not in found]


def erase(store: Store, numbers: Sequence[str], *, tell: Callable[[str], None] = lambda _: None) -> int:
    """Remove what complaints say and who called; the rows stay and are counted. Returns how many were there.

    None of these numbers has its words come back with a later file, nor with a run that was killed.
    """
    wanted = np.unique(keys_of(pa.array(list(numbers), pa.string())))
    store.forget_prepared()
    _forget_rejected(store, numbers)
    change = store.change()
    held = store.months_holding(wanted)
    count = sum(len(keys) for keys in held.values())

    def content(month: str) -> _Content:
        table = store.table_of(month)
        return _Content(emptied(table, _are(table, held[month])) if month in held else table)

    def looked_at(month: str) -> pa.Table | None:
        return content(month).table.select(Looked) if month in held else _looked_at(store, month)

    for record in store.imports:
        for month, table in _before(store, record.id).items():
            change.put_table(f"_before/{record.id}/{month}.arrow", emptied(table, _are(table, wanted)))
    Erased.of(store).including(numbers).put(change)
    Corrections.of(store).without(numbers).put(change)
    _rewrite(store, change, set(held), content, looked_at, tell)
    store.commit(change, store.imports)
    return count


def _forget_rejected(store: Store, numbers: Sequence[str]) -> None:
    """Of rows that were rejected, their reasons may say what was in them."""
    from huiyin.language.masking import mask

    words = {*numbers, *map(mask, numbers)}
    for path in (store.folder / "_errors").glob("*.csv"):
        written = path.read_bytes()
        left = without_rows(written, "工单编号", words)
        if left != written:
            unfinished = path.with_suffix(".new")
            unfinished.write_bytes(left)
            unfinished.replace(path)


def words_of(store: Store, numbers: Sequence[str]) -> list[str]:
    """What the store keeps of what these complaints say, and of what was replaced of them."""
    wanted = np.unique(keys_of(pa.array(list(numbers), pa.string())))
    tables = [store.table_of(month, ["number", "text"]) for month in store.months_holding(wanted)]
    tables += [table for record in store.imports for table in _before(store, record.id).values()]
    found = [table.filter(pa.array(_are(table, wanted)))["text"].to_pylist() for table in tables]
    return [text for texts in found for text in texts]


def together(tables: Iterable[pa.Table]) -> pa.Table:
    """One table with one dictionary for each column of words; each has all columns of KEPT, or the same ones."""
    return joined(tables).unify_dictionaries().combine_chunks()


def joined(tables: Iterable[pa.Table]) -> pa.Table:
    """One table, nothing of it copied."""
    return pa.concat_tables(
        [table.cast(pa.schema([KEPT.field(name) for name in table.column_names])) for table in tables]
    )


def _looked_at(store: Store, month: str) -> pa.Table | None:
    return store.table_of(month, list(Looked)) if store.holds(month) else None


def _rewrite(
    store: Store,
    change: Change,
    months: set[str],
    content: Callable[[str], _Content],
    looked_at: Callable[[str], pa.Table | None],
    tell: Callable[[str], None],
    *,
    new_rows: int = 0,
) -> list[_Rewritten]:
    """The months, and those after them in which their complaints are looked back at, with marks and cube anew.

    `looked_at`: the columns `Looked` of a month as it will be, None if it is not there. Many rows are shared among
    workers, for no month needs what another one is made into.
    """

    def work(month: str) -> _Rewritten:
        before = set(change.pending)
        table, replaced, unattributed, let_go = content(month)
        table = mark_repeats(table, earlier.before(month), days=REPEAT_DAYS, let_go=let_go)
        change.put_month(month, table, let_go)
        change.put_table(f"_cube/{month}.arrow", cube_of(table, month))
        pending = {place: change.pending[place] for place in change.pending if place not in before}
        return _Rewritten(month, pending, replaced, unattributed)

    earlier = _Earlier(looked_at)
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


def _keys(table: pa.Table) -> Keys:
    return keys_of(table["number"])


def _are(table: pa.Table, keys: Keys) -> npt.NDArray[np.bool_]:
    """For each complaint whether its number is one of these."""
    return np.isin(_keys(table), keys)


def _parted(table: pa.Table, keys: Keys | None) -> tuple[pa.Table, pa.Table]:
    """(rows with other numbers, rows with one of these)."""
    if keys is None or not table.num_rows:
        return table, table.slice(0, 0)
    among = _are(table, keys)
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
        table = store.own_table(str(path.relative_to(store.folder)))
        if table is not None:
            found[path.stem] = table
    return found
