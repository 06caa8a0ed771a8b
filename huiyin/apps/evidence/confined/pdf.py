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

from huiyin.apps.evidence.confined.inline import strip_drawing
from huiyin.apps.evidence.confined.photos import PHOTOS
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
            strip_drawing(each)


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


def _blank() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100).compress_content_streams()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


if __name__ == "__main__":
    answer(_blank(), ["1"])  # the library imports some of its parts at their first use
    serve(answer)
