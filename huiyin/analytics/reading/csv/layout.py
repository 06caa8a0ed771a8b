"""How a file is written, told from its beginning."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from huiyin.analytics.reading.csv.records import records_of
from huiyin.analytics.reading.mapping import NEEDED, find_mapping, headings, known_headings
from huiyin.documents import csv_reading
from huiyin.documents.cells import header_key
from huiyin.documents.headers import LOOK_AT_ROWS, NumberedCells, find_header
from huiyin.documents.refusals import FileRefused
from huiyin.documents.sniffing import refuse_what_is_not_text

_SAMPLE = 1 << 20


@dataclass(frozen=True)
class Layout:
    """How a file is written: its encoding and delimiter, where its header ends, and how many cells its rows have."""

    encoding: str
    delimiter: str
    ends_with_cr: bool
    """Lines end with a carriage return alone, as old Macs wrote them."""
    header_row: int
    header_lines: int
    """As editors count them: a heading may have several."""
    width: int
    names: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)

    def mapped(self, told: Mapping[str, str] | None = None) -> Layout:
        """With the place of each field; FileRefused where a needed column is not there."""
        return replace(self, places=find_mapping(self.names, told))

    @property
    def lies_as_it_is(self) -> bool:
        """Whether Arrow can read it from where it lies."""
        return self.encoding.startswith("utf-8") and not self.ends_with_cr

    @property
    def headings(self) -> Mapping[str, str]:
        return {name: self.names[place] for name, place in self.places.items()}


def layout_of(path: Path) -> Layout:
    """From the first megabyte; raises FileRefused where no header is found."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        is_whole = not file.read(1)
    encoding = _encoding_of(sample)
    text = sample.decode(encoding, errors="replace")
    if not is_whole:
        text = text[: text.rfind("\n") + 1] or text
    delimiter = csv_reading.delimiter_of(text)
    records = list(islice(records_of(text, delimiter), 2 * LOOK_AT_ROWS))
    first: list[NumberedCells] = [
        (number, dict(enumerate(record)))
        for number, (record, _, _) in enumerate(records[:LOOK_AT_ROWS], 1)
        if any(cell.strip() for cell in record)
    ]
    header = find_header(first, (), known_headings())
    if header is None or known_headings().isdisjoint(map(header_key, header.names)):
        refuse_what_is_not_text(sample)
    if header is None:
        raise FileRefused("文件是空的。", code="empty")
    lengths = Counter(len(record) for record, fault, _ in records[header.last_row :] if record and not fault)
    usual, count = lengths.most_common(1)[0] if lengths else (0, 0)
    width = max(usual if 2 * count > lengths.total() else 0, len(records[header.last_row - 1][0]))
    names = ["" for _ in range(width)]
    for name, column in zip(header.names, header.columns, strict=True):
        if column < width:
            names[column] = name
    return Layout(
        encoding=encoding,
        delimiter=delimiter,
        ends_with_cr="\r" in text and "\n" not in text,
        header_row=header.last_row,
        header_lines=sum(lines for _, _, lines in records[: header.last_row]),
        width=width,
        names=tuple(names),
    )


def _encoding_of(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if b"\0" in sample:
        for encoding in ("utf-16-le", "utf-16-be"):
            line = sample[:4096].decode(encoding, errors="ignore")
            if any(word in header_key(line) for field in NEEDED for word in headings()[field]):
                return encoding
    # The first line that is not plain ASCII decides: GB18030 hardly ever passes as UTF-8. In a file of mixed
    # encodings the rows that are not of this one are rejected one by one.
    first = next((line for line in sample.splitlines() if not line.isascii()), b"")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(first)  # it may be cut in the middle of a character
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
