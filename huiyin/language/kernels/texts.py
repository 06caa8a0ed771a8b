"""What kernels are given and what they give back, be they compiled or plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.gazetteers import PlaceIndex


class Texts(NamedTuple):
    """Text i is the UTF-8 data[start[i]:start[i + 1]]."""

    data: npt.NDArray[np.uint8]
    start: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start) - 1

    def text(self, row: int) -> str:
        return str(self.data.data[self.start[row] : self.start[row + 1]], "utf-8")

    def span(self, row: int, text: str, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end], of this row, stands in `data`."""
        before = int(self.start[row]) + len(text[:start].encode())
        return before, before + len(text[start:end].encode())

    def written(self) -> list[str]:
        whole, start = self.data.data, self.start.tolist()
        return [str(whole[first:end], "utf-8") for first, end in pairwise(start)]


class Areas(NamedTuple):
    """Text i lies in words[number[i]], a division code; a number of -1 says it is not known."""

    words: Sequence[str]
    number: npt.NDArray[np.int32]

    def of(self, row: int) -> str | None:
        number = int(self.number[row])
        return self.words[number] if number >= 0 else None


class Read(NamedTuple):
    """One value a text, and the masked words of those texts that masking changes."""

    is_related: npt.NDArray[np.bool_]
    related_share: npt.NDArray[np.float32]
    category: npt.NDArray[np.int8]
    """Number among CATEGORIES."""
    category_share: npt.NDArray[np.float32]
    estate: npt.NDArray[np.int32]
    """Number among the estates of the place index, NOWHERE where there is none."""
    estate_confidence: npt.NDArray[np.float64]
    estate_is_sure: npt.NDArray[np.bool_]
    match: npt.NDArray[np.int32]
    """Where the words that name the estate begin and end in `data`; both 0 where none do."""
    masked: dict[int, str]
    """By row, in order."""


class Kernels(Protocol):
    """The functions of `compiled` and `plain`."""

    def read(self, texts: Texts, index: PlaceIndex, areas: Areas) -> Read: ...

    def masked(self, texts: Texts) -> dict[int, str]:
        """Row → text as masking leaves it, for the rows it changes, in order."""

    def keys_of(self, texts: Texts, key: bytes) -> npt.NDArray[np.int64]:
        """The first eight bytes of the HMAC-SHA256 of each text, as a little-endian number."""
