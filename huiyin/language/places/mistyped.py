"""Long names with one wrong character: half of the name is right then, and by it the name is found."""

from __future__ import annotations

from collections.abc import Iterable
from operator import ne

_SHORTEST_TO_MISTYPE = 5
_SHORTEST_FOR_ALIKE = 4
_ALIKE_WITHIN = 12  # places in the pinyin order of GB 2312
_MOST_ALIKE = 30  # names with the same half; 小区 and 国际 tell nothing
_NEVER_MISTYPED = frozenset("一二三四五六七八九十东南西北0123456789")


def halves_of(names: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """Half of a long name → the names with it and where it begins in them."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name in names:
        if len(name) >= _SHORTEST_FOR_ALIKE:
            middle = len(name) // 2
            found.setdefault(name[:middle], []).append((name, 0))
            found.setdefault(name[middle:], []).append((name, middle))
    return {half: whose for half, whose in found.items() if len(whose) <= _MOST_ALIKE}


def is_mistyped(name: str, piece: str) -> bool:
    """Whether a piece of the same length is the name but for one character that may stand for the right one."""
    if sum(map(ne, name, piece)) != 1:
        return False
    meant, typed = next((a, b) for a, b in zip(name, piece, strict=True) if a != b)
    if meant in _NEVER_MISTYPED or typed in _NEVER_MISTYPED or not "\u4e00" <= typed <= "\u9fff":
        return False
    alike = abs(_pinyin_order(meant) - _pinyin_order(typed)) <= _ALIKE_WITHIN
    return len(name) >= (_SHORTEST_FOR_ALIKE if alike else _SHORTEST_TO_MISTYPE)


def _pinyin_order(char: str) -> int:
    """GB 2312 lists its common characters by sound; one that is not among them is like no other."""
    code = char.encode("gb2312", "ignore")
    is_common = len(code) == 2 and 0xB0 <= code[0] <= 0xD7
    return (code[0] - 0xB0) * 94 + code[1] - 0xA1 if is_common else -1000 - ord(char) * 100
