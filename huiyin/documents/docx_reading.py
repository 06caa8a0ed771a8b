"""The text of a Word document: a line a paragraph, headings and items marked as in Markdown, rows of tables by bars."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from huiyin.documents.refusals import FileRefused

MOST_BYTES = 30_000_000
MOST_TEXT_BYTES = 60_000_000
"""Bytes of the unpacked text part; its size is known before it is unpacked."""
_TEXT_PART = "word/document.xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_HEADING_STYLES = ("heading", "标题", "title")


def read_docx(data: bytes) -> str:
    """Refuses what is no Word document; deleted text of tracked changes, notes and comments are left out."""
    if len(data) > MOST_BYTES:
        raise FileRefused("文件超过 %(max)s MB。", code="too_large", max=MOST_BYTES // 1_000_000)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        part = archive.getinfo(_TEXT_PART)
        if part.file_size > MOST_TEXT_BYTES:
            raise FileRefused("文件解开后大得不正常，为安全起见没有打开。", code="zip_bomb")
        with archive.open(part) as file:
            xml = file.read(MOST_TEXT_BYTES + 1)
    except KeyError as error:
        raise FileRefused("这不是 Word 文档（.docx）。", code="not_a_document") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise FileRefused("文件已损坏或设了密码，打不开。请另存后再试。", code="damaged") from error
    return _Reader().text_of(xml)


@dataclass
class _Reader:
    """One pass over the elements; a paragraph inside a cell belongs to the cell."""

    lines: list[str] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    mark: str = ""
    depth_of_tables: int = 0
    is_text: bool = False

    def text_of(self, xml: bytes) -> str:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as error:
            raise FileRefused("文件已损坏，打不开。请另存后再试。", code="damaged") from error
        return "\n".join(self.lines)

    def _refuse_doctype(self, *_: object) -> None:
        raise FileRefused("文件里有不该有的声明，为安全起见没有打开。", code="damaged")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.removeprefix(_W):
            case "t":
                self.is_text = True
            case "tab" | "br" | "cr":
                self.paragraph.append(" ")
            case "pStyle":
                style = attributes.get(f"{_W}val", "").lower()
                if style.startswith(_HEADING_STYLES) or style.isdigit():
                    self.mark = "# "
            case "numPr":
                self.mark = self.mark or "- "
            case "tbl":
                self.depth_of_tables += 1

    def _end(self, name: str) -> None:
        match name.removeprefix(_W):
            case "t":
                self.is_text = False
            case "p":
                self._end_paragraph()
            case "tc" if self.depth_of_tables == 1:
                self.cells.append(" ".join(self.cell))
                self.cell = []
            case "tr" if self.depth_of_tables == 1:
                self.lines.append(f"| {' | '.join(self.cells)} |")
                self.cells = []
            case "tbl":
                self.depth_of_tables -= 1

    def _end_paragraph(self) -> None:
        text = "".join(self.paragraph).strip()
        if self.depth_of_tables:
            self.cell.append(text.replace("|", "｜"))
        else:
            self.lines.append(self.mark + text if text else "")
        self.paragraph, self.mark = [], ""

    def _characters(self, text: str) -> None:
        if self.is_text:
            self.paragraph.append(text)
