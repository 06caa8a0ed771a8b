"""A list of estates, and which of them a complaint is about.

One pass over a text finds every form of a name in it (`Gazetteer.forms`); `choose` then decides between them. A
compiled kernel may do the first and share the second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from operator import add
from typing import NamedTuple

from huiyin.domain.division_codes import COMMUNITY, DISTRICT, STREET, names_street
from huiyin.language.places import names
from huiyin.language.places.about import About, shipped
from huiyin.language.places.mistyped import halves_of, is_mistyped
from huiyin.language.places.names import (
    EXACT,
    FULL,
    NUMBERED_AFTER,
    PART,
    PHASE_AFTER,
    Certainty,
    Form,
    forms_of,
    forms_of_address,
    is_weak,
)
from huiyin.language.places.written import Written, write

_DOTS = re.compile(r"\W+")
LIKELY, _MISTYPED, ELSEWHERE = 0.8, 0.6, 0.6
SURE_FROM = 0.75


class Owner(NamedTuple):
    """An estate that is written in some form."""

    estate: str
    specificity: int
    certainty: Certainty


class Entry(NamedTuple):
    """Whose form it is; several where estates are namesakes.

    A weak form needs a word of estates beside it; a part of a name, a listed ordinary word and what without 小区 is
    called like another kind of place (甲乙公园) need it behind.
    `spellings`: names as given, each with its estate, where dots or blanks alone tell several estates apart.
    """

    owners: tuple[Owner, ...]
    is_weak: bool
    needs_behind: bool
    spellings: tuple[tuple[str, str], ...] = ()


class Mention(NamedTuple):
    """A form at text[start:end] of a written text."""

    start: int
    end: int
    entry: Entry
    is_mistyped: bool = False


class Place(NamedTuple):
    """The estate a text is about: its code, the words of the text, their offsets, and how sure that is (0–1)."""

    estate: str
    matched: str
    confidence: float
    certainty: Certainty
    start: int
    end: int


class Namesakes(NamedTuple):
    """Estates of one name which nothing tells apart: a person has to say which of the codes is meant."""

    candidates: tuple[str, ...]
    matched: str
    start: int
    end: int


class Choice(NamedTuple):
    """What `choose` decided, in offsets of the written text; several estates are namesakes not told apart."""

    estates: tuple[str, ...]
    mention: Mention
    confidence: float
    certainty: Certainty


class Gazetteer:
    """Estates by every form of their names.

    `estates` are pairs of code and name; `aliases` gives further names of a code, `areas` its 12-digit division code,
    `addresses` where it lies: a road with a number in it is a likely form of its name.
    """

    def __init__(
        self,
        estates: Iterable[tuple[str, str]],
        aliases: Mapping[str, Iterable[str]] | None = None,
        areas: Mapping[str, str] | None = None,
        about: About | None = None,
        addresses: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._about = about or shipped()
        self._areas = dict(areas or {})
        named = [(code, name) for code, name in estates]
        named += [(code, alias) for code, others in (aliases or {}).items() for alias in others]
        forms = [(code, form) for code, name in named for form in forms_of(name)]
        forms += [
            (code, form)
            for code, each in (addresses or {}).items()
            for address in each
            for form in forms_of_address(address)
        ]
        self._forms = _table(forms)
        for form, spellings in _told_apart_by_dots(named).items():
            if form in self._forms:
                self._forms[form] = self._forms[form]._replace(spellings=spellings)
        self._halves = halves_of(
            form
            for form, entry in self._forms.items()
            if entry.owners[0].specificity >= FULL and not entry.is_weak
        )
        self._lengths = _lengths_by_pair(self._forms)
        self._lengths_of_halves = _lengths_by_pair(self._halves)
        self._is_begun_by = frozenset([*self._lengths, *self._lengths_of_halves]).__contains__

    def forms(self) -> Mapping[str, Entry]:
        """Form → whose it is: what is looked for, all in the way `places.written.write` writes."""
        return self._forms

    def about(self) -> About:
        return self._about

    def areas(self) -> Mapping[str, str]:
        """Estate → its division code."""
        return self._areas

    def lengths(self) -> Mapping[str, tuple[int, ...]]:
        """The first two characters of forms → the lengths of the forms that begin so, the longest first."""
        return self._lengths

    def halves(self) -> Mapping[str, list[tuple[str, int]]]:
        """Half of a long form → the forms and where the half begins in them."""
        return self._halves

    def lengths_of_halves(self) -> Mapping[str, tuple[int, ...]]:
        return self._lengths_of_halves

    def called(self, name: str) -> str | None:
        """The code of the estate that bears this name, however it is written; None if none does, or several do."""
        entry = self._forms.get(write(name).text)
        owner = entry.owners[0] if entry is not None and len(entry.owners) == 1 else None
        return owner.estate if owner is not None and owner.certainty == "sure" else None

    def find(self, texts: Sequence[str], areas: Sequence[str | None] | None = None) -> list[Place | None]:
        """For each text the estate it is about; `areas` are the division codes of the texts where known."""
        return [found if isinstance(found, Place) else None for found in self.find_all(texts, areas)]

    def find_all(
        self, texts: Sequence[str], areas: Sequence[str | None] | None = None
    ) -> list[Place | Namesakes | None]:
        """As `find`, and where it names no estate because several are called so, these."""
        if areas is None:
            return [self._find(text, None) for text in texts]
        return [self._find(text, area) for text, area in zip(texts, areas, strict=True)]

    def _find(self, text: str, area: str | None) -> Place | Namesakes | None:
        written = write(text)
        standing = [_as_spelled(written, mention) for mention in self.standing(written.text)]
        choice = choose(written.text, standing, self._areas, area, self._about) if standing else None
        return None if choice is None else _place(written, choice)

    def standing(self, text: str) -> list[Mention]:
        """The forms in a written text that may be meant; mistyped ones only where there is no other."""
        pairs = list(map(add, text, text[1:]))
        hits = list(compress(enumerate(pairs), map(self._is_begun_by, pairs)))
        found = self._mentions(text, hits) or self._mistyped(text, hits)
        return [mention for mention in found if stands(text, mention)]

    def _mentions(self, text: str, hits: Sequence[tuple[int, str]]) -> list[Mention]:
        """The forms from left to right; where they overlap, the longest at the leftmost place."""
        found: list[Mention] = []
        done = 0
        for at, pair in hits:
            if at < done:
                continue
            for length in self._lengths.get(pair, ()):
                entry = self._forms.get(text[at : at + length])
                if entry is not None:
                    done = min(at + length, len(text))
                    found.append(Mention(at, done, entry))
                    break
        return found

    def _mistyped(self, text: str, hits: Sequence[tuple[int, str]]) -> list[Mention]:
        """Long names with one wrong character, where no other name is as near."""
        found: list[Mention] = []
        for at, pair in hits:
            for length in self._lengths_of_halves.get(pair, ()):
                for form, offset in self._halves.get(text[at : at + length], ()):
                    start = at - offset
                    piece = text[start : start + len(form)] if start >= 0 else ""
                    if len(piece) == len(form) and is_mistyped(form, piece):
                        found.append(Mention(start, start + len(form), self._forms[form], is_mistyped=True))
        estates = {owner.estate for mention in found for owner in mention.entry.owners}
        return found if len(estates) == 1 else []


def _told_apart_by_dots(named: Iterable[tuple[str, str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Of the names of several estates that are the same when written in one way: this way → (name, estate)."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for code, name in named:
        found.setdefault(write(name).text, {})[name, code] = None
    return {
        form: tuple(each)
        for form, each in found.items()
        if len({name for name, _ in each}) > 1 and len({code for _, code in each}) > 1
    }


def _as_spelled(written: Written, mention: Mention) -> Mention:
    """甲乙园·丙丁苑 and 甲乙园丙丁苑 in one list: the one that is written so, be it with another dot."""
    if not mention.entry.spellings or mention.is_mistyped:
        return mention
    start, end = written.span(mention.start, mention.end)
    words = written.source[start:end]
    for as_read in (str, _with_one_dot):
        codes = {code for name, code in mention.entry.spellings if as_read(name) == as_read(words)}
        if len(codes) == 1:
            owner = Owner(codes.pop(), EXACT, "sure")
            return mention._replace(entry=mention.entry._replace(owners=(owner,)))
    return mention


def _with_one_dot(name: str) -> str:
    return _DOTS.sub("·", name)


def _table(forms: Iterable[tuple[str, Form]]) -> dict[str, Entry]:
    """Each form belongs to those whose name it is in the most special way."""
    owners: dict[str, dict[str, Owner]] = {}
    for code, form in forms:
        of_form = owners.setdefault(form.text, {})
        known = of_form.get(code)
        if known is None or known.specificity < form.specificity:
            of_form[code] = Owner(code, form.specificity, form.certainty)
    table = {}
    for text, by_code in owners.items():
        highest = max(owner.specificity for owner in by_code.values())
        best = tuple(by_code[code] for code in sorted(by_code) if by_code[code].specificity == highest)
        table[text] = Entry(best, is_weak(text), _needs_behind(text, highest))
    return table


def _needs_behind(form: str, specificity: int) -> bool:
    words = names.words()
    is_like_another = specificity < FULL and form.endswith(words.other_places)
    return specificity == PART or is_like_another or form in words.weak


def _lengths_by_pair(forms: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The first two characters → the lengths of the forms that begin so, the longest first."""
    lengths: dict[str, set[int]] = {}
    for form in forms:
        lengths.setdefault(form[:2], set()).add(len(form))
    return {pair: tuple(sorted(each, reverse=True)) for pair, each in lengths.items()}


def choose(
    text: str,
    standing: Sequence[Mention],
    areas_of: Mapping[str, str],
    area: str | None,
    about: About,
) -> Choice | None:
    """The estate the text is about, among those that stand in it; None where they are only named."""
    counts = Counter(mention.entry.owners for mention in standing)
    whole = about.intercept + about.of_text(text)
    sums = [
        about.of_place(text, mention.start, mention.end, counts[mention.entry.owners]) for mention in standing
    ]
    highest = max(sums)
    if whole + highest <= 0:
        return None
    best = _most_special(standing[sums.index(highest)], standing, text)
    is_section = bool(NUMBERED_AFTER.match(text, best.end) or PHASE_AFTER.match(text, best.end))
    return _judged(best, about.odds(whole + highest), areas_of, area, is_section)


def stands(text: str, mention: Mention) -> bool:
    """False for words that are hardly a name where they stand, or a name that is denied.

    A weak form needs a word of estates beside it, an ordinary word or a part of a name even behind it, where a building
    or a unit will do too; behind a form that was shortened by its section no other section may stand.
    """
    words = names.words()
    if _is_elsewhere(text, mention.start, mention.end):
        return False
    is_whole = mention.entry.owners[0].specificity >= FULL
    if not is_whole and NUMBERED_AFTER.match(text, mention.end):
        return False
    needs_behind = mention.entry.needs_behind
    if not (needs_behind or mention.entry.is_weak) or names.estate_after().match(text, mention.end):
        return True
    if needs_behind:
        return False
    return mention.start == 0 or text.endswith(words.before_weak, 0, mention.start)


def _is_elsewhere(text: str, start: int, end: int) -> bool:
    """甲乙园街道, 不是甲乙园; but not 是不是甲乙园."""
    words = names.words()
    if text.startswith(words.makes_another, end):
        return True
    return text.endswith(words.denies, 0, start) and not text.endswith(words.asks, 0, start)


def _most_special(best: Mention, standing: Sequence[Mention], text: str) -> Mention:
    """The narrower of two: 甲乙园三区 where 甲乙园 stands too; 丙丁苑, but not 一期, behind 甲乙新村."""
    name = text[best.start : best.end]
    narrower = [
        mention
        for mention in standing
        if (mention.start == best.end and not mention.entry.is_weak)
        or (mention.end - mention.start > len(name) and text.startswith(name, mention.start))
    ]
    return max(narrower, key=lambda mention: mention.end - mention.start, default=best)


def _judged(
    best: Mention, odds: float, areas_of: Mapping[str, str], area: str | None, is_section: bool
) -> Choice:
    """How sure that is; `is_section`: behind it stands a section or phase the list does not know."""
    owners, together = _nearest(best.entry.owners, areas_of, area)
    owner = owners[0]
    confidence = odds / len(owners)
    if owner.certainty != "sure" or best.entry.is_weak or is_section:
        confidence *= LIKELY
    if best.is_mistyped:
        confidence *= _MISTYPED
    its_area = areas_of.get(owner.estate, "")
    is_another_street = together < STREET and names_street(area or "") and names_street(its_area)
    if area and its_area and together < DISTRICT:
        confidence *= ELSEWHERE
    elif is_another_street:
        confidence *= LIKELY
    may_be_sure = owner.certainty == "sure" and not (is_section or best.is_mistyped or is_another_street)
    is_sure = may_be_sure and confidence >= SURE_FROM
    estates = tuple(each.estate for each in owners)
    return Choice(estates, best, round(confidence, 3), "sure" if is_sure else "likely")


def _nearest(
    owners: tuple[Owner, ...], areas_of: Mapping[str, str], area: str | None
) -> tuple[tuple[Owner, ...], int]:
    """Those of the namesakes that lie nearest to the area, and the digits they share with it."""
    if not area:
        return owners, 0
    shared = [_shared_digits(areas_of.get(owner.estate, ""), area) for owner in owners]
    most = max(shared)
    return tuple(owner for owner, each in zip(owners, shared, strict=True) if each == most), most


def _shared_digits(one: str, other: str) -> int:
    """12, 9 or 6 digits in common, else none: community, street, district."""
    for digits in (COMMUNITY, STREET, DISTRICT) if names_street(one) else (DISTRICT,):
        if len(one) >= digits and one[:digits] == other[:digits]:
            return digits
    return 0


def _place(written: Written, choice: Choice) -> Place | Namesakes:
    start, end = written.span(choice.mention.start, choice.mention.end)
    matched = written.source[start:end]
    if len(choice.estates) > 1:
        return Namesakes(choice.estates, matched, start, end)
    return Place(choice.estates[0], matched, choice.confidence, choice.certainty, start, end)
