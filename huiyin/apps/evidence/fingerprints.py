"""Whether two photos are the same one: fingerprints that survive resizing, recompression, light and a crop.

No library does this without numpy and scipy behind it (imagehash), and none of its hashes survives a crop, so
this is ours, on Pillow alone. A fingerprint holds three things:

- `thumb`: the picture in 64 × 64 greys. What decides is compared on it.
- `views`: a key of 32 bits for each of 81 views of the picture, from the whole to one with a tenth cut off each
  side. A key says for 4 × 4 cells whether it gets brighter to the right and downwards.
- `guesses`: the key of the whole picture, and the same with up to three of its eight least certain bits turned.

If one photo is a part of the other, a guess of the part is among the views of the whole: that is a search for
common numbers, which an index answers among any number of photos. The few found are then laid over each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import sqrt
from operator import mul

from PIL import Image, ImageChops, ImageStat

METHOD = 1
"""Goes up with every change that makes stored fingerprints incomparable; older ones are then made anew."""

SIDE = 64
CELLS = 4
MARGIN = 3
UNCERTAIN_BITS, MOST_TURNED = 8, 3
COARSE, FINE = 16, 24
CONTRAST = 40.0
LEAST_CONTRAST = 5.0
"""A picture of one colour has nothing to compare: it would be the same as every other one."""

MOST_CUT = 0.125
SAME = 0.78
"""From this score on two photos count as the same; what lies around it is measured by `python -m bench lookalikes`."""

_AXIS = tuple(product((0.0, 0.05, 0.1), repeat=2))
Cut = tuple[float, float, float, float]
"""Shares cut off at the left, top, right and bottom."""

_VIEWS: tuple[Cut, ...] = tuple((left, top, right, bottom) for left, right in _AXIS for top, bottom in _AXIS)
_WHOLE: Cut = (0.0, 0.0, 0.0, 0.0)
# A difference of two greys is kept halved around 128, so that it fits a byte.
_STEPS = [2 * (value - 128) for value in range(256)]
_SQUARES = [step * step for step in _STEPS]


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a photo to find it again; `views` and `guesses` are signed 32-bit numbers."""

    thumb: bytes
    views: frozenset[int]
    guesses: frozenset[int]


def fingerprint(picture: Image.Image) -> Fingerprint | None:
    """None for a picture that is nearly one colour."""
    thumb = picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    if ImageStat.Stat(thumb).stddev[0] < LEAST_CONTRAST:
        return None
    return of_thumb(thumb.tobytes())


def of_thumb(data: bytes) -> Fingerprint:
    """The fingerprint that follows from 64 × 64 greys."""
    thumb = Image.frombytes("L", (SIDE, SIDE), data)
    return Fingerprint(
        thumb=data,
        views=frozenset(_signed(_key(_slopes(thumb, cut))) for cut in _VIEWS),
        guesses=frozenset(_signed(guess) for guess in _guesses(_slopes(thumb, _WHOLE))),
    )


def may_be_same(one: Fingerprint, other: Fingerprint) -> bool:
    """The cheap question, which the index answers for stored fingerprints."""
    return bool(one.guesses & other.views or other.guesses & one.views)


def likeness(one: bytes, other: bytes) -> float:
    """How much two thumbs agree when one is laid over the fitting part of the other: 1 the same, 0 nothing alike."""
    first, second = _even(one), _even(other)
    # The 81 views either way, coarsely; then the best of them in finer and finer steps.
    _, part, whole, cut = min(
        (
            (_apart(small, whole, cut), part, whole, cut)
            for part, whole in ((first, second), (second, first))
            for small in [part.resize((COARSE, COARSE), Image.Resampling.BOX)]
            for cut in _VIEWS
        ),
        key=lambda found: found[0],
    )
    small = part.resize((FINE, FINE), Image.Resampling.BOX)
    least = _apart(small, whole, cut)
    for step in (0.025, 0.0125, 0.006, 0.003):
        for _round in range(2):
            for side, way in product(range(4), (-step, step)):
                tried = _moved(cut, side, way)
                if (apart := _apart(small, whole, tried)) < least:
                    least, cut = apart, tried
    return max(0.0, 1 - sqrt(least) / CONTRAST)


def _slopes(thumb: Image.Image, cut: Cut) -> list[int]:
    """How much brighter each cell is than the one before it: first to the right, then downwards."""
    box = _box(cut)
    across = thumb.resize((CELLS + 1, CELLS), Image.Resampling.BOX, box=box).tobytes()
    down = thumb.resize((CELLS, CELLS + 1), Image.Resampling.BOX, box=box).tobytes()
    row = CELLS + 1
    return [across[at + 1] - across[at] for at in range(row * CELLS) if at % row < CELLS] + [
        down[at + CELLS] - down[at] for at in range(CELLS * CELLS)
    ]


def _key(slopes: list[int]) -> int:
    # A slope counts from a margin on: in an even sky noise would throw the dice for each bit.
    return sum(1 << at for at, slope in enumerate(slopes) if slope > MARGIN)


def _guesses(slopes: list[int]) -> Iterator[int]:
    key = _key(slopes)
    unsure = sorted(range(len(slopes)), key=lambda at: abs(slopes[at] - MARGIN - 0.5))[:UNCERTAIN_BITS]
    for count in range(MOST_TURNED + 1):
        for turned in combinations(unsure, count):
            yield key ^ sum(1 << at for at in turned)


def _signed(key: int) -> int:
    return key - (1 << 32) if key >> 31 else key


def _even(data: bytes) -> Image.Image:
    """A thumb with the same mean and contrast as every other one, so that light and exposure do not count."""
    thumb = Image.frombytes("L", (SIDE, SIDE), data)
    told = ImageStat.Stat(thumb)
    mean, gain = told.mean[0], CONTRAST / max(told.stddev[0], LEAST_CONTRAST)
    return thumb.point([min(255, max(0, round(128 + (value - mean) * gain))) for value in range(256)])


def _apart(part: Image.Image, whole: Image.Image, cut: Cut) -> float:
    """Variance of the difference of a part and the view of the whole that a cut leaves."""
    view = whole.resize(part.size, Image.Resampling.BOX, box=_box(cut))
    counts = ImageChops.subtract(part, view, scale=2, offset=128).histogram()
    pixels = part.width * part.height
    mean = sum(map(mul, counts, _STEPS)) / pixels
    return float(sum(map(mul, counts, _SQUARES)) / pixels - mean * mean)


def _moved(cut: Cut, side: int, way: float) -> Cut:
    """The same cut with one side a little further in or out."""
    shares = list(cut)
    shares[side] = min(MOST_CUT, max(0.0, shares[side] + way))
    left, top, right, bottom = shares
    return left, top, right, bottom


def _box(cut: Cut) -> tuple[float, float, float, float]:
    left, top, right, bottom = cut
    return (left * SIDE, top * SIDE, (1 - right) * SIDE, (1 - bottom) * SIDE)
