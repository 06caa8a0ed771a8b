"""Complaints as Parquet, one file a month, in a folder of which everybody sees one whole state at any moment.

    _store.json                     its imports, and what the last commit changed (analytics.manifest)
    month=2025-01/complaints.parquet
    _keys/2025-01.npy               the keys of the numbers of the month, sorted
    _cube/2025-01.arrow             its counts (analytics.cube)
    _estates.arrow                  the estates complaints were attributed by (analytics.asking)
    _corrections.arrow              what people decided of single complaints (analytics.corrections)
    _erased.arrow                   complaints whose words do not come back (analytics.erased)
    _before/<import>/2025-01.arrow  complaints of the month that an import replaced (analytics.replaced)
    _errors/<import>.csv            rejected rows: file, row, number, reason, what stood in them
    _work/                          what is prepared; of a run that was killed, until one goes on with it
    _incoming/                      files of the website, until they are stored
    _lock                           held by the one process that writes

Whoever reads the folder as one Parquet data set sees complaints and nothing else: other names begin with "_".

A commit prepares every new file in `_work` and then replaces `_store.json`, which names them: in this instant the
store becomes the next one. Afterwards it renames them to where they belong; if it is killed before, the next one that
writes does. A reader needs no lock: it opens all it may ask for, what is named and still in `_work` there, and begins
anew if another commit came meanwhile. What it has opened stays as it was, whatever is renamed or removed.

`_store.json` tells how large each file of complaints and of counts is: a store that lost one, or a part of one, is not
read as if nothing had been there.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from huiyin.analytics.columns import in_order, picked, without_unused_words
from huiyin.analytics.manifest import (
    ImportRecord,
    StoreProblem,
    manifest_of,
    write_manifest,
    written_manifest,
)
from huiyin.analytics.numbers import Keys, keys_of
from huiyin.analytics.schema import KEPT, NO_MONTH
from huiyin.analytics.store_files import (
    month_of,
    opened_at_once,
    opened_file,
    place_of,
    places_of,
    refuse_damaged_folder,
    sizes_after,
)

_ROWS_IN_GROUP = 65_536
ERASED = "（已删除）"


class Store:
    """The complaints of a folder: as they are when it is made, or for writing, by one process at a time
    (`with Store.open(folder) as store`)."""

    def __init__(self, folder: Path, *, months: Iterable[str] | None = None) -> None:
        """For reading; `months`: no others are asked for."""
        self.folder = folder
        self._lock: IO[bytes] | None = None
        self._opened: Mapping[str, pa.NativeFile] | None
        self._manifest, self._opened = opened_at_once(folder, months)

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path) -> Iterator[Store]:
        """For writing; raises StoreProblem if another process does, the folder is another's or the disk is full.

        Then nothing is changed but what was committed.
        """
        if folder.exists() and not (folder / "_store.json").exists() and not _may_become_ours(folder):
            raise StoreProblem(
                "文件夹 %(folder)s 里已有别的文件，请换一个空文件夹。", code="not_a_store", folder=folder
            )
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "_lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreProblem(
                    "另一个程序正在写这个文件夹，请等它做完。", code="store_is_locked"
                ) from None
            store = cls.__new__(cls)
            store.folder, store._lock, store._opened = folder, lock, None
            store._manifest = manifest_of(written_manifest(folder))
            try:
                store._put_in_place()
                refuse_damaged_folder(folder, store._manifest)
                yield store
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                if not store._manifest.pending:
                    shutil.rmtree(folder / "_work", ignore_errors=True)
                raise StoreProblem(
                    "磁盘空间不够，这次没有写入任何内容。请腾出空间后重新运行。", code="disk_full"
                ) from error

    def let_go(self) -> None:
        """In a forked process: the folder is held by the one that opened it, and free when that one has ended."""
        if self._lock is not None:
            self._lock.close()

    @property
    def imports(self) -> tuple[ImportRecord, ...]:
        return tuple(self._manifest.imports)

    @property
    def as_of(self) -> str:
        """When an import was last taken in or back; "" if none was."""
        return max((max(record.at, record.undone_at) for record in self.imports), default="")

    @property
    def work(self) -> Path:
        """Where what is not committed yet is prepared."""
        self._put_in_place()
        path = self.folder / "_work"
        path.mkdir(exist_ok=True)
        return path

    def forget_prepared(self) -> None:
        """Runs that were killed begin anew."""
        for path in self.work.iterdir():
            shutil.rmtree(path, ignore_errors=True)

    @property
    def size(self) -> int:
        """Bytes of the files of complaints."""
        files = [self._file(place_of(month)) for month in self.months()]
        return sum(int(file.size()) for file in files if file is not None)

    def months(self) -> list[str]:
        places = places_of(self.folder, self._manifest) if self._opened is None else self._opened
        return sorted(month_of(place) for place in places if place.startswith("month="))

    def newest_first(self) -> list[str]:
        """Months; complaints whose file tells no time are the oldest."""
        return sorted(self.months(), key=lambda month: (month != NO_MONTH, month), reverse=True)

    def holds(self, month: str) -> bool:
        return self._file(place_of(month)) is not None

    def days_of(self, month: str) -> tuple[date, date] | None:
        """The first and the last day with a complaint, from what the file says of itself; None without a time."""
        file = None if month == NO_MONTH else self._file(place_of(month))
        if file is None:
            return None
        told = parquet.read_metadata(file)
        column = told.schema.names.index("received_at")
        groups = [told.row_group(at).column(column).statistics for at in range(told.num_row_groups)]
        known = [each for each in groups if each is not None and each.has_min_max]
        if not known:
            return None
        return min(each.min for each in known).date(), max(each.max for each in known).date()

    def table_of(
        self, month: str, columns: Sequence[str] | None = None, *, where: pc.Expression | None = None
    ) -> pa.Table:
        """The complaints of a month, none if there is no such month; `where`: only what may hold such is read."""
        file = self._file(place_of(month))
        if file is None:
            return KEPT.empty_table().select(columns) if columns else KEPT.empty_table()
        if where is None:
            return parquet.ParquetFile(file).read(columns=columns)
        return parquet.read_table(file, columns=columns, filters=where, partitioning=None)

    def batches_of(
        self, month: str, columns: Sequence[str], *, rows: int = _ROWS_IN_GROUP
    ) -> Iterator[pa.RecordBatch]:
        """The complaints of a month, at most so many rows at a time; nothing if there is no such month."""
        file = self._file(place_of(month))
        if file is not None:
            yield from parquet.ParquetFile(file).iter_batches(rows, columns=list(columns))

    def rows_of(self, month: str) -> int:
        file = self._file(place_of(month))
        return 0 if file is None else int(parquet.read_metadata(file).num_rows)

    def keys_of(self, month: str) -> Keys:
        if (file := self._file(f"_keys/{month}.npy")) is not None:
            keys: Keys = np.load(io.BytesIO(file.read()))
            return keys
        return np.sort(keys_of(self.table_of(month, ["number"])["number"]))

    def own_table(self, place: str) -> pa.Table | None:
        """An Arrow file beside the complaints."""
        file = self._file(place)
        return None if file is None else pa.ipc.open_file(file).read_all()

    def months_holding(self, keys: Keys) -> dict[str, Keys]:
        """Month → those of the keys (sorted, each once) that it holds."""
        found = {}
        for month in self.months():
            there = self.keys_of(month)
            places = np.searchsorted(there, keys)
            places[places == len(there)] = 0
            held = keys[there[places] == keys] if len(there) else keys[:0]
            if len(held):
                found[month] = held
        return found

    def _file(self, place: str) -> pa.NativeFile | None:
        if self._opened is not None:
            return self._opened.get(place)
        return opened_file(self.folder, place, self._manifest)

    @property
    def commits(self) -> int:
        """How many there were."""
        return self._manifest.commit

    def change(self) -> Change:
        return Change(self)

    def commit(self, change: Change, imports: Sequence[ImportRecord]) -> None:
        """Everything of the change, or, if the process dies before the manifest is written, nothing."""
        change.settle()
        self._put_in_place()
        following = replace(
            self._manifest,
            imports=list(imports),
            pending=change.pending,
            commit=self._manifest.commit + 1,
            sizes=sizes_after(self.folder, self._manifest, change.pending),
        )
        write_manifest(self.folder, following)
        self._manifest = following
        with contextlib.suppress(
            OSError
        ):  # it is committed; the disk may be full: put in place when it is not
            self._put_in_place()

    def _put_in_place(self) -> None:
        """Prepared files of the last commit go where they belong; done again it changes nothing."""
        if not self._manifest.pending:
            return
        for place, prepared in self._manifest.pending.items():
            target = self.folder / place
            if not prepared:
                target.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    target.parent.rmdir()
            elif (source := self.folder / prepared).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
        tidy = replace(self._manifest, pending={})
        write_manifest(self.folder, tidy)
        self._manifest = tidy

    def agree_on_caller_key(self, check: str) -> None:
        """Callers are hashed with one key for ever; raises StoreProblem where `check` is not what it is known by.

        The next commit notes it.
        """
        if self._manifest.caller_key not in ("", check):
            raise StoreProblem(
                "这个文件夹里的来电人是用另一把密钥换算的，用现在的密钥就认不出同一个人了。"
                "请把 HUIYIN_VAR 指到原来的数据目录，或者用 HUIYIN_CALLER_KEY 给出原来的密钥；"
                "原来的密钥已经丢失的，运行 huiyin hotline new-key，以前的来电人从此认不出。",
                code="caller_key",
            )
        self._manifest.caller_key = check

    def change_caller_key(self, check: str) -> None:
        """From the next commit callers are hashed with another key, for the one before is lost."""
        self._manifest.caller_key = check


class Change:
    """Files prepared for one commit; nothing of the store is touched until then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.work / "change"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self.pending: dict[str, str] = {}
        self._settled: set[str] = set()

    def put_month(self, month: str, table: pa.Table, let_go: Callable[[], None] = lambda: None) -> None:
        """The month as it will be: its complaints, and the keys of their numbers.

        `let_go` is called when some of it has been written.
        """
        place, keys_place = place_of(month), f"_keys/{month}.npy"
        if not table.num_rows:
            self.pending[place] = self.pending[keys_place] = ""
            return
        with self._prepared(place) as path:
            write_parquet(table, path, let_go)
        with self._prepared(keys_place) as path, path.open("wb") as file:
            np.save(file, np.sort(keys_of(table["number"])))

    def put_table(self, place: str, table: pa.Table) -> None:
        """An Arrow file of the store's own; an empty table removes it."""
        if not table.num_rows:
            self.pending[place] = ""
            return
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with (
            self._prepared(place) as path,
            pa.OSFile(str(path), "wb") as sink,
            pa.ipc.new_file(sink, table.schema, options=options) as writer,
        ):
            writer.write_table(table)

    @contextlib.contextmanager
    def _prepared(self, place: str) -> Iterator[Path]:
        path = self._folder / place.replace("/", "~")
        yield path
        self.pending[place] = str(path.relative_to(self._store.folder))

    def settle(self) -> None:
        """What was prepared is on the disk. Workers prepare the next files while one process waits here."""
        for prepared in {*self.pending.values()} - self._settled - {""}:
            with (self._store.folder / prepared).open("rb") as file:
                os.fsync(file.fileno())
            self._settled.add(prepared)


def write_parquet(table: pa.Table, path: Path, let_go: Callable[[], None]) -> None:
    """The rows by estate and time, some at a time: texts are copied from where they lie, not gathered before."""
    order = in_order(table["estate_code"], table["received_at"])
    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    light = without_unused_words(table.drop_columns(texts)).combine_chunks()
    with parquet.ParquetWriter(
        path,
        table.schema,
        compression="lz4",
        use_dictionary=[field.name for field in table.schema if pa.types.is_dictionary(field.type)],
        write_statistics=["estate_code", "received_at", "category"],
        store_schema=True,
    ) as writer:
        for start in range(0, len(order), _ROWS_IN_GROUP):
            rows = order[start : start + _ROWS_IN_GROUP]
            some = light.take(pa.array(rows))
            columns = [
                picked(table[name], rows) if name in texts else some[name] for name in table.column_names
            ]
            writer.write_table(pa.table(columns, schema=table.schema))
            let_go()


def _may_become_ours(folder: Path) -> bool:
    """Empty, or left by a run that was killed before its first commit."""
    return all(path.name.startswith("_") for path in folder.iterdir())
