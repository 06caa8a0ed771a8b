"""Recording what happened, in the transaction of the change itself, and erasing what must be forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from huiyin.apps.audit.drafts import EventDraft, new_salts, place
from huiyin.apps.audit.models import Event, EventSecret
from huiyin.apps.audit.subscriptions import defer_reactions, waiting_for
from huiyin.domain import chain
from huiyin.domain.access import Actor
from huiyin.domain.canonical import JSON, canonical

# The conflict branch changes nothing: it takes the row's lock and reads it as the last writer left it.
_LOCK_HEAD = """
INSERT INTO audit_streamhead (stream, leaf, number, hash) VALUES (%s, '', 0, %s)
ON CONFLICT (stream) DO UPDATE SET number = audit_streamhead.number
RETURNING number, hash, leaf
"""
_INSERT = """
WITH event AS (
    INSERT INTO audit_event (stream, number, kind, actor_key, actor_label, occurred_at, recorded_at,
                             told_by_file, public, digests, previous_hash, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s)
    RETURNING id
), head AS (
    {head}
)
INSERT INTO audit_eventsecret (event_id, salts, texts, private)
SELECT id, %s::jsonb, %s::jsonb, %s::jsonb FROM event RETURNING event_id
"""
_INSERT_NEXT = _INSERT.format(
    head="UPDATE audit_streamhead SET number = %s, hash = %s, leaf = %s WHERE stream = %s"
)
_INSERT_FIRST = _INSERT.format(
    head="INSERT INTO audit_streamhead (number, hash, leaf, stream) VALUES (%s, %s, %s, %s)"
)


def record(
    *,
    kind: str,
    stream: str,
    by: Actor,
    now: datetime,
    public: Mapping[str, JSON],
    texts: Mapping[str, str] | None = None,
    private: Mapping[str, JSON] | None = None,
    occurred_at: datetime | None = None,
    told_by_file: bool = False,
    begins_stream: bool = False,
) -> Event:
    """Witness a change in its own transaction: two statements, a third if a reaction waits for this kind.

    `begins_stream` saves the first of them where the stream is made in this very transaction, so that nobody else
    can be writing it; for a stream that exists it is an IntegrityError.

    `public` is for everyone for ever: no free text, nothing personal. Free text goes to `texts`, other values not
    for the public to `private`; the event keeps only their salted digests. Writers of one stream wait for each
    other here until the transaction ends; a transaction that records in several streams does so in a fixed order.
    Raises TransactionManagementError outside a transaction, TypeError or ValueError for values that cannot be hashed.
    """
    must_be_in_transaction()
    draft = EventDraft(
        kind=kind,
        stream=stream,
        by=by,
        now=now,
        public=public,
        texts=texts or {},
        private=private or {},
        occurred_at=occurred_at,
        told_by_file=told_by_file,
    )
    salts = new_salts(draft)
    with connection.cursor() as cursor:
        number, hash_, leaf = 0, chain.GENESIS, ""
        if not begins_stream:
            cursor.execute(_LOCK_HEAD, [stream, chain.GENESIS])
            number, hash_, leaf = cursor.fetchone()
        event = place(draft, salts, after_number=number, after_hash=hash_)
        cursor.execute(
            _INSERT_FIRST if begins_stream else _INSERT_NEXT,
            [
                *row_of(event),
                event.number,
                event.hash,
                leaf or chain.leaf_name(stream, event.hash),
                stream,
                as_json(salts),
                as_json(draft.texts),
                as_json(draft.private),
            ],
        )
        (event.id,) = cursor.fetchone()
    event._state.adding = False
    if waiting_for(kind):
        defer_reactions([event])
    return event


@transaction.atomic
def erase_texts(
    *,
    by: Actor,
    now: datetime,
    reason: str,
    stream: str = "",
    event_ids: Collection[int] = (),
) -> list[Event]:
    """Remove texts, private values and salts of the events named by either; the chain stays whole.

    Without its salt a digest can no longer be guessed at. Each stream gets one event that says which numbers were
    erased and why (`reason` is public: a short word such as "person_erased"); those events are returned. What was
    erased before is left alone.
    """
    wanted = _erasable()
    if stream:
        wanted = wanted.filter(event__stream=stream)
    if event_ids:
        wanted = wanted.filter(event_id__in=event_ids)
    if not (stream or event_ids):
        raise ValueError("erase_texts needs a stream or event ids")
    numbers: dict[str, list[JSON]] = {}
    ids = []
    for event_id, name, number in wanted.values_list("event_id", "event__stream", "event__number"):
        numbers.setdefault(name, []).append(number)
        ids.append(event_id)
    EventSecret.objects.filter(event_id__in=ids).update(salts={}, texts={}, private={}, erased_at=now)
    return [
        _say_erased(name, by=by, now=now, public={"events": erased, "reason": reason})
        for name, erased in numbers.items()
    ]


@transaction.atomic
def erase_parts(
    parts: Mapping[int, Collection[str]], *, by: Actor, now: datetime, reason: str
) -> list[Event]:
    """Remove single values with their salts: by event id "private", "text.<name>" or "actor"; the rest stays checkable.

    Without the salt of "actor" nobody can tell any more from the event whose key it vouches for. Each stream gets one
    event that says which parts of which numbers went. Parts an event does not have, or no longer has, are left out; a
    stream with nothing to erase gets no event.
    """
    said: dict[str, dict[str, JSON]] = {}
    changed: list[EventSecret] = []
    for secret in (
        _erasable()
        .filter(event_id__in=parts)
        .select_related("event")
        .select_for_update(of=("self",), no_key=True)
    ):
        gone = sorted(set(parts[secret.event_id]) & set(secret.salts))
        if not gone:
            continue
        for part in gone:
            del secret.salts[part]
            if part == "private":
                secret.private = {}
            elif part != "actor":
                del secret.texts[part.removeprefix("text.")]
        changed.append(secret)
        said.setdefault(secret.event.stream, {})[str(secret.event.number)] = list[JSON](gone)
    EventSecret.objects.bulk_update(changed, ["salts", "texts", "private"], batch_size=500)
    return [
        _say_erased(
            name,
            by=by,
            now=now,
            public={"events": [int(number) for number in gone], "parts": gone, "reason": reason},
        )
        for name, gone in said.items()
    ]


def erase_words(streams: Collection[str], words: str, *, by: Actor, now: datetime) -> list[Event]:
    """Remove from the events of these streams every text that holds the words, e.g. a name that was covered."""
    kept = EventSecret.objects.filter(event__stream__in=streams, erased_at=None)
    parts = {
        secret.event_id: [f"text.{name}" for name, text in secret.texts.items() if words in text]
        for secret in kept
    }
    found = {event: names for event, names in parts.items() if names}
    return erase_parts(found, by=by, now=now, reason="text_redacted")


@transaction.atomic
def erase_actor(key: str, *, by: Actor, now: datetime, reason: str) -> list[Event]:
    """Let nobody tell any more whose deed an event was. What was said and done in office stays and can be checked."""
    done = Event.objects.filter(actor_key=key).values_list("pk", flat=True)
    return erase_parts(dict.fromkeys(done, ("actor",)), by=by, now=now, reason=reason)


def _erasable() -> QuerySet[EventSecret]:
    """In the order of streams, in which their heads are locked too."""
    kept = EventSecret.objects.filter(erased_at=None).exclude(event__kind="audit.texts_erased")
    return kept.order_by("event__stream", "event__number")


def _say_erased(stream: str, *, by: Actor, now: datetime, public: Mapping[str, JSON]) -> Event:
    return record(kind="audit.texts_erased", stream=stream, by=by, now=now, public=public)


def actor_key(by: Actor | str) -> str:
    """The key under which an actor's events are found; a key passes through."""
    return by if isinstance(by, str) else by.key


def must_be_in_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("an event is recorded in the transaction of the change it witnesses")


def row_of(event: Event) -> list[Any]:
    return [
        event.stream,
        event.number,
        event.kind,
        event.actor_key,
        event.actor_label,
        event.occurred_at,
        event.recorded_at,
        event.told_by_file,
        as_json(event.public),
        as_json(event.digests),
        event.previous_hash,
        event.hash,
    ]


def as_json(value: Mapping[str, JSON] | Mapping[str, str]) -> str:
    return canonical(dict(value)).decode()
