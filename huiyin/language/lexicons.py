"""Groups of words by what they do in a sentence, found in one pass over a text (data/checks/lexicons.toml).

A term begins with one or two plain characters, by which it is looked up; what follows may be a regular expression.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "checks"
_PLAIN = re.compile(r"[^()\[\]{}|?*+.\\^$…]*")
_ANYTHING = "[^,.;:!?。\n]{0,8}?"  # what … stands for: a little of the same clause


@dataclass(frozen=True, slots=True)
class Hit:
    """A term of `group` at text[start:end]."""

    start: int
    end: int
    group: str


@dataclass
class _Terms:
    """The terms of one group that begin alike, compiled when they are first met."""

    group: str
    sources: list[str] = field(default_factory=list)
    pattern: re.Pattern[str] | None = None

    def match(self, text: str, at: int) -> re.Match[str] | None:
        if self.pattern is None:
            longest_first = sorted(self.sources, key=len, reverse=True)
            self.pattern = re.compile("|".join(longest_first).replace("…", _ANYTHING))
        return self.pattern.match(text, at)


class Lexicons:
    """Made once from groups of terms, asked many times; `groups` in the order they were given."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        self.groups = tuple(groups)
        self._by_key: dict[str, dict[str, _Terms]] = {}
        for group, terms in groups.items():
            for term in terms.split():
                self._by_key.setdefault(_key_of(term), {}).setdefault(group, _Terms(group)).sources.append(
                    term
                )
        self._single = frozenset(key for key in self._by_key if len(key) == 1)

    def find(self, text: str) -> Iterator[Hit]:
        """Hits in the order they begin; in one group none lies inside another."""
        done: dict[str, int] = {}
        by_key, single = self._by_key, self._single
        for at in range(len(text)):
            candidates = by_key.get(text[at : at + 2])
            if candidates is not None:
                yield from _hits(candidates, text, at, done)
            if text[at] in single and (at + 1 < len(text) or candidates is None):
                yield from _hits(by_key[text[at]], text, at, done)


def _hits(candidates: Mapping[str, _Terms], text: str, at: int, done: dict[str, int]) -> Iterator[Hit]:
    for group, terms in candidates.items():
        if done.get(group, 0) > at:
            continue
        match = terms.match(text, at)
        if match is not None and match.end() > at:
            done[group] = match.end()
            yield Hit(at, match.end(), group)


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
