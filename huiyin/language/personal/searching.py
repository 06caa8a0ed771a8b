"""How a finder goes through a text: with the pattern at every place, or only where something may stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence


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
    """Only at places known beforehand: `places[id(pattern)]` are, in order, all where the pattern might match."""

    def __init__(self, families: Collection[str], places: Mapping[int, Sequence[int]]) -> None:
        self._families = families
        self._places = places

    def may_find(self, family: str) -> bool:
        return family in self._families

    def over(
        self, pattern: re.Pattern[str], text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        places = self._places.get(id(pattern))
        return _matches(pattern, text, start, end, places) if places else iter(())


def _matches(
    pattern: re.Pattern[str], text: str, start: int, end: int, places: Sequence[int]
) -> Iterator[re.Match[str]]:
    for place in places:
        if start <= place < end and (match := pattern.match(text, place, end)):
            yield match
            start = match.end()
