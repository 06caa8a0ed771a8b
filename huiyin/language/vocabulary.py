"""Thousands of plain words found in a text in one pass, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """The word and where it begins."""

    word: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.word)


class Vocabulary:
    """Words of one character or more; one inside a longer one is not found: 电梯广告 holds no 广告."""

    def __init__(self, words: Iterable[str]) -> None:
        by_start: dict[str, list[str]] = defaultdict(list)
        for word in sorted(set(words), key=len, reverse=True):
            by_start[word[:2]].append(word)
        self._by_start = dict(by_start)

    def find(self, text: str) -> Iterator[Found]:
        """Each word where it stands, in order; of those that begin at one place the longest."""
        by_start, end = self._by_start, 0
        for at in range(len(text)):
            longer, alone = by_start.get(text[at : at + 2]), by_start.get(text[at])
            if not longer and not alone:
                continue
            for word in (*(longer or ()), *(alone or ())):
                if text.startswith(word, at):
                    if at + len(word) > end:
                        end = at + len(word)
                        yield Found(word, at)
                    break
