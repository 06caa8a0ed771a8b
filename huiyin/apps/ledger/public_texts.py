"""Every free text of a case that anybody can read: the rows and the events it stands in, as one list of words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import AnswerGiven, Case, Topic
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.ledger.services.register import ADDED, LONGEST_TEXT
from huiyin.apps.ledger.timeline import REDACTED, TELLINGS, texts_shown

HISTORY = "history"
LONGEST = 3000
OF_ONE_ASKER = frozenset({"ledger.asker_answered", "ledger.objection_raised", "ledger.text_redacted"})
TELL_THE_CASE = frozenset({"ledger.case_registered", "ledger.case_imported", "ledger.case_resumed"})
"""Their texts stand in the case's own title, text and place."""
MAY_BE_EMPTY = frozenset({"case.text", "case.building", "case.nickname"})

TABLES: dict[str, Callable[[Case], QuerySet[Any]]] = {
    "case": lambda case: Case.objects.filter(pk=case.pk),
    "reply": lambda case: case.replies.order_by("ordinal"),
    "answer": lambda case: AnswerGiven.objects.filter(reply__case=case).order_by("answered_at", "pk"),
    "objection": lambda case: case.objections.order_by("pk"),
    "extension": lambda case: case.extensions.order_by("pk"),
    "give_up": lambda case: case.give_up_proposals.order_by("pk"),
    "lead_proposal": lambda case: case.lead_proposals.order_by("pk"),
    "pause": lambda case: case.pauses.order_by("pk"),
    "milestone": lambda case: case.milestones.order_by("ordinal"),
    "topic": lambda case: Topic.objects.filter(cases=case),
}
COLUMNS = tuple(what.split(".") for what in REDACTED)
"""(table, column) of every text on public pages, in the order of the page."""


@dataclass(frozen=True)
class Place:
    """One column of one row."""

    row: Model
    column: str

    @property
    def longest(self) -> int:
        limit = self.row._meta.get_field(self.column).max_length  # type: ignore[union-attr]
        is_case_text = isinstance(self.row, Case) and limit is None
        return LONGEST_TEXT if is_case_text else limit or LONGEST


@dataclass
class PublicText:
    """The same words wherever they stand in the case; of two askers who say the same each has an own text."""

    words: str
    asker_id: int | None
    what: str
    label: str
    places: list[Place] = field(default_factory=list)
    replaces: list[tuple[int, str]] = field(default_factory=list)
    """(number of the event, name of the text) where the history shows them."""
    kept: dict[int, list[str]] = field(default_factory=dict)
    """By event id the names of the parts that still hold them."""

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.asker_id}:{self.words}".encode()).hexdigest()[:16]

    @property
    def longest(self) -> int:
        return min((place.longest for place in self.places), default=LONGEST)

    @property
    def may_be_empty(self) -> bool:
        """Only where nothing but such a column holds them."""
        return bool(self.places) and all(_what(place) in MAY_BE_EMPTY for place in self.places)


def public_texts(case: Case) -> list[PublicText]:
    """In the order of the page, then what only the history tells; one query for each table."""
    found: dict[tuple[int | None, str], PublicText] = {}
    for table, column, row in _cells(case):
        words, what = getattr(row, column), f"{table}.{column}"
        asker_id = row.asker_id if table in ("answer", "objection") and column != "outcome_reason" else None
        text = found.setdefault((asker_id, words), PublicText(words, asker_id, what, REDACTED[what]))
        text.places.append(Place(row, column))
    events: list[Any] = list(
        Event.objects.filter(stream=case.stream)
        .order_by("number")
        .values_list("pk", "number", "kind", "public", "secret__texts", named=True)
    )
    shown = texts_shown(events)
    for event in events:
        _find_in(event, shown[event.number], found)
    _find_pieces(case, events, found)
    _find_topic(case, found)
    return list(found.values())


def _cells(case: Case) -> Iterator[tuple[str, str, Any]]:
    rows = {table: list(read(case)) for table, read in TABLES.items()}
    for table, column in COLUMNS:
        for row in rows[table]:
            # The names of companies, communities and streets are nobody's words.
            if column == "lead_label" and row.lead_kind != LeadKind.DEPARTMENT:
                continue
            if getattr(row, column):
                yield table, column, row


def _find_in(event: Any, shown: dict[str, str], found: dict[tuple[int | None, str], PublicText]) -> None:
    """Where an event says the words of a row; and the words of the timeline that stand in no row."""
    telling = TELLINGS.get(event.kind)
    for name, words in shown.items():
        is_askers = event.kind in OF_ONE_ASKER and name != "reason"
        asker_id = event.public.get("asker") if is_askers else None
        text = found.get((asker_id, words))
        is_told = telling is not None and (telling.text == name or _stands_in_the_title(event, name))
        if text is None and is_told and words and telling is not None and event.kind not in TELL_THE_CASE:
            text = PublicText(words, asker_id, HISTORY, telling.title({**shown, **event.public}))
            found[asker_id, words] = text
        if text is None:
            continue
        text.replaces.append((event.number, name))
        if event.secret__texts.get(name) == words:
            text.kept.setdefault(event.pk, []).append(f"text.{name}")


def _stands_in_the_title(event: Any, name: str) -> bool:
    """A department somebody named may have led before, or have been named in a proposal that came to nothing."""
    if name == "lead":
        return bool(event.public.get("lead_kind") == LeadKind.DEPARTMENT)
    return name == "responsible_instead"


def _find_pieces(case: Case, events: Iterable[Any], found: dict[tuple[int | None, str], PublicText]) -> None:
    """The case's text is the question and what was added to it, each told by an event of its own."""
    text = found.get((None, case.text))
    if text is None or ADDED not in case.text:
        return
    parts = case.text.split(ADDED)
    pieces = {*parts, *(ADDED.join(parts[:end]) for end in range(1, len(parts)))}
    for event in events:
        for name, words in event.secret__texts.items():
            if event.kind in TELL_THE_CASE and words in pieces:
                text.kept.setdefault(event.pk, []).append(f"text.{name}")


def _find_topic(case: Case, found: dict[tuple[int | None, str], PublicText]) -> None:
    """A topic is told in its estate's stream."""
    if case.topic is None or case.estate is None:
        return
    text = found[None, case.topic.title]
    told = Event.objects.filter(
        stream=f"estate/{case.estate.code}",
        kind__in=("ledger.topic_opened", "ledger.topic_renamed"),
        public__topic=case.topic.pk,
        secret__texts__title=case.topic.title,
    )
    text.kept.update({pk: ["text.title"] for pk in told.values_list("pk", flat=True)})


def _what(place: Place) -> str:
    return f"{type(place.row).__name__.lower()}.{place.column}"
