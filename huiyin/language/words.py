"""Chinese words for search and comparison: tokens, what goes into tsvector('simple'), and a sort key for names."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import rjieba

_DATA = Path(__file__).parent / "data"
_HAN = re.compile(r"[\u3400-\u9fff]+")


@cache
def stop_words() -> frozenset[str]:
    """Words that carry no matter: particles, greetings, numbers of politeness (data/stop_words.txt)."""
    lines = (_DATA / "stop_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def tokens(text: str) -> list[str]:
    """Words of a text in order, folded (NFKC, lower case), without punctuation; long words also by their parts."""
    return [word for word in rjieba.cut_for_search(_folded(text)) if word[0].isalnum()]


def pairs(text: str) -> list[str]:
    """Every two neighbouring Chinese characters."""
    return [run[at : at + 2] for run in _HAN.findall(_folded(text)) for at in range(len(run) - 1)]


def search_vector_text(text: str) -> str:
    """What is indexed, separated by spaces, for PostgreSQL's `to_tsvector('simple', …)`.

    Tokens, and every pair of characters: 没人修飞线充电 is cut as 修飞线, and 飞线 shall find it all the same.
    """
    return " ".join(dict.fromkeys([*tokens(text), *pairs(text)]))


def query_tokens(text: str) -> list[str]:
    """What must all be found: no stop words, Chinese words by their pairs; single characters only alone."""
    found = tokens(text)
    wanted: list[str] = []
    for word in found:
        if word in stop_words():
            continue
        if not _HAN.fullmatch(word):
            wanted.append(word)
        elif len(word) > 1:
            wanted += pairs(word)
    return list(dict.fromkeys(wanted or pairs(text) or found))


def sort_key(name: str) -> str:
    """A stored key that sorts names nearly by pinyin, numbers by their value; at most 240 characters.

    GB 2312 lists its 3,755 common characters by pinyin and GB 18030 keeps their codes; rarer characters follow.
    C.UTF-8 alone would sort by code point.
    """
    parts: list[str] = []
    for piece in re.findall(r"[0-9]+|.", _folded(name.strip())):
        if piece.isascii():
            parts.append("1" + piece.lstrip("0").zfill(6) if piece.isdigit() else f"3{ord(piece):02x}")
            continue
        code = piece.encode("gb18030", "replace")
        is_common = len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1
        parts.append(("5" if is_common else "9") + code.hex())
    return "".join(parts)[:240]


def words_of_a_line(text: str) -> list[str]:
    """The text as written, cut where a line may end: after a word with the figures before it and the marks after it."""
    parts: list[str] = []
    for word in rjieba.cut(text):
        is_mark = not (word[0].isalnum() or word[0].isspace()) and word[0] not in "“‘（《"
        if parts and (
            is_mark or parts[-1][-1] in "“‘（《" or (parts[-1].isdecimal() and not word[0].isspace())
        ):
            parts[-1] += word
        else:
            parts.append(word)
    return parts
