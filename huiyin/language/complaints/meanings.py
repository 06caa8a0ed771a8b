"""What a complaint is about, as a vector: near each other where two people tell of one matter in different words.

data/complaints/meanings.model holds one row for each pair of neighbouring Chinese characters that many complaints
have: how rare the pair is, and its place in a space of few dimensions in which pairs that are used for the same matters
lie together (latent semantic analysis; learned by `python -m bench.learn_topics`). A text is the sum of its pairs;
those at the beginning, where people say what it is about, count up to three times. Beside that place stands a sketch of
the pairs themselves, which tells one restaurant from another.

numpy is imported by the functions, so that a process which never compares complaints never loads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = Path(__file__).parents[1] / "data" / "complaints" / "meanings.model"
MOST_UNITS = 700
"""Characters of a text that are read."""
OPENING = 30.0
"""Characters after which the extra weight of the beginning has faded to a third."""
EXTRA = 2.0
SKETCH = 512
"""Lanes of the sketch: nine bits of a hash."""
_GOLDEN = 2654435761
RARITY_STEP = 24.0
"""The model keeps how rare a pair is in steps of 1/24."""
SAMPLE = 128
"""Texts of an estate in which its name is looked for."""
FEWEST_WITH_A_NAME = 5
"""Of fewer texts, what all of them have may well be their one matter."""
RARE = 4.5
"""Natural logarithm: in fewer than one of ninety messages."""
COMMON_HERE = 0.6
"""Share of the texts of an estate that have a pair of its name."""
_AT_ONCE = 128
"""Texts that are worked on together: the rows of their pairs are in memory at the same time."""
_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FFF
_MAGIC = b"huiyin meanings 1\n"


class Meanings(NamedTuple):
    """The model: `pairs` sorted (first character | second << 16), `rarity` and `places` row by row."""

    pairs: NDArray[Any]
    rarity: NDArray[Any]
    places: NDArray[Any]


def read(path: Path = MODEL) -> Meanings:
    """Magic line, a line of JSON (rows, lanes, scales of the lanes), then the three tables."""
    import numpy as np

    written = path.read_bytes()
    if not written.startswith(_MAGIC):
        raise ValueError(f"{path} is no table of meanings")
    end = written.index(b"\n", len(_MAGIC))
    head = json.loads(written[len(_MAGIC) : end])
    rows, lanes, at = head["rows"], head["lanes"], end + 1
    pairs = np.frombuffer(written, "<u4", rows, at)
    rarity = np.frombuffer(written, "u1", rows, at + 4 * rows) / np.float32(RARITY_STEP)
    places = np.frombuffer(written, "i1", rows * lanes, at + 5 * rows).reshape(rows, lanes)
    return Meanings(pairs, rarity, places * np.asarray(head["scales"], np.float32))


def write(meanings: Meanings, path: Path) -> None:
    """The same bytes for the same table; places lose what does not fit into eight bits of their lane."""
    import numpy as np

    scales = (np.abs(meanings.places).max(axis=0) / 127).astype(np.float32)
    rows, lanes = meanings.places.shape
    head = {"rows": rows, "lanes": lanes, "scales": [round(float(scale), 9) for scale in scales]}
    path.write_bytes(
        _MAGIC
        + json.dumps(head).encode()
        + b"\n"
        + meanings.pairs.astype("<u4").tobytes()
        + np.rint(meanings.rarity * RARITY_STEP).clip(0, 255).astype("u1").tobytes()
        + np.rint(meanings.places / scales).clip(-127, 127).astype("i1").tobytes()
    )


@cache
def shipped() -> Meanings:
    return read()


def vectors(
    texts: Sequence[str], meanings: Meanings, *, named: float, ignored: NDArray[Any] | None = None
) -> NDArray[Any]:
    """One row of length one for each text (zero where nothing is known of it); the product of two is how near they are.

    `named` is the share of the sketch in it, from 0 to 1; the pairs `ignored` count for nothing.
    """
    import numpy as np

    lanes = meanings.places.shape[1]
    found = np.zeros((len(texts), lanes + SKETCH), np.float32)
    for first in range(0, len(texts), _AT_ONCE):
        part = found[first : first + _AT_ONCE]
        for text, pair, weight in _pairs_of(texts[first : first + _AT_ONCE]):
            if ignored is not None and len(ignored):
                weight = np.where(np.isin(pair, ignored), np.float32(0), weight)
            row, is_known = _rows(pair, meanings)
            rarity = _rarity(row, is_known, meanings)
            mixed = pair * np.uint32(_GOLDEN)
            sign = np.where(mixed & np.uint32(1 << 22), 1, -1)
            np.add.at(part, (text, lanes + (mixed >> np.uint32(23))), sign * weight * rarity)
            starts = np.flatnonzero(np.diff(text, prepend=-1))
            moved = (weight * is_known)[:, None] * meanings.places[row]
            part[text[starts], :lanes] = np.add.reduceat(moved, starts, axis=0)
    for block, share in ((found[:, :lanes], 1 - named), (found[:, lanes:], named)):
        length = np.sqrt((block * block).sum(axis=1, keepdims=True))
        block *= np.sqrt(np.float32(share)) / np.where(length > 0, length, 1)
    return found


def names_of_all(texts: Sequence[str], meanings: Meanings) -> NDArray[Any]:
    """Pairs that are rare elsewhere and stand in most of these texts: the name of the place, not of a matter."""
    import numpy as np

    sample = texts[:: -(-len(texts) // SAMPLE)]
    if len(sample) < FEWEST_WITH_A_NAME:
        return np.zeros(0, np.uint32)
    pairs, counts = np.unique(
        np.concatenate([pair for _, pair, _ in _pairs_of(sample)] or [np.zeros(0, np.uint32)]),
        return_counts=True,
    )
    row, is_known = _rows(pairs, meanings)
    is_rare = _rarity(row, is_known, meanings) >= RARE
    return pairs[is_rare & (counts >= COMMON_HERE * len(sample))]


def _pairs_of(texts: Sequence[str]) -> Iterator[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]:
    """Number of the text, pair and weight of every pair, each once in its text; nothing if there are none."""
    import numpy as np

    written = [f"{text[:MOST_UNITS]}\0".encode("utf-16-le", "surrogatepass") for text in texts]
    units = np.frombuffer(b"".join(written), "<u2")
    lengths = np.array([len(each) // 2 for each in written])
    text = np.repeat(np.arange(len(texts)), lengths)
    position = np.arange(len(units)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    is_han = (units >= _FIRST_HAN) & (units <= _LAST_HAN)
    at = np.flatnonzero(is_han[:-1] & is_han[1:])
    if not len(at):
        return
    pair = units[at].astype(np.uint32) | units[at + 1].astype(np.uint32) << np.uint32(16)
    key, inverse = np.unique(text[at].astype(np.uint64) << np.uint64(32) | pair, return_inverse=True)
    count = np.bincount(inverse, 1 + EXTRA * np.exp(-position[at] / OPENING))
    yield (
        (key >> np.uint64(32)).astype(np.intp),
        key.astype(np.uint32),
        (1 + np.log(count)).astype(np.float32),
    )


def _rarity(row: NDArray[Any], is_known: NDArray[Any], meanings: Meanings) -> NDArray[Any]:
    import numpy as np

    rarity: NDArray[Any] = np.where(is_known, meanings.rarity[row], meanings.rarity.max())
    return rarity


def _rows(pair: NDArray[Any], meanings: Meanings) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where each pair stands in the table, and whether it does."""
    import numpy as np

    row = np.minimum(np.searchsorted(meanings.pairs, pair), len(meanings.pairs) - 1)
    return row, meanings.pairs[row] == pair
