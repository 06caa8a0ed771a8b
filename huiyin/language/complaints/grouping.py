"""Which complaints are about the same matter: the same estate and the same thing complained of, whatever the date.

Within an estate, two groups are joined while the messages of one are, on the average of all pairs, near enough to those
of the other. A mean of products is the product of means, so that a group is known by the sum of its vectors and its
size. An estate with very many messages is worked on in blocks that lie together in the space of meanings, then over
the groups that came out of them: its cost grows with its messages, not with their pairs.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from huiyin.language.complaints.classifying import shares
from huiyin.language.complaints.meanings import Meanings, names_of_all, shipped, vectors
from huiyin.language.complaints.model import in_use as classifier
from huiyin.language.matters import weights_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

Id = TypeVar("Id", bound=Hashable)

NEAR, NEAR_WITHOUT_ESTATE = 0.52, 0.40
"""Mean nearness from which two groups are one matter."""
OF_CATEGORY = 0.2
"""Share of what the classifier takes a text of an estate for: short ones have mostly set phrases in common."""
OF_MATTERS = 0.15
"""Share of the known matters whose words a text of an estate has; of one that has none the meaning has this share."""
NAMED, NAMED_WITHOUT_ESTATE = 0.3, 0.6
"""Share of the words themselves, beside what they are used for; larger where the place must be told by them too."""
BLOCK = 1024
"""Groups that are compared each with each."""
ROUNDS = 4


def group_topics(
    complaints: Iterable[tuple[Id, str | None, str]], *, meanings: Meanings | None = None
) -> dict[Id, Id]:
    """Each id to the group it is in, named by the first id of the group; a matter of one complaint is a group too.

    `complaints` are (id, estate, text); the text may begin with its subject. The order of what is given makes no
    difference. Complaints without an estate (None or "") are of one matter only if they also name the same things.
    An id that is given twice counts once, with its first estate and text in the order of characters.
    """
    meant = meanings or shipped()
    estates: defaultdict[str, list[tuple[Id, str]]] = defaultdict(list)
    for id_, (estate, text) in _each_once(complaints).items():
        estates[estate].append((id_, text))
    found: dict[Id, Id] = {}
    for estate, members in estates.items():
        members.sort(key=lambda member: (member[1], _order(member[0])))
        near = NEAR if estate else NEAR_WITHOUT_ESTATE
        texts = [text for _, text in members]
        groups = joined(points(estate, texts, meant), near) if len(members) > 1 else [0]
        first: dict[int, Id] = {}
        for (id_, _), group in zip(members, groups, strict=True):
            first[group] = min(first.get(group, id_), id_, key=_order)
        found.update((id_, first[group]) for (id_, _), group in zip(members, groups, strict=True))
    return found


def _each_once(
    complaints: Iterable[tuple[Id, str | None, str]],
) -> dict[Id, tuple[str, str]]:
    found: dict[Id, tuple[str, str]] = {}
    for id_, estate, text in complaints:
        told = (estate or "", text)
        found[id_] = min(found.get(id_, told), told)
    return found


def _order(id_: Hashable) -> tuple[bool, int, str]:
    """Numbers by value, before all other ids by what they are written as."""
    return (False, id_, "") if isinstance(id_, int) else (True, 0, str(id_))


def points(estate: str, texts: Sequence[str], meanings: Meanings) -> NDArray[Any]:
    """The vectors of the texts of one estate (or of none) without what only names it: all of them have that.

    Of length 1, one row a text; for an estate the meaning is followed by the shares of the categories and by what the
    known matters weigh.
    """
    import numpy as np

    if not estate:
        return vectors(texts, meanings, named=NAMED_WITHOUT_ESTATE)
    rest = [text.replace(estate, "\n") for text in texts]
    meant = vectors(rest, meanings, named=NAMED, ignored=names_of_all(rest, meanings))
    model = classifier()
    of_categories = np.array([shares(model.scores(text), model) for text in texts], np.float32)
    of_categories /= np.linalg.norm(of_categories, axis=1, keepdims=True)
    of_matters = _of_matters(rest)
    share = np.where(of_matters.any(axis=1, keepdims=True), np.float32(OF_MATTERS), np.float32(0))
    return np.hstack(
        [
            np.sqrt(1 - OF_CATEGORY - share) * meant,
            math.sqrt(OF_CATEGORY) * of_categories,
            np.sqrt(share) * of_matters,
        ]
    )


def _of_matters(texts: Sequence[str]) -> NDArray[Any]:
    """A column for each known matter that a text has words of; each row of length 1, or of noughts."""
    import numpy as np

    weighed = [weights_in(text) for text in texts]
    column = {name: at for at, name in enumerate(sorted({name for each in weighed for name in each}))}
    found = np.zeros((len(texts), len(column)), np.float32)
    for row, each in enumerate(weighed):
        for name, weight in each.items():
            found[row, column[name]] = weight
    length = np.linalg.norm(found, axis=1, keepdims=True)
    np.divide(found, length, out=found, where=length > 0)
    return found


def joined(points: NDArray[Any], near: float) -> list[int]:
    """The number of the group of each point."""
    import numpy as np

    sums, sizes = points, np.ones(len(points), np.float32)
    group = np.arange(len(points))
    for turn in range(ROUNDS if len(points) > BLOCK else 1):
        merged = np.empty(len(sums), np.intp)
        count = 0
        for block in _blocks(sums / sizes[:, None], turn):
            numbers, found = _average_link(sums[block], sizes[block], near)
            merged[block] = numbers + count
            count += found
        group = merged[group]
        if count == len(sums):
            break
        next_sums, next_sizes = np.zeros((count, sums.shape[1]), np.float32), np.zeros(count, np.float32)
        np.add.at(next_sums, merged, sums)
        np.add.at(next_sizes, merged, sizes)
        sums, sizes = next_sums, next_sizes
    return [int(each) for each in group]


def _blocks(means: NDArray[Any], turn: int) -> list[NDArray[Any]]:
    """Everything in one block if it fits; else by what each is most about, in the next turn second most, and so on."""
    import numpy as np

    if len(means) <= BLOCK:
        return [np.arange(len(means))]
    strongest = np.argsort(-np.abs(means), axis=1, kind="stable")[:, turn]
    order = np.lexsort((means[np.arange(len(means)), strongest], strongest))
    return np.array_split(order, -(-len(means) // BLOCK))


def _average_link(sums: NDArray[Any], sizes: NDArray[Any], near: float) -> tuple[NDArray[Any], int]:
    """A number for each row, and how many numbers there are.

    A chain of nearest neighbours: average link never brings a third one nearer than the nearer of the two joined, so
    that two which are each other's nearest may be joined at once, and one that is near to none is finished.
    """
    import numpy as np

    count = len(sums)
    means = sums / sizes[:, None]
    nearness = means @ means.T
    np.fill_diagonal(nearness, -np.inf)
    weight = sizes.astype(np.float64)
    into = np.arange(count)
    open_ = np.ones(count, bool)
    chain: list[int] = []
    while chain or open_.any():
        if not chain:
            chain.append(int(open_.argmax()))
        last = chain[-1]
        row = nearness[last]
        best = int(row.argmax())
        before = chain[-2] if len(chain) > 1 else -1
        if before >= 0 and row[before] >= row[best]:
            best = before
        if row[best] < near:
            open_[last] = False
            nearness[:, last] = -np.inf
            chain.pop()
        elif best == before:
            chain = chain[:-2]
            share = weight[last] / (weight[last] + weight[best])
            mixed = share * row + (1 - share) * nearness[best]
            mixed[[last, best]] = -np.inf
            weight[best] += weight[last]
            nearness[best] = nearness[:, best] = mixed
            nearness[:, last] = nearness[last] = -np.inf
            open_[last] = False
            into[last] = best
        else:
            chain.append(best)
    return _numbered(into)


def _numbered(into: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Each joined one to the one at the end of its line, numbered from 0."""
    import numpy as np

    while not np.array_equal(into, into[into]):
        into = into[into]
    names, numbers = np.unique(into, return_inverse=True)
    return numbers, len(names)
