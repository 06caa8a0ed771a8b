"""A case in memory with all that hangs on it, and what playing any step of its history needs (ADR 0012)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch
from typing import Any, Protocol

from django.db.models import Model

from huiyin.apps.audit.bulk import EventDraft
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models import (
    Asker,
    Case,
    Milestone,
    Pause,
    Reply,
)
from huiyin.apps.ledger.services.transition import end_pause, standing_fields
from huiyin.domain.access import Actor


@dataclass
class Played:
    """One case in memory with everything that hangs on it."""

    history: told.History
    case: Case
    askers: list[Asker]
    replies: list[Reply] = field(default_factory=list)
    pause: Pause | None = None
    extension_count: int = 0
    milestones: list[Milestone] = field(default_factory=list)
    merged: list[Played] = field(default_factory=list)
    ladder: set[tuple[int, str, str]] = field(default_factory=set)

    def everybody(self) -> list[Asker]:
        return [*self.askers, *(asker for other in self.merged for asker in other.askers)]


class Rows(Protocol):
    """Where played rows and drafts go."""

    def keep(self, row: Model) -> None: ...

    def new_asker(self, **values: Any) -> Asker: ...

    def new_reply(self, **values: Any) -> Reply: ...

    def draft(self, draft: EventDraft) -> None: ...

    def find(self, key: str) -> Played: ...


def say(
    rows: Rows,
    played: Played,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    public: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    private: Mapping[str, Any] | None = None,
) -> None:
    """Draft the event that `transition.witness` would have recorded."""
    case = played.case
    rows.draft(
        EventDraft(
            kind=f"ledger.{kind}",
            stream=case.stream,
            by=by,
            now=played.history.recorded_at or now,
            occurred_at=now if played.history.recorded_at else None,
            told_by_file=played.history.recorded_at is not None,
            public={**standing_fields(case), **(public or {})},
            texts={name: text for name, text in (texts or {}).items() if text},
            private=dict(private or {}),
        )
    )


def leave_pause(played: Played, now: datetime) -> None:
    """What `transition.leave_pause` does to the row."""
    if played.pause is not None and played.pause.resumed_at is None:
        end_pause(played.case, played.pause, now)


@singledispatch
def play(step: told.Step, played: Played, rows: Rows) -> None:
    raise TypeError(f"no way to play {type(step).__name__}")
