"""The records of a text one after the other: a quotation mark left open, a line of any length costs one row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

LONGEST_RECORD = 1 << 20
"""Characters of one record; a longer one is cut out and rejected, so that no line fills the memory."""
TOO_LONG = f"这一行超过 {LONGEST_RECORD:,} 字"
UNPAIRED = "引号没有成对"
_MOST_LINES = 1_000
"""Lines of one record; more than that and a quotation mark was left open."""
_UP_TO_THE_END = re.compile(r'(?:[^"]|"")*+"')
"""Of a cell in quotation marks, whose own marks are doubled, behind its first mark."""


def records_of(text: str, delimiter: str, width: int = 0) -> Iterator[tuple[list[str], str, int]]:
    """(fields, fault, lines); a record goes on while its quotation marks are not paired.

    `width`: how many fields one of several lines must have, 0 if that is not known.
    """
    lines = list(io.StringIO(text, newline=""))
    at = stays_open = 0
    while at < len(lines):
        end = at + 1
        is_open = '"' in lines[at] and _leaves_open(lines[at], delimiter, is_open=False)
        if is_open:  # as the one before it was behind this line, and stayed
            end = max(end, min(stays_open, at + _MOST_LINES))
        while is_open and end < len(lines) and end - at < _MOST_LINES:
            is_open = '"' not in lines[end] or _leaves_open(lines[end], delimiter, is_open=True)
            end += 1
        if is_open:
            stays_open = end
            yield [], UNPAIRED, 1
            at += 1
            continue
        record, fault = _fields("".join(lines[at:end]), delimiter, strict=end - at > 1)
        # Joined by a mark left open and one further down?
        if end - at > 1 and ((width and len(record) != width) or fault == UNPAIRED):
            record, fault, end = [], UNPAIRED, at + 1
        yield record, fault, end - at
        at = end


def _leaves_open(line: str, delimiter: str, *, is_open: bool) -> bool:
    """Whether a cell goes on behind this line; `is_open`: one goes on from the line before.

    A mark opens a cell only where the cell begins: 更换4"管道 is what somebody wrote.
    """
    at = 0
    while True:
        if not is_open and line.startswith('"', at):
            is_open, at = True, at + 1
        if is_open:
            closed = _UP_TO_THE_END.match(line, at)
            if closed is None:
                return True
            is_open, at = False, closed.end()
        at = line.find(delimiter, at) + 1
        if not at:
            return False


def _fields(record: str, delimiter: str, *, strict: bool) -> tuple[list[str], str]:
    """`strict`: a mark that closes a cell is followed by nothing more of it."""
    if len(record) > LONGEST_RECORD:
        return [], TOO_LONG
    reader = csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=strict)
    try:
        found = next(reader, [])
        return (found, "") if next(reader, None) is None else ([], UNPAIRED)  # no line is dropped unseen
    except csv.Error as error:
        is_long = "field larger" in str(error)
        return [], f"有一格超过 {csv.field_size_limit():,} 字" if is_long else UNPAIRED
