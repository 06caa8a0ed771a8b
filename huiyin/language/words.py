"""Chinese words for search and comparison: tokens, what goes into tsvector('simple'), and a sort key for names."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import rjieba

_DATA = Path(__file__).parent / "data"


@cache
def stop_words() -> frozenset[str]:
    """Words that carry no matter: particles, greetings, numbers of politeness (data/stop_words.txt)."""
    lines = (_DATA / "stop_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def tokens(text: str) -> list[str]:
    """Words of a text in order, folded (NFKC, lower case), without punctuation; long words also by their parts."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return [word for word in rjieba.cut_for_search(folded) if word[0].isalnum()]


def search_vector_text(text: str) -> str:
    """What is indexed: every token, separated by spaces, for PostgreSQL's `to_tsvector('simple', …)`."""
    return " ".join(tokens(text))


def query_tokens(text: str) -> list[str]:
    """What is searched for: tokens without stop words; all of them only if nothing else is left."""
    found = list(dict.fromkeys(tokens(text)))
    return [word for word in found if word not in stop_words()] or found


def sort_key(name: str) -> str:
    """A stored key that sorts Chinese names nearly by pinyin: GB 18030 puts the 3,755 commonest characters so.

    Digits and Latin letters come first; rarer characters follow by radical. C.UTF-8 alone would sort by code point.
    """
    return unicodedata.normalize("NFKC", name).lower().encode("gb18030").hex()
