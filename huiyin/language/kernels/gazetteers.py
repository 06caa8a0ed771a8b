"""A gazetteer as arrays: every form of a name, whose it is, and what the words around it weigh."""

from __future__ import annotations

import hashlib
import pickle
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huiyin.domain.division_codes import COMMUNITY, DISTRICT, STREET, names_street
from huiyin.language.kernels.automata import Automaton, automaton_of
from huiyin.language.kernels.caches import cache_folder, keep, mark_used, sources_digest
from huiyin.language.kernels.tables import Forms, written_forms
from huiyin.language.places import names
from huiyin.language.places.about import STEPS, About, step_of
from huiyin.language.places.gazetteer import Entry, Gazetteer, Owner
from huiyin.language.places.names import FULL, NUMBERED_AFTER, PHASE_AFTER

IS_SHORTENED, NEEDS_BEHIND, IS_WEAK, IS_SPELLED = 1, 2, 4, 8
SECTION_BEHIND, ESTATE_BEHIND, ANOTHER_BEHIND, PHASE_BEHIND = 1, 2, 4, 8
WORD_BEFORE, DENIED_BEFORE, ASKED_BEFORE = 16, 32, 64
"""What the automaton `beside` finds; the last three are looked for from right to left."""
NOWHERE = -1
CODE_BITS = 21
SIEVE_BITS = 17
PLACE_BITS = 20
"""Of a slot; the other twelve are of its key."""
WEIGHT_BITS = 64 - 2 * CODE_BITS
LONGEST_LENGTH, MOST_NAMED = 7, 4
_AREAS = (COMMUNITY, STREET, DISTRICT)
HASH, SPREAD = 0x100000001B3, 0x9E3779B97F4A7C15
_64 = (1 << 64) - 1
_MOST_KEPT = 4
"""Lists of estates; each takes some megabytes of the cache."""
_MOST_AREAS = 1 << 16
"""Division codes of which the numbers are remembered: a city has some thousands."""


class Keys(NamedTuple):
    """Numbers that are looked up: `slots` holds 1 + the place of a key, 0 where there is none.

    Above its PLACE_BITS a slot has bits of the key, so that few keys are compared in vain.
    """

    keys: npt.NDArray[np.uint64]
    slots: npt.NDArray[np.uint32]
    shift: int


class Beginnings(NamedTuple):
    """Two characters with which names or halves of names begin, and how long these are (then zeros).

    `sieve` has a bit for each pair; most pairs of a text fall through it.
    """

    sieve: npt.NDArray[np.uint8]
    keys: Keys
    lengths: npt.NDArray[np.int32]
    half_lengths: npt.NDArray[np.int32]


class Weighed(NamedTuple):
    """What two characters weigh anywhere in a text. Every second pair of a text is one of them: no branch, one look.

    The entry of a key is entries[a ^ moved[b]], a and b being bits of its hash; it is the key, then the weight plus
    half of what WEIGHT_BITS hold. Elsewhere stands 0, the key of no pair.
    """

    entry_shift: int
    bucket_shift: int

    moved: npt.NDArray[np.uint16]
    entries: npt.NDArray[np.uint64]


class Names(NamedTuple):
    """Forms by their hash; forms of the same owners have the same number in `owners`, a row of `owner_start`."""

    keys: Keys
    flags: npt.NDArray[np.uint8]
    owners: npt.NDArray[np.int32]
    owner_start: npt.NDArray[np.int32]
    owner_estate: npt.NDArray[np.int32]
    owner_is_sure: npt.NDArray[np.bool_]
    estate_areas: npt.NDArray[np.int32]
    """Of each estate the numbers of its community, street and district, 0 where it has none."""
    has_area: npt.NDArray[np.bool_]


class Halves(NamedTuple):
    """Halves of long names by their hash: the codes of each name with this half, and where the half begins."""

    keys: Keys
    first: npt.NDArray[np.int32]
    name_start: npt.NDArray[np.int32]
    name_codes: npt.NDArray[np.int32]
    offset: npt.NDArray[np.int32]


class Around(NamedTuple):
    """The model of places/about.py."""

    intercept: int
    unit: int
    before: Keys
    before_weight: npt.NDArray[np.int32]
    after: Keys
    after_weight: npt.NDArray[np.int32]
    at: npt.NDArray[np.int32]
    length: npt.NDArray[np.int32]
    named: npt.NDArray[np.int32]


class Beside(NamedTuple):
    classes: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.uint16]
    steps: npt.NDArray[np.uint16]
    found: npt.NDArray[np.uint64]


class Estates(NamedTuple):
    forms: Forms
    beginnings: Beginnings
    weighed: Weighed
    names: Names
    halves: Halves
    around: Around
    beside: Beside


class PlaceIndex:
    """A gazetteer, its arrays, and its estates by number; the gazetteer itself is made when it is asked for."""

    def __init__(self, make: Callable[[], Gazetteer]) -> None:
        self._make = make
        gazetteer = self.gazetteer
        entries = gazetteer.forms()
        owned = {owner.estate for entry in entries.values() for owner in entry.owners}
        spelled = {estate for entry in entries.values() for _, estate in entry.spellings}
        self.codes = sorted(owned | spelled)
        self._numbers = {code: number for number, code in enumerate(self.codes)}
        self._areas: dict[str, int] = {}
        self.estates = Estates(
            written_forms(),
            _beginnings(gazetteer),
            _weighed(gazetteer.about().pairs),
            self._names(entries, gazetteer.areas()),
            _halves(gazetteer.halves()),
            _around(gazetteer.about()),
            Beside(*(getattr(_beside(), field) for field in Beside._fields)),
        )

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return self._make()

    @classmethod
    def kept(cls, names: str, make: Callable[[], Gazetteer]) -> PlaceIndex:
        """From the user's cache if it was made of the same names by the same source; `make` makes the gazetteer."""
        digest = hashlib.sha256(
            "\0".join([names, unicodedata.unidata_version, sources_digest()]).encode()
        ).hexdigest()[:16]
        path = cache_folder() / f"places-{digest}.pickle"
        try:
            index: PlaceIndex = pickle.loads(path.read_bytes())  # noqa: S301 - numba trusts this folder likewise
            index._make = make
            mark_used(path)
        except (
            OSError,
            ValueError,
            EOFError,
            LookupError,
            TypeError,
            AttributeError,
            ImportError,
            pickle.PickleError,
        ):
            # Not there, cut short, or written by another version of numpy.
            index = cls(make)
            keep(path, lambda file: pickle.dump(index, file, protocol=5))
            with suppress(OSError):  # another process tidies too
                for old in sorted(path.parent.glob("places-*.pickle"), key=_kept_at)[:-_MOST_KEPT]:
                    old.unlink(missing_ok=True)
        return index

    def __getstate__(self) -> dict[str, Any]:
        left_out = ("_make", "gazetteer", "areas_of")
        return {name: value for name, value in vars(self).items() if name not in left_out}

    def number_of(self, code: str) -> int:
        return self._numbers[code]

    @cached_property
    def areas_of(self) -> Callable[[str], tuple[int, ...]]:
        """Of a division code the numbers of its community, street and district.

        0 for what it does not name, -1 where no estate lies.
        """
        return lru_cache(maxsize=_MOST_AREAS)(self._areas_of)

    def _areas_of(self, area: str) -> tuple[int, ...]:
        named = len(area) if names_street(area) else min(len(area), DISTRICT)
        return tuple(self._areas.get(area[:digits], -1) if named >= digits else 0 for digits in _AREAS)

    def _names(self, entries: Mapping[str, Entry], areas: Mapping[str, str]) -> Names:
        groups: dict[tuple[Owner, ...], int] = {}
        owners = [groups.setdefault(entry.owners, len(groups)) for entry in entries.values()]
        for code in self.codes:
            for digits in _AREAS:
                if len(areas.get(code, "")) >= digits:
                    self._areas.setdefault(areas[code][:digits], len(self._areas) + 1)
        flat = [owner for group in groups for owner in group]
        return Names(
            _keys([hash_of(form) for form in entries]),
            np.array([_flags(entry) for entry in entries.values()], np.uint8),
            np.array(owners, np.int32),
            _starts(len(group) for group in groups),
            np.array([self._numbers[owner.estate] for owner in flat], np.int32),
            np.array([owner.certainty == "sure" for owner in flat], np.bool_),
            np.array([self.areas_of(areas.get(code, "")) for code in self.codes], np.int32).reshape(-1, 3),
            np.array([bool(areas.get(code)) for code in self.codes], np.bool_),
        )


def _kept_at(path: Path) -> float:
    return path.stat().st_mtime


def _flags(entry: Entry) -> int:
    is_shortened = entry.owners[0].specificity < FULL
    about_words = NEEDS_BEHIND * entry.needs_behind | IS_WEAK * bool(entry.is_weak)
    return IS_SHORTENED * is_shortened | about_words | IS_SPELLED * bool(entry.spellings)


def hash_of(text: str) -> int:
    """As kernels compute it, one character after the other."""
    value = 0
    for char in text:
        value = ((value ^ ord(char)) * HASH) & _64
    return value ^ value >> 29


def key_of(chars: str) -> int:
    """Up to three characters in one number, the first in its lowest bits."""
    return sum(ord(char) << CODE_BITS * at for at, char in enumerate(chars))


def _keys(keys: Sequence[int]) -> Keys:
    if len(set(keys)) != len(keys):
        raise ValueError("two keys are the same number")
    if len(keys) >> PLACE_BITS:
        raise ValueError("more keys than a slot can name: widen Keys.slots")
    bits = max(4, (2 * len(keys)).bit_length())
    slots = np.zeros(1 << bits, np.uint32)
    for place, key in enumerate(keys, start=1):
        spread = (key * SPREAD) & _64
        slot = spread >> (64 - bits)
        while slots[slot]:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = (spread & 0xFFFFFFFF) >> PLACE_BITS << PLACE_BITS | place
    return Keys(np.array(keys, np.uint64), slots, 64 - bits)


def _starts(lengths: Iterable[int]) -> npt.NDArray[np.int32]:
    return np.cumsum([0, *lengths]).astype(np.int32)


def _beginnings(gazetteer: Gazetteer) -> Beginnings:
    lengths, halves = gazetteer.lengths(), gazetteer.lengths_of_halves()
    pairs = list(dict.fromkeys([*lengths, *halves]))
    keys = [key_of(pair) for pair in pairs]
    sieve = np.zeros(1 << SIEVE_BITS, np.bool_)
    sieve[[(key * SPREAD & _64) >> (64 - SIEVE_BITS) for key in keys]] = True
    return Beginnings(
        np.packbits(sieve, bitorder="little"),
        _keys(keys),
        _rows([lengths.get(pair, ()) for pair in pairs]),
        _rows([halves.get(pair, ()) for pair in pairs]),
    )


def _weighed(weights: Mapping[str, int]) -> Weighed:
    """Keys of one bucket are moved together to places that are free; the largest buckets choose first."""
    bits = max(6, (3 * len(weights) // 2).bit_length())
    moved, entries = np.zeros(1 << (bits - 2), np.uint16), np.zeros(1 << bits, np.uint64)
    buckets: dict[int, list[tuple[int, int]]] = {}
    for pair, weight in weights.items():
        spread = (key_of(pair) * SPREAD) & _64
        entry = key_of(pair) << WEIGHT_BITS | weight + (1 << (WEIGHT_BITS - 1))
        slot = spread >> (64 - 2 * bits) & (len(entries) - 1)
        buckets.setdefault(spread >> (66 - bits), []).append((slot, entry))
    for bucket, members in sorted(buckets.items(), key=lambda each: -len(each[1])):
        slots = [slot for slot, _ in members]
        by = next(by for by in range(len(entries)) if not any(entries[slot ^ by] for slot in slots))
        moved[bucket] = by
        for slot, entry in members:
            entries[slot ^ by] = entry
    return Weighed(64 - 2 * bits, 66 - bits, moved, entries)


def _rows(lists: Sequence[Sequence[int]]) -> npt.NDArray[np.int32]:
    """One row each, filled up with at least one zero."""
    found = np.zeros((len(lists), 1 + max(map(len, lists), default=0)), np.int32)
    for row, each in zip(found, lists, strict=True):
        row[: len(each)] = each
    return found


def _halves(halves: Mapping[str, Sequence[tuple[str, int]]]) -> Halves:
    flat = [each for members in halves.values() for each in members]
    return Halves(
        _keys([hash_of(half) for half in halves]),
        _starts(len(members) for members in halves.values()),
        _starts(len(form) for form, _ in flat),
        np.array([ord(char) for form, _ in flat for char in form], np.int32),
        np.array([offset for _, offset in flat], np.int32),
    )


def _around(about: About) -> Around:
    traits = about.traits
    steps = [step_of(step) for step in (*STEPS, STEPS[-1] + 1)]
    return Around(
        about.intercept,
        about.unit,
        _keys([key_of(chars[::-1]) for chars in about.before]),
        np.array(list(about.before.values()), np.int32),
        _keys([key_of(chars) for chars in about.after]),
        np.array(list(about.after.values()), np.int32),
        np.array([traits.get(f"at {step}", 0) for step in steps], np.int32),
        np.array([traits.get(f"length {length}", 0) for length in range(LONGEST_LENGTH + 1)], np.int32),
        np.array([traits.get(f"named {count}", 0) for count in range(MOST_NAMED + 1)], np.int32),
    )


def _beside() -> Automaton:
    """Exact, for these patterns have no lookarounds and no high limits."""
    words = names.words()

    def any_of(each: Iterable[str]) -> re.Pattern[Any]:
        return re.compile("|".join(map(re.escape, each)))

    behind = [NUMBERED_AFTER, names.estate_after(), any_of(words.makes_another), PHASE_AFTER]
    before = [any_of(word[::-1] for word in each) for each in (words.before_weak, words.denies, words.asks)]
    return automaton_of(dict(enumerate([*behind, *before])))
