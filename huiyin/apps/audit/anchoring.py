"""The daily anchor: one root over the heads of all streams, chained to the anchor before (ADR 0006)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from huiyin.apps.audit.models import Anchor
from huiyin.apps.audit.selectors import (
    BRANCH_WIDTH,
    LATEST_ANCHOR_KEY,
    anchors,
    heads_at,
)
from huiyin.domain import chain, merkle
from huiyin.web import anchors as page_foot

_ONE_AT_A_TIME = 0x48_59_41  # an advisory lock's number, ours alone
_TAKE_CHANGED_HEADS = """
INSERT INTO audit_anchorhead (leaf, anchor_id, number, hash)
SELECT head.leaf, %s, head.number, head.hash
FROM audit_streamhead AS head
LEFT JOIN LATERAL (
    SELECT number, hash FROM audit_anchorhead AS seen
    WHERE seen.leaf = head.leaf ORDER BY seen.anchor_id DESC LIMIT 1
) AS last ON true
WHERE head.number > 0 AND (last.number, last.hash) IS DISTINCT FROM (head.number, head.hash)
"""


def make_due_anchors(*, now: datetime) -> list[Anchor]:
    """Make the anchor of today and of each day missed since the last one; nothing if today has one.

    A missed day is made up with the time it was really made: that it was missed stays visible.
    """
    today = timezone.localtime(now).date()
    last = anchors().first()
    day = last.day + timedelta(days=1) if last else today
    made = []
    while day <= today:
        made.append(make_anchor(day, now=now))
        day += timedelta(days=1)
    return made


@transaction.atomic
def make_anchor(day: date, *, now: datetime) -> Anchor:
    """The anchor of `day`, made now if there is none.

    ValueError for days to come or before the last anchor, and while the clock is behind the last anchor.

    Writers are not stopped: one statement takes the heads that changed since the last anchor from one snapshot, and
    the tree is built from what was taken, so that anyone can build it again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        if (found := anchors().filter(day=day).first()) is not None:
            return found
        last = anchors().first()
        if day > timezone.localtime(now).date() or (last and day < last.day):
            raise ValueError(f"no anchor is made for {day}: it is to come, or a later day has one")
        if last and now < last.made_at:
            raise ValueError(f"no anchor is made: the clock went back behind the last one ({last.made_at})")
        number = last.number + 1 if last else 1
        cursor.execute(_TAKE_CHANGED_HEADS, [number])

    names, leaves, event_count = [], [], 0
    for name, count, hash_ in heads_at(number):
        names.append(name)
        leaves.append(merkle.leaf(name, count, hash_))
        event_count += count
    branches = merkle.branch_roots(leaves, BRANCH_WIDTH)

    anchor = Anchor(
        number=number,
        day=day,
        made_at=now,
        root=merkle.root(branches).hex(),
        stream_count=len(leaves),
        event_count=event_count,
        previous_hash=last.hash if last else chain.GENESIS,
        branches=[[names[i * BRANCH_WIDTH], branch.hex()] for i, branch in enumerate(branches)],
    )
    anchor.hash = chain.anchor_hash(anchor.document())
    anchor.save(force_insert=True)
    transaction.on_commit(_forget_latest)
    return anchor


def _forget_latest() -> None:
    """Other processes learn of a new anchor when what they keep grows old."""
    cache.delete(LATEST_ANCHOR_KEY)
    page_foot.forget()
