"""Changes of a store: an import added, one undone, complaints corrected, a person erased.

Each is one commit, month by month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.complaint_tables import are_among, joined, parted, together
from huiyin.analytics.corrections import Corrections, Decision
from huiyin.analytics.erased import Erased, emptied
from huiyin.analytics.manifest import ImportRecord, StoreProblem
from huiyin.analytics.month_rewriting import Content, rewrite
from huiyin.analytics.numbers import Keys, keys_of
from huiyin.analytics.prepared import Mapped
from huiyin.analytics.reading.rows import LONGEST_NUMBER
from huiyin.analytics.rejected import rejected_files, write_rejected
from huiyin.analytics.repeats import Looked
from huiyin.analytics.replaced import put_replaced, replaced_by
from huiyin.analytics.schema import KEPT, RAW, TextStep
from huiyin.analytics.store import ERASED, Change, Store
from huiyin.documents.writing import without_rows
from huiyin.domain.complaint_numbers import number_of

_OF_THE_ESTATE = ("estate_code", "estate_match", "estate_confidence", "estate_certainty")
_OF_THE_MATTER = ("property_related", "related_confidence", "category", "category_confidence")


class Fresh(Protocol):
    """The new complaints of a month (columns of KEPT, marks of repetition empty), or some of their columns."""

    def __call__(self, mapped: Mapped, columns: Sequence[str] = KEPT.names) -> pa.Table: ...


def add_import(
    store: Store,
    record: ImportRecord,
    fresh: Mapping[str, Fresh],
    keys: Keys,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> ImportRecord:
    """Take in the complaints of one import; those of the same number that are there give way, and are kept to undo it.

    `keys`: those of all new numbers, sorted, each once. Returns the record as it was written: what was replaced is
    added to what is replaced among its own files.
    """
    held = store.months_holding(keys)
    change = store.change()
    corrections = Corrections.of(store)
    fresh = _corrected(_without_erased(fresh, Erased.of(store)), corrections, change)

    def content(month: str) -> Content:
        kept, given_way = parted(store.table_of(month), held.get(month))
        if given_way.num_rows:
            put_replaced(change, record.id, month, corrections.taken_from(given_way))
        if month not in fresh:
            return Content(kept, given_way.num_rows)
        mapped = Mapped()
        new = fresh[month](mapped)
        unattributed = new["estate_code"].null_count
        return Content(joined([kept, new]), given_way.num_rows, unattributed, mapped.let_go)

    def looked_at(month: str) -> pa.Table | None:
        parts = []
        if store.holds(month):
            there = store.table_of(month, ["number", *Looked])
            parts.append(parted(there, held.get(month))[0].select(Looked))
        if month in fresh:
            parts.append(fresh[month](Mapped(), Looked))
        return joined(parts) if parts else None

    rewritten = rewrite(
        store, change, {*fresh, *held}, content, tell, looked_at=looked_at, new_rows=record.stored
    )
    replaced = record.replaced + sum(each.replaced for each in rewritten)
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
    store: Store,
    import_id: str,
    *,
    at: str,
    text_step: TextStep | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> ImportRecord:
    """Take an import back: its complaints go, those it replaced come again; StoreProblem if there is none such.

    `text_step`: of the estates as they are called now, where names were claimed or released since these were read.
    """
    record = next((each for each in store.imports if each.id == import_id and not each.undone_at), None)
    if record is None:
        raise StoreProblem("没有编号为 %(id)s 的导入，或已撤销。", code="no_such_import", id=import_id)
    change = store.change()
    earlier = replaced_by(store, import_id)
    for later in store.imports:
        if later.id != import_id:
            _hand_over(store, change, later.id, import_id, earlier)
    if text_step:
        earlier = {month: _attributed_anew(rows, text_step) for month, rows in earlier.items()}
    corrections = Corrections.of(store)
    for rows in earlier.values():
        corrections = corrections.read_anew(rows)
    corrections.put(change)
    earlier = {month: corrections.applied_to(rows) for month, rows in earlier.items()}
    own = {
        month: _of_import(store.table_of(month, ["import_id"]), import_id)[0].num_rows
        for month in store.months()
    }
    touched = {*earlier, *(month for month, count in own.items() if count)}

    def content(month: str) -> Content:
        _, kept = _of_import(store.table_of(month), import_id)
        return Content(joined([kept, earlier[month]]) if month in earlier else kept)

    (store.folder / "_errors" / f"{import_id}.csv").unlink(missing_ok=True)
    rewrite(store, change, touched, content, tell)
    for month in replaced_by(store, import_id):
        put_replaced(change, import_id, month, KEPT.empty_table())
    restored = sum(rows.num_rows for rows in earlier.values())
    undone = replace(record, undone_at=at, taken_out=sum(own.values()), restored=restored)
    store.commit(change, [undone if each.id == import_id else each for each in store.imports])
    return undone


def _hand_over(
    store: Store, change: Change, later_id: str, import_id: str, earlier: dict[str, pa.Table]
) -> None:
    """What a later import replaced of this one: now it replaces what this one had replaced, taken out of `earlier`.

    Rows are kept by the month they lie in, which a correction may have changed.
    """
    replaced = replaced_by(store, later_id)
    left = {}
    wanted = [np.empty(0, np.uint64)]
    for month, table in replaced.items():
        ours, others = _of_import(table, import_id)
        if ours.num_rows:
            left[month] = others
            wanted.append(keys_of(ours["number"]))
    if not left:
        return
    keys = np.sort(np.concatenate(wanted))
    for month, rows in earlier.items():
        earlier[month], handed = parted(rows, keys)
        if handed.num_rows:
            there = left.get(month, replaced.get(month))
            left[month] = handed if there is None else together([there, handed])
    for month, table in left.items():
        put_replaced(change, later_id, month, table)


def attribute_again(
    store: Store,
    names: Sequence[str],
    text_step: TextStep,
    *,
    released: Sequence[tuple[str, str]] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> int:
    """Ask the text step once more for the estates of unattributed complaints that write one of these names.

    `released`: names, each with the code of the estate that bears it no more; its complaints that write the name are
    asked about as well. The step sees the texts as they are kept, masked; the estate is taken from it, and the matter
    of those that are about an estate now and were not, or are no more.
    What a person said of an estate counts; what the machine reads now is kept beside it. Returns how many found one.
    """
    change = store.change()
    corrections = Corrections.of(store)
    found: dict[str, pa.Table] = {}
    count = 0
    written = [*names, *(name for name, _ in released)]
    may_be_open = None if released else pc.field("estate_code").is_null() | corrections.are_placed()
    for month in store.months():
        some = store.table_of(month, ["text"], where=may_be_open)
        if not pc.any(_writes_one_of(some["text"], written)).as_py():
            continue
        table = corrections.taken_from(store.table_of(month))
        open_ones = pc.and_(pc.is_null(table["estate_code"]), _writes_one_of(table["text"], names))
        for name, estate in released:
            of_the_estate = pc.fill_null(pc.equal(table["estate_code"].cast(pa.string()), estate), False)
            open_ones = pc.or_(open_ones, pc.and_(of_the_estate, _writes_one_of(table["text"], [name])))
        if not pc.any(open_ones).as_py():
            continue
        asked = table.filter(open_ones)
        again = text_step(_as_raw(asked))
        has_found = pc.is_valid(again.column("estate_code"))
        if not released and not pc.any(has_found).as_py():
            continue
        is_free = pc.invert(corrections.is_placed(asked["number"])).combine_chunks()
        count += pc.sum(pc.and_(has_found, is_free)).as_py()
        read = _with_estates(table, open_ones, again)
        corrections = corrections.attributed_anew(read)
        found[month] = corrections.applied_to(read)

    def content(month: str) -> Content:
        return Content(found[month] if month in found else store.table_of(month))

    corrections.put(change)
    rewrite(store, change, set(found), content, tell)
    store.commit(change, store.imports)
    return count


def _attributed_anew(rows: pa.Table, text_step: TextStep) -> pa.Table:
    """Complaints that are kept, with the estates that their words name now.

    Erased ones stay what they are, and those whose estate was found by words that masking has covered since.
    """
    matches, texts = rows["estate_match"].to_pylist(), rows["text"].to_pylist()
    is_open = rows["estate_code"].is_null().to_pylist()
    is_seen = [
        is_open if match is None else match in text
        for match, text, is_open in zip(matches, texts, is_open, strict=True)
    ]
    asked = pc.and_(pc.not_equal(rows["text"], ERASED), pa.chunked_array([pa.array(is_seen, pa.bool_())]))
    if not pc.any(asked).as_py():
        return rows
    return _with_estates(rows, asked, text_step(_as_raw(rows.filter(asked))))


def _writes_one_of(texts: pa.ChunkedArray, names: Sequence[str]) -> pa.ChunkedArray:
    written = pa.chunked_array([pa.repeat(False, len(texts))])
    for name in names:
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
    """With the estates that were read again, and the matters of those that have one now or have none any more: what
    is known to be about an estate is read as such.
    """
    where = where.combine_chunks()
    before = table.filter(where)
    is_other = pc.xor(
        pc.is_null(before["estate_code"]), pc.is_null(again.column("estate_code"))
    ).combine_chunks()
    for name in (*_OF_THE_ESTATE, *_OF_THE_MATTER):
        field = KEPT.field(name)
        plain = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        read = again.column(name).cast(plain)
        if name in _OF_THE_MATTER:
            read = pc.if_else(is_other, read, before[name].combine_chunks().cast(plain))
        column = pc.replace_with_mask(table[name].combine_chunks().cast(plain), where, read)
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

    def content(month: str) -> Content:
        table = store.table_of(month)
        return Content(after.applied_to(before.taken_from(table)) if month in held else table)

    rewrite(store, change, set(held), content, tell)
    store.commit(change, store.imports)
    return [each.number for each in decisions if each.number not in found]


def erase(store: Store, numbers: Sequence[str], *, tell: Callable[[str], None] = lambda _: None) -> int:
    """Remove what complaints say and who called; the rows stay and are counted. Returns how many were there.

    None of these numbers, also as a file may write them, has its words come back with a later file, nor with a run that
    was killed.
    """
    numbers = sorted({*numbers, *map(number_of, numbers)})
    wanted = np.unique(keys_of(pa.array(list(numbers), pa.string())))
    store.forget_prepared()
    _forget_rejected(store, numbers)
    change = store.change()
    held = store.months_holding(wanted)
    count = sum(len(keys) for keys in held.values())

    def content(month: str) -> Content:
        table = store.table_of(month)
        return Content(emptied(table, are_among(table, held[month])) if month in held else table)

    for record in store.imports:
        for month, table in replaced_by(store, record.id).items():
            put_replaced(change, record.id, month, emptied(table, are_among(table, wanted)))
    Erased.of(store).including(numbers).put(change)
    Corrections.of(store).without(numbers).put(change)
    rewrite(store, change, set(held), content, tell)
    store.commit(change, store.imports)
    return count


def _forget_rejected(store: Store, numbers: Sequence[str]) -> None:
    """Of rows that were rejected: what stood in them is given back. Those without a number may be anybody's."""
    from huiyin.language.masking import mask

    words = {"", *numbers, *map(mask, numbers), *(number[:LONGEST_NUMBER] for number in numbers)}
    for path in rejected_files(store):
        write_rejected(path, without_rows(path.read_bytes(), "工单编号", words))


def words_of(store: Store, numbers: Sequence[str]) -> list[str]:
    """What the store keeps of what these complaints say, and of what was replaced of them."""
    wanted = np.unique(keys_of(pa.array(list(numbers), pa.string())))
    tables = [store.table_of(month, ["number", "text"]) for month in store.months_holding(wanted)]
    tables += [table for record in store.imports for table in replaced_by(store, record.id).values()]
    found = [table.filter(pa.array(are_among(table, wanted)))["text"].to_pylist() for table in tables]
    return [text for texts in found for text in texts]


def _of_import(table: pa.Table, import_id: str) -> tuple[pa.Table, pa.Table]:
    mine = pc.equal(table["import_id"].cast(pa.string()), import_id)
    return table.filter(mine), table.filter(pc.invert(mine))
