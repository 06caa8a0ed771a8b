"""What the events of one case say its rows are: the promise as it stands, the words, the replies, the answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.services.register import ADDED

REGISTERED = ("ledger.case_registered", "ledger.case_imported")
WORDS = ("title", "text", "building")

Answered = tuple[Any, Any, Any, Any, datetime]
"""Asker, ordinal of the reply, answer, how it was given, when."""


@dataclass(frozen=True)
class Said:
    """Words in an event; None where they were erased, so that nobody can tell any more."""

    number: int
    words: str | None


@dataclass(frozen=True)
class ToldReply:
    number: int
    text: Said
    no_evidence_reason: Said
    replied_at: datetime
    is_spoken: bool


@dataclass
class Told:
    """Events are heard in their order."""

    last: int = 0
    first: Event | None = None
    standing: dict[str, Any] = field(default_factory=dict)
    standing_at: int = 0
    words: dict[str, Said] = field(default_factory=dict)
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
            self.words = {name: said(event, name) for name in WORDS}
        elif event.kind == "ledger.case_resumed":
            self._hear_addition(said(event, "addition"))
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

    def _hear_addition(self, addition: Said) -> None:
        if addition.words == "" or "text" not in self.words:
            return
        before = self.words["text"].words
        known = before is not None and addition.words is not None
        self.words["text"] = Said(addition.number, f"{before}{ADDED}{addition.words}" if known else None)

    def _hear_redaction(self, event: Event) -> None:
        """New words stand for those of the events it names; a case's own text is one, however often it was added to."""
        new, what = said(event, "words"), event.public.get("what", "").removeprefix("case.")
        if what in WORDS:
            self.words[what] = new
        replaced = {(number, name) for number, name in event.public.get("replaces", [])}
        for ordinal, reply in self.replies.items():
            if (reply.number, "text") in replaced:
                self.replies[ordinal] = replace(reply, text=new)
            if (reply.number, "no_evidence_reason") in replaced:
                self.replies[ordinal] = replace(reply, no_evidence_reason=new)
        for given, comment in self.answers.items():
            if (comment.number, "comment") in replaced:
                self.answers[given] = new

    def _hear_reply(self, event: Event) -> None:
        if not self.replies:
            self.is_on_time = event.public.get("is_on_time")
        self.replies[event.public.get("reply", 0)] = ToldReply(
            number=event.number,
            text=said(event, "text"),
            no_evidence_reason=said(event, "no_evidence_reason"),
            replied_at=event.occurred_at,
            is_spoken=event.public.get("is_spoken", False),
        )


def hear(events: Iterable[Event]) -> Told:
    told = Told()
    for event in events:
        told.hear(event)
    return told


def said(event: Event, name: str) -> Said:
    """The words an event has under this name; empty if it never had any."""
    if f"text.{name}" not in event.digests:
        return Said(event.number, "")
    secret = getattr(event, "secret", None)
    return Said(event.number, secret.texts.get(name) if secret is not None else None)
