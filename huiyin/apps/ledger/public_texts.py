"""Every free text of a case that anybody can read: the rows and the events it stands in, as one list of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.crypto import salted_hmac

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.case_text import joined, pieces_of
from huiyin.apps.ledger.models import AnswerGiven, Case, Topic
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.ledger.services.register import ADDED, LONGEST_TEXT
from huiyin.apps.ledger.timeline import REDACTED, TELLINGS, Telling, Tells, kinds_telling, texts_shown

HISTORY = "history"
ADDITION = "case.addition"
LONGEST = 3000
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
COLUMNS = tuple(what.split(".") for what in REDACTED if what != ADDITION)
"""(table, column) of every text on public pages, in the order of the page."""

Whose = tuple[str, int] | None
"""("asker", key) of what one asker said, ("addition", number of its event) of what was added, None of all else."""


@dataclass(frozen=True)
class Place:
    """One column of one row, with what stands there before and after the words."""

    row: Model
    column: str
    before: str = ""
    after: str = ""

    @property
    def longest(self) -> int:
        limit = self.row._meta.get_field(self.column).max_length  # type: ignore[union-attr]
        is_case_text = isinstance(self.row, Case) and limit is None
        return LONGEST_TEXT if is_case_text else limit or LONGEST


@dataclass
class PublicText:
    """The same words wherever they stand in the case; of two askers who say the same each has an own text."""

    words: str
    whose: Whose
    what: str
    label: str
    places: list[Place] = field(default_factory=list)
    replaces: list[tuple[int, str]] = field(default_factory=list)
    """(number of the event, name of the text) where the history shows them."""
    kept: dict[int, list[str]] = field(default_factory=dict)
    """By event id the names of the parts that still hold them."""

    @property
    def key(self) -> str:
        """Stands in addresses and so in logs: under the site's secret, or a name could be guessed."""
        said: str = salted_hmac(
            "ledger.public-text", f"{self.whose}:{self.words}", algorithm="sha256"
        ).hexdigest()
        return said[:16]

    @property
    def longest(self) -> int:
        """What is there may stay as long as it is: imported texts are longer than anybody may write."""
        return max(len(self.words), min((place.longest for place in self.places), default=LONGEST))

    @property
    def may_be_empty(self) -> bool:
        """Only where nothing but such a column holds them."""
        columns = {f"{type(place.row).__name__.lower()}.{place.column}" for place in self.places}
        return bool(columns) and columns <= MAY_BE_EMPTY and self.what != ADDITION


Found = dict[tuple[Whose, str], PublicText]


def public_texts(case: Case) -> list[PublicText]:
    """In the order of the page, then what only the history tells; one query for each table."""
    events: list[Any] = list(
        Event.objects.filter(stream=case.stream)
        .order_by("number")
        .values_list("pk", "number", "kind", "public", "digests", "secret__texts", named=True)
    )
    shown = texts_shown(events)
    found: Found = {}
    for what, whose, words, place in _places(case, events, shown):
        text = found.setdefault((whose, words), PublicText(words, whose, what, REDACTED[what]))
        text.places.append(place)
    for event in events:
        _find_in(event, shown[event.number], found)
    _find_topic(case, found)
    return list(found.values())


def _places(
    case: Case, events: Sequence[Any], shown: dict[int, dict[str, str]]
) -> Iterator[tuple[str, Whose, str, Place]]:
    rows = {table: list(read(case)) for table, read in TABLES.items()}
    for table, column in COLUMNS:
        what = f"{table}.{column}"
        for row in rows[table]:
            # The names of companies, communities and streets are nobody's words.
            if column == "lead_label" and row.lead_kind != LeadKind.DEPARTMENT:
                continue
            if what == "case.text":
                yield from _pieces(row, events, shown)
            elif words := getattr(row, column):
                is_askers = table in ("answer", "objection") and column != "outcome_reason"
                yield what, ("asker", row.asker_id) if is_askers else None, words, Place(row, column)


def _pieces(
    case: Case, events: Sequence[Any], shown: dict[int, dict[str, str]]
) -> Iterator[tuple[str, Whose, str, Place]]:
    pieces = pieces_of(case.text, events, shown)
    for at, piece in enumerate(pieces):
        before = joined(pieces[:at]) + ADDED if at else ""
        after = ADDED + joined(pieces[at + 1 :]) if pieces[at + 1 :] else ""
        place = Place(case, "text", before, after)
        if at:
            yield ADDITION, ("addition", piece.number), piece.words, place
        elif piece.words:
            yield "case.text", None, piece.words, place


def _find_in(event: Any, shown: dict[str, str], found: Found) -> None:
    """Where an event says the words of a row; and the words of the timeline that stand in no row."""
    telling = TELLINGS.get(event.kind)
    if telling is None:
        return
    for name, words in shown.items():
        whose = _whose(event, telling, name)
        text = found.get((whose, words))
        if text is None and (telling.text == name or _stands_in_the_title(event, name)):
            text = PublicText(words, whose, HISTORY, telling.title({**shown, **event.public}))
            found[whose, words] = text
        if text is None:
            continue
        text.replaces.append((event.number, name))
        if event.secret__texts.get(name) == words:
            text.kept.setdefault(event.pk, []).append(f"text.{name}")


def _whose(event: Any, telling: Telling, name: str) -> Whose:
    if telling.tells is Tells.ADDITION:
        return "addition", event.number
    if telling.tells in (Tells.ASKER, Tells.NEW_WORDS) and name != "reason":
        return next(((key, event.public[key]) for key in ("asker", "addition") if key in event.public), None)
    return None


def _stands_in_the_title(event: Any, name: str) -> bool:
    """A department somebody named may have led before, or have been named in a proposal that came to nothing."""
    if name == "lead":
        return bool(event.public.get("lead_kind") == LeadKind.DEPARTMENT)
    return name == "responsible_instead"


def _find_topic(case: Case, found: Found) -> None:
    """A topic is told in its estate's stream; redacted ones also in that of the case where somebody saw the name."""
    if case.topic is None or case.estate is None:
        return
    title = case.topic.title
    told = Event.objects.filter(
        Q(
            stream=f"estate/{case.estate.code}",
            kind__in=("ledger.topic_opened", "ledger.topic_renamed"),
            public__topic=case.topic.pk,
            secret__texts__title=title,
        )
        | Q(
            stream__in=[each.stream for each in case.topic.cases.only("number")],
            kind__in=kinds_telling(Tells.NEW_WORDS),
            public__what="topic.title",
            secret__texts__words=title,
        )
    )
    for pk, what in told.values_list("pk", "public__what"):
        found[None, title].kept[pk] = ["text.words" if what else "text.title"]
