"""Complaints as Parquet, one file a month, in a folder that is whole at any moment.

    _store.json            which imports there were, with their counts; a commit that was begun
    month=2025-01/complaints.parquet
    _keys/2025-01.npy      the keys of the numbers of the month, sorted
    _before/<import>.arrows  rows an import replaced, so that it can be undone
    _work/                 what is not committed yet; removed at the next opening
    _errors/<import>.csv   rejected rows: file, row, number, reason

Whoever reads the folder as one Parquet data set sees complaints and nothing else: other names begin with "_". A
commit writes every new file beside the old one, notes what is to be put where, and then renames; a process that is
killed in between is completed by the next one that opens the store.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from huiyin.analytics.numbers import Keys, keys_of
from huiyin.analytics.schema import KEPT, NO_MONTH
from huiyin.domain.errors import RuleBroken

_VERSION = 1
_ROWS_IN_GROUP = 65_536
ERASED = "（已删除）"


class StoreProblem(RuleBroken):
    """The store cannot be used as asked; the message says why and what to do."""


@dataclass(frozen=True)
class ImportRecord:
    """One import as history tells it: read = stored + rejected; `replaced` of the stored took the place of others."""

    id: str
    files: tuple[str, ...]
    at: str
    read: int
    stored: int
    rejected: int
    replaced: int
    unattributed: int
    undone_at: str = ""


@dataclass
class _Manifest:
    imports: list[ImportRecord] = field(default_factory=list)
    pending: dict[str, str] = field(default_factory=dict)  # place in the store → prepared file; "" removes it


class Store:
    """The complaints of a folder. One process at a time may hold it for writing: `with Store.open(folder) as store`."""

    def __init__(self, folder: Path, lock: IO[bytes] | None = None) -> None:
        self.folder = folder
        self._lock = lock
        self._manifest = _read_manifest(folder)

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path) -> Iterator[Store]:
        """For writing; raises StoreProblem if another process does, or if the folder holds something else."""
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
            store = cls(folder, lock)
            store._complete()
            yield store

    def let_go(self) -> None:
        """In a forked process: the folder is held by the one that opened it, and free when that one has ended."""
        if self._lock is not None:
            self._lock.close()

    @property
    def imports(self) -> tuple[ImportRecord, ...]:
        return tuple(self._manifest.imports)

    @property
    def work(self) -> Path:
        """Where what is not committed yet is prepared."""
        path = self.folder / "_work"
        path.mkdir(exist_ok=True)
        return path

    def months(self) -> list[str]:
        places = self.folder.glob("month=*/complaints.parquet")
        return sorted(path.parent.name.removeprefix("month=") for path in places)

    def path_of(self, month: str) -> Path:
        return self.folder / f"month={month}" / "complaints.parquet"

    def days_of(self, month: str) -> tuple[date, date] | None:
        """The first and the last day with a complaint, from what the file says of itself; None without a time."""
        if month == NO_MONTH or not self.path_of(month).exists():
            return None
        told = parquet.read_metadata(self.path_of(month))
        column = told.schema.names.index("received_at")
        groups = [told.row_group(at).column(column).statistics for at in range(told.num_row_groups)]
        known = [each for each in groups if each is not None and each.has_min_max]
        if not known:
            return None
        return min(each.min for each in known).date(), max(each.max for each in known).date()

    def table_of(self, month: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The complaints of a month, none if there is no such month."""
        path = self.path_of(month)
        if not path.exists():
            return KEPT.empty_table().select(columns) if columns else KEPT.empty_table()
        return parquet.ParquetFile(path).read(columns=columns)

    def rows_of(self, month: str) -> int:
        path = self.path_of(month)
        return int(parquet.read_metadata(path).num_rows) if path.exists() else 0

    def keys_of(self, month: str) -> Keys:
        path = self.folder / "_keys" / f"{month}.npy"
        if path.exists():
            keys: Keys = np.load(path)
            return keys
        return np.sort(keys_of(self.table_of(month, ["number"])["number"].combine_chunks()))

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

    def change(self) -> Change:
        return Change(self)

    def commit(self, change: Change, imports: Sequence[ImportRecord]) -> None:
        """Everything of the change, or, if the process dies before the manifest is written, nothing."""
        self._manifest = _Manifest(list(imports), change.pending)
        _write_manifest(self.folder, self._manifest)
        self._complete()

    def _complete(self) -> None:
        """Put prepared files where they belong; done again it changes nothing."""
        for place, prepared in self._manifest.pending.items():
            target = self.folder / place
            if not prepared:
                target.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    target.parent.rmdir()
            elif (source := self.folder / prepared).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
        if self._manifest.pending:
            self._manifest.pending = {}
            _write_manifest(self.folder, self._manifest)


class Change:
    """Files prepared for one commit; nothing of the store is touched until then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.work / "change"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self.pending: dict[str, str] = {}

    def put_month(self, month: str, table: pa.Table, order: pa.Array) -> None:
        """The month as it will be: its complaints, to lie in this order, and the keys of their numbers."""
        place, keys_place = f"month={month}/complaints.parquet", f"_keys/{month}.npy"
        if not table.num_rows:
            self.pending[place] = self.pending[keys_place] = ""
            return
        with self._prepared(place) as path:
            write_parquet(table, order, path)
        with self._prepared(keys_place) as path, path.open("wb") as file:
            np.save(file, np.sort(keys_of(table["number"].combine_chunks())))

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
        with path.open("rb") as file:
            os.fsync(file.fileno())
        self.pending[place] = str(path.relative_to(self._store.folder))


def write_parquet(table: pa.Table, order: pa.Array, path: Path) -> None:
    """The rows in this order, some at a time: the whole month is not held twice."""
    words = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    with parquet.ParquetWriter(
        path,
        table.schema,
        compression="lz4",
        use_dictionary=words,
        write_statistics=["estate_code", "received_at", "category"],
        store_schema=True,
    ) as writer:
        for start in range(0, len(order), _ROWS_IN_GROUP):
            writer.write_table(table.take(order.slice(start, _ROWS_IN_GROUP)))


def read_table(path: Path) -> pa.Table | None:
    """An Arrow file of the store's own."""
    if not path.exists():
        return None
    with pa.OSFile(str(path), "rb") as source:
        return pa.ipc.open_file(source).read_all()


def _may_become_ours(folder: Path) -> bool:
    """Empty, or left by a run that was killed before its first commit."""
    return all(path.name.startswith("_") for path in folder.iterdir())


def _read_manifest(folder: Path) -> _Manifest:
    path = folder / "_store.json"
    if not path.exists():
        return _Manifest()
    written: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if written["version"] != _VERSION:
        raise StoreProblem(
            "这个文件夹是另一个版本的程序写的（版本 %(version)s）。",
            code="store_version",
            version=written["version"],
        )
    imports = [ImportRecord(**{**each, "files": tuple(each["files"])}) for each in written["imports"]]
    return _Manifest(imports, dict(written["pending"]))


def _write_manifest(folder: Path, manifest: _Manifest) -> None:
    text = json.dumps({"version": _VERSION, **asdict(manifest)}, ensure_ascii=False, indent=1)
    path = folder / "_store.json.new"
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    path.replace(folder / "_store.json")
    parent = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
