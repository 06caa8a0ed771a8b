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
    form_of,
    parts,
)
from huiyin.language.kernels.compiling import inlined, part

# A number of 64 bits holds four lanes, so that seven additions add a row.
_BIAS = 128  # added to each weight, so that none is negative
_ROW = 8  # one line of the cache
_AT_ONCE = 256 // 2 - 1  # forms whose two rows a lane can hold
_STRETCHES = (
    (0, HEAD_FORMS, 2),
    *((first, min(first + _AT_ONCE, MOST_FORMS), 1) for first in range(HEAD_FORMS, MOST_FORMS, _AT_ONCE)),
)
"""Forms that are added up at once, and how often they count."""
_BMP = 0x10000
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


@cache
def weights(model_file: Path | None = None) -> Weights:
    """The model of a file; the one that complaints are read by where none is named."""
    head, slot_bytes, row_bytes = parts(model_file or file_in_use())
    slots = np.frombuffer(slot_bytes, "<u4")
    row_of = np.zeros(1 << SLOT_BITS, np.uint16)
    row_of[slots] = np.arange(1, len(slots) + 1)
    lanes = np.full((len(slots) + 1, 4 * _ROW), _BIAS, np.uint16)
    lanes[1:, :LANES] += np.frombuffer(row_bytes, np.int8).reshape(-1, LANES).astype(np.uint16)
    related = ("sharpness", "related_from_score", "related_from_category", "related_intercept")
    return Weights(
        np.fromiter(map(form_of, range(_BMP)), np.uint16, _BMP),
        row_of,
        lanes.view(np.uint64),
        np.array(head["scales"], np.float64),
        np.array(head["intercepts"], np.float64),
        np.array(head["related_by_category"], np.float64),
        np.array([head[name] for name in related], np.float64),
    )


@inlined
def _unpack(fields, times, biases, sums):
    for lane in range(LANES):
        value = np.int32(fields[lane // 4] >> np.uint64(16 * (lane % 4)) & np.uint64(0xFFFF))
        sums[lane] += times * (value - biases)


@inlined
def _slot(before, form):
    return np.uint32((before << np.uint32(16) | form) * np.uint32(MULTIPLIER)) >> np.uint32(_SHIFT)


@part
def forms_of(weights, codes, count, forms):
    """Writes the forms that count; returns how many."""
    length = 0
    before = np.uint16(0)
    for i in range(count):
        form = weights.form[codes[i]] if codes[i] < _BMP else np.uint16(0)
        if form == 0 or (form == _ZERO and before == _ZERO):
            continue
        forms[length] = before = form
        length += 1
        if length == MOST_FORMS:
            break
    return length


@part
def add_up(weights, forms, length, sums):
    """Writes the sum of each lane; returns the number of slots, at least 1."""
    rows, row_of = weights.rows, weights.row_of
    sums[:] = 0
    before = np.uint32(0)
    for first, last, times in _STRETCHES:
        a = b = c = d = e = f = g = np.uint64(0)
        last = min(last, length)
        for at in range(first, last):
            form = np.uint32(forms[at])
            one, two = row_of[_slot(np.uint32(0), form)], row_of[_slot(before, form)] if at else 0
            a += rows[one, 0] + rows[two, 0]
            b += rows[one, 1] + rows[two, 1]
            c += rows[one, 2] + rows[two, 2]
            d += rows[one, 3] + rows[two, 3]
            e += rows[one, 4] + rows[two, 4]
            f += rows[one, 5] + rows[two, 5]
            g += rows[one, 6] + rows[two, 6]
            before = form
        if last > first:
            _unpack((a, b, c, d, e, f, g), times, 2 * (last - first) * _BIAS, sums)
    head = min(length, HEAD_FORMS)
    return 2 * (2 * head - 1) + 2 * (length - head) if length else 1


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
