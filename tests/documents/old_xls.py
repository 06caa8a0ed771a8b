"""Writes the smallest XLS (BIFF8 in a compound file) that Excel itself would open, for tests."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def an_xls(rows: Sequence[Sequence[str | float]]) -> bytes:
    return _compound("Workbook", _workbook(rows))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _workbook(rows: Sequence[Sequence[str | float]]) -> bytes:
    end = _record(0x000A, b"")
    name = "数据".encode("utf-16-le")
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    offset = len(begin) + 4 + 4 + 2 + 2 + len(name) + len(end)
    bound = _record(0x0085, struct.pack("<IBBBB", offset, 0, 0, 2, 1) + name)
    sheet = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))]
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            at = struct.pack("<HHH", y, x, 0)
            if isinstance(value, str):
                sheet.append(_record(0x0204, at + _text(value)))
            else:
                sheet.append(_record(0x0203, at + struct.pack("<d", value)))
    return begin + bound + end + b"".join(sheet) + end


def _compound(name: str, stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    fat = [_FAT, _END, *range(3, sectors + 2), _END]
    fat += [_FREE] * (128 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *([_FREE] * 108))

    def entry(title: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
        raw = (title + "\0").encode("utf-16-le") if title else b""
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, _FREE, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, _END, 0, 1) + entry(name, 2, 2, len(stream)) + 2 * entry("", 0, 0, 0)
    return header + struct.pack("<128I", *fat) + directory + stream
