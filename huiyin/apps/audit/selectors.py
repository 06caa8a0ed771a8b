"""Reading the history: streams, anchors, and the heads an anchor saw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.core.cache import cache
from django.db.models import QuerySet

from huiyin.apps.audit.models import Anchor, AnchorHead, Event

Head = tuple[str, int, str]
"""Leaf name, number of events, hash of the last."""

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


def heads_at(anchor_number: int) -> Iterator[Head]:
    """(leaf name, number, hash) of every stream as the anchor saw it, in the order of the tree."""
    return newest_heads(AnchorHead.objects.filter(anchor_id__lte=anchor_number)).iterator(chunk_size=5000)


def newest_heads(rows: QuerySet[AnchorHead]) -> QuerySet[AnchorHead, Head]:
    """Of each stream the row of the newest anchor among `rows`."""
    return rows.order_by("leaf", "-anchor_id").distinct("leaf").values_list("leaf", "number", "hash")
