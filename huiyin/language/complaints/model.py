"""The model of complaints: whole numbers on hashed characters and pairs of characters, in one file.

A text is scored in one pass, in whole numbers until the very end, so that Python and the compiled kernel agree:

1. **Forms.** Each character gives one form, a number of 16 bits, or none (`form_of`): half width, simplified where it
   is on our list, lower case; every digit is "0". Blanks, controls and what lies beyond the Basic Multilingual Plane
   give none and are as if absent. A "0" right after a "0" is left out as well. The first MOST_FORMS forms count.
2. **Slots.** The form b at place i gives the slot of (0, b) and, if i > 0, that of (a, b), a being the form before it.
   The slot of a pair is (((a << 16) | b) * MULTIPLIER mod 2³²) >> (32 - SLOT_BITS). Of a text that is known to be about
   an estate the slots of 小区 (KIND) come behind all others: many an estate is called 青禾北里 and nothing else.
3. **Sums.** Each slot that has a row in the file adds the row's weights, one a lane: twice if i < HEAD_FORMS, once
   otherwise. Lane 0 is property_related, lane k the k-th of CATEGORIES.
4. **Length.** n is the number of slots counted the same way, with or without a row: 4 for each place below HEAD_FORMS,
   2 for each further one, less 2 for the pair the first form lacks, 3 more where 小区 comes behind. No form: n = 1 and
   all sums are 0.
5. **Scores.** score[lane] = intercepts[lane] + sums[lane] * scales[lane] / √n, in floating point.

What scores mean is worked out in classifying.py.

The file: a line of JSON (the head), then one little-endian uint32 a row, the slots in rising order, then LANES signed
bytes a row.
"""

from __future__ import annotations

import json
import math
import os
import struct
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from huiyin.domain.errors import RuleBroken
from huiyin.language.complaints.categories import CATEGORIES
from huiyin.language.normalise import normalise

LANES = 1 + len(CATEGORIES)
MOST_FORMS = 800
HEAD_FORMS = 60
"""Forms at the beginning, where the subject stands, whose slots count twice."""
KIND = "小区"
SLOT_BITS = 18
MULTIPLIER = 2654435761

FILE = Path(__file__).parents[1] / "data" / "complaints" / "complaints.model"
"""As shipped."""
VARIABLE = "HUIYIN_COMPLAINT_MODEL"
"""In the environment it names the file of a district's own model, which is read instead of the shipped one."""
_ZERO = ord("0")
_BIAS = 128  # added to each weight, so that none is negative
_SUMS = struct.Struct(f"<{LANES}I")  # 32 bits a lane hold the sums of any text
_FIELD = 32
_SHIFT, _MASK = 32 - SLOT_BITS, 0xFFFFFFFF


@cache
def form_of(code: int) -> int:
    """The form of one character, 0 if it gives none."""
    if code > 0xFFFF:
        return 0
    char = chr(code)
    if unicodedata.category(char)[0] in "CZ":
        return 0
    form = normalise(char).text
    if len(form) != 1:
        form = char
    form = form.lower() if len(form.lower()) == 1 else form
    if not 0 < ord(form) <= 0xFFFF or form == " ":
        return 0
    return _ZERO if form.isdecimal() else ord(form)


class _Forms(dict[int, str | None]):
    """For str.translate: filled as characters are met, 65,536 at most that give a form."""

    def __missing__(self, code: int) -> str | None:
        form = form_of(code)
        self[code] = chr(form) if form else None
        return self[code]


_FORMS = _Forms()


def forms(text: str) -> Sequence[int]:
    """Step 1."""
    # Twice as many characters as count are enough for nearly every text; the others are read whole.
    for piece in (text[: 2 * MOST_FORMS], text):
        found = piece.translate(_FORMS)
        while "00" in found:
            found = found.replace("00", "0")
        if len(found) >= MOST_FORMS or len(piece) == len(text):
            break
    return memoryview(found[:MOST_FORMS].encode("utf-16-le")).cast("H")


@dataclass(frozen=True)
class Slots:
    """Of one text: those that count twice and those that count once, with repetitions."""

    head: Sequence[int]
    rest: Sequence[int]

    @property
    def count(self) -> int:
        """n of step 4."""
        return 2 * len(self.head) + len(self.rest) or 1


def slots_of(text: str, *, is_of_estate: bool = False) -> Slots:
    """Steps 1 and 2."""
    found = forms(text)
    alone = [((form * MULTIPLIER) & _MASK) >> _SHIFT for form in found]
    pairs = [(((before << 16 | form) * MULTIPLIER) & _MASK) >> _SHIFT for before, form in pairwise(found)]
    return Slots(
        alone[:HEAD_FORMS] + pairs[: HEAD_FORMS - 1],
        alone[HEAD_FORMS:] + pairs[HEAD_FORMS - 1 :] + (slots_of_kind() if is_of_estate and found else []),
    )


@cache
def slots_of_kind() -> list[int]:
    return list(slots_of(KIND).head)


@dataclass(frozen=True)
class Model:
    """`rows`: slot → its weights packed into one integer; the other fields are those of the file's head."""

    rows: Mapping[int, int]
    scales: Sequence[float]
    intercepts: Sequence[float]
    sharpness: float
    related_from_score: float
    related_from_category: float
    related_intercept: float
    related_by_category: Sequence[float]
    """Log-odds of property_related among the labelled messages of each category."""

    def sums(self, slots: Slots) -> Sequence[int]:
        """Step 3."""
        head = list(filter(None, map(self.rows.get, slots.head)))
        rest = list(filter(None, map(self.rows.get, slots.rest)))
        bias = _BIAS * (2 * len(head) + len(rest))
        packed = 2 * sum(head) + sum(rest)
        return [total - bias for total in _SUMS.unpack(packed.to_bytes(_SUMS.size, "little"))]

    def scores(self, text: str, *, is_of_estate: bool = False) -> list[float]:
        """All five steps."""
        slots = slots_of(text, is_of_estate=is_of_estate)
        root = math.sqrt(slots.count)
        return [
            intercept + total * scale / root
            for intercept, total, scale in zip(self.intercepts, self.sums(slots), self.scales, strict=True)
        ]


def _packed(row: Iterable[int]) -> int:
    return sum((value + _BIAS) << (_FIELD * lane) for lane, value in enumerate(row))


def write(model_file: Path, head: Mapping[str, object], rows: Mapping[int, Sequence[int]]) -> None:
    """`rows`: slot → LANES whole numbers from -127 to 127; `head`: the fields of Model but for its rows."""
    slots = sorted(rows)
    with model_file.open("wb") as file:
        file.write(json.dumps({**head, "row_count": len(slots)}, sort_keys=True).encode() + b"\n")
        file.write(struct.pack(f"<{len(slots)}I", *slots))
        for slot in slots:
            file.write(struct.pack(f"<{LANES}b", *rows[slot]))


class ModelUnfit(RuleBroken):
    """A file cannot be read as a model of these categories."""


def file_in_use() -> Path:
    """The district's own where the environment names one, else the one that is shipped."""
    return Path(os.environ.get(VARIABLE, "").strip() or FILE)


def parts(model_file: Path) -> tuple[dict[str, Any], bytes, bytes]:
    """The head, the slots and the rows as they lie in the file; raises ModelUnfit."""
    try:
        head_line, _, body = model_file.read_bytes().partition(b"\n")
        head = json.loads(head_line)
        count = head.pop("row_count")
        fits = len(body) == count * (4 + LANES) and len(head["scales"]) == len(head["intercepts"]) == LANES
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        fits = False
    if not fits:
        raise ModelUnfit(
            "%(file)s 不是这个版本能用的诉求分类模型。请重新训练，或去掉 %(variable)s，用随程序提供的模型。",
            code="complaint_model",
            file=model_file,
            variable=VARIABLE,
        )
    return head, body[: 4 * count], body[4 * count :]


def load(model_file: Path) -> Model:
    """The model of a file."""
    head, slots, rows = parts(model_file)
    numbers = (slot for (slot,) in struct.iter_unpack("<I", slots))
    weights = struct.iter_unpack(f"<{LANES}b", rows)
    return Model(
        rows={slot: _packed(row) for slot, row in zip(numbers, weights, strict=True)},
        **{name: head[name] for name in Model.__dataclass_fields__ if name != "rows"},
    )


@cache
def in_use() -> Model:
    """The model complaints are read by, read once."""
    return load(file_in_use())
