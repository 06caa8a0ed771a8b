"""Times that cannot be: a complaint of a day to come, one that was closed before it was received."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.reading.rows import GIVEN_BACK_ROWS, Read, Rejected, written_in
from huiyin.domain.clocks import BEIJING


def end_of_day(now: datetime) -> datetime:
    """The last moment a file may name when it is read `now`: on Beijing's clock, without a zone, as files write it."""
    return datetime.combine(now.astimezone(BEIJING).date(), time.max)


def timely(read: Read, until: datetime) -> Read:
    """The same part of a file; rows that name a later moment, or a closing before the call, are rejected.

    One wrong year would else be the newest month of the whole district. Where a file closes by the day, without an
    hour, the day itself is not before the call.
    """
    received, closed = read.batch.column("received_at"), read.batch.column("closed_at")
    latest = pa.scalar(until, received.type)
    judged: list[tuple[pa.Array, Callable[[int], str]]] = [
        (pc.greater(received, latest), lambda at: f"受理时间“{received[at]}”在将来"),
        (pc.greater(closed, latest), lambda at: f"办结时间“{closed[at]}”在将来"),
        (
            _closed_before(received, closed),
            lambda at: f"办结早于受理：“{closed[at]}”在“{received[at]}”之前",
        ),
    ]
    faults: dict[int, str] = {}
    for bad, reason in judged:
        if pc.any(bad, min_count=0).as_py():
            for at in pc.indices_nonzero(pc.fill_null(bad, False)).to_pylist():
                faults.setdefault(at, reason(at))
    if not faults:
        return read
    rows, numbers = read.batch.column("row"), read.batch.column("number")
    columns = dict(zip(read.batch.schema.names, read.batch.columns, strict=True))
    late = [
        Rejected(
            rows[at].as_py(),
            numbers[at].as_py(),
            reason,
            written=written_in(columns, at) if place < GIVEN_BACK_ROWS else (),
        )
        for place, (at, reason) in enumerate(faults.items())
    ]
    kept = read.batch.filter(pa.array([at not in faults for at in range(read.batch.num_rows)], pa.bool_()))
    return read._replace(batch=kept, rejected=sorted([*read.rejected, *late], key=lambda each: each.row))


def _closed_before(received: pa.Array, closed: pa.Array) -> pa.Array:
    before = pc.less(closed, received)
    if not pc.any(before, min_count=0).as_py():
        return before
    is_by_day = pc.equal(closed, pc.floor_temporal(closed, unit="day"))
    is_same_day = pc.greater_equal(closed, pc.floor_temporal(received, unit="day"))
    return pc.and_not(before, pc.and_(is_by_day, is_same_day))
