"""What the kernels read: the forms of characters and the automata of masking, made once and kept in the user's cache."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huiyin.language import normalise
from huiyin.language.kernels import needed
from huiyin.language.kernels.needed import Automaton, automaton_of
from huiyin.language.masking import AT_IN_WORDS, patterns_by_family
from huiyin.language.personal.rooms import HINT

GATES, ROOMS, MAIL, NAMES, NEIGHBOURS, NUMBERS, OTHERS = range(7)
"""The automata. The gates come first: without one of them rooms or mail are not looked for."""
AUTOMATA = 7
ROOM_GATE, MAIL_GATE = 1, 2
"""The bits of what the gates find."""
_FAMILIES = {
    "gates": GATES,
    "rooms": ROOMS,
    "names": NAMES,
    "neighbours": NEIGHBOURS,
    "numbers": NUMBERS,
    "plates": OTHERS,
    "mail": MAIL,
    "labels": OTHERS,
}
VANISHES = -1
_WITH_FORMS = 0x30000
"""Beyond these characters each is its own form, or vanishes."""
_VANISHING = range(0xE0000, 0xE1000)


class Forms(NamedTuple):
    """`form[code]` is the character it becomes, VANISHES, or -2 - i where it becomes the characters several[i]."""

    form: npt.NDArray[np.int32]
    several: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int32]


class Places(NamedTuple):
    """The automata side by side; `may_begin[kind, kind of the next]` has the bits of those that live on after both.

    Characters of one kind begin and go on alike. Those counted for signatures are letters and not digits.
    """

    kind: npt.NDArray[np.uint8]
    is_letter: npt.NDArray[np.bool_]
    may_begin: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.uint16]
    steps: npt.NDArray[np.uint16]
    found: npt.NDArray[np.uint64]
    widths: npt.NDArray[np.int64]
    first_step: npt.NDArray[np.int64]
    first_found: npt.NDArray[np.int64]
    first_finding: npt.NDArray[np.int64]
    all_of: npt.NDArray[np.uint64]


class Tables(NamedTuple):
    forms: Forms
    places: Places


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Family and pattern, by the number of its bit."""
    families = {"gates": (HINT, AT_IN_WORDS), **patterns_by_family(), "labels": (re.compile("〔"),)}
    return [(family, pattern) for family, members in families.items() for pattern in members]


@cache
def tables() -> Tables:
    """Read from the cache where they were made for the same patterns, or made and put there."""
    path = _folder() / f"masking-{_digest()}.npz"
    try:
        with np.load(path) as kept:
            return Tables(
                Forms(*(kept[name] for name in Forms._fields)), Places(*(kept[name] for name in Places._fields))
            )
    except (OSError, ValueError, KeyError):
        made = Tables(_forms(), _places())
        _keep(path, {**made.forms._asdict(), **made.places._asdict()})
        return made


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "huiyin"


def _digest() -> str:
    parts = [unicodedata.unidata_version, *(f"{family} {each.pattern} {each.flags}" for family, each in patterns())]
    parts += [Path(module.__file__ or "").read_text(encoding="utf-8") for module in (needed, normalise)]
    parts += [Path(__file__).read_text(encoding="utf-8"), "".join(f"{a}{b}" for a, b in normalise.special_forms())]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _keep(path: Path, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Whole or not at all; where nothing can be written they are made anew each time."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)


def _forms() -> Forms:
    form = np.arange(0x110000, dtype=np.int32)
    several: list[list[int]] = []
    for code in (*range(0xD800), *range(0xE000, _WITH_FORMS), *_VANISHING):
        written = normalise.form_of(chr(code))
        if len(written) == 1:
            form[code] = ord(written)
        elif written:
            form[code] = -2 - len(several)
            several.append([ord(char) for char in written])
        else:
            form[code] = VANISHES
    lengths = np.array([len(each) for each in several], np.int32)
    table = np.zeros((len(several), lengths.max()), np.int32)
    for row, each in zip(table, several, strict=True):
        row[: len(each)] = each
    return Forms(form, table, lengths)


def _places() -> Places:
    automata = _automata()
    starts = np.zeros((len(automata), max(each.steps.shape[1] for each in automata)), np.uint16)
    for number, each in enumerate(automata):
        starts[number, : len(each.starts)] = each.starts
    return Places(
        *_kinds(automata),
        np.array([each.classes for each in automata]),
        starts,
        np.concatenate([each.steps.ravel() for each in automata]),
        np.concatenate([each.found for each in automata]),
        np.array([each.steps.shape[1] for each in automata]),
        _beginnings([each.steps.size for each in automata]),
        _beginnings([each.found.size for each in automata]),
        np.array([each.first_finding for each in automata]),
        np.array([np.bitwise_or.reduce(each.found) for each in automata]),
    )


def _kinds(
    automata: list[Automaton],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], npt.NDArray[np.uint8]]:
    """What begins is known by two characters: few walks need more."""
    is_letter = np.zeros(needed.SIGNS, bool)
    is_letter[needed.RARE_HAN] = True
    letter = re.compile(r"[^\W\d_]")
    is_letter[: needed.BMP] = [letter.match(chr(code)) is not None for code in range(needed.BMP)]
    alive = [_lives_after_two(each) for each in automata]
    groups = [is_letter]
    for each, pairs in zip(automata, alive, strict=True):
        groups += (_alike(pairs)[each.classes], _alike(pairs.T)[each.classes])
    _, first, kind = np.unique(np.array(groups), axis=1, return_index=True, return_inverse=True)
    if len(first) > 1 << 8:
        raise ValueError("more than 256 kinds of characters: widen Places.kind")
    may_begin = np.zeros((len(first), len(first)), np.uint8)
    for number, (each, pairs) in enumerate(zip(automata, alive, strict=True)):
        of_kind = each.classes[first]
        may_begin |= pairs[np.ix_(of_kind, of_kind)].astype(np.uint8) << number
    return kind.astype(np.uint8), is_letter[first], may_begin


def _lives_after_two(automaton: Automaton) -> npt.NDArray[np.bool_]:
    """For each pair of classes whether a walk that begins with it goes on, or might end with it or before."""
    end = automaton.classes[needed.END]
    count = automaton.steps.shape[1]
    lives = np.zeros((count, count), bool)
    for state in np.unique(automaton.starts):
        after_one = automaton.steps[state]
        ends = (automaton.found[after_one] | automaton.found[automaton.steps[after_one, end]]) != 0
        lives |= (automaton.steps[after_one] != 0) | ends[:, None]
    return lives


def _alike(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return np.unique(rows, axis=0, return_inverse=True)[1].astype(np.int64)


def _automata() -> list[Automaton]:
    return [
        automaton_of(
            {number: each for number, (family, each) in enumerate(patterns()) if _FAMILIES[family] == automaton}
        )
        for automaton in range(AUTOMATA)
    ]


def _beginnings(sizes: list[int]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *sizes[:-1]])
