"""What kernels read: forms of characters and the automata of masking, made once and kept in the user's cache."""

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
from huiyin.language.kernels import automata, characters, needed
from huiyin.language.kernels.automata import Automaton, automaton_of
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

    Characters of one kind begin and go on alike.
    """

    kind: npt.NDArray[np.uint8]
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
    path = cache_folder() / f"masking-{_digest()}.npz"
    try:
        with np.load(path) as kept:
            return Tables(
                Forms(*(kept[name] for name in Forms._fields)),
                Places(*(kept[name] for name in Places._fields)),
            )
    except (OSError, ValueError, KeyError):
        made = Tables(_forms(), _places())
        _keep(path, {**made.forms._asdict(), **made.places._asdict()})
        return made


def cache_folder() -> Path:
    """Where what takes seconds to make is kept for the next time."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "huiyin"


def _digest() -> str:
    """Of everything the tables are made from: the patterns, the forms, and the source that makes them."""
    makers = (automata.__file__, characters.__file__, needed.__file__, normalise.__file__, __file__)
    parts = [Path(maker).read_text(encoding="utf-8") for maker in makers]
    parts += [f"{family} {pattern.pattern} {pattern.flags}" for family, pattern in patterns()]
    parts += [f"{char}{form}" for char, form in normalise.special_forms()]
    return hashlib.sha256("\0".join([unicodedata.unidata_version, *parts]).encode()).hexdigest()[:16]


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
    members = _automata()
    starts = np.zeros((len(members), max(each.steps.shape[1] for each in members)), np.uint16)
    for number, each in enumerate(members):
        starts[number, : len(each.starts)] = each.starts
    return Places(
        *_kinds(members),
        np.array([each.classes for each in members]),
        starts,
        np.concatenate([each.steps.ravel() for each in members]),
        np.concatenate([each.found for each in members]),
        np.array([each.steps.shape[1] for each in members]),
        _beginnings([each.steps.size for each in members]),
        _beginnings([each.found.size for each in members]),
        np.array([each.first_finding for each in members]),
        np.array([np.bitwise_or.reduce(each.found) for each in members]),
    )


def _kinds(members: list[Automaton]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """What begins is known by two characters: few walks need more."""
    alive = [_lives_after_two(each) for each in members]
    groups: list[npt.NDArray[np.int64]] = []
    for each, pairs in zip(members, alive, strict=True):
        groups += (_alike(pairs)[each.classes], _alike(pairs.T)[each.classes])
    _, first, kind = np.unique(np.array(groups), axis=1, return_index=True, return_inverse=True)
    if len(first) > 1 << 8:
        raise ValueError("more than 256 kinds of characters: widen Places.kind")
    may_begin = np.zeros((len(first), len(first)), np.uint8)
    for number, (each, pairs) in enumerate(zip(members, alive, strict=True)):
        of_kind = each.classes[first]
        may_begin |= pairs[np.ix_(of_kind, of_kind)].astype(np.uint8) << number
    return kind.astype(np.uint8), may_begin


def _lives_after_two(automaton: Automaton) -> npt.NDArray[np.bool_]:
    """For each pair of classes whether a walk that begins with it goes on, or might end with it or before."""
    end = automaton.classes[characters.END]
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
            {
                number: each
                for number, (family, each) in enumerate(patterns())
                if _FAMILIES[family] == automaton
            }
        )
        for automaton in range(AUTOMATA)
    ]


def _beginnings(sizes: list[int]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *sizes[:-1]])
