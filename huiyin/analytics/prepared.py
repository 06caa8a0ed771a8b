"""Parts of a file as they wait for the commit: an Arrow file each, in it a batch a month, mapped where it is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiyin.analytics.schema import KEPT, NO_MONTH

Order = npt.NDArray[np.int64]
_MONTHS = b"months"


def put_away(batch: pa.RecordBatch, place: Path) -> Order:
    """Writes a batch of KEPT; returns which of its rows each row became, for they lie by month."""
    received = batch.column("received_at").to_numpy(zero_copy_only=False).astype("datetime64[M]")
    order: Order = np.argsort(received, kind="stable")
    received = received[order]
    numbered = received.view(np.int64)
    starts = np.flatnonzero(np.diff(numbered, prepend=numbered[:1] - 1))
    if len(starts) > 1:
        batch = batch.take(pa.array(order))
    ends = [*starts, len(received)][1:]
    months = [NO_MONTH if np.isnat(received[start]) else str(received[start]) for start in starts]
    _write(place, months, [batch.slice(start, end - start) for start, end in zip(starts, ends, strict=True)])
    return order


def months_of(place: Path) -> list[str]:
    with pa.memory_map(str(place)) as source:
        return _months(pa.ipc.open_file(source))


def batches_of(place: Path, month: str) -> list[pa.RecordBatch]:
    """The complaints of a month; nothing of them is read before it is asked for."""
    with pa.memory_map(str(place)) as source:
        reader = pa.ipc.open_file(source)
        return [reader.get_batch(at) for at, each in enumerate(_months(reader)) if each == month]


def numbers_of(place: Path) -> pa.Array:
    """As the rows lie."""
    with pa.memory_map(str(place)) as source:
        numbers = pa.ipc.open_file(source).read_all()["number"].combine_chunks()
    return numbers if isinstance(numbers, pa.Array) else pa.array([], pa.string())


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
