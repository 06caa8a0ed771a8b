"""From files of complaints to a store: read → text step → months → repeats → cube. Without Django and its database.

A run is prepared in the store's `_work` folder, file by file, and taken in by one commit. A run that was killed goes
on with the first file that was not finished; one that was committed and is run again replaces its own rows.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import re
import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiyin.analytics.changing import add_import, together
from huiyin.analytics.numbers import Seen, keys_of
from huiyin.analytics.reading.files import read_complaints
from huiyin.analytics.reading.rows import Rejected
from huiyin.analytics.schema import KEPT, NO_MONTH
from huiyin.analytics.store import ImportRecord, Store, StoreProblem
from huiyin.documents.refusals import FileRefused
from huiyin.language.masking import mask

TextStep = Callable[[pa.RecordBatch], pa.RecordBatch]
"""A batch of RAW → the same rows with the columns of KEPT; marks of repetition and `import_id` are filled later."""

THREADS = 2
_PARTICULAR = re.compile(r"“.*”|\d+(?= [行列])")
_AHEAD = 4
"""Batches that wait for the text step, so that reading and it go on side by side."""


class Progress(NamedTuple):
    """What a person is told while it runs: `step` reading or writing, `of` the file or month."""

    step: str
    of: str
    rows: int


@dataclass(frozen=True)
class Refused:
    file: str
    reason: str


@dataclass
class Summary:
    """What became of every row: read = stored + rejected."""

    import_id: str
    read: int = 0
    stored: int = 0
    rejected: int = 0
    replaced: int = 0
    attributed: int = 0
    property_related: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    errors: Path | None = None

    @property
    def balances(self) -> bool:
        return self.read == self.stored + self.rejected


def enrich(
    files: Sequence[Path],
    store: Store,
    text_step: TextStep,
    *,
    now: datetime,
    basis: str,
    told: Mapping[str, str] | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
    import_id: str = "",
) -> Summary:
    """Take the files in as one import, under its own name where the caller knows it by one.

    `basis` names what the text step stands on (estates, version): a killed run is only gone on with if it is the same.
    `told`: field → heading. Raises StoreProblem if the disk is full; then nothing of the import is in the store.
    """
    try:
        run = _Run(store, _digest_of(files, basis, told), import_id)
        for at, path in enumerate(files):
            run.prepare(at, path, text_step, told, tell)
        return run.take_in(now, tell)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            shutil.rmtree(store.work, ignore_errors=True)
            raise StoreProblem(
                "磁盘空间不够，这次导入没有写入任何内容。请腾出空间后重新运行。", code="disk_full"
            ) from error
        raise


def _digest_of(files: Sequence[Path], basis: str, told: Mapping[str, str] | None) -> str:
    seen = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps([seen, basis, dict(told or {})]).encode()).hexdigest()[:12]


@dataclass
class _Told:
    """What was counted of one file; kept beside what was prepared, so that a killed run can go on."""

    file: str
    read: int = 0
    stored: int = 0
    rejected: int = 0
    attributed: int = 0
    property_related: int = 0
    refused: str = ""
    reasons: Counter[str] = field(default_factory=Counter)


class _Run:
    """One import that is being prepared: a folder a file, in it a file of Arrow batches a month."""

    def __init__(self, store: Store, digest: str, import_id: str) -> None:
        self._store = store
        self._import_id = import_id
        self._folder = store.work / f"import-{digest}"
        self._digest = digest
        for other in store.work.iterdir():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)
        self._folder.mkdir(exist_ok=True)
        self._seen = Numbers()
        self._told: list[_Told] = []

    def prepare(
        self,
        at: int,
        path: Path,
        text_step: TextStep,
        told: Mapping[str, str] | None,
        tell: Callable[[Progress], None],
    ) -> None:
        """One file; what an earlier run has finished is only counted."""
        folder = self._folder / f"{at:04d}"
        done = folder / "done.json"
        if done.exists():
            written = json.loads(done.read_text(encoding="utf-8"))
            self._told.append(_Told(**{**written, "reasons": Counter(written["reasons"])}))
            for month in sorted(folder.glob("*.arrows")):
                for batch in _batches(month):
                    self._seen.recall(batch.column("number"))
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        counted = _Told(path.name)
        self._told.append(counted)
        self._seen.begin_file()
        with _Writer(folder) as writer:
            try:
                for batch, rejected in self._enriched(path, text_step, told, counted):
                    writer.write(batch, rejected, path.name)
                    tell(Progress("reading", path.name, counted.read))
            except FileRefused as refusal:
                counted.refused = str(refusal)
                writer.write(None, [Rejected(0, "", str(refusal))], path.name)
        done.write_text(json.dumps(vars(counted), ensure_ascii=False), encoding="utf-8")

    def _enriched(
        self, path: Path, text_step: TextStep, told: Mapping[str, str] | None, counted: _Told
    ) -> Iterator[tuple[pa.RecordBatch, list[Rejected]]]:
        """In the order of the file; the next batches are read while the text step works on those before."""

        def collected(
            waiting: tuple[Future[pa.RecordBatch], list[Rejected]],
        ) -> tuple[pa.RecordBatch, list[Rejected]]:
            batch = waiting[0].result()
            counted.attributed += batch.num_rows - batch.column("estate_code").null_count
            counted.property_related += batch.column("property_related").true_count
            return batch, waiting[1]

        with ThreadPoolExecutor(THREADS) as pool:
            ahead: deque[tuple[Future[pa.RecordBatch], list[Rejected]]] = deque()
            for raw, rejected in read_complaints(path, told=told):
                fresh, twice = self._seen.first_of(raw)
                rejected = sorted([*rejected, *twice], key=lambda each: each.row)
                counted.read += fresh.num_rows + len(rejected)
                counted.stored += fresh.num_rows
                counted.rejected += len(rejected)
                counted.reasons.update(kind_of(each.reason) for each in rejected)
                ahead.append((pool.submit(text_step, fresh), rejected))
                if len(ahead) >= _AHEAD:
                    yield collected(ahead.popleft())
            while ahead:
                yield collected(ahead.popleft())

    def take_in(self, now: datetime, tell: Callable[[Progress], None]) -> Summary:
        """Everything that was prepared, as one import."""
        summary = Summary(import_id=self._import_id or f"{now:%Y%m%d-%H%M%S}-{self._digest[:6]}")
        for told in self._told:
            summary.read += told.read
            summary.stored += told.stored
            summary.rejected += told.rejected
            summary.attributed += told.attributed
            summary.property_related += told.property_related
            summary.reasons.update(told.reasons)
            if told.refused:
                summary.refused.append(Refused(told.file, told.refused))
        summary.errors = self._errors(summary)
        if not summary.balances:
            raise AssertionError(
                f"read {summary.read} != stored {summary.stored} + rejected {summary.rejected}"
            )
        if summary.stored:
            self._commit(summary, now, tell)
        shutil.rmtree(self._folder)
        return summary

    def _commit(self, summary: Summary, now: datetime, tell: Callable[[Progress], None]) -> None:
        months = sorted({path.stem for path in self._folder.glob("*/*.arrows")})

        def fresh(month: str) -> pa.Table:
            batches = [
                batch for path in sorted(self._folder.glob(f"*/{month}.arrows")) for batch in _batches(path)
            ]
            table = together([pa.Table.from_batches([batch]) for batch in batches])
            place = table.schema.get_field_index("import_id")
            ours = pa.DictionaryArray.from_arrays(np.zeros(table.num_rows, np.int16), [summary.import_id])
            return table.set_column(place, table.schema.field(place), ours)

        record = ImportRecord(
            id=summary.import_id,
            files=tuple(told.file for told in self._told),
            at=now.isoformat(timespec="seconds"),
            read=summary.read,
            stored=summary.stored,
            rejected=summary.rejected,
            replaced=0,
            unattributed=0,
        )
        written = add_import(
            self._store,
            record,
            {month: lambda month=month: fresh(month) for month in months},  # type: ignore[misc]
            self._seen.keys(),
            tell=lambda month: tell(Progress("writing", month, 0)),
        )
        summary.replaced = written.replaced

    def _errors(self, summary: Summary) -> Path | None:
        """Rejected rows of all files, in a file for the person; none if none was rejected."""
        parts = [path for path in sorted(self._folder.glob("*/rejected.csv")) if path.stat().st_size]
        if not parts:
            return None
        path = self._store.folder / "_errors" / f"{summary.import_id}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow(["文件", "行", "工单编号", "原因"])
            for part in parts:
                with part.open(encoding="utf-8", newline="") as rows:
                    shutil.copyfileobj(rows, file)
        return path


class _Writer:
    """Batches to the files of their months, rejected rows to theirs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._months: dict[str, pa.ipc.RecordBatchStreamWriter] = {}

    def __enter__(self) -> _Writer:
        self._rejected = self._open.enter_context(
            (self._folder / "rejected.csv").open("w", encoding="utf-8", newline="")
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def write(self, batch: pa.RecordBatch | None, rejected: Sequence[Rejected], file: str) -> None:
        csv.writer(self._rejected).writerows(
            (file, each.row or "", mask(each.number), each.reason) for each in rejected
        )
        if batch is None or not batch.num_rows:
            return
        for month, rows in _by_month(batch):
            if month not in self._months:
                sink = self._open.enter_context(pa.OSFile(str(self._folder / f"{month}.arrows"), "wb"))
                self._months[month] = self._open.enter_context(pa.ipc.new_stream(sink, KEPT))
            self._months[month].write_batch(rows)


def _by_month(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
    received = batch.column("received_at").to_numpy(zero_copy_only=False).astype("datetime64[M]")
    months = np.unique(received)
    for month in months:
        name = NO_MONTH if np.isnat(month) else str(month)
        if len(months) == 1:
            yield name, batch
        else:
            yield name, batch.filter(pa.array(np.isnat(received) if np.isnat(month) else received == month))


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.OSFile(str(path), "rb") as source:
        yield from pa.ipc.open_stream(source)


def kind_of(reason: str) -> str:
    """A reason without what was written in its row."""
    return _PARTICULAR.sub("…", reason)


class Numbers:
    """The complaint numbers of a run: the first of each is kept, further ones are told where it stood."""

    def __init__(self) -> None:
        self._seen = Seen()
        self._rows: list[npt.NDArray[np.int32]] = []
        self._count = 0
        self._file_from = 0

    def begin_file(self) -> None:
        self._rows = []
        self._file_from = self._count

    def recall(self, numbers: pa.Array) -> None:
        """Numbers that an earlier run has already kept."""
        self._seen.add(keys_of(numbers))
        self._count += len(numbers)

    def first_of(self, raw: pa.RecordBatch) -> tuple[pa.RecordBatch, list[Rejected]]:
        at = self._seen.add(keys_of(raw.column("number")))
        rows = raw.column("row").to_numpy().astype(np.int32)
        self._rows.append(rows)
        self._count += len(rows)
        twice = np.flatnonzero(at >= 0)
        if not len(twice):
            return raw, []
        all_rows = np.concatenate(self._rows)
        self._rows = [all_rows]
        rejected = []
        for place in twice:
            first = int(at[place]) - self._file_from
            where = f"第 {all_rows[first]} 行" if first >= 0 else "前面的文件"
            rejected.append(
                Rejected(int(rows[place]), raw.column("number")[int(place)].as_py(), f"工单编号与{where}重复")
            )
        return raw.filter(pa.array(at < 0)), rejected

    def keys(self) -> npt.NDArray[np.uint64]:
        return self._seen.keys()
