"""What kernels read: forms of characters and the automata of masking, made once and kept."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from huiyin.language import normalise
from huiyin.language.complaints import model
from huiyin.language.kernels import automata, characters, needed, programs
from huiyin.language.kernels.automata import Automaton, automaton_of
from huiyin.language.kernels.caches import cache_folder, keep, mark_used
from huiyin.language.kernels.characters import BMP
from huiyin.language.kernels.programs import Programs, programs_of
from huiyin.language.masking import AT_IN_WORDS, patterns_by_family
from huiyin.language.personal import names, numbers, rooms
from huiyin.language.personal.rooms import HINT
from huiyin.language.places import written

Array = npt.NDArray[Any]

GATES, ROOMS, MAIL, NAMES, NEIGHBOURS, NUMBERS, OTHERS, LARGEST = range(8)
"""The automata. The gates come first: without one of them rooms or mail are not looked for."""
AUTOMATA = 8
ROOM_GATE, MAIL_GATE = 1, 2
"""The bits of what the gates find."""
_FAMILIES = {
    "gates": GATES,
    "rooms": ROOMS,
    "names": NAMES,
    "neighbours": NEIGHBOURS,
    "numbers": NUMBERS,
    "plates": OTHERS,
    "accounts": OTHERS,
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
    programs: Programs


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Family and pattern, by the number of its bit."""
    families = {"gates": (HINT, AT_IN_WORDS), **patterns_by_family(), "labels": (re.compile("〔"),)}
    return [(family, pattern) for family, members in families.items() for pattern in members]


@cache
def questions() -> dict[int, re.Pattern[str]]:
    """What finders ask of the words around a match, by numbers behind those of `patterns`."""
    asked = (
        *(rooms.OFFICE, rooms.CODE_BEFORE, rooms.A_DATE, rooms.A_YEAR, rooms.HOME_BEFORE),
        *(rooms.FIRST_PART, rooms.DASH_BEGINS, names.rules()["further"], names.TRIGGERS),
        *(numbers.ORDER_WORDS, numbers.MONEY_BEFORE, numbers.MONEY_AFTER, numbers.COUNTRY_CODE),
    )
    return dict(enumerate(asked, start=len(patterns())))


def number_of(pattern: re.Pattern[str]) -> int:
    """Of one of `patterns` or `questions`."""
    numbered = {number: each for number, (_, each) in enumerate(patterns())} | questions()
    return next(number for number, each in numbered.items() if each is pattern)


@cache
def tables() -> Tables:
    """What `normalise` makes of characters, and where masking may find something."""
    parts = [f"{family} {pattern.pattern} {pattern.flags}" for family, pattern in patterns()]
    parts += [f"{pattern.pattern} {pattern.flags}" for pattern in questions().values()]
    parts += [f"{char}{form}" for char, form in normalise.special_forms()]
    arrays = _kept("masking", parts, lambda: (*_forms(normalise.form_of), *_places(), *_programs()))
    return Tables(Forms(*arrays[:3]), Places(*arrays[3:-6]), Programs(*arrays[-6:]))


@cache
def written_forms() -> Forms:
    """What `places.written.write` makes of characters."""
    pairs = (written.DATA / "traditional.txt").read_text(encoding="utf-8")
    return Forms(*_kept("written", [pairs], lambda: _forms(written.form_of)))


def forms_of_the_model() -> npt.NDArray[np.uint16]:
    """What the model of complaints makes of each character of the Basic Multilingual Plane."""
    parts = [Path(model.__file__).read_text(encoding="utf-8")]
    parts += [f"{char}{form}" for char, form in normalise.special_forms()]
    (forms,) = _kept("forms", parts, lambda: (np.fromiter(map(model.form_of, range(BMP)), np.uint16, BMP),))
    return forms


_MAKERS = (automata, characters, needed, normalise, programs, written)


def _kept(name: str, parts: Iterable[str], make: Callable[[], tuple[Array, ...]]) -> tuple[Array, ...]:
    """Read from the cache where they were made of the same parts by the same source, or made and put there."""
    sources = [Path(maker.__file__ or "").read_text(encoding="utf-8") for maker in _MAKERS]
    own = Path(__file__).read_text(encoding="utf-8")
    digest = hashlib.sha256("\0".join([unicodedata.unidata_version, own, *sources, *parts]).encode())
    path = cache_folder() / f"{name}-{digest.hexdigest()[:16]}.npz"
    try:
        with np.load(path) as kept:
            mark_used(path)
            return tuple(kept[f"arr_{number}"] for number in range(len(kept.files)))
    except (OSError, ValueError, KeyError, BadZipFile):
        made = make()
        keep(path, lambda file: np.savez(file, *made))
        return made


def _forms(form_of: Callable[[str], str]) -> Forms:
    form = np.arange(0x110000, dtype=np.int32)
    several: list[list[int]] = []
    for code in (*range(0xD800), *range(0xE000, _WITH_FORMS), *_VANISHING):
        becomes = form_of(chr(code))
        if len(becomes) == 1:
            form[code] = ord(becomes)
        elif becomes:
            form[code] = -2 - len(several)
            several.append([ord(char) for char in becomes])
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


def _programs() -> Programs:
    return programs_of({number: pattern for number, (_, pattern) in enumerate(patterns())} | questions())


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
    """The largest pattern has one of its own: it is too often begun to be read by its beginning alone."""
    sizes = [len(pattern.pattern) for family, pattern in patterns() if family == "names"]
    together: list[dict[int, re.Pattern[str]]] = [{} for _ in range(AUTOMATA)]
    for number, (family, pattern) in enumerate(patterns()):
        is_largest = family == "names" and len(pattern.pattern) == max(sizes)
        together[LARGEST if is_largest else _FAMILIES[family]][number] = pattern
    return [automaton_of(members) for members in together]


def _beginnings(sizes: list[int]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *sizes[:-1]])
