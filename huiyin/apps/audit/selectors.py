"""Reading the history: streams, anchors, and the way from one stream to the root of an anchor."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from datetime import date

from django.core.cache import cache
from django.db.models import QuerySet

from huiyin.apps.audit.models import Anchor, AnchorHead, Event
from huiyin.domain import merkle
from huiyin.domain.canonical import JSON

BRANCH_WIDTH = 1024
"""Leaves in a branch: to make one path this many heads are read, whatever the number of streams."""

LATEST_ANCHOR_KEY = "audit.latest_anchor"
_LATEST_ANCHOR_SECONDS = 30


def history_of(stream: str) -> list[Event]:
    return list(Event.objects.filter(stream=stream).order_by("number"))


def has_stream(stream: str) -> bool:
    return Event.objects.filter(stream=stream, number=1).exists()


def latest_anchor() -> Anchor | None:
    """The newest anchor for footers: at most one query in 30 seconds and process."""

    found: list[Anchor] | None = cache.get(LATEST_ANCHOR_KEY)
    if found is None:
        found = list(anchors()[:1])
        cache.set(LATEST_ANCHOR_KEY, found, _LATEST_ANCHOR_SECONDS)
    return found[0] if found else None


def anchors() -> QuerySet[Anchor]:
    """All anchors, newest first, without the branches only paths need."""
    return Anchor.objects.defer("branches").order_by("-number")


def anchor_of_day(day: date) -> Anchor | None:
    return anchors().filter(day=day).first()


def heads_at(anchor_number: int) -> Iterator[tuple[str, int, str]]:
    """(leaf name, number, hash) of every stream as the anchor saw it, in the order of the tree."""
    return _heads(AnchorHead.objects.filter(anchor_id__lte=anchor_number)).iterator(chunk_size=5000)


def proof_of(leaf: str) -> dict[str, JSON] | None:
    """The path from a stream's head to the root of the newest anchor, or None if that anchor does not hold it."""
    anchor = Anchor.objects.order_by("-number").first()
    if anchor is None:
        return None
    firsts = [first for first, _ in anchor.branches]
    at = bisect.bisect_right(firsts, leaf) - 1
    if at < 0:
        return None
    run = AnchorHead.objects.filter(anchor_id__lte=anchor.number, leaf__gte=firsts[at])
    if at + 1 < len(firsts):
        run = run.filter(leaf__lt=firsts[at + 1])
    heads = list(_heads(run))
    position = next((i for i, head in enumerate(heads) if head[0] == leaf), None)
    if position is None:
        return None
    sisters = merkle.path([merkle.leaf(*head) for head in heads], position)
    sisters += merkle.path([bytes.fromhex(root) for _, root in anchor.branches], at)
    _, number, hash_ = heads[position]
    return {
        "anchor": anchor.number,
        "number": number,
        "hash": hash_,
        "index": at * BRANCH_WIDTH + position,
        "path": [sister.hex() for sister in sisters],
    }


def _heads(rows: QuerySet[AnchorHead]) -> QuerySet[AnchorHead, tuple[str, int, str]]:
    """Of each stream the row of the newest anchor among `rows`."""
    return rows.order_by("leaf", "-anchor_id").distinct("leaf").values_list("leaf", "number", "hash")
