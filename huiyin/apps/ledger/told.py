"""What the events of one case say its rows are: the promise as it stands, the words, the replies, the answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.timeline import Tells, kinds_telling

REGISTERED = kinds_telling(Tells.CASE)
NOTHING = ""
_AT_FIRST = {
    **{name: name for name in ("title", "text", "building")},
    **dict.fromkeys(("public_reason", "responsible_instead", "lead_label"), NOTHING),
}
WORDS: dict[str, dict[str, str]] = {
    **dict.fromkeys(REGISTERED, _AT_FIRST),
    "ledger.case_assigned": {"lead_label": "lead"},
    "ledger.lead_decided": {"lead_label": "lead"},
    "ledger.lead_renewed": {"lead_label": "lead"},
    "ledger.case_rejected": {"public_reason": "reason"},
    "ledger.reopening_refused": {"public_reason": "reason"},
    "ledger.case_not_solvable": {"public_reason": "reason", "responsible_instead": "responsible_instead"},
    "ledger.objection_upheld": {
        "public_reason": NOTHING,
        "responsible_instead": NOTHING,
        "lead_label": "lead",
    },
}
"""Columns of the case that an event of this kind says anew, and what they are called among its texts."""

Answered = tuple[Any, Any, Any, Any, datetime]
"""Asker, ordinal of the reply, answer, how it was given, when."""


@dataclass(frozen=True)
class Said:
    """Words in an event and what they are called there; None where they were erased: nobody can tell any more."""

    number: int
    name: str
    words: str | None


@dataclass(frozen=True)
class ToldReply:
    number: int
    text: Said
    no_evidence_reason: Said
    replied_at: datetime
    is_spoken: bool
    photos: list[str]
    """Their hashes."""


@dataclass
class Told:
    """Events are heard in their order."""

    last: int = 0
    first: Event | None = None
    standing: dict[str, Any] = field(default_factory=dict)
    standing_at: int = 0
    words: dict[str, Said] = field(default_factory=dict)
    """By column of the case; of its text only the question."""
    additions: list[Said] = field(default_factory=list)
    replies: dict[int, ToldReply] = field(default_factory=dict)
    is_on_time: bool | None = None
    answers: dict[Answered, Said] = field(default_factory=dict)
    """The comment of each."""
    merged_into: str = ""
    merged_at: int = 0

    def hear(self, event: Event) -> None:
        self.last = event.number
        if "status" in event.public:
            self.standing, self.standing_at = event.public, event.number
        if event.kind in REGISTERED:
            self.first = event
        elif event.kind == "ledger.case_resumed":
            addition = said(event, "addition")
            self.additions += [addition] if addition.words != "" else []
        elif event.kind == "ledger.text_redacted":
            self._hear_redaction(event)
        elif event.kind == "ledger.case_replied":
            self._hear_reply(event)
        elif event.kind == "ledger.asker_answered":
            told = event.public.get
            given = (told("asker"), told("reply"), told("answer"), told("how"), event.occurred_at)
            self.answers[given] = said(event, "comment")
        elif event.kind == "ledger.case_merged":
            self.merged_into, self.merged_at = event.public.get("into", ""), event.number
        self._hear_words(event)

    def _hear_words(self, event: Event) -> None:
        if event.kind == "ledger.lead_decided" and event.public.get("outcome") != "accepted":
            return
        self.words |= {column: said(event, name) for column, name in WORDS.get(event.kind, {}).items()}
        if event.kind == "ledger.case_imported":
            # Who is in charge by the file stands in no event.
            self.words["lead_label"] = Said(event.number, NOTHING, None)

    def _hear_redaction(self, event: Event) -> None:
        """New words stand for those of the events it names."""
        new = said(event, "words")
        replaced = {(number, name) for number, name in event.public.get("replaces", [])}

        def now(old: Said) -> Said:
            return new if (old.number, old.name) in replaced else old

        self.words = {column: now(old) for column, old in self.words.items()}
        self.additions = [now(old) for old in self.additions]
        self.answers = {given: now(comment) for given, comment in self.answers.items()}
        self.replies = {
            ordinal: replace(reply, text=now(reply.text), no_evidence_reason=now(reply.no_evidence_reason))
            for ordinal, reply in self.replies.items()
        }

    def _hear_reply(self, event: Event) -> None:
        if not self.replies:
            self.is_on_time = event.public.get("is_on_time")
        self.replies[event.public.get("reply", 0)] = ToldReply(
            number=event.number,
            text=said(event, "text"),
            no_evidence_reason=said(event, "no_evidence_reason"),
            replied_at=event.occurred_at,
            is_spoken=event.public.get("is_spoken", False),
            photos=event.public.get("photos", []),
        )


def hear(events: Iterable[Event]) -> Told:
    told = Told()
    for event in events:
        told.hear(event)
    return told


def said(event: Event, name: str) -> Said:
    """The words an event has under this name; empty if it never had any."""
    if f"text.{name}" not in event.digests:
        return Said(event.number, name, "")
    secret = getattr(event, "secret", None)
    return Said(event.number, name, secret.texts.get(name) if secret is not None else None)
