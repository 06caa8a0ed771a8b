"""How a finder goes through a text: with the pattern at every place, or only where something may stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Sequence


class Search:
    """At every place, as `finditer` does."""

    def may_find(self, family: str) -> bool:
        """False only where no pattern of this family matches."""
        return True

    def over(
        self, pattern: re.Pattern[str], text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        """The matches in text[start:end], in order and apart from each other."""
        return pattern.finditer(text, start, end)


EVERYWHERE = Search()


class SearchAt(Search):
    """Only what is known beforehand, for patterns by their identity.

    `matches` are those in the text as a whole. `places`, of patterns that are matched in stretches of it, are in order
    all where they might match.
    """

    def __init__(self, families: Collection[str]) -> None:
        self._families = families
        self.matches: dict[int, Sequence[re.Match[str]]] = {}
        self.places: dict[int, Sequence[int]] = {}

    def may_find(self, family: str) -> bool:
        return family in self._families

    def over(
        self, pattern: re.Pattern[str], text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        matches = self.matches.get(id(pattern), ())
        if places := self.places.get(id(pattern)):
            matches = matches_at(pattern, text, places, start, end)
        return iter(matches)


def matches_at(
    pattern: re.Pattern[str], text: str, places: Sequence[int], start: int = 0, end: int = sys.maxsize
) -> list[re.Match[str]]:
    """The matches in text[start:end] that begin at these places, apart from each other."""
    found = []
    for place in places:
        if start <= place < end and (match := pattern.match(text, place, end)):
            found.append(match)
            start = match.end()
    return found
