"""Messages in an account, and what a community still has to print, bring or call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Case, Extension, Objection, Reply
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.permissions import community_leads, may_answer_for_askers, scope_q
from huiyin.apps.publishing import wording
from huiyin.apps.publishing.models import Message
from huiyin.domain.access import Actor, Role

BRINGERS = (Role.COMMUNITY_WORKER, Role.SECRETARY, Role.STREET_OFFICER)
TO_DO = (Message.State.TO_PRINT, Message.State.PRINTED, Message.State.TO_CALL, Message.State.FAILED)
MOST_SHOWN = 200


def messages_of(person_id: int) -> QuerySet[Message]:
    """What one person was told in the account, newest first."""
    return Message.objects.filter(asker__person_id=person_id, channel=Channel.IN_SITE).select_related(
        "case__estate", "asker"
    )


def messages_for_desk(actor: Actor) -> QuerySet[Message]:
    """Slips to print and bring, calls to make, messages that failed: inside the actor's community or street."""
    if not actor.scopes(*BRINGERS):
        return Message.objects.none()
    return (
        Message.objects.filter(case__in=Case.objects.filter(scope_q(actor)))
        .exclude(channel=Channel.IN_SITE)
        .select_related("case__estate__area", "case__area", "asker__case", "reply")
    )


def open_messages(actor: Actor) -> QuerySet[Message]:
    """What is still to be brought: not about an answer that a later one replaced, nor what went another way later.

    What was typed in for an asker is nothing to bring either (wording.SPOKEN_FOR).
    """
    later = Message.objects.filter(
        asker=OuterRef("asker"), event_id=OuterRef("event_id"), pk__gt=OuterRef("pk")
    ).exclude(channel=Channel.IN_SITE)
    replaced = Reply.objects.filter(case=OuterRef("case"), ordinal__gt=OuterRef("reply__ordinal"))
    return (
        messages_for_desk(actor)
        .filter(state__in=TO_DO)
        .exclude(Exists(later), state=Message.State.FAILED)
        .exclude(Exists(replaced))
        .exclude(kind__in=wording.SPOKEN_FOR)
    )


@dataclass(frozen=True)
class ToBring:
    """One message at the desk; `is_mine` is False where another one speaks for askers: the street or the community."""

    message: Message
    is_mine: bool
    is_for_street: bool


@dataclass(frozen=True)
class Pile:
    state: str
    rows: list[ToBring]
    count: int

    @property
    def rest(self) -> int:
        return self.count - len(self.rows)

    @property
    def has_mine(self) -> bool:
        return any(row.is_mine for row in self.rows)


def piles_for_desk(actor: Actor) -> list[Pile]:
    """Slips to print, slips to bring, calls to make, what did not arrive; the oldest first, two queries."""
    waiting = open_messages(actor)
    counts = dict(waiting.order_by().values_list("state").annotate(n=Count("pk")))
    shown: dict[str, list[ToBring]] = {}
    for message in waiting.order_by("made_at", "id")[:MOST_SHOWN]:
        case = message.case
        row = ToBring(message, may_answer_for_askers(actor, case), community_leads(case))
        shown.setdefault(message.state, []).append(row)
    return [Pile(state, shown.get(state, []), counts.get(state, 0)) for state in TO_DO]


def slips_for_desk(actor: Actor, ids: Iterable[int]) -> list[Message]:
    """Those of the chosen slips that may be printed now, in the order they were made."""
    printable = messages_for_desk(actor).filter(
        pk__in=ids, channel=Channel.SLIP, state__in=[Message.State.TO_PRINT, Message.State.PRINTED]
    )
    return [each for each in printable.order_by("made_at", "id") if may_answer_for_askers(actor, each.case)]


def reason_of(message: Message) -> str:
    """The public reason the message points at: who only gets paper cannot look it up."""
    case = message.case
    if message.kind not in (wording.EXTENDED, wording.DISMISSED):
        return case.public_reason
    event = Event.objects.get(pk=message.event_id)
    if message.kind == wording.EXTENDED:
        extended = case.extensions.filter(state=Extension.State.APPROVED, ordinal=event.public["ordinal"])
        return extended.values_list("reason", flat=True).first() or ""
    dismissed = case.objections.filter(state=Objection.State.DISMISSED, decided_at=event.occurred_at)
    return dismissed.values_list("outcome_reason", flat=True).first() or ""
