"""Messages in an account, and what a community still has to print, bring or call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.desk_selectors import below, spoken_for
from huiyin.apps.ledger.models import Case, Extension, Objection, Reply
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.permissions import may_answer_for_askers, speaker_for_askers
from huiyin.apps.people.selectors import areas_without
from huiyin.apps.publishing import wording
from huiyin.apps.publishing.models import Message
from huiyin.domain.access import Actor, Role

SEE_ALL = (Role.COMMUNITY_WORKER, Role.SECRETARY, Role.STREET_OFFICER)
BRINGERS = (*SEE_ALL, Role.DISTRICT_OFFICER)
TO_DO = (Message.State.TO_PRINT, Message.State.PRINTED, Message.State.TO_CALL, Message.State.FAILED)
MOST_SHOWN = 200


def messages_of(person_id: int) -> QuerySet[Message]:
    """What one person was told in the account, newest first."""
    return Message.objects.filter(asker__person_id=person_id, channel=Channel.IN_SITE).select_related(
        "case__estate", "asker"
    )


def messages_for_desk(actor: Actor) -> QuerySet[Message]:
    """Slips to print and bring, calls to make, messages that failed: inside the actor's community or street.

    The district sees only what it has to bring itself.
    """
    if not actor.scopes(*BRINGERS):
        return Message.objects.none()
    seen = below(tuple(scope.path for scope in actor.scopes(*SEE_ALL)))
    if actor.scopes(Role.DISTRICT_OFFICER):
        seen |= spoken_for(actor)
    return (
        Message.objects.filter(case__in=Case.objects.filter(seen))
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
    """One message at the desk; `is_mine` is False where another office speaks for the askers, which `who` names."""

    message: Message
    is_mine: bool
    who: str


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


WHO = {
    Role.COMMUNITY_WORKER: gettext_noop("社区工作者"),
    Role.STREET_OFFICER: gettext_noop("街镇"),
    Role.DISTRICT_OFFICER: gettext_noop("区里"),
}


def _without_worker(actor: Actor) -> Callable[[int], bool]:
    """`permissions.has_no_worker` for many cases of the desk; asks when the first of them needs to know."""

    @cache
    def areas() -> set[int]:
        return areas_without(Role.COMMUNITY_WORKER, actor.scopes(*BRINGERS))

    return lambda area_id: area_id in areas()


def piles_for_desk(actor: Actor, *, only_mine: bool = False) -> list[Pile]:
    """Slips to print, slips to bring, calls to make, what did not arrive; the oldest first, two to four queries."""
    waiting = open_messages(actor)
    if only_mine:
        waiting = waiting.filter(case__in=Case.objects.filter(spoken_for(actor)))
    counts = dict(waiting.order_by().values_list("state").annotate(n=Count("pk")))
    shown: dict[str, list[ToBring]] = {}
    has_no_worker = _without_worker(actor)
    for message in waiting.order_by("made_at", "id")[:MOST_SHOWN]:
        case = message.case
        is_mine = may_answer_for_askers(actor, case, has_no_worker)
        who = "" if is_mine else _(WHO[speaker_for_askers(case, has_no_worker)])
        row = ToBring(message, is_mine, who)
        shown.setdefault(message.state, []).append(row)
    return [Pile(state, shown.get(state, []), counts.get(state, 0)) for state in TO_DO]


def slips_for_desk(actor: Actor, ids: Iterable[int]) -> list[Message]:
    """Those of the chosen slips that may be printed now, in the order they were made."""
    printable = messages_for_desk(actor).filter(
        pk__in=ids, channel=Channel.SLIP, state__in=[Message.State.TO_PRINT, Message.State.PRINTED]
    )
    has_no_worker = _without_worker(actor)
    return [
        each
        for each in printable.order_by("made_at", "id")
        if may_answer_for_askers(actor, each.case, has_no_worker)
    ]


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
