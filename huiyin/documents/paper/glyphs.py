"""Which characters our fonts can draw, and text made safe to print: nothing unseen, no empty boxes, room to break."""

from __future__ import annotations

import mmap
import re
import struct
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

SANS_PACKAGE, SANS_FILE, SANS_FACE = "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 2
SERIF_PACKAGE, SERIF_FILE = "pylopdf_fonts_zh_cn", "NotoSerifSC-Regular.otf"
"""Face 2 of the collection is Noto Sans CJK SC, the face of every text the serif of the titles cannot draw."""
MISSING = "〓"
"""What Chinese printers set for a sort they lack: a rare name stays visibly a name."""
LONGEST_RUN = 12
_BREAK = "\u200b"

_LINE_ENDS = re.compile("[\r\n\x0b\x0c\x85\u2028\u2029]+")
# Where no line may end: Latin words, addresses, and marks that must not begin or end a line; not between Hanzi.
_UNBROKEN = re.compile(
    rf"[^\s\u3003-\u3007\u3021-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{{{LONGEST_RUN}}}"
)


class FontsMissing(RuntimeError):
    """The packages with the fonts are not installed."""


def font_folders() -> list[Path]:
    """The folders typst reads its fonts from. Raises FontsMissing."""
    return [_folder(SANS_PACKAGE), _folder(SERIF_PACKAGE)]


def printable(text: str) -> str:
    """The text as it can be printed.

    Control and direction marks go, marks above letters are joined with them or go, signs no font has (emoji) go,
    letters no font has become 〓; a long run without a place to break gets some.
    """
    if text.isascii() and text.isprintable():
        return _with_breaks(text)
    drawn = drawable()
    kept = []
    for letter in unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)):
        kind = unicodedata.category(letter)
        if letter == "\n":
            kept.append(letter)
        elif letter == "\t" or kind == "Zs":
            kept.append(letter if letter in drawn else " ")
        elif kind[0] in "CM":
            continue
        elif letter in drawn:
            kept.append(letter)
        elif kind[0] in "LN":
            kept.append(MISSING)
    return _with_breaks("".join(kept))


def breakable_address(address: str) -> str:
    """An address of ours: a line may end after a slash, not within a word."""
    return address.replace("/", f"/{_BREAK}").replace(f"/{_BREAK}/{_BREAK}", "//")


@lru_cache(maxsize=1)
def drawable() -> frozenset[str]:
    """Every character Noto Sans CJK SC has a picture for: 44,810, all of GB 18030 level 2 among them."""
    with (_folder(SANS_PACKAGE) / SANS_FILE).open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    with data:
        (start,) = struct.unpack_from(">I", data, 12 + 4 * SANS_FACE)
        return frozenset(_characters(data, _table(data, start, b"cmap")))


def _with_breaks(text: str) -> str:
    return _UNBROKEN.sub(lambda run: run[0] + _BREAK, text)


def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        missing = package.replace("_", "-")
        raise FontsMissing(f"缺少字体包 {missing}，请运行 make setup，或用 pip 安装它。")
    return Path(found.origin).parent


def _table(data: mmap.mmap, font: int, name: bytes) -> int:
    """Where a table of an OpenType font begins."""
    (count,) = struct.unpack_from(">H", data, font + 4)
    for at in range(font + 12, font + 12 + 16 * count, 16):
        tag, _checksum, offset, _length = struct.unpack_from(">4sIII", data, at)
        if tag == name:
            return int(offset)
    raise FontsMissing(f"字体文件里没有 {name.decode()} 表。")


def _characters(data: mmap.mmap, cmap: int) -> list[str]:
    """The characters of a format 12 subtable (OpenType: ranges of all of Unicode)."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for at in range(cmap + 4, cmap + 4 + 8 * count, 8):
        (offset,) = struct.unpack_from(">I", data, at + 4)
        table = cmap + offset
        if struct.unpack_from(">H", data, table)[0] != 12:
            continue
        (groups,) = struct.unpack_from(">I", data, table + 12)
        ranges = struct.iter_unpack(">III", data[table + 16 : table + 16 + 12 * groups])
        return [chr(code) for first, last, _glyph in ranges for code in range(first, last + 1)]
    raise FontsMissing("字体文件里没有完整的字符表。")
