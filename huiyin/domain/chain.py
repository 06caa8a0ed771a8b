"""How the history is chained: hashes of events, secrets and anchors, and what breaks a chain (domain.md §5 History)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from huiyin.domain.canonical import JSON, canonical, instant
from huiyin.domain.clocks import BEIJING

GENESIS = "0" * 64
"""What the first event of a stream, and the first anchor, names as the hash before it."""

EVENT_FIELDS = frozenset(
    {
        "stream",
        "number",
        "kind",
        "actor",
        "occurred_at",
        "recorded_at",
        "told_by_file",
        "public",
        "digests",
        "previous_hash",
    }
)
ANCHOR_FIELDS = frozenset(
    {"number", "day", "made_at", "root", "stream_count", "event_count", "previous_hash"}
)

PUBLIC_STREAMS = (
    "case/",
    "estate/",
    "bulletin/",
    "bulletins/",
    "demands/",
    "report/",
    "meeting/",
    "forum/",
    "policies",
)
"""Streams whose name may stand in the public list of heads. A name, once anchored, is never changed."""

GRACE = timedelta(hours=1)
"""An event is recorded with the time its transaction began, a moment before an anchor can see it."""

CODE_LENGTH = 20
"""Hexadecimal digits of an anchor's hash that are printed: 80 bits cannot be hit a second time by trying."""


def event_document(
    *,
    stream: str,
    number: int,
    kind: str,
    actor: str,
    occurred_at: datetime,
    recorded_at: datetime,
    told_by_file: bool,
    public: Mapping[str, JSON],
    digests: Mapping[str, str],
    previous_hash: str,
) -> dict[str, JSON]:
    """The public form of an event: exactly what is hashed and what a citizen downloads."""
    return {
        "stream": stream,
        "number": number,
        "kind": kind,
        "actor": actor,
        "occurred_at": instant(occurred_at),
        "recorded_at": instant(recorded_at),
        "told_by_file": told_by_file,
        "public": dict(public),
        "digests": dict(digests),
        "previous_hash": previous_hash,
    }


def event_hash(document: Mapping[str, JSON]) -> str:
    return _sha256("huiyin.event.v1", dict(document))


def secret_digest(name: str, value: JSON, salt: str) -> str:
    """The digest that stands in an event for a value kept apart: `actor`, `private` or `text.<name>`."""
    return _sha256("huiyin.secret.v1", [salt, name, value])


def anchor_document(
    *,
    number: int,
    day: str,
    made_at: datetime,
    root: str,
    stream_count: int,
    event_count: int,
    previous_hash: str,
) -> dict[str, JSON]:
    return {
        "number": number,
        "day": day,
        "made_at": instant(made_at),
        "root": root,
        "stream_count": stream_count,
        "event_count": event_count,
        "previous_hash": previous_hash,
    }


def anchor_hash(document: Mapping[str, JSON]) -> str:
    return _sha256("huiyin.anchor.v1", dict(document))


def made_at_fits(day: date, made_at: datetime, *, last_made_at: datetime | None) -> bool:
    """An anchor is made on its day in Beijing or later, and never before the one that precedes it.

    Events that an anchor lacks must be younger than it (`GRACE`): with a time made up, they could be dated before.
    """
    return made_at.astimezone(BEIJING).date() >= day and (last_made_at is None or made_at >= last_made_at)


def short_code(hash_: str) -> str:
    """The part of an anchor's hash that is printed, in groups one can read out: "3f9a 07c2 …" (five groups)."""
    return " ".join(hash_[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def leaf_name(stream: str, first_hash: str) -> str:
    """How a stream is called in anchors: by name if public, else by its first event's hash, which tells nothing."""
    return stream if stream.startswith(PUBLIC_STREAMS) else f"sealed/{first_hash}"


def break_at(
    document: Mapping[str, JSON],
    hash_: str,
    *,
    stream: str,
    number: int,
    previous_hash: str,
) -> str:
    """Why this is not the `number`-th event of `stream` after `previous_hash`; empty if it is.

    Reasons: "stream", "number" (removed, inserted or swapped), "previous" (does not continue the one before), "hash"
    (its content is not what was hashed).
    """
    if document.get("stream") != stream:
        return "stream"
    if document.get("number") != number:
        return "number"
    if document.get("previous_hash") != previous_hash:
        return "previous"
    if set(document) != EVENT_FIELDS or event_hash(document) != hash_:
        return "hash"
    return ""


def _sha256(domain: str, value: JSON) -> str:
    return hashlib.sha256(domain.encode() + b"\n" + canonical(value)).hexdigest()
