"""Whether a file of a table may hold a word, told without reading it as a table."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection

from huiyin.documents.cells import cell_text
from huiyin.documents.refusals import FileRefused, Limits
from huiyin.documents.xlsx_reading import Workbook

_TEXT = ("utf-8", "utf-16-le", "utf-16-be")
"""Words of letters and digits have the same bytes in GB18030 as in UTF-8."""
_ZIP = b"PK\x03\x04"
_NOT_TO_BE_SEARCHED = (b"\xd0\xcf\x11\xe0", b"PAR1")
"""XLS and Parquet keep numbers as numbers, or packed."""
_MOST_UNPACKED = 200_000_000
_LIMITS = Limits(max_rows=1_048_576, max_total_chars=_MOST_UNPACKED)


def may_hold(data: bytes, words: Collection[str]) -> bool:
    """Whether one of these words stands in CSV or XLSX; True where the bytes of a file do not tell."""
    if data.startswith(_NOT_TO_BE_SEARCHED) or not all(word.isascii() for word in words):
        return True
    if not data.startswith(_ZIP):
        return _stands_in(data, words, _TEXT)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > _MOST_UNPACKED:
                return True
            if any(_stands_in(archive.read(member), words, _TEXT[:1]) for member in members):
                return True
        return _stands_in_a_cell(data, words)
    except (FileRefused, zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, zlib.error):
        return True


def _stands_in_a_cell(data: bytes, words: Collection[str]) -> bool:
    """As a workbook is read: 2.02501E+14, or a word in pieces of several fonts, has other bytes than it says."""
    book = Workbook(data, _LIMITS)
    if book.has_hidden_sheets:  # they are not read
        return True
    rows = (cells.values() for sheet in book.sheets for _, cells in book.rows(sheet))
    return any(word in text for cells in rows for text in map(cell_text, cells) for word in words)


def _stands_in(data: bytes, words: Collection[str], encodings: Collection[str]) -> bool:
    return any(word.encode(encoding) in data for word in words for encoding in encodings)
