"""A streaming reader of XLSX: exact number text, dates by their format, and memory that follows the text, not the grid.

calamine allots the whole rectangle between the first and the last cell, so two cells in opposite corners
exhaust the machine; here a row is a row (ADR 0009).
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from xml.parsers import expat

from huiyin.documents.cells import Cell
from huiyin.documents.number_formats import Meaning, meaning_of, value_of
from huiyin.documents.refusals import FileRefused, Limits, cell_too_long, too_many_columns, too_many_rows

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LETTERS = re.compile(r"[A-Z]{1,3}")
# Every repetition has an end: without one each "<mergeCell" of a hostile file would search the rest of the file.
_MERGE = re.compile(
    rb"<(?:\w{1,40}:)?mergeCell\s[^<>]{0,200}?ref\s{0,9}=\s{0,9}"
    rb'["\']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["\']'
)
_LONGEST_MERGE = 320  # what _MERGE can match at most, so that one cut by a block is seen whole in the next
_MAX_MERGES = 20_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
"""What zipfile and its decompressors raise on bytes that are not what they should be."""

Merge = tuple[
    int, int, int, int
]  # first row, first column, last row, last column; rows from 1, columns from 0


def damaged() -> FileRefused:
    return FileRefused("文件已损坏，打不开。请重新导出或另存后再上传。", code="damaged")


def _read(stream: io.BufferedIOBase, size: int) -> bytes:
    try:
        return stream.read(size)
    except _BROKEN as error:
        raise damaged() from error


@cache
def column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)).strip("\0"), text) if "_x" in text else text


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@dataclass
class _Walk:
    """One pass over an XML part; refuses a document type, where entity bombs live."""

    stream: io.BufferedIOBase
    start: Callable[[str, dict[str, str]], None]
    end: Callable[[str], None] = lambda name: None
    text: Callable[[str], None] | None = None

    def chunks(self) -> Iterator[None]:
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def root(name: str, attrs: dict[str, str]) -> None:
            # Whoever gives the root a prefix gives it to all; the others are spared the cutting, cell by cell.
            if ":" in name:
                parser.StartElementHandler = lambda name, attrs: self.start(_local(name), attrs)
                parser.EndElementHandler = lambda name: self.end(_local(name))
            else:
                parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
            self.start(_local(name), attrs)

        parser.StartElementHandler = root
        if self.text:
            parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            while block := self.stream.read(1 << 16):
                parser.Parse(block, False)
                yield
            parser.Parse(b"", True)
            yield
        except (expat.ExpatError, ValueError, *_BROKEN) as error:
            raise damaged() from error


def _refuse_doctype(*_: object) -> None:
    raise FileRefused("表格里有不该有的 XML 实体声明，为安全起见没有打开。", code="entities")


@dataclass
class Workbook:
    """The parts of a workbook that reading a sheet needs."""

    data: bytes
    limits: Limits
    sheets: dict[str, str] = field(default_factory=dict)  # visible name → part
    has_hidden_sheets: bool = False  # beside those
    since_1904: bool = False
    _strings: list[str] | None = None
    _meanings: list[Meaning] | None = None

    def __post_init__(self) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(self.data))
        self.parts = {name.lower(): name for name in self.archive.namelist()}
        main = next(iter(self._relations("", "officeDocument").values()), "xl/workbook.xml")
        self.folder = posixpath.dirname(main)
        relations = self._relations(main, "")
        hidden: dict[str, str] = {}

        def start(name: str, attrs: dict[str, str]) -> None:
            if name == "workbookPr":
                self.since_1904 = attrs.get("date1904", "0") in ("1", "true")
            elif name == "sheet":
                key = next((v for k, v in attrs.items() if _local(k) == "id" and ":" in k), "")
                if part := relations.get(key):
                    into = self.sheets if attrs.get("state", "visible") == "visible" else hidden
                    into[attrs.get("name", key)] = part

        self._walk(main, start)
        self.has_hidden_sheets = bool(self.sheets and hidden)
        self.sheets = self.sheets or hidden
        if not self.sheets:
            raise FileRefused("这个文件里没有工作表。", code="no_sheet")

    def _open(self, part: str) -> io.BufferedIOBase | None:
        real = self.parts.get(part.lstrip("/").lower())
        try:
            return self.archive.open(real) if real else None  # type: ignore[return-value]
        except _BROKEN as error:
            raise damaged() from error

    def _walk(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] = lambda name: None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        if stream := self._open(part):
            for _ in _Walk(stream, start, end, text).chunks():
                pass

    def _relations(self, part: str, kind: str) -> dict[str, str]:
        folder, name = posixpath.split(part)
        found: dict[str, str] = {}

        def start(tag: str, attrs: dict[str, str]) -> None:
            if tag == "Relationship" and attrs.get("Type", "").endswith(kind):
                target = attrs.get("Target", "")
                inside = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[attrs.get("Id", "")] = posixpath.normpath(inside)

        self._walk(posixpath.join(folder, "_rels", f"{name}.rels"), start)
        return found

    @property
    def strings(self) -> list[str]:
        if self._strings is None:
            self._strings = []
            run: list[str] = []
            state = {"phonetic": 0, "in_t": False}

            def start(name: str, attrs: dict[str, str]) -> None:
                if name == "si":
                    run.clear()
                elif name == "rPh":
                    state["phonetic"] = True
                elif name == "t":
                    state["in_t"] = not state["phonetic"]

            def end(name: str) -> None:
                if name == "t":
                    state["in_t"] = False
                elif name == "rPh":
                    state["phonetic"] = False
                elif name == "si":
                    assert self._strings is not None
                    self._strings.append(_unescape("".join(run)))

            def text(data: str) -> None:
                if state["in_t"]:
                    run.append(data)

            self._walk(posixpath.join(self.folder, "sharedStrings.xml"), start, end, text)
        return self._strings

    @property
    def meanings(self) -> list[Meaning]:
        if self._meanings is None:
            codes: dict[int, str] = {}
            found: list[Meaning] = []
            state = {"inside": False}

            def start(name: str, attrs: dict[str, str]) -> None:
                if name == "numFmt":
                    codes[int(attrs.get("numFmtId", 0))] = attrs.get("formatCode", "")
                elif name == "cellXfs":
                    state["inside"] = True
                elif name == "xf" and state["inside"]:
                    format_id = int(attrs.get("numFmtId", 0))
                    found.append(meaning_of(format_id, codes.get(format_id)))

            def end(name: str) -> None:
                if name == "cellXfs":
                    state["inside"] = False

            self._walk(posixpath.join(self.folder, "styles.xml"), start, end)
            self._meanings = found
        return self._meanings

    def merges(self, sheet: str) -> list[Merge]:
        """Merged ranges, found without parsing: they stand behind the data and only guide the reading."""
        stream = self._open(self.sheets[sheet])
        found: list[Merge] = []
        tail = b""
        while stream and (block := _read(stream, 1 << 18)):
            window = tail + block
            last = 0
            for match in _MERGE.finditer(window):
                first, top, second, bottom = (part.decode() for part in match.groups())
                found.append((int(top), column_index(first), int(bottom), column_index(second)))
                last = match.end()
                if len(found) >= _MAX_MERGES:
                    return found
            tail = window[max(last, len(window) - _LONGEST_MERGE) :]
        return found

    def rows(self, sheet: str) -> Iterator[tuple[int, dict[int, Cell]]]:
        """(row number from 1, {column from 0: value}) for rows with at least one value."""
        stream = self._open(self.sheets[sheet])
        if stream is None:
            raise damaged()
        reader = _SheetReader(self)
        for _ in _Walk(stream, reader.start, reader.end, reader.text).chunks():
            yield from reader.ready
            reader.ready.clear()


class _SheetReader:
    """Collects the rows of one sheet as the parser meets them."""

    def __init__(self, book: Workbook) -> None:
        self.book, self.limits = book, book.limits
        self.strings, self.meanings = book.strings, book.meanings
        self.ready: list[tuple[int, dict[int, Cell]]] = []
        self.row, self.column, self.seen = 0, -1, 0
        self.cells: dict[int, Cell] = {}
        self.kind, self.style = "n", 0
        self.value: list[str] = []
        self.listening = self.phonetic = False

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "c":
            letters = attrs.get("r", "").rstrip("0123456789")
            self.column = column_index(letters) if _LETTERS.fullmatch(letters) else self.column + 1
            self.kind, self.style = attrs.get("t", "n"), int(attrs.get("s", 0))
            self.value.clear()
        elif name in ("v", "t"):
            self.listening = not self.phonetic
        elif name == "row":
            number = int(attrs.get("r", self.row + 1))
            if number <= self.row:
                raise ValueError("rows out of order")
            self.row, self.column, self.cells = number, -1, {}
        elif name == "rPh":
            self.phonetic = True

    def text(self, data: str) -> None:
        if self.listening:
            self.value.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.listening = False
        elif name == "c":
            if self.value:
                self._keep("".join(self.value))
        elif name == "rPh":
            self.phonetic = False
        elif name == "row" and self.cells:
            self.seen += 1
            if self.seen > self.limits.max_rows + 50:  # titles and headers above the data
                raise too_many_rows(self.limits)
            self.ready.append((self.row, self.cells))

    def _keep(self, raw: str) -> None:
        value: Cell
        match self.kind:
            case "s":
                index = int(raw)
                if not 0 <= index < len(self.strings):
                    raise ValueError("no such shared string")
                value = self.strings[index]
            case "str" | "inlineStr":
                value = _unescape(raw)
            case "b":
                value = "TRUE" if raw.strip() == "1" else "FALSE"
            case "e":
                value = raw
            case "d":
                value = dt.datetime.fromisoformat(raw)
            case _:
                meaning = self.meanings[self.style] if self.style < len(self.meanings) else "number"
                value = value_of(raw.strip(), meaning, since_1904=self.book.since_1904)
        if value == "":
            return
        if isinstance(value, str) and len(value) > self.limits.max_cell_chars:
            raise cell_too_long(self.row, self.limits)
        if self.column >= self.limits.max_columns:
            if isinstance(value, str) and not value.strip():
                return
            raise too_many_columns(self.limits)
        self.cells[self.column] = value
