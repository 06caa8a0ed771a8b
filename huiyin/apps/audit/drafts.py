"""An event before it has a place in its stream: checked, its secrets salted, then hashed onto the one before."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from huiyin.apps.audit.models import Event
from huiyin.domain import chain
from huiyin.domain.access import Actor
from huiyin.domain.canonical import JSON

_KIND = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*")
_STREAM = re.compile(r"[a-z][a-z_]*(/[A-Za-z0-9._-]+)?")
_TEXT_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SALT_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class EventDraft:
    """What `record` takes, as a value, for `record_many`."""

    kind: str
    stream: str
    by: Actor
    now: datetime
    public: Mapping[str, JSON] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    private: Mapping[str, JSON] = field(default_factory=dict)
    occurred_at: datetime | None = None
    told_by_file: bool = False

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            raise ValueError(f"an event's kind is app.what_happened, not {self.kind!r}")
        if not _STREAM.fullmatch(self.stream):
            raise ValueError(f"a stream is name or name/id in ASCII, not {self.stream!r}")
        for name in self.texts:
            if not _TEXT_NAME.fullmatch(name):
                raise ValueError(f"a text's name is lower-case ASCII, not {name!r}")


def new_salts(draft: EventDraft) -> dict[str, str]:
    """A salt of its own for each secret value, so that one can be shown or erased without the others."""
    names = ["actor", *(f"text.{name}" for name in draft.texts)]
    if draft.private:
        names.append("private")
    return {name: secrets.token_hex(_SALT_BYTES) for name in names}


def place(draft: EventDraft, salts: Mapping[str, str], *, after_number: int, after_hash: str) -> Event:
    """The unsaved event that continues a stream whose last event is `after_number` with `after_hash`."""
    event = Event(
        stream=draft.stream,
        number=after_number + 1,
        kind=draft.kind,
        actor_key=draft.by.key,
        actor_label=draft.by.label,
        occurred_at=draft.occurred_at or draft.now,
        recorded_at=draft.now,
        told_by_file=draft.told_by_file,
        public=dict(draft.public),
        digests={name: chain.secret_digest(name, _value(draft, name), salt) for name, salt in salts.items()},
        previous_hash=after_hash,
    )
    event.hash = chain.event_hash(event.document())
    return event


def _value(draft: EventDraft, name: str) -> JSON:
    if name == "actor":
        return draft.by.key
    if name == "private":
        return dict(draft.private)
    return draft.texts[name.removeprefix("text.")]
