"""What kernels are given and what they give back, be they compiled or plain Python."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt


class Texts(NamedTuple):
    """Text i is the UTF-8 data[start[i]:start[i + 1]]."""

    data: npt.NDArray[np.uint8]
    start: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start) - 1

    def written(self) -> list[str]:
        whole, start = self.data.data, self.start.tolist()
        return [str(whole[first:end], "utf-8") for first, end in pairwise(start)]


class Read(NamedTuple):
    """One value a text, and the masked words of those texts that masking changes."""

    is_related: npt.NDArray[np.bool_]
    related_share: npt.NDArray[np.float32]
    category: npt.NDArray[np.int8]
    """Number among CATEGORIES."""
    category_share: npt.NDArray[np.float32]
    masked: dict[int, str]
    """By row, in order."""


class Kernels(Protocol):
    """The functions of `compiled` and `plain`."""

    def read(self, texts: Texts) -> Read: ...

    def keys_of(self, texts: Texts, key: bytes) -> npt.NDArray[np.int64]:
        """The first eight bytes of the HMAC-SHA256 of each text, as a little-endian number."""
