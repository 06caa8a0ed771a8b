"""What the labelling sees of a statement: pairs of characters of its skeleton, and what its words and figures do.

A pair is known by the codes of its two characters; at the beginning and at the end of a statement it counts once more
under another number, for a sentence says what it claims where it ends. Traits are known by a hash of their name, which
is worked out once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from huiyin.language.dates import TimeKind
from huiyin.language.pairs import pairs
from huiyin.language.reading import Statement
from huiyin.language.sentences import Kind
from huiyin.language.units import Dimension
from huiyin.language.wordlists import word_lists

NEAR_AN_END = 11
"""Pairs at the beginning and at the end that count once more."""
_AT_THE_BEGINNING, _AT_THE_END = 0x80800000, 0x00800000
MOST_CHARS = 160
"""Characters of a statement that are read; what it says stands at its beginning."""
BOASTS = frozenset({"never", "total", "superlative", "praise"})
BOASTS_NOW = "boasts-now"
_TIME_MARK, _QUANTITY_MARK, _FIGURE_MARK, _TITLE_MARK, _QUOTE_MARK = (
    "\ue001",
    "\ue002",
    "\ue003",
    "\ue004",
    "\ue005",
)
_WORDS = word_lists("checks/words.toml")
_PHONE = re.compile(r"(?=\d)(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?[\d-]{7,}|\d{7,8}|123\d\d|96\d{3})(?!\d)")
_LAW_NUMBER = re.compile(r"〔\d{4}〕|\[\d{4}\]|第[一二三四五六七八九十百\d]+[条款项]|\(\d{4}\)\s*\d+\s*号")
_PLACE_NUMBER = re.compile(rf"\d(?:{_WORDS['place_number'].source})")
_LETTERS = re.compile(r"[a-zA-Z]+\d*")
_OWNER_NAMED = _WORDS["owner_named"].pattern
_LISTED = re.compile(
    rf"[一二三四五六七八九十]{{1,3}}[是、]|第[一二三四五六]|[(（]?\d{{1,2}}[)）.、]|{_WORDS['goes_on'].source}"
)
_BEGINNINGS = 6
_LONG_QUOTE = 14
_ENDS = "。；！？;!? "
_FIRST_TO_LAST = re.compile(
    r"([^,，;；:：。!！?？]*[,，;；:：。!！?？])(?:.*[,，;；:：。!！?？])?", re.DOTALL
)
"""The first clause, then everything before the last one."""


class Features(NamedTuple):
    """Ids of the n-grams and of the traits of one statement."""

    ngrams: Collection[int]
    traits: Collection[int]


def features_of_all(statements: Sequence[Statement]) -> list[Features]:
    """The statements of a text together: a step that is taken for all of them in a row costs much less."""
    ngrams = ngram_ids([skeleton(each) for each in statements])
    traits = [trait_ids(each) for each in statements]
    return list(map(Features, ngrams, traits))


def skeleton(statement: Statement) -> str:
    """The text with times, quantities, figures, titles and long quotations each as one mark."""
    text = statement.text
    marks = _marks(statement)
    if marks:
        offset, length = statement.part.start, len(text)
        pieces: list[str] = []
        done = 0
        for start, minus_end, mark in marks:
            if start - offset >= done:
                pieces += (text[done : start - offset], mark)
                done = min(-minus_end - offset, length)
        text = "".join(pieces) + text[done:]
    return _LETTERS.sub("a", text[:MOST_CHARS])


def _marks(statement: Statement) -> list[tuple[int, int, str]]:
    """Where each begins, minus where it ends, and its mark; in order, the longer one first where two begin together."""
    found: list[tuple[int, int, str]] = []
    if statement.times:
        found += [(each.start, -each.end, _TIME_MARK) for each in statement.times]
    if statement.quantities:
        found += [(each.start, -each.end, _QUANTITY_MARK) for each in statement.quantities]
    if statement.bare_numbers:
        found += [(each.start, -each.end, _FIGURE_MARK) for each in statement.bare_numbers]
    if statement.titles:
        found += [(start, -end, _TITLE_MARK) for start, end in statement.titles]
    if statement.quotes:
        found += [(start, -end, _QUOTE_MARK) for start, end in statement.quotes if end - start > _LONG_QUOTE]
    found.sort()
    return found


def ngram_ids(texts: Sequence[str]) -> list[set[int]]:
    """Of each text the pairs of neighbouring characters, marked at both ends, and again those near an end."""
    marked = [f"\ue010{text}\ue011".encode("utf-16-le", "surrogatepass") for text in texts]
    every = pairs(b"".join(marked), 2)
    found: list[set[int]] = []
    start = 0
    for text, units in zip(texts, marked, strict=True):
        end = start + len(units) // 2 - 1
        said_from, said_to = start + 1, end - 1 - (len(text) - len(text.rstrip(_ENDS)))
        ids = set(every[start:end])
        ids.update(
            [pair ^ _AT_THE_BEGINNING for pair in every[said_from : min(said_from + NEAR_AN_END, said_to)]]
        )
        ids.update([pair ^ _AT_THE_END for pair in every[max(said_from, said_to - NEAR_AN_END) : said_to]])
        found.append(ids)
        start = end + 1
    return found


@cache
def named(name: str) -> int:
    """The id of a trait."""
    return crc32(name.encode(), 0x5EED)


class _OfWord(NamedTuple):
    """The ids of what a group of words, a kind of time or a dimension may be in a statement."""

    there: int
    begins: int
    ends: int
    opens: int
    closes: int
    first: int
    last: int
    negated: int
    quoted: int


class _Words(dict[str, _OfWord]):
    def __missing__(self, name: str) -> _OfWord:
        places = ("", "begins:", "ends:", "opens:", "closes:", "first:", "last:", "not:", "quoted:")
        self[name] = _OfWord(*(named(f"{place}{name}") for place in places))
        return self[name]


class _Following(dict[tuple[str, str], int]):
    """The id of one group of words after another."""

    def __missing__(self, groups: tuple[str, str]) -> int:
        self[groups] = named(">".join(groups))
        return self[groups]


_GROUPS, _FOLLOWING = _Words(), _Following()
_TIMES = {kind: _GROUPS[f"time:{kind}"] for kind in TimeKind}
_UNITS = {dimension: _GROUPS[f"unit:{dimension}"] for dimension in Dimension}
_KINDS = {kind: named(f"kind:{kind}") for kind in Kind}
_LENGTHS = [named(f"length:{twelfths}") for twelfths in range(10)]
_COMMAS = [named(f"commas:{commas}") for commas in range(6)]
_FIGURE, _TITLE, _QUOTE = named("figure"), named("title"), named("quote")
_PHONED, _LAW_NAMED, _PLACED = named("phone"), named("law-number"), named("place-number")
_OWNED, _IN_A_LIST = named("owner-named"), named("listed")
_BOASTS_NOW = named(BOASTS_NOW)
_BOASTING = frozenset(map(named, BOASTS))
_FUTURE, _DONE, _DOCUMENT = named("future"), named("done"), named("document")
_DAYS = frozenset({_TIMES[TimeKind.DATE].there, _TIMES[TimeKind.PERIOD].there})
_DEADLINE = _TIMES[TimeKind.DEADLINE].there


def trait_ids(statement: Statement) -> set[int]:
    """Ids of what the statement has and where it stands, and of the pairs that decide its label."""
    found = _of_words(statement)
    text = statement.text
    if statement.bare_numbers:
        found.add(_FIGURE)
        if _PHONE.search(text):
            found.add(_PHONED)
    if statement.titles:
        found.add(_TITLE)
    if statement.quotes:
        found.add(_QUOTE)
    if _LAW_NUMBER.search(text):
        found.add(_LAW_NAMED)
    if (statement.bare_numbers or statement.quantities) and _PLACE_NUMBER.search(text):
        found.add(_PLACED)
    if _OWNER_NAMED.search(text):
        found.add(_OWNED)
    if _LISTED.match(text):
        found.add(_IN_A_LIST)
    if statement.part.kind is not Kind.SENTENCE:
        found.add(_KINDS[statement.part.kind])
    found.add(_LENGTHS[min(9, len(text) // 12)])
    found.add(_COMMAS[min(5, text.count(","))])
    if _FUTURE not in found and not _BOASTING.isdisjoint(found):
        found.add(_BOASTS_NOW)
    found.update(_decisive(found, bool(statement.quantities)))
    return found


def _of_words(statement: Statement) -> set[int]:
    """Which words, times and units there are, in the first and in the last clause, and which words follow which."""
    text, hits, offset = statement.text, statement.hits, statement.part.start
    first_to, last_from = _clauses(text)
    first_to, last_from = offset + first_to, offset + last_from
    begins_before, ends_from = offset + _BEGINNINGS, offset + len(text) - 2
    found: set[int] = set()
    add = found.add
    for start, end, group in hits:
        word = _GROUPS[group]
        add(word.there)
        if start < begins_before:
            add(word.begins)
        if end >= ends_from:
            add(word.ends)
        if start < first_to:
            add(word.first)
        if start >= last_from:
            add(word.last)
    if hits:
        add(_GROUPS[hits[0].group].opens)
        add(_GROUPS[hits[-1].group].closes)
        found.update([_FOLLOWING[one.group, other.group] for one, other in pairwise(hits)])
    found.update([_GROUPS[hit.group].negated for hit in statement.negated])
    found.update([_GROUPS[hit.group].quoted for hit in statement.quoted])
    for time in statement.times:
        word = _TIMES[time.kind]
        add(word.there)
        if time.start < first_to:
            add(word.first)
        if time.start >= last_from:
            add(word.last)
    for quantity in statement.quantities:
        word = _UNITS[quantity.dimension]
        add(word.there)
        if quantity.start >= last_from:
            add(word.last)
    return found


def _clauses(text: str) -> tuple[int, int]:
    """Where the first clause ends and where the last one begins; the last character parts nothing."""
    parted = _FIRST_TO_LAST.match(text, 0, len(text) - 1)
    return (parted.end(1), parted.end()) if parted else (len(text), 0)


def _decisive(found: set[int], has_quantity: bool) -> frozenset[int]:
    return _pairs_that_decide(
        ("future" if _FUTURE in found else "") + ("done" if _DONE in found else "") or "none",
        not _DAYS.isdisjoint(found),
        _DEADLINE in found,
        has_quantity,
        _DOCUMENT in found,
        _OWNED in found,
    )


@cache
def _pairs_that_decide(
    tense: str, has_day: bool, has_deadline: bool, has_quantity: bool, has_document: bool, has_owner: bool
) -> frozenset[int]:
    """Of the tense and of how firm the statement is; at most 128 sets, each made once."""
    firm = (has_day, has_deadline, has_quantity, has_document, has_owner)
    hard = "".join(str(int(each)) for each in firm)
    return frozenset(
        {
            named(f"tense:{tense}"),
            named(f"hard:{hard}"),
            named(f"tense:{tense}|hard:{hard}"),
            named(f"tense:{tense}|day:{int(has_day)}|unit:{int(has_quantity)}"),
        }
    )
