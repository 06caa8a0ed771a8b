"""One pass over many texts: each is decoded once, and all that is asked of it is asked while it lies in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huiyin.language.complaints.model import LANES, MOST_FORMS
from huiyin.language.kernels.attributing import (
    beginnings,
    choose,
    is_one_spelled,
    may_be_mistyped,
    mentions,
    owner_of,
    write,
)
from huiyin.language.kernels.compiling import inlined, kernel, part
from huiyin.language.kernels.gazetteers import NOWHERE, Estates
from huiyin.language.kernels.tables import Tables, tables
from huiyin.language.kernels.walking import decode, find_places, in_forms
from huiyin.language.kernels.weighing import FIELDS, Weights, add_up, forms_of, judge, rows_of, weights
from huiyin.language.places.names import MOST_CHARS


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
    """A wrong character may stand in a name, or a dot decide between two: the gazetteer itself must be asked."""
    changing: npt.NDArray[np.int64]
    """The rows of these texts."""
    codes_end: npt.NDArray[np.int64]
    """Where the normalised text of each ends in `codes`; it is empty where it has another length than the text."""
    places_end: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint32]
    place: npt.NDArray[np.int32]
    bits: npt.NDArray[np.uint64]
    """At `place` the patterns with these bits may match."""


class Room(NamedTuple):
    """What is written down of one text while it is read; the next one is written over it."""

    codes: npt.NDArray[np.uint32]
    """Its characters."""
    byte: npt.NDArray[np.int64]
    """Where each of them begins, and where the last one ends."""
    formed: npt.NDArray[np.uint32]
    """Its characters as masking reads them, then as attribution does."""
    origin: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    cuts: npt.NDArray[np.bool_]
    begun_at: npt.NDArray[np.int32]
    """Where something may begin that is looked for: first what masking looks for, then names."""
    begun_by: npt.NDArray[np.int32]
    hashes: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    names: npt.NDArray[np.int32]
    seen: npt.NDArray[np.uint64]
    weighed: npt.NDArray[np.uint16]
    rows: npt.NDArray[np.uint16]
    fields: npt.NDArray[np.uint64]
    lanes: npt.NDArray[np.uint16]
    """The same numbers as `fields`, 16 bits each."""
    sums: npt.NDArray[np.int32]
    raised: npt.NDArray[np.float64]


def room_for(longest: int, entries: int) -> Room:
    """For texts of so many bytes, and so many entries of pairs that are weighed."""
    # A character of three bytes may become eighteen (U+FDFA).
    most = 6 * longest + 2
    fields = np.empty(FIELDS, np.uint64)
    return Room(
        np.empty(longest + 1, np.uint32),
        np.empty(longest + 1, np.int64),
        np.empty(most, np.uint32),
        np.empty(most, np.int32),
        np.empty(most, np.uint8),
        np.empty(most, np.bool_),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(MOST_CHARS + 1, np.uint64),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(entries // 64, np.uint64),
        np.empty(MOST_FORMS, np.uint16),
        np.empty(2 * MOST_FORMS, np.uint16),
        fields,
        fields.view(np.uint16),
        np.empty(LANES, np.int32),
        np.empty(LANES, np.float64),
    )


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
    room = room_for(longest, len(estates.weighed.entries))
    changing = _scan(tables(), weights(), estates, data, offsets, areas, area_of, room, scanned)
    return scanned._replace(
        changing=scanned.changing[:changing],
        codes_end=scanned.codes_end[:changing],
        places_end=scanned.places_end[:changing],
    )


@kernel
def _scan(tables: Tables, weights: Weights, estates: Estates, data, offsets, areas, area_of, room, scanned):
    return _scan_rows(tables, weights, estates, data, offsets, areas, area_of, room, scanned)


@part
def _scan_rows(
    tables: Tables, weights: Weights, estates: Estates, data, offsets, areas, area_of, room, scanned
):
    """Returns how many texts masking may change."""
    changing = codes_end = places_end = 0
    for row in range(len(offsets) - 1):
        count = decode(data, np.int64(offsets[row]), np.int64(offsets[row + 1]), room.codes, room.byte)
        length, one_to_one = in_forms(room.codes, count, tables.forms, room.formed)
        found = find_places(
            tables.places,
            room.formed,
            length,
            room.kinds,
            room.cuts,
            room.begun_at,
            scanned.place[places_end:],
            scanned.bits[places_end:],
        )
        if found:
            places_end += found
            if one_to_one:
                for at in range(length):
                    scanned.codes[codes_end + at] = room.formed[at]
                codes_end += length
            scanned.changing[changing] = row
            scanned.codes_end[changing] = codes_end
            scanned.places_end[changing] = places_end
            changing += 1
        is_of_estate = _attribute(estates, count, row, areas, area_of, room, scanned)
        _classify(weights, count, row, is_of_estate, room, scanned)
    return changing


# Inlined: a call hands over every array of `room` and `scanned` by itself.
@inlined
def _classify(weights: Weights, count, row, is_of_estate, room, scanned):
    length = forms_of(weights, room.codes, count, room.weighed)
    rows_of(weights, room.weighed, length, room.rows)
    slots = add_up(weights, room.rows, length, is_of_estate, room.fields, room.lanes, room.sums)
    best, share, related = judge(weights, room.sums, slots, room.raised)
    scanned.category[row] = best
    scanned.category_share[row] = share
    scanned.is_related[row] = related >= 0.5
    scanned.related_share[row] = related


@inlined
def _attribute(estates: Estates, count, row, areas, area_of, room, scanned):
    """Whether the text is about an estate, be it one of several that are called so."""
    is_of_estate = False
    written, starts, ends, names = room.formed, room.starts, room.ends, room.names
    length = write(estates.forms, room.codes, count, written, room.origin)
    begun = beginnings(estates, written, length, room.begun_at, room.begun_by)
    named = mentions(
        estates, written, length, begun, room.begun_at, room.begun_by, room.hashes, starts, ends, names
    )
    if named and is_one_spelled(estates.names, names, named):
        scanned.asks[row] = True
    elif named:
        best, odds, is_section = choose(estates, written, length, room.seen, starts, ends, names, named)
        if best >= 0:
            is_of_estate = True
            area = area_of[row]
            estate, confidence, is_sure = owner_of(
                estates.names, names[best], odds, is_section, area >= 0, areas[max(area, 0)]
            )
            scanned.estate[row] = estate
            scanned.estate_confidence[row] = confidence
            scanned.estate_is_sure[row] = is_sure
            scanned.match[row, 0] = room.byte[room.origin[starts[best]]]
            scanned.match[row, 1] = room.byte[room.origin[ends[best] - 1] + 1]
    else:
        scanned.asks[row] = may_be_mistyped(
            estates, written, length, begun, room.begun_at, room.begun_by, room.hashes
        )
    return is_of_estate


def places_of(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each normalised text where which patterns may match: pairs of a place and the bits of patterns."""
    formed = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    place, bits, places_end = (
        np.empty(len(formed), np.int32),
        np.empty(len(formed), np.uint64),
        np.empty_like(ends),
    )
    room = room_for(len(formed), 0)
    _find_all(tables().places, formed, ends, room, place, bits, places_end)
    starts = [0, *places_end.tolist()]
    found = list(zip(place[: starts[-1]].tolist(), bits[: starts[-1]].tolist(), strict=True))
    return [found[start:end] for start, end in pairwise(starts)]


@kernel
def _find_all(places, formed, ends, room, place, bits, places_end):
    _find_in_rows(places, formed, ends, room, place, bits, places_end)


@part
def _find_in_rows(places, formed, ends, room, place, bits, places_end):
    start = count = 0
    for row in range(len(ends)):
        text = formed[start : ends[row]]
        count += find_places(
            places, text, len(text), room.kinds, room.cuts, room.begun_at, place[count:], bits[count:]
        )
        start = ends[row]
        places_end[row] = count
