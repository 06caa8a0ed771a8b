"""Learns which pairs of characters are used for the same matters, the same bytes every time.

python -m bench.learn_topics

Nothing but the messages is learned from, no label of any. A message whose opening another one has is taken once. Then
the messages are grouped by a first table, and the second, which is kept, is learned from at most five of each group: a
campaign of fifty against one plant would teach that the name of their estate means that plant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np

from bench.topic_corpus import Message, messages
from huiyin.language.complaints.grouping import group_topics
from huiyin.language.complaints.meanings import MODEL, Meanings, write

LANES = 80
FEWEST = 12
"""Messages that must have a pair."""
MOST_SHARE = 0.35
"""A pair in more of the messages than this says nothing of the matter."""
SAME_OPENING = 60
MOST_OF_A_GROUP = 5
_HAN = range(0x4E00, 0xA000)


def learn(read: Sequence[Message], leave_out: Collection[int] = ()) -> Meanings:
    """`leave_out` are numbers of messages that the table must not know."""
    known = _each_once(read, leave_out)
    first = _fitted(known)
    groups = group_topics([(each.number, None, each.text) for each in known], meanings=first)
    taken: Counter[int] = Counter()
    kept = []
    for each in known:
        taken[groups[each.number]] += 1
        if taken[groups[each.number]] <= MOST_OF_A_GROUP:
            kept.append(each)
    return _fitted(kept)


def _fitted(read: Sequence[Message]) -> Meanings:
    from scipy.sparse import csr_matrix
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    counted = [_pairs(each.text) for each in read]
    seen = Counter(pair for counts in counted for pair in counts)
    pairs = sorted(pair for pair, count in seen.items() if FEWEST <= count < MOST_SHARE * len(counted))
    rarity = np.array([np.log(len(counted) / seen[pair]) for pair in pairs])
    column = {pair: at for at, pair in enumerate(pairs)}
    cells: list[tuple[int, int, float]] = [
        (at, column[pair], (1 + np.log(count)) * rarity[column[pair]])
        for at, counts in enumerate(counted)
        for pair, count in counts.items()
        if pair in column
    ]
    rows, columns, values = zip(*cells, strict=True)
    table = normalize(csr_matrix((values, (rows, columns)), shape=(len(counted), len(pairs))))
    places = TruncatedSVD(LANES, random_state=0, n_iter=7).fit(table).components_.T
    return Meanings(
        np.array(pairs, np.uint32), rarity.astype(np.float32), (rarity[:, None] * places).astype(np.float32)
    )


def _each_once(read: Sequence[Message], leave_out: Collection[int]) -> list[Message]:
    found: dict[str, Message] = {}
    for each in read:
        if each.number not in leave_out:
            found.setdefault(each.body[:SAME_OPENING], each)
    return list(found.values())


def _pairs(text: str) -> Counter[int]:
    codes = [ord(char) for char in text]
    return Counter(
        first | second << 16 for first, second in pairwise(codes) if first in _HAN and second in _HAN
    )


def main() -> None:
    write(learn(messages()), MODEL)
    print(f"{MODEL} written, {MODEL.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
