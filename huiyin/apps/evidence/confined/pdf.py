"""A PDF on standard input, a clean copy on standard output: pages only. Argument: the most pages."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

# Imported here, not when the first stream is met: that is too late for a child.
from pypdf import PdfReader, PdfWriter
from pypdf.filters import decode_stream_data
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
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
# Of a note also who wrote it and when; its words are on the page only where they are its text (12.5.6.6).
NOT_COPIED_OF_NOTES = ("/T", "/Subj", "/M", "/CreationDate", "/NM", "/Popup", "/IRT")
NOT_COPIED_OF_HIDDEN_NOTES = ("/Contents", "/RC")
PHOTOS = {"/DCTDecode", "/JPXDecode"}
# What a picture needs of the segments of a JPEG that are meant for programs, by marker: the size, colours, their order.
NEEDED = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_AFTER_PIXELS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# The boxes of a JPEG 2000 file that a picture needs (ISO 15444-1, annex I; 15444-2, annex M).
PICTURE = {b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jpch", b"jplh", b"jp2c"}


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
        is_page, is_note = each.get("/Type") == "/Page", "/Rect" in each
        gone = NOT_COPIED + (NOT_COPIED_OF_PAGES if is_page or is_note else ())
        if is_note and not is_page:
            gone += NOT_COPIED_OF_NOTES
            gone += () if each.get("/Subtype") == "/FreeText" else NOT_COPIED_OF_HIDDEN_NOTES
        for key in gone:
            if key in each:
                del each[NameObject(key)]
        if isinstance(each, StreamObject):
            _strip_photo(each)


def _strip_photo(stream: StreamObject) -> None:
    """The last filter says what it is; those around it are taken off, so that nothing hides behind them."""
    given = stream.get("/Filter", NullObject()).get_object()
    filters = [name.get_object() for name in given] if isinstance(given, ArrayObject) else [given]
    if PHOTOS.isdisjoint(filters):
        return
    if not PHOTOS.isdisjoint(filters[:-1]):
        raise ValueError("a photo is not what other filters read")
    data = decode_stream_data(stream)
    stream._data = without_camera(data) if filters[-1] == "/DCTDecode" else without_boxes(data)
    stream[NameObject("/Filter")] = filters[-1]
    parameters = stream.get("/DecodeParms", NullObject()).get_object()
    if isinstance(parameters, ArrayObject):
        stream[NameObject("/DecodeParms")] = parameters[-1].get_object()


def without_camera(jpeg: bytes) -> bytes:
    """One JPEG without what the camera said: EXIF and XMP with place and time, its maker's notes, small pictures,
    comments; and without what stands behind its end, e.g. a second picture."""
    if jpeg[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG")
    kept, at = [jpeg[:2]], 2
    while True:
        while jpeg[at + 1 : at + 2] == b"\xff":  # any number of these may stand before a marker
            at += 1
        if jpeg[at : at + 1] != b"\xff" or at + 4 > len(jpeg) or (mark := jpeg[at + 1]) == 0xD9:
            return b"".join([*kept, b"\xff\xd9"])
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if mark == 0xDA:  # the pixels of one scan, up to the next marker
            behind = _AFTER_PIXELS.search(jpeg, end)
            end = behind.start() if behind else len(jpeg)
        is_for_programs = 0xE0 <= mark <= 0xEF or mark == 0xFE
        if not is_for_programs or (mark in NEEDED and jpeg.startswith(NEEDED[mark], at + 4)):
            kept.append(jpeg[at:end])
        at = end


def without_boxes(jpx: bytes) -> bytes:
    """A JPEG 2000 file without the boxes that hold words; a bare codestream has none."""
    if jpx[:4] == b"\xff\x4f\xff\x51":
        return jpx
    kept, at = [], 0
    while at + 8 <= len(jpx):
        size, kind = int.from_bytes(jpx[at : at + 4], "big"), jpx[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(jpx[at + 8 : at + 16], "big")
        end = at + size if size else len(jpx)
        if end < at + 8:
            raise ValueError("not a JPEG 2000 file")
        if kind in PICTURE:
            kept.append(jpx[at:end])
        at = end
    return b"".join(kept)


def _blank() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100).compress_content_streams()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


if __name__ == "__main__":
    answer(_blank(), ["1"])  # the library imports some of its parts at their first use
    serve(answer)
