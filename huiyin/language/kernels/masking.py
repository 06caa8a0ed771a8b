"""The exact masking of the few texts a kernel has picked out: the rules are asked only where one may match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.scanning import Scanned, places_of
from huiyin.language.kernels.tables import patterns
from huiyin.language.masking import mask_by_rounds
from huiyin.language.normalise import Normalised, normalise
from huiyin.language.personal.searching import Search, SearchAt

_NOT_FAMILIES = frozenset({"gates", "labels"})


def masked(data: npt.NDArray[np.uint8], start: npt.NDArray[Any], scanned: Scanned) -> dict[int, str]:
    """Row → text as `mask` leaves it, for the rows it changes, in order. Row i is data[start[i]:start[i + 1]]."""
    whole = data.data
    texts = {row: str(whole[start[row] : start[row + 1]], "utf-8") for row in scanned.changing.tolist()}
    forms = _forms(texts, scanned)
    found_in = {form.text: found for form, found in zip(forms, _found(scanned), strict=True)}
    masking = {
        row: mask_by_rounds(text, form) for (row, text), form in zip(texts.items(), forms, strict=True)
    }
    results: dict[int, str] = {}
    reading = {row: next(rounds) for row, rounds in masking.items()}
    while reading:
        # What masking has made of a text is scanned anew, with all others at once.
        unknown = [text for text in dict.fromkeys(reading.values()) if text not in found_in]
        found_in.update(zip(unknown, places_of(unknown), strict=True))
        still_reading: dict[int, str] = {}
        for row, text in reading.items():
            try:
                still_reading[row] = masking[row].send(_search(found_in[text]))
            except StopIteration as done:
                results[row] = done.value
        reading = still_reading
    return {row: results[row] for row, text in texts.items() if results[row] != text}


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
    start = 0
    for end in scanned.places_end.tolist():
        yield list(zip(scanned.place[start:end].tolist(), scanned.bits[start:end].tolist(), strict=True))
        start = end


def _search(found: Sequence[tuple[int, int]]) -> Search | None:
    if not found:
        return None
    families: set[str] = set()
    places: dict[int, list[int]] = {}
    for place, bits in found:
        here, which = _patterns_of(bits)
        families |= here
        for pattern in which:
            places.setdefault(pattern, []).append(place)
    return SearchAt(families, places)


@cache
def _patterns_of(bits: int) -> tuple[frozenset[str], tuple[int, ...]]:
    """The families of these patterns and the patterns by their identity."""
    which = [each for number, each in enumerate(patterns()) if bits >> number & 1]
    families = frozenset(family for family, _ in which)
    return families - _NOT_FAMILIES, tuple(id(pattern) for _, pattern in which)
