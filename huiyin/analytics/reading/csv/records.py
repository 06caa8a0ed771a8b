"""The records of a text one after the other: a quotation mark left open, a line of any length costs one row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

LONGEST_RECORD = 1 << 20
"""Characters of one record; a longer one is cut out and rejected, so that no line fills the memory."""
TOO_LONG = f"这一行超过 {LONGEST_RECORD:,} 字"
UNPAIRED = "引号没有成对"
_MOST_LINES = 1_000
"""Lines of one record; more than that and a quotation mark was left open."""


def records_of(text: str, delimiter: str, width: int = 0) -> Iterator[tuple[list[str], str, int]]:
    """(fields, fault, lines); a record goes on while its quotation marks are not paired.

    `width`: how many fields one of several lines must have, 0 if that is not known.
    """
    lines = list(io.StringIO(text, newline=""))
    at = 0
    while at < len(lines):
        end = at + 1
        if lines[at].count('"') % 2:
            while end < len(lines) and end - at < _MOST_LINES and lines[end].count('"') % 2 == 0:
                end += 1
            if end == len(lines) or end - at == _MOST_LINES:
                yield [], UNPAIRED, 1
                at += 1
                continue
            end += 1
        record, fault = _fields("".join(lines[at:end]), delimiter, strict=end - at > 1)
        # Joined by a mark left open and one further down?
        if end - at > 1 and ((width and len(record) != width) or fault == UNPAIRED):
            record, fault, end = [], UNPAIRED, at + 1
        yield record, fault, end - at
        at = end


def _fields(record: str, delimiter: str, *, strict: bool) -> tuple[list[str], str]:
    """`strict`: a mark that closes a cell is followed by nothing more of it."""
    if len(record) > LONGEST_RECORD:
        return [], TOO_LONG
    try:
        return next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=strict), []), ""
    except csv.Error as error:
        is_long = "field larger" in str(error)
        return [], f"有一格超过 {csv.field_size_limit():,} 字" if is_long else UNPAIRED
