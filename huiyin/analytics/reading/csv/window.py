"""Where blocks end: a window moved over a file, which is never in memory as a whole."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from io import BufferedReader
from itertools import islice

import numpy as np

from huiyin.analytics.reading.csv.layout import Layout
from huiyin.analytics.reading.csv.records import LONGEST_RECORD

_FIRST_BLOCK, _BLOCK = 1 << 20, 8 << 20
_TRIES = 50
_MARK = ord('"')
_LINE_END = re.compile(rb"\r\n?|\n")


class Window:
    """What is looked at of a file, as UTF-8 with line feeds, in one piece of memory that is used again.

    A fresh one for each block would cost more than the looking. What cannot be read becomes U+FFFD, by which its row
    is told later.
    """

    def __init__(self, file: BufferedReader, layout: Layout) -> None:
        self._file = file
        self._held = bytearray()
        self.size = 0
        self._ends_with_cr = layout.ends_with_cr
        self._decoder = None
        if not layout.lies_as_it_is:
            self._decoder = codecs.getincrementaldecoder(layout.encoding)(errors="replace")
        elif layout.encoding == "utf-8-sig":
            file.seek(len(codecs.BOM_UTF8))

    @property
    def is_last(self) -> bool:
        """Whether nothing of the file is left behind it."""
        return not self._file.peek(1)

    def widen(self, count: int) -> bool:
        """Reads about so many bytes behind those that are there; whether there were any."""
        if self._decoder is not None:
            read = self._file.read(count)
            text = self._decoder.decode(read, final=self.is_last)
            more = (text.replace("\r", "\n") if self._ends_with_cr else text).encode()
            self._held[self.size :] = more
            self.size += len(more)
            return bool(read)
        self._held.extend(bytes(max(0, self.size + count - len(self._held))))
        with memoryview(self._held) as view:
            found = self._file.readinto(view[self.size : self.size + count])
        self.size += found
        return found > 0

    def taken(self, start: int, end: int) -> bytes:
        return bytes(memoryview(self._held)[start:end])

    def behind_lines(self, count: int, end: int) -> int:
        """Where it goes on after so many lines, at most to `end`."""
        ends = [match.end() for match in islice(_LINE_END.finditer(self._held, 0, end), count)]
        return ends[-1] if len(ends) == count else end

    def drop(self, end: int) -> None:
        """The window begins there."""
        rest = self._held[end : self.size]
        self._held[: len(rest)] = rest
        self.size = len(rest)

    def has_lines(self, count: int, end: int) -> bool:
        return count == 0 or self._held.count(b"\n", 0, end) >= count

    def next_line(self) -> int:
        """Where the second line begins; 0 if there is none."""
        return self._held.find(b"\n", 0, self.size) + 1

    def end_of_record(self) -> int:
        """Where the last record ends that is seen whole: after a line end outside quotation marks; 0 if none is."""
        end = last = self._held.rfind(b"\n", 0, self.size) + 1
        for _ in range(_TRIES):
            if not end or self._marks(end) % 2 == 0:
                return end
            end = self._held.rfind(b"\n", 0, self._held.rfind(b'"', 0, end)) + 1
        return last

    def _marks(self, end: int) -> int:
        return int(np.count_nonzero(np.frombuffer(self._held, np.uint8, end) == _MARK))


def ends_of_blocks(window: Window, header_lines: int) -> Iterator[tuple[int, bool, int]]:
    """Where blocks end that end with a record, or, marked, 0 for a line too long to be one; how far each goes."""
    size = _FIRST_BLOCK
    while window.widen(size):
        size = _BLOCK
        end = window.size if window.is_last else window.end_of_record()
        if end and window.has_lines(header_lines, end):
            header_lines = 0
            yield end, False, end
            window.drop(end)
        elif window.size >= 2 * _BLOCK:
            passed = 0
            while not (end := window.next_line()):
                passed += window.size
                window.drop(window.size)
                if not window.widen(_BLOCK):
                    break
            if passed + end <= LONGEST_RECORD:
                # It is a mark left open that makes what follows seem one record.
                yield end, False, end
            window.drop(end)
            if passed + end > LONGEST_RECORD:
                yield 0, True, passed + end
    if window.size:
        yield window.size, False, window.size
