"""Many events in few statements, for imports and the demo: the same chain as recording them one by one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from huiyin.apps.audit.drafts import EventDraft, new_salts, place
from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import as_json, must_be_in_transaction, row_of
from huiyin.domain import chain

__all__ = ["EventDraft", "record_many"]

_CHUNK = 2000
# Heads are locked in the order of their names: two imports that share streams cannot block each other for ever.
_LOCK_HEADS = """
INSERT INTO audit_streamhead (stream, leaf, number, hash)
SELECT stream, '', 0, %s FROM unnest(%s::text[]) AS stream ORDER BY stream COLLATE "C"
ON CONFLICT (stream) DO UPDATE SET number = audit_streamhead.number
RETURNING stream, number, hash, leaf
"""
_INSERT_EVENTS = """
INSERT INTO audit_event (stream, number, kind, actor_key, actor_label, occurred_at, recorded_at,
                         told_by_file, public, digests, previous_hash, hash)
SELECT * FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
                     %s::timestamptz[], %s::bool[], %s::jsonb[], %s::jsonb[], %s::text[], %s::text[])
RETURNING id, stream, number
"""
_INSERT_SECRETS = """
INSERT INTO audit_eventsecret (event_id, salts, texts, private)
SELECT * FROM unnest(%s::bigint[], %s::jsonb[], %s::jsonb[], %s::jsonb[])
"""
_MOVE_HEADS = """
UPDATE audit_streamhead AS head SET number = new.number, hash = new.hash, leaf = new.leaf
FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[]) AS new (stream, number, hash, leaf)
WHERE head.stream = new.stream
"""


def record_many(drafts: Sequence[EventDraft]) -> list[Event]:
    """Record in the given order, four statements for each 2,000 events; in a transaction, like `record`.

    No reactions run: an import or the demo tells nobody. Returns the events, in order.
    """
    must_be_in_transaction()
    events: list[Event] = []
    for start in range(0, len(drafts), _CHUNK):
        events += _record_chunk(drafts[start : start + _CHUNK])
    return events


def _record_chunk(drafts: Sequence[EventDraft]) -> list[Event]:
    salts = [new_salts(draft) for draft in drafts]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_HEADS, [chain.GENESIS, sorted({draft.stream for draft in drafts})])
        heads = {stream: (number, hash_, leaf) for stream, number, hash_, leaf in cursor.fetchall()}
        events = []
        for draft, salt in zip(drafts, salts, strict=True):
            number, hash_, leaf = heads[draft.stream]
            event = place(draft, salt, after_number=number, after_hash=hash_)
            heads[draft.stream] = (
                event.number,
                event.hash,
                leaf or chain.leaf_name(draft.stream, event.hash),
            )
            events.append(event)

        cursor.execute(_INSERT_EVENTS, _columns([row_of(event) for event in events]))
        ids = {(stream, number): id_ for id_, stream, number in cursor.fetchall()}
        for event in events:
            event.id = ids[event.stream, event.number]
            event._state.adding = False

        cursor.execute(
            _INSERT_SECRETS,
            _columns(
                [
                    [
                        event.id,
                        as_json(salt),
                        as_json(draft.texts),
                        as_json(draft.private),
                    ]
                    for event, salt, draft in zip(events, salts, drafts, strict=True)
                ]
            ),
        )
        cursor.execute(_MOVE_HEADS, _columns([[stream, *head] for stream, head in heads.items()]))
    return events


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
