"""A PDF on standard input, a clean copy on standard output: pages only. Argument: the most pages."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from pypdf import PdfReader, PdfWriter
from pypdf.filters import decode_stream_data
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
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
# Of a note: who wrote it and when (12.5.6.2), and the bubble that a click opens.
NOT_COPIED_OF_NOTES = ("/T", "/Subj", "/M", "/CreationDate", "/NM", "/Popup", "/RC", "/IRT")
BUBBLES = ("/Popup", "/Text")

# Marks of a JPEG (ITU-T T.81, table B.1), those of them that have no length, and of what programs add the parts that
# stay: the frame of the picture, its colour profile, how its colours are meant.
SOI, EOI, SOS, COMMENT = b"\xff\xd8", 0xD9, 0xDA, 0xFE
PROGRAMS = range(0xE0, 0xF0)
BARE_MARKS = {0x00, 0x01, 0xD8, *range(0xD0, 0xD8)}
NEEDED = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# JPEG 2000 (ITU-T T.800): how a bare codestream begins, its marks, the boxes of a file that its pixels need.
CODESTREAM, TILE, REMARK = b"\xff\x4f\xff\x51", 0x90, 0x64
JPX_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}


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
        _leave_out(each, NOT_COPIED)
        if is_page or is_note:
            _leave_out(each, NOT_COPIED_OF_PAGES)
        if is_note:
            _leave_out(each, NOT_COPIED_OF_NOTES)
            # Of those with free text the words stand on the page itself.
            if not is_page and each.get("/Subtype") != "/FreeText":
                _leave_out(each, ("/Contents",))
        notes = each.get("/Annots", NullObject()).get_object()
        if is_page and isinstance(notes, ArrayObject):
            shown = [note for note in notes if note.get_object().get("/Subtype") not in BUBBLES]
            each[NameObject("/Annots")] = ArrayObject(shown)
        if isinstance(each, StreamObject):
            _strip_picture(each)


def _leave_out(found: DictionaryObject, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in found:
            del found[NameObject(key)]


def _strip_picture(stream: StreamObject) -> None:
    """A photo is unpacked from whatever it is wrapped in, and rewritten without what the camera said."""
    filters = stream.get("/Filter", ArrayObject()).get_object()
    names = [each.get_object() for each in filters] if isinstance(filters, ArrayObject) else [filters]
    rewrite = PHOTOS.get(str(names[-1])) if names else None
    if rewrite is None:
        return
    parameters = stream.get("/DecodeParms", NullObject()).get_object()
    if len(names) > 1:
        wrapped = EncodedStreamObject()
        wrapped[NameObject("/Filter")] = ArrayObject(names[:-1])
        if isinstance(parameters, ArrayObject):
            wrapped[NameObject("/DecodeParms")] = ArrayObject(parameters[: len(names) - 1])
        wrapped._data = stream._data
        stream._data = decode_stream_data(wrapped)
    stream[NameObject("/Filter")] = names[-1]
    if isinstance(parameters, ArrayObject):
        del stream[NameObject("/DecodeParms")]
        if len(parameters) == len(names) and isinstance(parameters[-1], DictionaryObject):
            stream[NameObject("/DecodeParms")] = parameters[-1]
    stream._data = rewrite(stream._data)


def jpeg_without_camera(data: bytes) -> bytes:
    """The first JPEG in the data with only the parts its pixels need: no EXIF, XMP, comment, no second picture.

    Between the parts of a JPEG there may be any number of fill bytes, and a progressive one has parts after its first
    pixels (ITU-T T.81, B.1.1).
    """
    start = data.find(SOI)
    if start < 0:
        return b""
    kept, at = [SOI], start + 2
    while (at := data.find(b"\xff", at)) >= 0:
        while at < len(data) and data[at] == 0xFF:
            at += 1
        mark = data[at] if at < len(data) else EOI
        at += 1
        if mark == EOI:
            break
        if mark in BARE_MARKS:
            continue
        end = at + int.from_bytes(data[at : at + 2], "big")
        part = data[at:end]
        if mark == SOS:
            end = _end_of_pixels(data, end)
            part = data[at:end]
        is_added = mark in PROGRAMS or mark == COMMENT
        if not is_added or (mark in NEEDED and part[2:].startswith(NEEDED[mark])):
            kept.append(bytes((0xFF, mark)) + part)
        at = max(end, at + 2)
    return b"".join([*kept, bytes((0xFF, EOI))])


def _end_of_pixels(data: bytes, at: int) -> int:
    """Where the next part begins: a 0xFF that is neither a value of the pixels (00), a restart nor a fill byte."""
    while (at := data.find(b"\xff", at)) >= 0:
        follows = data[at + 1] if at + 1 < len(data) else EOI
        if follows != 0x00 and not 0xD0 <= follows <= 0xD7 and follows != 0xFF:
            return at
        at += 1 if follows == 0xFF else 2
    return len(data)


def jpx_without_camera(data: bytes) -> bytes:
    """A JPEG 2000 with the boxes its pixels need, without XML, UUID (EXIF, XMP) and comments (ITU-T T.800, I.4)."""
    if data.startswith(CODESTREAM):
        return _without_comments(data)
    kept, at = [], 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        head = 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        end = at + length if length else len(data)
        if end < at + head:
            break
        if kind in JPX_BOXES:
            body = data[at + head : end]
            body = _without_comments(body) if kind == b"jp2c" else body
            kept.append((len(body) + 8).to_bytes(4, "big") + kind + body)
        at = end
    return b"".join(kept)


def _without_comments(stream: bytes) -> bytes:
    """The main header of a codestream without its comments; the tiles as they are."""
    kept, at = [stream[:2]], 2
    while at + 4 <= len(stream) and stream[at] == 0xFF and stream[at + 1] != TILE:
        end = at + 2 + max(2, int.from_bytes(stream[at + 2 : at + 4], "big"))
        if stream[at + 1] != REMARK:
            kept.append(stream[at:end])
        at = end
    return b"".join([*kept, stream[at:]])


PHOTOS = {"/DCTDecode": jpeg_without_camera, "/DCT": jpeg_without_camera, "/JPXDecode": jpx_without_camera}


def _blank() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100).compress_content_streams()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


if __name__ == "__main__":
    answer(_blank(), ["1"])  # the library imports some of its parts at their first use
    serve(answer)
