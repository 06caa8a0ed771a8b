"""Groups of words by what they do in a sentence, found in one pass over a text (data/checks/lexicons.toml).

A term begins with one or two plain characters, by which it is looked up; what follows may be a regular expression.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from huiyin.language.pairs import pairs

DATA = Path(__file__).parent / "data" / "checks"
_PLAIN = re.compile(r"[^()\[\]{}|?*+.\\^$…]*")
_STEP = re.compile(
    r"(?:\((?P<choices>[^()\[\\]+)\)|(?P<character>[^()\[\]{}|?*+.\\^$…]))(?P<optional>\?)?(?![?*+{])"
)
_GROUP = re.compile(r"\([^()]*\)")
_BEGINS_PLAIN = re.compile(r"[^()\[\]{}|?*+.\\^$…](?![?*{])")
_ANYTHING = "[^,.;:!?。\n]{0,8}?"  # what … stands for: a little of the same clause


_Match = Callable[[str, int], re.Match[str] | None]


class Hit(NamedTuple):
    """A term of `group` at text[start:end]."""

    start: int
    end: int
    group: str


class _Terms:
    """The terms of one group that begin alike; `match` is None until the pattern is first needed."""

    __slots__ = ("group", "match", "sources")

    def __init__(self, group: str) -> None:
        self.group = group
        self.sources: list[str] = []
        self.match: _Match | None = None

    def compiled(self) -> _Match:
        """Of longer terms before shorter ones."""
        longest_first = sorted(self.sources, key=len, reverse=True)
        self.match = re.compile("|".join(longest_first).replace("…", _ANYTHING)).match
        return self.match


class _Branch(NamedTuple):
    """Terms with one key: those that may stand before a certain character, and before any other one.

    The character is known by the number of the pair it makes with the end of the key.
    """

    before: Mapping[int, tuple[_Terms, ...]]
    otherwise: tuple[_Terms, ...]


class Lexicons:
    """Made once from groups of terms, asked many times; `groups` in the order they were given."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        self.groups = tuple(groups)
        by_key: dict[str, dict[str, _Terms]] = {}
        for group, terms in groups.items():
            for term in terms.split():
                by_key.setdefault(_key_of(term), {}).setdefault(group, _Terms(group)).sources.append(term)
        branches = {key: _branch(key, tuple(terms.values())) for key, terms in by_key.items()}
        self._by_pair = {_pairs(key)[0]: branch for key, branch in branches.items() if len(key) == 2}
        self._by_character = {key: branch for key, branch in branches.items() if len(key) == 1}
        characters = re.escape("".join(sorted(self._by_character)))
        self._character = re.compile(f"[{characters}]" if characters else "(?!)")

    def find(self, text: str) -> list[Hit]:
        """Hits in the order they begin; in one group none lies inside another."""
        found: list[Hit] = []
        done = dict.fromkeys(self.groups, 0)
        for at, candidates in self._candidates(text):
            for terms in candidates:
                group = terms.group
                if done[group] <= at:
                    match = (terms.match or terms.compiled())(text, at)
                    if match:
                        done[group] = end = match.end()
                        found.append(Hit(at, end, group))
        return found

    def _candidates(self, text: str) -> list[tuple[int, tuple[_Terms, ...]]]:
        """Where terms may begin, in order; at one place those known by two characters go before those known by one."""
        codes = _pairs(text)
        codes.append(0)  # nothing stands after the last character
        found = [
            (at, branch.before.get(codes[at + 1], branch.otherwise))
            for at, branch in enumerate(map(self._by_pair.get, codes))
            if branch is not None
        ]
        for match in self._character.finditer(text):
            branch, at = self._by_character[match[0]], match.start()
            found.append((at, branch.before.get(codes[at], branch.otherwise)))
        found.sort(key=_AT)
        return found


_AT = itemgetter(0)


def _pairs(text: str) -> list[int]:
    return pairs(text.encode("utf-32-le", "surrogatepass"), 4)


def _key_of(term: str) -> str:
    plain = _PLAIN.match(term)
    assert plain is not None
    key = plain.group()
    if term[len(key) : len(key) + 1] in ("?", "*", "{"):
        key = key[:-1]
    if not key:
        raise ValueError(f"a term must begin with a plain character: {term!r}")
    return key[:2]


def _branch(key: str, candidates: tuple[_Terms, ...]) -> _Branch:
    following = [_following(key, each.sources) for each in candidates]
    characters = {character for each in following if each is not None for character in each}
    return _Branch(
        {
            _pairs((key + character)[-2:])[0]: tuple(
                terms
                for terms, those in zip(candidates, following, strict=True)
                if those is None or character in those
            )
            for character in characters
        },
        tuple(terms for terms, those in zip(candidates, following, strict=True) if those is None),
    )


def _following(key: str, terms: Iterable[str]) -> set[str] | None:
    """The characters of which one must follow the key; None where any may."""
    characters: set[str] = set()
    for term in terms:
        firsts = _firsts(term[len(key) :])
        if firsts is None:
            return None
        characters |= firsts
    return characters


def _firsts(pattern: str) -> set[str] | None:
    """The characters of which one must come first; None where any may, or none."""
    if "|" in _GROUP.sub("", pattern):
        return None
    step = _STEP.match(pattern)
    if step is None:
        return None
    choices = step["choices"].split("|") if step["choices"] else [step["character"]]
    if not all(map(_BEGINS_PLAIN.match, choices)):
        return None
    later = _firsts(pattern[step.end() :]) if step["optional"] else set()
    return None if later is None else later.union(choice[0] for choice in choices)


def with_more(groups: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """The groups with further terms; a group that is not there is refused."""
    unknown = set(more) - set(groups)
    if unknown:
        raise ValueError(f"no such groups of words: {', '.join(sorted(unknown))}")
    return {name: f"{terms}\n{more.get(name, '')}" for name, terms in groups.items()}


@cache
def shipped_groups() -> dict[str, str]:
    """Group → terms, as shipped."""
    with (DATA / "lexicons.toml").open("rb") as file:
        return {name: table["terms"] for name, table in tomllib.load(file).items()}


@cache
def shipped() -> Lexicons:
    """The lexicons as shipped, made once."""
    return Lexicons(shipped_groups())
