"""The exact masking of the few texts a kernel has picked out: the rules are asked only where one may match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.finding import KINDS, Covered, find_covered
from huiyin.language.kernels.scanning import Scanned, places_of
from huiyin.language.kernels.tables import patterns
from huiyin.language.masking import Span, mask_by_rounds, replaced
from huiyin.language.normalise import Normalised, normalise
from huiyin.language.personal.searching import Search, SearchAt, matches_at

_LABEL = "〔"
_NOT_FAMILIES = frozenset({"gates", "labels"})
_IN_STRETCHES = frozenset({"gates", "rooms"})
"""Their patterns are not matched in the text as a whole."""


def masked(data: npt.NDArray[np.uint8], start: npt.NDArray[Any], scanned: Scanned) -> dict[int, str]:
    """Row → text as `mask` leaves it, for the rows it changes, in order. Row i is data[start[i]:start[i + 1]]."""
    whole = data.data
    rows = scanned.changing.tolist()
    texts = [str(whole[start[row] : start[row + 1]], "utf-8") for row in rows]
    covered = find_covered(scanned.codes, scanned.codes_end, scanned.place, scanned.bits, scanned.places_end)
    asked = np.flatnonzero(covered.asks).tolist()
    after = dict(_with_words_put_in(texts, covered))
    after |= _asked([(at, texts[at]) for at in asked], scanned)
    return {row: after[at] for at, row in enumerate(rows) if after.get(at, texts[at]) != texts[at]}


def _with_words_put_in(texts: Sequence[str], covered: Covered) -> Iterator[tuple[int, str]]:
    """By the place among the texts, where kernels have found something."""
    ends = covered.ends.tolist()
    last = ends[-1] if ends else 0
    kinds = map(KINDS.__getitem__, covered.kind[:last].tolist())
    spans = list(map(Span, covered.start[:last].tolist(), covered.end[:last].tolist(), kinds))
    start = 0
    for at, (text, end) in enumerate(zip(texts, ends, strict=True)):
        if start < end:
            yield at, replaced(text, sorted(spans[start:end]))
            start = end


def _asked(asked: Sequence[tuple[int, str]], scanned: Scanned) -> dict[int, str]:
    """What the rules themselves say of some of the scanned texts, each given with its place among them."""
    forms = {at: _form(at, text, scanned) for at, text in asked}
    searches = {forms[at].text: _search(forms[at].text, _found(at, scanned)) for at, _ in asked}
    masking = {
        at: mask_by_rounds(text, forms[at])
        for at, text in asked
        if searches[forms[at].text] is not None or _LABEL in text
    }
    results: dict[int, str] = {}
    reading = {at: next(rounds) for at, rounds in masking.items()}
    while reading:
        # What masking has made of a text is scanned anew, with all others at once.
        unknown = [text for text in dict.fromkeys(reading.values()) if text not in searches]
        searches.update(zip(unknown, map(_search, unknown, places_of(unknown)), strict=True))
        still_reading: dict[int, str] = {}
        for at, text in reading.items():
            try:
                still_reading[at] = masking[at].send(searches[text])
            except StopIteration as done:
                results[at] = done.value
        reading = still_reading
    return results


def _form(at: int, text: str, scanned: Scanned) -> Normalised:
    start, end = scanned.codes_end[at - 1] if at else 0, scanned.codes_end[at]
    if start == end:
        return normalise(text)
    return Normalised(scanned.codes[start:end].tobytes().decode("utf-32-le"), len(text), None)


def _found(at: int, scanned: Scanned) -> list[tuple[int, int]]:
    start, end = scanned.places_end[at - 1] if at else 0, scanned.places_end[at]
    return list(zip(scanned.place[start:end].tolist(), scanned.bits[start:end].tolist(), strict=True))


def _search(text: str, found: Sequence[tuple[int, int]]) -> Search | None:
    """How to search a text in which patterns may match at the places found; None where none does."""
    places: dict[int, list[int]] = {}
    for place, bits in found:
        for number in _numbers_of(bits):
            places.setdefault(number, []).append(place)
    families: set[str] = set()
    search = SearchAt(families)
    for number, at in places.items():
        family, pattern = patterns()[number]
        if family in _IN_STRETCHES:
            search.places[id(pattern)] = at
        elif matches := matches_at(pattern, text, at):
            search.matches[id(pattern)] = matches
        else:
            continue
        families.add(family)
    return search if families - _NOT_FAMILIES else None


@cache
def _numbers_of(bits: int) -> tuple[int, ...]:
    return tuple(number for number in range(bits.bit_length()) if bits >> number & 1)
