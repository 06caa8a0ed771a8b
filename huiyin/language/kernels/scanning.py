"""One pass over many texts: each is decoded once, and all that is asked of it is asked while it lies in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huiyin.language.complaints.model import LANES, MOST_FORMS
from huiyin.language.kernels.attributing import choose, may_be_mistyped, mentions, owner_of, write
from huiyin.language.kernels.compiling import kernel
from huiyin.language.kernels.gazetteers import NOWHERE, Estates
from huiyin.language.kernels.tables import Tables, tables
from huiyin.language.kernels.walking import decode, find_places, in_forms
from huiyin.language.kernels.weighing import Weights, add_up, forms_of, judge, weights


class Scanned(NamedTuple):
    """One row a text; then, for the texts that masking may change, in their order, what `masked` must know."""

    category: npt.NDArray[np.int8]
    category_share: npt.NDArray[np.float32]
    is_related: npt.NDArray[np.bool_]
    related_share: npt.NDArray[np.float32]
    estate: npt.NDArray[np.int32]
    estate_confidence: npt.NDArray[np.float64]
    estate_is_sure: npt.NDArray[np.bool_]
    match: npt.NDArray[np.int32]
    asks: npt.NDArray[np.bool_]
    """An estate may be named with one wrong character: the gazetteer itself must be asked."""
    changing: npt.NDArray[np.int64]
    """The rows of these texts."""
    codes_end: npt.NDArray[np.int64]
    """Where the normalised text of each ends in `codes`; it is empty where it has another length than the text."""
    places_end: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint32]
    place: npt.NDArray[np.int32]
    bits: npt.NDArray[np.uint64]
    """At `place` the patterns with these bits may match."""


def scan(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[Any],
    estates: Estates,
    areas: npt.NDArray[np.int32],
    area_of: npt.NDArray[np.int32],
) -> Scanned:
    """Of the texts data[offsets[i]:offsets[i + 1]], which are UTF-8; areas[area_of[i]] are the areas of text i."""
    count = len(offsets) - 1
    size = int(offsets[-1] - offsets[0])
    # What stays untouched of these takes no memory: they are as large as they could ever have to be.
    scanned = Scanned(
        np.empty(count, np.int8),
        np.empty(count, np.float32),
        np.empty(count, np.bool_),
        np.empty(count, np.float32),
        np.full(count, NOWHERE, np.int32),
        np.zeros(count, np.float64),
        np.zeros(count, np.bool_),
        np.zeros((count, 2), np.int32),
        np.zeros(count, np.bool_),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(size, np.uint32),
        np.empty(size + 1, np.int32),
        np.empty(size + 1, np.uint64),
    )
    longest = int(np.diff(offsets).max(initial=0))
    changing = _scan(tables(), weights(), estates, data, offsets, areas, area_of, longest, scanned)
    return scanned._replace(
        changing=scanned.changing[:changing],
        codes_end=scanned.codes_end[:changing],
        places_end=scanned.places_end[:changing],
    )


@kernel
def _scan(
    tables: Tables, weights: Weights, estates: Estates, data, offsets, areas, area_of, longest, scanned
):
    forms, places = tables
    # A character of three bytes may become eighteen (U+FDFA).
    codes, formed = np.empty(longest, np.uint32), np.empty(6 * longest, np.uint32)
    byte, origin = np.empty(longest + 1, np.int64), np.empty(6 * longest, np.int64)
    starts, ends = np.empty(6 * longest, np.int64), np.empty(6 * longest, np.int64)
    names = np.empty(6 * longest, np.int64)
    pair_at, seen = np.empty(6 * longest, np.int64), np.full(len(estates.pairs.weight), -1, np.int64)
    kinds, cuts = np.empty(6 * longest + 1, np.uint8), np.zeros(6 * longest + 2, np.bool_)
    weighed, sums, raised = (
        np.empty(MOST_FORMS, np.uint16),
        np.empty(LANES, np.int32),
        np.empty(LANES, np.float64),
    )
    changing = codes_end = places_end = 0
    for row in range(len(offsets) - 1):
        count = decode(data, np.int64(offsets[row]), np.int64(offsets[row + 1]), codes, byte)
        length, one_to_one = in_forms(codes, count, forms, formed)
        found = find_places(
            places, formed, length, kinds, cuts, scanned.place[places_end:], scanned.bits[places_end:]
        )
        if found:
            places_end += found
            if one_to_one:
                scanned.codes[codes_end : codes_end + length] = formed[:length]
                codes_end += length
            scanned.changing[changing] = row
            scanned.codes_end[changing] = codes_end
            scanned.places_end[changing] = places_end
            changing += 1
        slots = add_up(weights, weighed, forms_of(weights, codes, count, weighed), sums)
        best, share, related = judge(weights, sums, slots, raised)
        scanned.category[row] = best
        scanned.category_share[row] = share
        scanned.is_related[row] = related >= 0.5
        scanned.related_share[row] = related
        length = write(estates.forms, codes, count, formed, origin)
        named = mentions(estates, formed, length, pair_at, starts, ends, names)
        if named:
            best, odds, is_section = choose(
                estates, formed, length, row, pair_at, seen, starts, ends, names, named
            )
            if best >= 0:
                area = area_of[row]
                estate, confidence, is_sure = owner_of(
                    estates.names, names[best], odds, is_section, area >= 0, areas[max(area, 0)]
                )
                scanned.estate[row] = estate
                scanned.estate_confidence[row] = confidence
                scanned.estate_is_sure[row] = is_sure
                scanned.match[row, 0] = byte[origin[starts[best]]]
                scanned.match[row, 1] = byte[origin[ends[best] - 1] + 1]
        else:
            scanned.asks[row] = may_be_mistyped(estates, formed, length, pair_at)
    return changing


def places_of(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each normalised text where which patterns may match: pairs of a place and the bits of patterns."""
    formed = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum([len(text) for text in texts])
    place, bits, places_end = (
        np.empty(len(formed), np.int32),
        np.empty(len(formed), np.uint64),
        np.empty_like(ends),
    )
    _find_all(tables().places, formed, ends, place, bits, places_end)
    starts = [0, *places_end.tolist()]
    found = list(zip(place[: starts[-1]].tolist(), bits[: starts[-1]].tolist(), strict=True))
    return [found[start:end] for start, end in pairwise(starts)]


@kernel
def _find_all(places, formed, ends, place, bits, places_end):
    kinds, cuts = np.empty(len(formed) + 1, np.uint8), np.zeros(len(formed) + 2, np.bool_)
    start = count = 0
    for row in range(len(ends)):
        text = formed[start : ends[row]]
        count += find_places(places, text, len(text), kinds, cuts, place[count:], bits[count:])
        start = ends[row]
        places_end[row] = count
