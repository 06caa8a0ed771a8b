"""What heads, anchors and events say of each other: ends cut off, streams left out or misnamed, events slipped in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from huiyin.apps.audit.models import StreamHead
from huiyin.domain import chain

_HEADS_WITHOUT_EVENT = """
SELECT head.stream, head.number FROM audit_streamhead AS head
LEFT JOIN audit_event AS event ON event.stream = head.stream AND event.number = head.number
WHERE event.hash IS DISTINCT FROM head.hash AND (%(stream)s = '' OR head.stream = %(stream)s)
ORDER BY head.stream
"""
_EVENTS_BEYOND_HEAD = """
SELECT event.stream, min(event.number) FROM audit_event AS event
LEFT JOIN audit_streamhead AS head ON head.stream = event.stream
WHERE (head.stream IS NULL OR event.number > head.number) AND (%(stream)s = '' OR event.stream = %(stream)s)
GROUP BY event.stream ORDER BY event.stream
"""
_ANCHORED_WITHOUT_EVENT = """
SELECT coalesce(head.stream, seen.leaf), seen.number FROM audit_anchorhead AS seen
LEFT JOIN audit_streamhead AS head ON head.leaf = seen.leaf
LEFT JOIN audit_event AS event ON event.stream = head.stream AND event.number = seen.number
WHERE event.hash IS DISTINCT FROM seen.hash AND (%(stream)s = '' OR head.stream = %(stream)s OR seen.leaf = %(stream)s)
ORDER BY 1, 2
"""
# Of each event the last anchor that does not hold it, which must be older: the one before the first that does, or
# the newest of all.
_ADDED_BEFORE_AN_ANCHOR = """
WITH seen AS (
    SELECT leaf, anchor_id, number, lag(number, 1, 0) OVER (PARTITION BY leaf ORDER BY anchor_id) AS before,
           lead(anchor_id) OVER (PARTITION BY leaf ORDER BY anchor_id) IS NULL AS is_last
    FROM audit_anchorhead
), lacking AS (
    SELECT head.stream, seen.before AS after, seen.number AS until, anchor.made_at
    FROM audit_streamhead AS head
    JOIN seen ON seen.leaf = head.leaf
    JOIN audit_anchor AS anchor ON anchor.number = seen.anchor_id - 1
    UNION ALL
    SELECT head.stream, coalesce(seen.number, 0), head.number, anchor.made_at
    FROM audit_streamhead AS head
    LEFT JOIN seen ON seen.leaf = head.leaf AND seen.is_last
    CROSS JOIN (SELECT made_at FROM audit_anchor ORDER BY number DESC LIMIT 1) AS anchor
)
SELECT event.stream, min(event.number) FROM lacking
JOIN audit_event AS event
    ON event.stream = lacking.stream AND event.number > lacking.after AND event.number <= lacking.until
WHERE event.recorded_at < lacking.made_at - make_interval(secs => %(grace_seconds)s)
    AND (%(stream)s = '' OR event.stream = %(stream)s)
GROUP BY event.stream ORDER BY event.stream
"""
_LEAVES = """
SELECT head.stream, head.leaf, first.hash FROM audit_streamhead AS head
JOIN audit_event AS first ON first.stream = head.stream AND first.number = 1
WHERE %(stream)s = '' OR head.stream = %(stream)s
ORDER BY head.stream
"""


def broken_heads(stream: str) -> Iterator[tuple[str, int, str]]:
    """(stream, number of the event, reason), of one stream or of all."""
    for query, reason in (
        (_HEADS_WITHOUT_EVENT, "head"),
        (_EVENTS_BEYOND_HEAD, "head"),
        (_ANCHORED_WITHOUT_EVENT, "anchored"),
        (_ADDED_BEFORE_AN_ANCHOR, "added"),
    ):
        for name, number in _rows(query, stream):
            yield name, number, reason
    for name, leaf, first_hash in _rows(_LEAVES, stream):
        if leaf != chain.leaf_name(name, first_hash):
            yield name, 1, "leaf"


def named(stream: str) -> str:
    """A stream by its name; a sealed one may be asked for as it stands in anchors."""
    if not stream.startswith("sealed/"):
        return stream
    return StreamHead.objects.filter(leaf=stream).values_list("stream", flat=True).first() or stream


def _rows(query: str, stream: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"stream": stream, "grace_seconds": chain.GRACE.total_seconds()})
        return list(cursor.fetchall())
