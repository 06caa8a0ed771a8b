"""Complaint numbers that come twice in a run: which is the first of each, and where it stood."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiyin.analytics.numbers import Keys, Seen, keys_of
from huiyin.analytics.reading.rows import Rejected

_ROUNDED = re.compile(r"\d{15,17}0+|\d(\.\d+)?[Ee]\+\d+")
"""What a spreadsheet makes of a long number that it takes for a figure."""
_ROUNDED_REASON = "编号多半被表格软件当成数字，末几位变成了 0，请把这一列设为文本后重新导出"


class Numbers:
    """The complaint numbers of a run: the first of each is kept, further ones are told where it stood."""

    def __init__(self) -> None:
        self._seen = Seen()
        self._rows: list[npt.NDArray[np.int32]] = []
        self._count = 0
        self._file_from = 0
        self.rows_before = 0
        """Rows of the file that was begun last, as far as it was read."""

    def begin_file(self) -> None:
        self._rows = []
        self._file_from = self._count
        self.rows_before = 0

    def recall(self, numbers: pa.Array) -> None:
        """Numbers that an earlier run has already kept."""
        self._seen.add(keys_of(numbers))
        self._count += len(numbers)

    def add(self, keys: Keys, rows: npt.NDArray[np.int32], *, of: int) -> npt.NDArray[np.int32]:
        """For each number of a part -1, or, where it is not the first such, what `rows_of` is asked with.

        `rows`: from 1 within the part, which has so many `of` them.
        """
        first = self._seen.add(keys)
        self._rows.append(rows + np.int32(self.rows_before))
        self._count += len(rows)
        self.rows_before += of
        return first

    def first_of(self, raw: pa.RecordBatch) -> tuple[pa.RecordBatch, list[Rejected]]:
        """Of rows that are numbered in the file: those whose number is new, and the others with the reason."""
        first = self._seen.add(keys_of(raw.column("number")))
        rows = raw.column("row").to_numpy().astype(np.int32)
        self._rows.append(rows)
        self._count += len(rows)
        is_twice = first >= 0
        if not is_twice.any():
            return raw, []
        rejected = rejected_twice(raw.column("number"), rows, is_twice, self.rows_of(first[is_twice]))
        return raw.filter(pa.array(~is_twice)), rejected

    def is_of_another_file(self, first: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """For each number of a part (what `add` returned) whether a file that was read before has it."""
        return (first >= 0) & (first < self._file_from)

    def rows_of(self, first: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Where numbers stood that were there before in the same file; all of a part are asked for at once."""
        self._rows = [np.concatenate(self._rows)]
        found: npt.NDArray[np.int32] = self._rows[0][first - self._file_from]
        return found

    def done(self) -> Keys:
        """All of them, sorted; what told them apart is let go, for months take much memory to write."""
        keys = self._seen.keys()
        self._seen = Seen()
        return keys


def rejected_twice(
    numbers: pa.Array,
    rows: npt.NDArray[np.int32],
    is_twice: npt.NDArray[np.bool_],
    first_rows: npt.NDArray[np.int32],
) -> list[Rejected]:
    """Those of a part that were there before in the same file: `first_rows` says of each where."""
    again = numbers.filter(pa.array(is_twice)).to_pylist()
    return [
        Rejected(row, number, _reason(first, number))
        for row, number, first in zip(rows[is_twice].tolist(), again, first_rows.tolist(), strict=True)
    ]


def _reason(first_row: int, number: str) -> str:
    again = f"工单编号与第 {first_row} 行重复"
    return f"{again}：{_ROUNDED_REASON}" if _ROUNDED.fullmatch(number) else again
