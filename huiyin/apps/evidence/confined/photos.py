"""Photos as they lie in a PDF, without what the camera and programs said of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

# Marks of a JPEG (ITU-T T.81, table B.1), those of them that have no length, and of what programs add the parts that
# stay: the frame of the picture, its colour profile, how its colours are meant.
SOI, EOI, SOS, COMMENT = b"\xff\xd8", 0xD9, 0xDA, 0xFE
PROGRAMS = range(0xE0, 0xF0)
BARE_MARKS = {0x00, 0x01, 0xD8, *range(0xD0, 0xD8)}
NEEDED = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# JPEG 2000 (ITU-T T.800): how a bare codestream begins, its marks, the boxes of a file that its pixels need.
CODESTREAM, TILE, REMARK = b"\xff\x4f\xff\x51", 0x90, 0x64
JPX_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}


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


PHOTOS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "/DCTDecode": jpeg_without_camera,
    "/DCT": jpeg_without_camera,
    "/JPXDecode": jpx_without_camera,
}
