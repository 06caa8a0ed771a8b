"""The way from one stream to the root of the newest anchor, or the proof that this anchor does not hold it."""

from __future__ import annotations

import bisect
from functools import cached_property

from huiyin.apps.audit.models import Anchor, AnchorHead
from huiyin.apps.audit.selectors import BRANCH_WIDTH, Head, newest_heads
from huiyin.domain import merkle
from huiyin.domain.canonical import JSON


def proof_of(leaf: str) -> dict[str, JSON] | None:
    """None before the first anchor.

    A stream that the newest anchor holds: the way from its head to the root. Any other: the ways of the two leaves
    between which it would stand, so that nobody can call an anchored stream a young one (docs/explanation/verify.md).
    """
    anchor = Anchor.objects.order_by("-number").first()
    if anchor is None:
        return None
    tree = _Tree(anchor)
    at = bisect.bisect_right(tree.firsts, leaf) - 1
    run = tree.run(at) if at >= 0 else []
    place = bisect.bisect_left([name for name, _, _ in run], leaf)
    if place < len(run) and run[place][0] == leaf:
        way = tree.way(at, place)
        del way["name"]
        return {"anchor": anchor.number, **way}
    next_at, next_place = (at, place) if place < len(run) else (at + 1, 0)
    return {
        "anchor": anchor.number,
        "before": tree.way(at, place - 1) if place else None,
        "after": tree.way(next_at, next_place) if next_at < len(tree.firsts) else None,
    }


class _Tree:
    """An anchor's leaves, of which only the runs asked for are read."""

    def __init__(self, anchor: Anchor) -> None:
        self.anchor = anchor
        self._runs: dict[int, list[Head]] = {}

    @cached_property
    def firsts(self) -> list[str]:
        return [first for first, _ in self.anchor.branches]

    def run(self, at: int) -> list[Head]:
        if at not in self._runs:
            rows = AnchorHead.objects.filter(anchor_id__lte=self.anchor.number, leaf__gte=self.firsts[at])
            if at + 1 < len(self.firsts):
                rows = rows.filter(leaf__lt=self.firsts[at + 1])
            self._runs[at] = list(newest_heads(rows))
        return self._runs[at]

    def way(self, at: int, place: int) -> dict[str, JSON]:
        heads = self.run(at)
        name, number, hash_ = heads[place]
        sisters = merkle.path([merkle.leaf(*head) for head in heads], place)
        sisters += merkle.path([bytes.fromhex(root) for _, root in self.anchor.branches], at)
        return {
            "name": name,
            "number": number,
            "hash": hash_,
            "index": at * BRANCH_WIDTH + place,
            "path": [sister.hex() for sister in sisters],
        }
