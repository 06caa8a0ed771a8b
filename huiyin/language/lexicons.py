"""Groups of words by what they do in a sentence, found in one pass over a text (data/checks/lexicons.toml).

A term begins with one or two plain characters, by which it is looked up; what follows may be a regular expression.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from operator import add, attrgetter
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data" / "checks"
_PLAIN = re.compile(r"[^()\[\]{}|?*+.\\^$…]*")
_ANYTHING = "[^,.;:!?。\n]{0,8}?"  # what … stands for: a little of the same clause


class Hit(NamedTuple):
    """A term of `group` at text[start:end]."""

    start: int
    end: int
    group: str


class _Terms:
    """The terms of one group that begin alike; the pattern is compiled when it is first needed."""

    __slots__ = ("_pattern", "group", "is_plain", "sources")

    def __init__(self, group: str) -> None:
        self.group = group
        self.sources: list[str] = []
        self.is_plain = False
        self._pattern: re.Pattern[str] | None = None

    def end_of_match(self, text: str, at: int) -> int:
        """Where the longest-first match at this place ends; -1 if there is none."""
        if self._pattern is None:
            longest_first = sorted(self.sources, key=len, reverse=True)
            self._pattern = re.compile("|".join(longest_first).replace("…", _ANYTHING))
        match = self._pattern.match(text, at)
        return match.end() if match else -1


class Lexicons:
    """Made once from groups of terms, asked many times; `groups` in the order they were given."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        self.groups = tuple(groups)
        by_key: dict[str, dict[str, _Terms]] = {}
        for group, terms in groups.items():
            for term in terms.split():
                by_key.setdefault(_key_of(term), {}).setdefault(group, _Terms(group)).sources.append(term)
        self._by_key = {key: tuple(named.values()) for key, named in by_key.items()}
        for key, candidates in self._by_key.items():
            for each in candidates:
                each.is_plain = each.sources == [key]
        self._single = frozenset(key for key in self._by_key if len(key) == 1)

    def find(self, text: str) -> list[Hit]:
        """Hits in the order they begin; in one group none lies inside another."""
        found: list[Hit] = []
        done: dict[str, int] = {}
        by_key = self._by_key
        for at, candidates in enumerate(map(by_key.get, map(add, text, text[1:]))):
            if candidates is not None:
                _add_hits(found, candidates, text, at, done, 2)
        if self._single:
            for match in self._single_pattern().finditer(text):
                _add_hits(found, by_key[match.group()], text, match.start(), done, 1)
            found.sort(key=_START)
        return found

    def _single_pattern(self) -> re.Pattern[str]:
        return re.compile("[" + re.escape("".join(sorted(self._single))) + "]")


_START = attrgetter("start")


def _add_hits(
    found: list[Hit],
    candidates: tuple[_Terms, ...],
    text: str,
    at: int,
    done: dict[str, int],
    key_length: int,
) -> None:
    for terms in candidates:
        group = terms.group
        if done.get(group, 0) > at:
            continue
        end = at + key_length if terms.is_plain else terms.end_of_match(text, at)
        if end > at:
            done[group] = end
            found.append(Hit(at, end, group))


def _key_of(term: str) -> str:
    plain = _PLAIN.match(term)
    assert plain is not None
    key = plain.group()
    if term[len(key) : len(key) + 1] in ("?", "*", "{"):
        key = key[:-1]
    if not key:
        raise ValueError(f"a term must begin with a plain character: {term!r}")
    return key[:2]


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
