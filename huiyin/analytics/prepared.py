"""Parts of a file as they wait for the commit: an Arrow file each, in it a batch a month, by estate and time.

Whoever writes a month takes the same stretch of estates from each part, so little of the parts is in memory at once.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiyin.analytics.columns import Order, in_order
from huiyin.analytics.schema import KEPT, NO_MONTH

_MONTHS = b"months"


def put_away(batch: pa.RecordBatch, place: Path) -> Order:
    """Writes a batch of KEPT; returns which of its rows each row became, for they lie by month, estate and time."""
    received = batch.column("received_at").to_numpy(zero_copy_only=False).astype("datetime64[M]")
    order = in_order(batch.column("estate_code"), batch.column("received_at"))
    numbered = received.view(np.int64)
    order = order[np.argsort(numbered[order], kind="stable")]
    received, numbered = received[order], numbered[order]
    starts = np.flatnonzero(np.diff(numbered, prepend=numbered[:1] - 1))
    ends = [*starts, len(received)][1:]
    months = [NO_MONTH if np.isnat(received[start]) else str(received[start]) for start in starts]
    batch = batch.take(pa.array(order))
    _write(place, months, [batch.slice(start, end - start) for start, end in zip(starts, ends, strict=True)])
    return order


def months_of(place: Path) -> list[str]:
    with pa.memory_map(str(place)) as source:
        return _months(pa.ipc.open_file(source))


class Mapped:
    """Parts that are read where they lie on the disk."""

    def __init__(self) -> None:
        self._maps: list[mmap.mmap] = []

    def batches_of(self, place: Path, month: str) -> list[pa.RecordBatch]:
        """The complaints of a month; nothing of them is read before it is asked for."""
        with place.open("rb") as file:
            there = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._maps.append(there)
        reader = pa.ipc.open_file(pa.py_buffer(there))
        return [reader.get_batch(at) for at, each in enumerate(_months(reader)) if each == month]

    def let_go(self) -> None:
        """What was read counts no longer as this process's memory; it is read again where it is asked for again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for there in self._maps:
                there.madvise(mmap.MADV_DONTNEED)


def numbers_of(place: Path) -> pa.Array:
    """As the rows lie."""
    with pa.memory_map(str(place)) as source:
        numbers = pa.ipc.open_file(source).read_all()["number"].combine_chunks()
    return numbers if isinstance(numbers, pa.Array) else pa.array([], pa.string())


def rows_of(place: Path, at: npt.NDArray[np.int64]) -> pa.Table:
    """Some of the rows as they lie, in this order."""
    with pa.memory_map(str(place)) as source:
        return pa.ipc.open_file(source).read_all().take(pa.array(at))


def remove(place: Path, which: npt.NDArray[np.bool_]) -> list[pa.RecordBatch]:
    """Takes these rows, in the order in which they lie, out of a part; returns what is left."""
    left = []
    with pa.memory_map(str(place)) as source:
        reader = pa.ipc.open_file(source)
        months = _months(reader)
        start = 0
        for at in range(reader.num_record_batches):
            batch = reader.get_batch(at)
            left.append(batch.filter(pa.array(~which[start : start + batch.num_rows])))
            start += batch.num_rows
    still = [(month, batch) for month, batch in zip(months, left, strict=True) if batch.num_rows]
    unfinished = place.with_suffix(".new")
    _write(unfinished, [month for month, _ in still], [batch for _, batch in still])
    unfinished.replace(place)
    return left


def _write(place: Path, months: Sequence[str], batches: Sequence[pa.RecordBatch]) -> None:
    schema = KEPT.with_metadata({_MONTHS: " ".join(months)})
    with pa.OSFile(str(place), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _months(reader: pa.ipc.RecordBatchFileReader) -> list[str]:
    months: bytes = reader.schema.metadata[_MONTHS]
    return months.decode().split()
