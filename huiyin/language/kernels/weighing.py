"""The model of complaints, compiled: the five steps of complaints/model.py and what its scores mean."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huiyin.language.complaints.model import (
    HEAD_FORMS,
    LANES,
    MOST_FORMS,
    MULTIPLIER,
    SLOT_BITS,
    file_in_use,
    parts,
    slots_of_kind,
)
from huiyin.language.kernels.characters import BMP
from huiyin.language.kernels.compiling import inlined, part
from huiyin.language.kernels.tables import forms_of_the_model

# A row is 32 bytes, one for each lane. Read as four numbers of 64 bits, the even and the odd bytes of each are added up
# by themselves, four lanes of 16 bits at once; the last number has a single lane.
_BIAS = 128  # added to each weight, so that none is negative
_ROW_BYTES, FIELDS = 32, 7
_EVEN = 0x00FF00FF00FF00FF
_BYTE_OF = [lane // 8 * 8 + lane % 4 * 2 + lane // 4 % 2 for lane in range(LANES)]
"""Of each lane, so that the lanes stand in order when the even and odd bytes of all numbers do."""
_AT_ONCE = 256 // 2 - 1  # forms whose two rows a lane can hold
_STRETCHES = (
    (0, HEAD_FORMS, 2),
    *((first, min(first + _AT_ONCE, MOST_FORMS), 1) for first in range(HEAD_FORMS, MOST_FORMS, _AT_ONCE)),
)
"""Forms that are added up at once, and how often they count."""
OF_KIND = len(slots_of_kind())
_ZERO = ord("0")
_SHIFT = 32 - SLOT_BITS


class Weights(NamedTuple):
    """`row_of` is the row of a slot, 0 where it has none: a row of zeros; `form` is that of each character."""

    form: npt.NDArray[np.uint16]
    row_of: npt.NDArray[np.uint16]
    rows: npt.NDArray[np.uint64]
    scales: npt.NDArray[np.float64]
    intercepts: npt.NDArray[np.float64]
    related_by_category: npt.NDArray[np.float64]
    related: npt.NDArray[np.float64]
    """Sharpness, then what the score, the category and the intercept add."""
    of_estate: npt.NDArray[np.int32]
    """What the slots add that come behind a text about an estate, lane by lane."""


@cache
def weights(model_file: Path | None = None) -> Weights:
    """The model of a file; the one that complaints are read by where none is named."""
    head, slot_bytes, row_bytes = parts(model_file or file_in_use())
    slots = np.frombuffer(slot_bytes, "<u4")
    row_of = np.zeros(1 << SLOT_BITS, np.uint16)
    row_of[slots] = np.arange(1, len(slots) + 1)
    lanes = np.zeros((len(slots) + 1, _ROW_BYTES), np.uint8)
    lanes[:, _BYTE_OF] = _BIAS
    lanes[1:, _BYTE_OF] += np.frombuffer(row_bytes, np.uint8).reshape(-1, LANES)
    related = ("sharpness", "related_from_score", "related_from_category", "related_intercept")
    return Weights(
        forms_of_the_model(),
        row_of,
        lanes.view(np.uint64),
        np.array(head["scales"], np.float64),
        np.array(head["intercepts"], np.float64),
        np.array(head["related_by_category"], np.float64),
        np.array([head[name] for name in related], np.float64),
        np.vstack([np.zeros(LANES, np.int8), np.frombuffer(row_bytes, np.int8).reshape(-1, LANES)])[
            row_of[slots_of_kind()]
        ].sum(axis=0, dtype=np.int32),
    )


@inlined
def _slot(before, form):
    return np.uint32((before << np.uint32(16) | form) * np.uint32(MULTIPLIER)) >> np.uint32(_SHIFT)


@inlined
def _even(eight_bytes):
    return eight_bytes & np.uint64(_EVEN)


@inlined
def _odd(eight_bytes):
    return eight_bytes >> np.uint64(8) & np.uint64(_EVEN)


@part
def forms_of(weights, codes, count, forms):
    """Writes the forms that count; returns how many."""
    length = 0
    before = np.uint16(0)
    for i in range(count):
        form = weights.form[codes[i]] if codes[i] < BMP else np.uint16(0)
        if form == 0 or (form == _ZERO and before == _ZERO):
            continue
        forms[length] = before = form
        length += 1
        if length == MOST_FORMS:
            break
    return length


@part
def rows_of(weights, forms, length, rows):
    """Writes two rows for each form: that of the form alone and that of the form behind the one before."""
    before = np.uint32(0)
    for at in range(length):
        form = np.uint32(forms[at])
        rows[2 * at] = weights.row_of[_slot(np.uint32(0), form)]
        rows[2 * at + 1] = weights.row_of[_slot(before, form)]
        before = form
    rows[1] = 0


@part
def _add_rows(weights, rows, first, last, fields):
    """Writes the sums of rows[first:last] with their biases, four lanes in each field."""
    a = b = c = d = e = f = g = np.uint64(0)
    for at in range(first, last):
        row = rows[at]
        one, two, three = weights.rows[row, 0], weights.rows[row, 1], weights.rows[row, 2]
        a += _even(one)
        b += _odd(one)
        c += _even(two)
        d += _odd(two)
        e += _even(three)
        f += _odd(three)
        g += weights.rows[row, 3]
    fields[0], fields[1], fields[2], fields[3] = a, b, c, d
    fields[4], fields[5], fields[6] = e, f, g


@part
def add_up(weights, rows, length, is_of_estate, fields, lanes, sums):
    """Writes the sum of each lane; returns the number of slots, at least 1. `lanes` is `fields` lane by lane."""
    sums[:] = 0
    if is_of_estate:
        sums += weights.of_estate
    for first, last, times in _STRETCHES:
        last = min(last, length)
        if first < last:
            _add_rows(weights, rows, 2 * first, 2 * last, fields)
            biases = np.int32(2 * (last - first) * _BIAS)
            for lane in range(LANES):
                sums[lane] += np.int32(times) * (np.int32(lanes[lane]) - biases)
    head = min(length, HEAD_FORMS)
    return 2 * (2 * head - 1) + 2 * (length - head) + (OF_KIND if is_of_estate else 0) if length else 1


@part
def judge(weights, sums, slots, raised):
    """The likeliest category, its share, and how likely property_related is."""
    root = math.sqrt(slots)
    sharpness, from_score, from_category, intercept = weights.related
    best = 0
    highest = -math.inf
    for lane in range(1, LANES):
        raised[lane - 1] = weights.intercepts[lane] + sums[lane] * weights.scales[lane] / root
        if raised[lane - 1] > highest:
            best, highest = lane - 1, raised[lane - 1]
    total = 0.0
    usual = 0.0
    for each in range(LANES - 1):
        raised[each] = math.exp(sharpness * (raised[each] - highest))
        total += raised[each]
        usual += raised[each] * weights.related_by_category[each]
    usual /= total
    score = weights.intercepts[0] + sums[0] * weights.scales[0] / root
    odds = from_score * score + from_category * usual + intercept
    return best, raised[best] / total, 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))
