"""Complaint numbers that come twice in a run: which is the first of each, and where it stood."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiyin.analytics.numbers import Keys, Seen, keys_of
from huiyin.analytics.reading.rows import GIVEN_BACK_ROWS, ROUNDED_NUMBER, Rejected, written_in

_ROUNDED = re.compile(r"\d{15,17}0+")
"""What a spreadsheet may have made of a long number that it took for a figure."""


class Met(NamedTuple):
    """Of each number of a part: the row of its file where it stood first, 0 if it is that; whether it is replaced.

    Replaced is the first of a file where a file that was read before, which is newer, has it too.
    """

    first_rows: npt.NDArray[np.int32]
    is_replaced: npt.NDArray[np.bool_]

    @property
    def is_twice(self) -> npt.NDArray[np.bool_]:
        return self.first_rows > 0

    def rejected(self, again: pa.RecordBatch | pa.Table, rows: npt.NDArray[np.int32]) -> list[Rejected]:
        """`again`: those that come twice, in the order of the file, which is that of `rows` of the whole part."""
        columns = dict(zip(again.schema.names, again.columns, strict=True))
        at, first = (each[self.is_twice].tolist() for each in (rows, self.first_rows))
        return [
            Rejected(
                row,
                number,
                _reason(first_row, number),
                written=written_in(columns, place) if place < GIVEN_BACK_ROWS else (),
            )
            for place, (row, first_row, number) in enumerate(
                zip(at, first, again["number"].to_pylist(), strict=True)
            )
        ]


class Numbers:
    """The complaint numbers of a run: of each the first of the newest file is kept.

    Files are read from the newest to the oldest. What one says twice is told apart from what another says too, as if
    each had been taken in alone.
    """

    def __init__(self) -> None:
        self._seen = Seen()
        self._count = 0
        self.begin_file()

    def begin_file(self) -> None:
        self._file_from = self._count
        self._rows: list[npt.NDArray[np.int32]] = []
        self._replaced = Seen()
        self._replaced_rows: list[npt.NDArray[np.int32]] = []
        self.rows_before = 0
        """Rows of the file that was begun last, as far as it was read."""

    def recall(self, numbers: pa.Array) -> None:
        """Numbers that an earlier run has already kept."""
        self._seen.add(keys_of(numbers))
        self._count += len(numbers)

    def add(self, keys: Keys, rows: npt.NDArray[np.int32], *, of: int) -> Met:
        """The numbers of a part; `rows`: from 1 within the part, which has so many `of` them."""
        met = self._met(keys, rows + np.int32(self.rows_before))
        self.rows_before += of
        return met

    def first_of(self, raw: pa.RecordBatch) -> tuple[pa.RecordBatch, list[Rejected]]:
        """Of rows that are numbered in the file: those whose number is new, and the others with the reason."""
        numbers, rows = raw.column("number"), raw.column("row").to_numpy().astype(np.int32)
        met = self._met(keys_of(numbers), rows)
        rejected = met.rejected(raw.filter(pa.array(met.is_twice)), rows)
        return (raw.filter(pa.array(~met.is_twice)) if rejected else raw), rejected

    def _met(self, keys: Keys, rows: npt.NDArray[np.int32]) -> Met:
        first = self._seen.add(keys)
        self._count += len(keys)
        self._rows.append(rows)
        first_rows = np.zeros(len(keys), np.int32)
        is_here = first >= self._file_from
        is_elsewhere = (first >= 0) & ~is_here
        if is_here.any():
            first_rows[is_here] = _taken(self._rows, first[is_here] - self._file_from)
        if is_elsewhere.any():
            self._replaced_rows.append(rows[is_elsewhere])
            again = self._replaced.add(keys[is_elsewhere])
            first_rows[np.flatnonzero(is_elsewhere)[again >= 0]] = _taken(
                self._replaced_rows, again[again >= 0]
            )
        return Met(first_rows, is_elsewhere & (first_rows == 0))

    def done(self) -> Keys:
        """All of them, sorted; what told them apart is let go, for months take much memory to write."""
        keys = self._seen.keys()
        self._seen = Seen()
        return keys


def _taken(pieces: list[npt.NDArray[np.int32]], places: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """What lies at these places of the pieces, which are put together: once a part, not once a number."""
    pieces[:] = [np.concatenate(pieces)]
    return pieces[0][places]


def _reason(first_row: int, number: str) -> str:
    again = f"工单编号与第 {first_row} 行重复"
    return f"{again}：{ROUNDED_NUMBER}" if _ROUNDED.fullmatch(number) else again
