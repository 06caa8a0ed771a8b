"""A PDF on standard input, a clean copy on standard output: pages only. Argument: the most pages."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pypdf.filters  # noqa: F401 - else it is imported when the first stream is met, which is too late for a child
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
)

from huiyin.integrations.confined import NotTaken, serve

MOST_OBJECTS = 200_000
# ISO 32000-2: 12.6 actions, 7.11 embedded files, 12.7.8 forms in XML, 13 multimedia and 3D.
RUNS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/Rendition",
    "/GoToE",
    "/GoToR",
    "/Movie",
    "/Sound",
}
HOLDS_FILES = {"/EF", "/EmbeddedFiles", "/AF", "/Collection"}
ACTIVE = {"/JS", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/3DD"}
# What is not needed to look at a page: who made it, when, with what; and what a click would do.
NOT_COPIED = ("/Metadata", "/PieceInfo", "/LastModified")
NOT_COPIED_OF_PAGES = ("/AA", "/A", "/PA", "/Dest", "/Thumb", "/B", "/StructParents")


def answer(data: bytes, arguments: list[str]) -> bytes:
    """One line of JSON (pages), then the clean copy; NotTaken: encrypted, active, files, no_pages, too_many_pages."""
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise NotTaken("encrypted")
    for found in _all_objects(reader):
        _check(found)
    pages = len(reader.pages)
    if not pages:
        raise NotTaken("no_pages")
    if pages > int(arguments[0]):
        raise NotTaken("too_many_pages")
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    for number in range(len(writer._objects)):
        _strip(writer._objects[number])
    out = io.BytesIO()
    writer.write(out)
    copy = out.getvalue()
    # What is handed out is checked itself: two programs may read one strange file in two ways.
    for found in _all_objects(PdfReader(io.BytesIO(copy), strict=True)):
        _check(found)
    return json.dumps({"pages": pages}).encode() + b"\n" + copy


def _all_objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, also those that nothing refers to."""
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table} | {
        (number, 0) for number in reader.xref_objStm
    }
    if len(numbers) > MOST_OBJECTS:
        raise NotTaken("too_many_pages")
    yield from _dictionaries(reader.trailer)
    for number, generation in sorted(numbers):
        yield from _dictionaries(reader.get_object(IndirectObject(number, generation, reader)))


def _dictionaries(found: PdfObject | None) -> Iterator[DictionaryObject]:
    """A dictionary and those inside it, not those it refers to: these are objects themselves."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            yield each
            waiting.extend(each.raw_get(key) for key in each)
        elif isinstance(each, ArrayObject):
            waiting.extend(list.__iter__(each))


def _check(found: DictionaryObject) -> None:
    is_action = found.get("/S") in RUNS and found.get("/Type", "/Action") == "/Action"
    if is_action or not ACTIVE.isdisjoint(found):
        raise NotTaken("active")
    if not HOLDS_FILES.isdisjoint(found) or found.get("/Type") == "/EmbeddedFile":
        raise NotTaken("files")
    if found.get("/Subtype") in {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment"}:
        raise NotTaken("files" if str(found["/Subtype"]) == "/FileAttachment" else "active")


def _strip(found: PdfObject | None) -> None:
    for each in _dictionaries(found):
        is_page_or_note = each.get("/Type") == "/Page" or "/Rect" in each
        for key in NOT_COPIED + NOT_COPIED_OF_PAGES if is_page_or_note else NOT_COPIED:
            if key in each:
                del each[NameObject(key)]
        if isinstance(each, StreamObject) and each.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
            each._data = without_camera(each._data)


def without_camera(jpeg: bytes) -> bytes:
    """A JPEG without what the camera said (APP1: EXIF and XMP with place and time; APP13; comments)."""
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        mark = jpeg[at + 1]
        if mark == 0xDA:  # the pixels begin
            break
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if mark not in (0xE1, 0xED, 0xFE):
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


def _blank() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100).compress_content_streams()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


if __name__ == "__main__":
    answer(_blank(), ["1"])  # the library imports some of its parts at their first use
    serve(answer)
