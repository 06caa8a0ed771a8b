"""A file in blocks that end with a record; any process can read one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.reading.csv.cells import read_fast, read_patiently, says_something
from huiyin.analytics.reading.csv.layout import Layout
from huiyin.analytics.reading.csv.records import TOO_LONG
from huiyin.analytics.reading.csv.window import Window, ends_of_blocks
from huiyin.analytics.reading.rows import NO_ROWS, Read, Rejected, to_raw

_SURELY_WRITTEN = 3
"""Bytes of a complaint number; a shorter one may be of a row in which nothing stands."""


@dataclass(frozen=True)
class Block:
    """Some megabytes that end with a record, wherever they are read: as they are, or by their place in the file."""

    layout: Layout
    data: bytes
    skipped: int = 0
    """Rows of the header, which stands before the first block."""
    path: Path | None = None
    start: int = 0
    size: int = 0
    is_too_long: bool = False
    """It stands for one line too long to be a record."""

    def read(self) -> Read:
        """Rows are numbered from 1 within the block."""
        if self.is_too_long:
            return Read(NO_ROWS, [Rejected(self.skipped + 1, "", TOO_LONG)], self.skipped + 1, {})
        data = self._data()
        cells = read_fast(data, self.layout)
        if cells is None:
            return read_patiently(data, self.layout, skipped=self.skipped)
        count = self.skipped + len(cells["text"])
        numbers = pa.array(np.arange(self.skipped + 1, count + 1))
        if (pc.min(pc.binary_length(cells["number"])).as_py() or 0) < _SURELY_WRITTEN:
            said = says_something(data, self.layout)
            cells = {field: column.filter(said) for field, column in cells.items()}
            numbers = numbers.filter(said)
        return to_raw(cells, numbers, self.layout.headings, count=count)

    def _data(self) -> pa.Buffer:
        if self.path is None:
            return pa.py_buffer(self.data)
        with pa.OSFile(str(self.path)) as file:  # into Arrow's memory, which is used again
            file.seek(self.start)
            return file.read_buffer(self.size)


def blocks(path: Path, layout: Layout) -> Iterator[Block]:
    """The file in blocks: a small one, so that little waits for it alone, then such of about eight megabytes."""
    skipped = layout.header_row
    with path.open("rb") as file:
        window = Window(file, layout)
        start = file.tell()
        for end, is_too_long, passed in ends_of_blocks(window, layout.header_lines):
            behind = window.behind_lines(layout.header_lines, end) if skipped else 0
            if layout.lies_as_it_is and not is_too_long:
                yield Block(layout, b"", skipped, path, start + behind, end - behind)
            else:
                yield Block(layout, window.taken(behind, end), skipped, is_too_long=is_too_long)
            start, skipped = start + passed, 0
