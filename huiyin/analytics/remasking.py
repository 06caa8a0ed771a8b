"""What a store keeps, masked again by the rules of now."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.corrections import Corrections
from huiyin.analytics.month_rewriting import Content, rewrite
from huiyin.analytics.pipeline import Progress
from huiyin.analytics.reading.rows import MASKED_HEADINGS
from huiyin.analytics.rejected import rejected_files, write_rejected
from huiyin.analytics.repeats import Looked
from huiyin.analytics.replaced import each_replaced_by, put_replaced
from huiyin.analytics.schema import KEPT, MASKED_WORDS, Masking
from huiyin.analytics.store import Change, Store
from huiyin.documents.refusals import FileRefused
from huiyin.documents.writing import changed_cells

_ROWS_AT_ONCE = 100_000
_MASKED = ("text", *MASKED_WORDS)
_CHANGED = pa.schema(
    [("row", pa.int64()), ("estate_match", pa.string()), *((name, pa.string()) for name in _MASKED)]
)
"""Of rows that masking changes: which of the month, and what their columns become."""


class Remasked(NamedTuple):
    """How many rows changed: complaints, those kept for undoing, rejected ones; and which files could not be read."""

    complaints: int
    replaced: int
    rejected: int
    unread: tuple[str, ...]


def remask(store: Store, masking: Masking, *, tell: Callable[[Progress], None] = lambda _: None) -> Remasked:
    """Cover what the rules find now in complaints, in those kept for undoing and in rejected rows.

    Marks of repetition and counts follow from the covered words, and so does what corrections are held against. Estate
    and matter stay as they were read from what was written then; of the words that named the estate none are left where
    they are covered. A run of `enrich` that was killed begins anew. Nothing is committed where no complaint changes.
    """
    store.forget_prepared()
    rejected, unread = _remask_rejected(store)
    change, folder = store.change(), store.work / "remasked"
    folder.mkdir()
    run = _Run(store, masking, folder, tell)
    try:
        replaced = run.remask_replaced(change)
        changed = run.find_changed()
        run.put_corrections(change)
        if change.pending or changed:
            written = set(changed)
            rewrite(store, change, written, run.content, run.tell_written, looked_at=run.looked_at)
            store.commit(change, store.imports)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Remasked(sum(changed.values()), replaced, rejected, unread)


class _Run:
    """Each row is masked once; what that changes waits in a file of its month until the month is written."""

    def __init__(
        self, store: Store, masking: Masking, folder: Path, tell: Callable[[Progress], None]
    ) -> None:
        self._store, self._masking, self._folder, self._tell = store, masking, folder, tell
        self._corrections = Corrections.of(store)
        self._decided_on: list[tuple[pa.Table, pa.Table]] = []

    def remask_replaced(self, change: Change) -> int:
        count = 0
        for record in self._store.imports:
            for month, table in each_replaced_by(self._store, record.id):
                parts = list(self._changed(table.to_batches(max_chunksize=_ROWS_AT_ONCE)))
                changed = pa.Table.from_batches(parts, _CHANGED)
                if parts:
                    count += changed.num_rows
                    put_replaced(change, record.id, month, _with(table, changed))
        return count

    def find_changed(self) -> dict[str, int]:
        """Months that masking changes → how many of their complaints."""
        counts = {}
        for month in self._store.months():
            columns = ["number", "estate_match", *_MASKED]
            batches = self._store.batches_of(month, columns, rows=_ROWS_AT_ONCE)
            parts, count = self._keep(month, self._changed(batches))
            if parts:
                counts[month] = count
            self._tell(Progress("reading", month, 0))
        return counts

    def content(self, month: str) -> Content:
        table, path = self._store.table_of(month), self._path(month)
        if not path.exists():
            return Content(table)
        with pa.OSFile(str(path), "rb") as source:
            return Content(_with(table, pa.ipc.open_file(source).read_all()))

    def looked_at(self, month: str) -> pa.Table | None:
        """Nothing that is looked back at is masked."""
        return self._store.table_of(month, list(Looked)) if self._store.holds(month) else None

    def tell_written(self, month: str) -> None:
        self._tell(Progress("writing", month, 0))

    def put_corrections(self, change: Change) -> None:
        if not all(before["text"].equals(after["text"]) for before, after in self._decided_on):
            self._corrections.remasked(self._decided_on).put(change)

    def _keep(self, month: str, changed: Iterable[pa.RecordBatch]) -> tuple[int, int]:
        """How many batches there were, and how many rows in them."""
        parts = count = 0
        with pa.OSFile(str(self._path(month)), "wb") as sink, pa.ipc.new_file(sink, _CHANGED) as writer:
            for batch in changed:
                writer.write_batch(batch)
                parts += 1
                count += batch.num_rows
        if not parts:
            self._path(month).unlink()
        return parts, count

    def _path(self, month: str) -> Path:
        return self._folder / f"{month}.arrow"

    def _changed(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Batches of _CHANGED; one without rows where words are left in a dictionary of which no row knows any more."""
        start = 0
        for batch in batches:
            words = _masked_words(batch, self._masking)
            masked = {"text": self._masking(batch.column("text"))}
            masked |= {name: column.cast(pa.string()) for name, column in words.items()}
            self._note_decided(batch, masked["text"])
            rows = _changed_rows(batch, masked)
            if len(rows) or _leaves_words(batch, words):
                some = {name: column.take(pa.array(rows)) for name, column in masked.items()}
                matches = batch.column("estate_match").take(pa.array(rows))
                columns = {"row": pa.array(rows + start), "estate_match": _still_there(matches, some["text"])}
                yield pa.RecordBatch.from_pydict(columns | some, _CHANGED)
            start += batch.num_rows

    def _note_decided(self, batch: pa.RecordBatch, texts: pa.Array) -> None:
        if not len(self._corrections):
            return
        before = pa.Table.from_batches([batch.select(["number", "text"])])
        is_met = self._corrections.is_met(before["number"])
        if pc.any(is_met).as_py():
            after = before.set_column(1, "text", texts)
            self._decided_on.append((before.filter(is_met), after.filter(is_met)))


def _masked_words(batch: pa.RecordBatch, masking: Masking) -> dict[str, pa.DictionaryArray]:
    from huiyin.analytics.text_step import masked_words  # what knows Chinese takes a while to load

    return {name: masked_words(name, batch.column(name), masking) for name in MASKED_WORDS}


def _leaves_words(batch: pa.RecordBatch, masked: dict[str, pa.DictionaryArray]) -> bool:
    return any(not words.dictionary.equals(batch.column(name).dictionary) for name, words in masked.items())


def _changed_rows(batch: pa.RecordBatch, masked: dict[str, pa.Array]) -> npt.NDArray[np.int64]:
    is_changed = np.zeros(batch.num_rows, np.bool_)
    for name, after in masked.items():
        differs = pc.not_equal(batch.column(name).cast(pa.string()), after)
        is_changed |= pc.fill_null(differs, False).to_numpy(zero_copy_only=False)
    return np.flatnonzero(is_changed)


def _still_there(matches: pa.Array, texts: pa.Array) -> pa.Array:
    pairs = zip(matches.to_pylist(), texts.to_pylist(), strict=True)
    return pa.array([match if match and match in text else None for match, text in pairs], pa.string())


def _with(table: pa.Table, changed: pa.Table) -> pa.Table:
    """The complaints with what became of some of them, and in the dictionaries no word but those of the rows."""
    rows = changed["row"].to_numpy()
    for name in changed.column_names[1:]:
        pieces = [*_pieces_with(table[name], rows, changed[name])]
        column = pa.chunked_array([piece.cast(KEPT.field(name).type) for piece in pieces])
        table = table.set_column(table.schema.get_field_index(name), KEPT.field(name), column)
    return table


def _pieces_with(
    column: pa.ChunkedArray, rows: npt.NDArray[np.int64], values: pa.ChunkedArray
) -> Iterator[pa.Array]:
    """The pieces of the column stay apart: one could not hold all texts of a large month."""
    start = 0
    for piece in column.chunks:
        first, end = np.searchsorted(rows, [start, start + len(piece)]).tolist()
        start, plain = start + len(piece), piece.cast(pa.string())
        if first < end:
            is_changed = np.zeros(len(piece), np.bool_)
            is_changed[rows[first:end] - (start - len(piece))] = True
            new = values.slice(first, end - first).combine_chunks()
            plain = pc.replace_with_mask(plain, pa.array(is_changed), new)
        yield plain


def _remask_rejected(store: Store) -> tuple[int, tuple[str, ...]]:
    """How many rows changed, and a sentence for each file that was left as it is."""
    from huiyin.language.masking import mask

    count, unread = 0, []
    for path in rejected_files(store):
        try:
            content, changed = changed_cells(path.read_bytes(), MASKED_HEADINGS, mask)
        except FileRefused as refusal:
            unread.append(f"退回行 {path.name} 没有重新遮盖：{refusal}")
            continue
        write_rejected(path, content)
        count += changed
    return count, tuple(unread)
