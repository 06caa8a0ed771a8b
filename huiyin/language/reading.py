"""A text read once for every check: parts, words of the lexicons, times, quantities, quotations, titles, names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from huiyin.language.dates import TimeMention, find_times
from huiyin.language.enclosed import Range, Ranges, find_quotes, find_titles
from huiyin.language.lexicons import Hit, Lexicons
from huiyin.language.normalise import Normalised, fold
from huiyin.language.sentences import Part, on_boundaries, split_sentences
from huiyin.language.units import BareNumber, Quantity, find_quantities
from huiyin.language.wordlists import word_lists

_WORDS = word_lists("checks/words.toml")
# Words by which somebody else's words are introduced, and by which a quotation is taken up as a matter.
_SAID_BEFORE = re.compile(rf"(?:{_WORDS['said_before'].source})[的为是:,]{{0,2}}$")
_TAKEN_UP_AFTER = re.compile(rf"[等这]?的?(?:{_WORDS['taken_up_after'].source})")
_LONG_QUOTE = 14
_NAME_TAIL = _WORDS["name_tail"].pattern
_BOASTS = frozenset({"total", "superlative", "praise", "effect", "never"})
_NEGATED_BEFORE = re.compile(
    rf"(?:{_WORDS['denied_before'].source})(?:{_WORDS['denied_through'].source})?\s?$"
)
_NEGATION_ENDS = frozenset(
    {" ", *(term[-1] for name in ("denied_before", "denied_through") for term in _WORDS[name].terms)}
)


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


_T = TypeVar("_T", bound=_Placed)


class Statement(NamedTuple):
    """One part of the folded text with everything found in it; offsets are those of the folded text."""

    part: Part
    text: str
    hits: tuple[Hit, ...]
    negated: tuple[Hit, ...]
    quoted: tuple[Hit, ...]
    times: tuple[TimeMention, ...]
    quantities: tuple[Quantity, ...]
    bare_numbers: tuple[BareNumber, ...]
    titles: tuple[Range, ...]
    quotes: tuple[Range, ...]

    def written(self, start: int, end: int) -> str:
        return self.text[start - self.part.start : end - self.part.start]


@dataclass(frozen=True)
class Reading:
    source: str
    folded: Normalised
    statements: tuple[Statement, ...]

    def span(self, start: int, end: int) -> Range:
        """Offsets of the source, on character boundaries."""
        if start >= end:
            return Range(0, 0)
        return Range(*on_boundaries(self.source, *self.folded.span(start, end)))


def read(text: str, lexicons: Lexicons) -> Reading:
    """Linear in the length of the text; never raises."""
    folded = fold(text)
    whole = folded.text
    parts = split_sentences(whole)
    times = find_times(whole)
    quantities, bare_numbers = find_quantities(whole, times)
    titles, quotes = find_titles(whole), find_quotes(whole)
    others_words = Ranges(quote for quote in quotes if _is_somebody_elses(whole, quote))
    inside_title = Ranges(titles)
    has_titles, has_others_words = bool(inside_title), bool(others_words)
    hits: list[Hit] = []
    negated: list[Hit] = []
    quoted: list[Hit] = []
    for hit in lexicons.find(whole):
        if has_titles and inside_title.holds(hit.start):
            continue
        if hit.group in _BOASTS and _NAME_TAIL.match(whole, hit.end):
            continue
        if has_others_words and others_words.holds(hit.start):
            quoted.append(hit)
        elif whole[hit.start - 1 : hit.start] in _NEGATION_ENDS and _NEGATED_BEFORE.search(
            whole, max(0, hit.start - 6), hit.start
        ):
            negated.append(hit)
        else:
            hits.append(hit)
    starts = [part.start for part in parts]
    columns = zip(
        parts,
        (whole[part.start : part.end] for part in parts),
        _by_part(hits, parts, starts),
        _by_part(negated, parts, starts),
        _by_part(quoted, parts, starts),
        _by_part(times, parts, starts),
        _by_part(quantities, parts, starts),
        _by_part(bare_numbers, parts, starts),
        _by_part(titles, parts, starts),
        _by_part(quotes, parts, starts),
        strict=True,
    )
    statements = tuple(Statement(*row) for row in columns)
    return Reading(text, folded, statements)


def _is_somebody_elses(text: str, quote: Range) -> bool:
    """A resident's words, not a word set in quotation marks for stress."""
    start, end = quote
    if end - start > _LONG_QUOTE or _TAKEN_UP_AFTER.match(text, end):
        return True
    return _SAID_BEFORE.search(text, max(0, start - 8), start) is not None


def _by_part(found: Sequence[_T], parts: Sequence[Part], starts: Sequence[int]) -> list[tuple[_T, ...]]:
    """What begins in each part; `found` is in order, `starts` are those of the parts."""
    shared: list[tuple[_T, ...]] = [()] * len(parts)
    at, count = 0, len(found)
    while at < count:
        index = bisect_right(starts, found[at].start) - 1
        first = at
        at += 1
        if index < 0 or found[first].start >= parts[index].end:  # between the parts
            continue
        end = parts[index].end
        while at < count and found[at].start < end:
            at += 1
        shared[index] = tuple(found[first:at])
    return shared
