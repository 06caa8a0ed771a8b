"""The exact masking of the few texts a kernel has picked out: the rules are asked only where one may match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.finding import KINDS
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
    return dict(sorted([*_covered(data, start, scanned), *_asked(data, start, scanned)]))


def _covered(
    data: npt.NDArray[np.uint8], start: npt.NDArray[Any], scanned: Scanned
) -> Iterator[tuple[int, str]]:
    whole, first = data.data, 0
    ends = scanned.covered_end.tolist()
    last = ends[-1] if ends else 0
    kinds = map(KINDS.__getitem__, scanned.kind[:last].tolist())
    spans = list(map(Span, scanned.start[:last].tolist(), scanned.end[:last].tolist(), kinds))
    for row, end in zip(scanned.covered.tolist(), ends, strict=True):
        yield row, replaced(str(whole[start[row] : start[row + 1]], "utf-8"), sorted(spans[first:end]))
        first = end


def _asked(
    data: npt.NDArray[np.uint8], start: npt.NDArray[Any], scanned: Scanned
) -> Iterator[tuple[int, str]]:
    """What the rules themselves say of the texts that are left to them."""
    whole = data.data
    texts = {row: str(whole[start[row] : start[row + 1]], "utf-8") for row in scanned.changing.tolist()}
    forms = dict(zip(texts, _forms(texts, scanned), strict=True))
    searches = {
        form.text: _search(form.text, found)
        for form, found in zip(forms.values(), _found(scanned), strict=True)
    }
    masking = {
        row: mask_by_rounds(text, forms[row])
        for row, text in texts.items()
        if searches[forms[row].text] is not None or _LABEL in text
    }
    results: dict[int, str] = {}
    reading = {row: next(rounds) for row, rounds in masking.items()}
    while reading:
        # What masking has made of a text is scanned anew, with all others at once.
        unknown = [text for text in dict.fromkeys(reading.values()) if text not in searches]
        searches.update(zip(unknown, map(_search, unknown, places_of(unknown)), strict=True))
        still_reading: dict[int, str] = {}
        for row, text in reading.items():
            try:
                still_reading[row] = masking[row].send(searches[text])
            except StopIteration as done:
                results[row] = done.value
        reading = still_reading
    return ((row, after) for row, after in results.items() if after != texts[row])


def _forms(texts: Mapping[int, str], scanned: Scanned) -> list[Normalised]:
    found: list[Normalised] = []
    ends = scanned.codes_end.tolist()
    whole = scanned.codes[: ends[-1] if ends else 0].tobytes().decode("utf-32-le")
    start = 0
    for text, end in zip(texts.values(), ends, strict=True):
        found.append(Normalised(whole[start:end], end - start, None) if end > start else normalise(text))
        start = end
    return found


def _found(scanned: Scanned) -> Iterator[list[tuple[int, int]]]:
    ends = scanned.places_end.tolist()
    last = ends[-1] if ends else 0
    found = list(zip(scanned.place[:last].tolist(), scanned.bits[:last].tolist(), strict=True))
    start = 0
    for end in ends:
        yield found[start:end]
        start = end


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
