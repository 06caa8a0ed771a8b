"""Photos written into the very words that draw a page (ISO 32000-2, 8.9.7), without what the camera said."""

from __future__ import annotations

import re
import zlib

from pypdf.errors import PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, EncodedStreamObject, NameObject, StreamObject

from huiyin.apps.evidence.confined.photos import jpeg_without_camera

# What surely draws nothing: pictures, fonts, functions, tables of characters, colour profiles.
NO_DRAWINGS = ("/Length1", "/FunctionType", "/ShadingType", "/CMapName", "/N", "/BitsPerComponent")
_IMAGE = re.compile(rb"(?<![^\s\]>)])BI(?=[\s/])(?P<settings>[^()]{2,400}?)\sID[ \r\n\t]", re.DOTALL)
_FILTER = re.compile(rb"/(?:Filter|F)\s*(?P<names>\[[^\]]*\]|/[^\s/\[\]<>()]+)")
_NAME = re.compile(rb"/([^\s/\[\]<>()]+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Of the filters before the photo, and how long the data was: neither is true any more.
_UNTRUE = re.compile(rb"/(?:DecodeParms|DP)\s*(?:\[.*?\]|<<.*?>>|null)|/(?:Length|L)\s+\d+", re.DOTALL)
# The short names that are written here (table 92), and what tells where data so packed ends.
_LONG = {
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode",
    "/DCT": "/DCTDecode",
}
_ENDS = {
    "/DCTDecode": re.compile(rb"\xff\xd9(?P<after>\s*)EI(?![\w])"),
    "/ASCII85Decode": re.compile(rb"~>(?P<after>\s*)EI(?![\w])"),
    "/ASCIIHexDecode": re.compile(rb">(?P<after>\s*)EI(?![\w])"),
}
_ANY_END = re.compile(rb"(?P<after>\s)EI(?![\w])")


def strip_drawing(stream: StreamObject) -> None:
    """Rewrite the words that draw a page, a form or a pattern, where photos are written into them."""
    if any(key in stream for key in NO_DRAWINGS):
        return
    try:
        words = stream.get_data()
    except (PyPdfError, NotImplementedError):  # what cannot be unpacked draws nothing
        return
    clean = without_camera(words)
    if clean != words:
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        if "/DecodeParms" in stream:
            del stream[NameObject("/DecodeParms")]
        stream._data = zlib.compress(clean)


def without_camera(words: bytes) -> bytes:
    """The same words; each photo among them unpacked and with only the parts its pixels need."""
    kept, at = [], 0
    for image in _IMAGE.finditer(words):
        told = _FILTER.search(image["settings"])
        names = [_name(each) for each in _NAME.findall(told["names"])] if told else []
        if told is None or names[-1:] != ["/DCTDecode"] or image.start() < at:
            continue
        end = _ENDS.get(names[0], _ANY_END).search(words, image.end())
        if end is None:
            continue
        photo = jpeg_without_camera(_unpacked(words[image.end() : end.start("after")], names[:-1]))
        settings = _UNTRUE.sub(b"", image["settings"].replace(told[0], b""))
        kept += [words[at : image.start()], b"BI", settings, b" /F /DCT ID ", photo, b"\n"]
        at = end.end("after")
    return b"".join([*kept, words[at:]])


def _name(written: bytes) -> str:
    """/D#43T is /DCT, which is short for /DCTDecode."""
    name = "/" + _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), written).decode("latin-1")
    return _LONG.get(name, name)


def _unpacked(data: bytes, filters: list[str]) -> bytes:
    if not filters:
        return data
    wrapped = EncodedStreamObject()
    wrapped[NameObject("/Filter")] = ArrayObject(NameObject(each) for each in filters)
    wrapped._data = data
    return bytes(decode_stream_data(wrapped))
