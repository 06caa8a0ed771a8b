"""Text as places are looked for in it: simplified, half width, without the spaces and dots that stand inside names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from huiyin.language.normalise import normalise

DATA = Path(__file__).parents[1] / "data" / "places"
_DROPPED = frozenset(" ·.\u3000")


class _Characters(dict[int, str]):
    """Code of a character → what it becomes, worked out once; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        simple = _TO_SIMPLIFIED.get(chr(code), chr(code))
        becomes = "".join(each for each in normalise(simple).text if each not in _DROPPED).upper()
        self[code] = becomes
        return becomes


def form_of(char: str) -> str:
    """What `write` makes of one character: itself, another one, several or none."""
    return _CHARACTERS[ord(char)]


def _read_pairs() -> dict[str, str]:
    lines = (DATA / "traditional.txt").read_text(encoding="utf-8").splitlines()
    return {pair[0]: pair[1] for line in lines if not line.startswith("#") for pair in line.split()}


_TO_SIMPLIFIED = _read_pairs()
_CHARACTERS = _Characters()


class Written(NamedTuple):
    """`text` as names are matched; `source` as it came."""

    text: str
    source: str

    def origins(self) -> Sequence[int]:
        """The offset in the source of each character of `text`, and the source's length at the end."""
        if self.text == self.source:
            return range(len(self.source) + 1)
        found: list[int] = []
        for offset, char in enumerate(self.source):
            found += [offset] * len(_CHARACTERS[ord(char)])
        return [*found, len(self.source)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the source of text[start:end], which is not empty."""
        if self.text == self.source:
            return start, end
        origins = self.origins()
        return origins[start], origins[end - 1] + 1


def write(source: str) -> Written:
    """The source in the one form in which names and texts meet."""
    return Written(source.translate(_CHARACTERS), source)
