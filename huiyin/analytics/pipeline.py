"""From files of complaints to a store: read → text step → months → repeats → cube. Without Django and its database.

A run is prepared in the store's `_work` folder, file by file, and taken in by one commit. A run that was killed goes
on with the first file that was not finished; one that was committed and is run again replaces its own rows.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiyin.analytics import workers
from huiyin.analytics.changing import add_import
from huiyin.analytics.columns import Order
from huiyin.analytics.complaint_tables import joined
from huiyin.analytics.manifest import ImportRecord
from huiyin.analytics.numbers import Keys, keys_of
from huiyin.analytics.prepared import Mapped, months_of, numbers_of, put_away, remove, rows_of
from huiyin.analytics.reading.files import Unread, parts_of
from huiyin.analytics.reading.rows import ERROR_HEADINGS, Rejected
from huiyin.analytics.reading.times import end_of_day, timely
from huiyin.analytics.repeated_numbers import Numbers
from huiyin.analytics.schema import KEPT, TextStep
from huiyin.analytics.store import Store
from huiyin.documents.cells import guard
from huiyin.documents.refusals import FileRefused
from huiyin.integrations.private_files import for_owner_alone
from huiyin.language.kernels.caches import sources_digest


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
    remarks: Counter[str] = field(default_factory=Counter)
    """What was left out of rows that are stored → how many."""
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

    `basis` names what the text step stands on (estates, key of callers): a killed run goes on if it is the same.
    `told`: field → heading. Of a number that several files have, the complaint of the last of them stays.
    """
    run = _Run(store, _digest_of(files, basis, told), import_id)
    for at, path in reversed(list(enumerate(files))):
        run.prepare(at, path, text_step, told, tell, until=end_of_day(now))
    return run.take_in(now, tell)


def _digest_of(files: Sequence[Path], basis: str, told: Mapping[str, str] | None) -> str:
    """Of all that decides what a run makes of its files; another version of the program begins anew."""
    seen = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    own = sorted(Path(__file__).parent.rglob("*.py"))
    version = [sources_digest(), *(hashlib.sha256(path.read_bytes()).hexdigest() for path in own)]
    return hashlib.sha256(json.dumps([seen, basis, dict(told or {}), version]).encode()).hexdigest()[:12]


@dataclass
class _Told:
    """What was counted of one file; kept beside what was prepared, so that a killed run can go on."""

    file: str
    read: int = 0
    stored: int = 0
    rejected: int = 0
    replaced: int = 0
    attributed: int = 0
    property_related: int = 0
    refused: str = ""
    reasons: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)


class _Part(NamedTuple):
    """What the process that runs must know of a part of a file that a worker has put away."""

    place: Path
    keys: Keys
    """Of the numbers, in the order of the file."""
    rows: npt.NDArray[np.int32]
    """From 1 within the part."""
    order: Order
    """Which of these each row is that was put away."""
    rejected: list[Rejected]
    row_count: int
    attributed: int
    property_related: int
    remarks: Mapping[str, int]


def _put_away(unread: Unread, place: Path, text_step: TextStep, until: datetime) -> _Part:
    read = timely(unread.read(), until)
    batch = text_step(read.batch)
    order = put_away(batch, place)
    return _Part(
        place,
        keys_of(read.batch.column("number")),
        read.batch.column("row").to_numpy().astype(np.int32),
        order,
        read.rejected,
        read.rows,
        *_counts([batch]),
        dict(read.remarks),
    )


def _counts(batches: Sequence[pa.RecordBatch]) -> tuple[int, int]:
    """How many are attributed, how many concern property."""
    return (
        sum(batch.num_rows - batch.column("estate_code").null_count for batch in batches),
        sum(batch.column("property_related").true_count for batch in batches),
    )


class _Run:
    """One import that is being prepared: a folder a file, in it the parts of the file as they will be kept.

    The last file is prepared first: what it has is newer than what the others have.
    """

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
        *,
        until: datetime,
    ) -> None:
        """One file; what an earlier run has finished is only counted."""
        folder = self._folder / f"{at:04d}"
        done = folder / "done.json"
        if (counted := _counted_before(done)) is not None:
            self._told.insert(0, counted)
            for place in sorted(folder.glob("*.arrow")):
                self._seen.recall(numbers_of(place))
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        counted = _Told(path.name)
        self._told.insert(0, counted)
        self._seen.begin_file()
        with (folder / "rejected.csv").open("w", encoding="utf-8", newline="") as errors:
            try:
                for part in self._parts(path, folder, text_step, told, until):
                    _write_rejected(errors, path, self._count(part, counted))
                    tell(Progress("reading", path.name, counted.read))
            except FileRefused as refusal:
                self._leave_out(folder)
                counted = self._told[0] = _Told(path.name, refused=str(refusal))
                errors.seek(0)
                errors.truncate()
                _write_rejected(errors, path, [Rejected(0, "", str(refusal))])
        done.write_text(json.dumps(vars(counted), ensure_ascii=False), encoding="utf-8")

    def _leave_out(self, folder: Path) -> None:
        """Nothing of a file that turned out to be damaged is kept, nor takes the place of what another file has."""
        for place in folder.glob("*.arrow"):
            place.unlink()
        self._seen = Numbers()
        for done in sorted(self._folder.glob("*/done.json")):
            for place in sorted(done.parent.glob("*.arrow")):
                self._seen.recall(numbers_of(place))

    def _parts(
        self, path: Path, folder: Path, text_step: TextStep, told: Mapping[str, str] | None, until: datetime
    ) -> Iterator[_Part]:
        """In the order of the file. The first part is read here: what it loads and compiles is the workers' too."""

        def work(numbered: tuple[int, Unread]) -> _Part:
            return _put_away(numbered[1], folder / f"{numbered[0]:06d}.arrow", text_step, until)

        unread = enumerate(parts_of(path, told=told))
        for first in islice(unread, 1):
            yield work(first)
        for second in islice(unread, 1):
            yield from workers.in_order(work, chain([second], unread), begin=self._store.let_go)

    def _count(self, part: _Part, counted: _Told) -> list[Rejected]:
        """Counts a part, and removes from it what came before; returns all that is rejected of it.

        What a later file has as well is stored and replaced by that, as if one had been taken in after the other.
        """
        before = self._seen.rows_before
        met = self._seen.add(part.keys, part.rows, of=part.row_count)
        rejected = [replace(each, row=each.row + before) for each in part.rejected]
        attributed, property_related = part.attributed, part.property_related
        if met.is_twice.any():
            again = rows_of(part.place, np.argsort(part.order)[met.is_twice])
            rejected += met.rejected(again, part.rows + np.int32(before))
            attributed, property_related = _counts(remove(part.place, met.is_twice[part.order]))
        if met.is_replaced.any():
            left = part.order[~met.is_twice[part.order]]
            remove(part.place, met.is_replaced[left])
        counted.read += len(part.keys) + len(part.rejected)
        counted.stored += len(part.keys) - int(met.is_twice.sum())
        counted.replaced += int(met.is_replaced.sum())
        counted.rejected += len(rejected)
        counted.attributed += attributed
        counted.property_related += property_related
        counted.reasons.update(each.kind for each in rejected)
        counted.remarks.update(part.remarks)
        return sorted(rejected, key=lambda each: each.row)

    def take_in(self, now: datetime, tell: Callable[[Progress], None]) -> Summary:
        """Everything that was prepared, as one import."""
        summary = Summary(import_id=self._import_id or f"{now:%Y%m%d-%H%M%S}-{self._digest[:6]}")
        for told in self._told:
            summary.read += told.read
            summary.stored += told.stored
            summary.rejected += told.rejected
            summary.replaced += told.replaced
            summary.attributed += told.attributed
            summary.property_related += told.property_related
            summary.reasons.update(told.reasons)
            summary.remarks.update(told.remarks)
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
        parts: dict[str, list[Path]] = {}
        for place in sorted(self._folder.glob("*/*.arrow")):
            for month in months_of(place):
                parts.setdefault(month, []).append(place)

        record = ImportRecord(
            id=summary.import_id,
            files=tuple(told.file for told in self._told),
            at=now.isoformat(timespec="seconds"),
            read=summary.read,
            stored=summary.stored,
            rejected=summary.rejected,
            replaced=summary.replaced,
            unattributed=0,
        )
        written = add_import(
            self._store,
            record,
            {month: _Fresh(places, month, summary.import_id) for month, places in parts.items()},
            self._seen.done(),
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
        with open(path, "w", encoding="utf-8-sig", newline="", opener=for_owner_alone) as file:
            csv.writer(file).writerow(["文件", *ERROR_HEADINGS])
            for part in parts:
                with part.open(encoding="utf-8", newline="") as rows:
                    shutil.copyfileobj(rows, file)
        return path


def _counted_before(done: Path) -> _Told | None:
    """What an earlier run counted of a file that it finished; None where it did not, or that cannot be read."""
    try:
        written = json.loads(done.read_text(encoding="utf-8"))
        counters = {name: Counter(written[name]) for name in ("reasons", "remarks")}
        return _Told(**{**written, **counters})
    except (OSError, ValueError, KeyError, TypeError):
        return None


class _Fresh:
    """The new complaints of a month, from the parts that hold some."""

    def __init__(self, places: Sequence[Path], month: str, import_id: str) -> None:
        self._places = places
        self._month = month
        self._import_id = import_id

    def __call__(self, mapped: Mapped, columns: Sequence[str] = KEPT.names) -> pa.Table:
        batches = [batch for place in self._places for batch in mapped.batches_of(place, self._month)]
        table = joined([pa.Table.from_batches([batch]).select(columns) for batch in batches])
        if "import_id" not in columns:
            return table
        at = table.schema.get_field_index("import_id")
        ours = pa.DictionaryArray.from_arrays(np.zeros(table.num_rows, np.int32), [self._import_id])
        return table.set_column(at, table.schema.field(at), ours)


def _write_rejected(file: IO[str], path: Path, rejected: Sequence[Rejected]) -> None:
    csv.writer(file).writerows((guard(path.name), *each.cells) for each in rejected)
