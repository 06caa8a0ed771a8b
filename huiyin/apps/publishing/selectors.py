"""Messages in an account, and what a community still has to print, bring or call."""

from __future__ import annotations

from django.db.models import QuerySet

from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.permissions import scope_q
from huiyin.apps.publishing.models import Message
from huiyin.domain.access import Actor, Role


def messages_of(person_id: int) -> QuerySet[Message]:
    """What one person was told in the account, newest first."""
    return Message.objects.filter(asker__person_id=person_id, channel=Channel.IN_SITE).select_related(
        "case__estate", "asker"
    )


def messages_for_desk(actor: Actor) -> QuerySet[Message]:
    """Slips to print and bring, calls to make, messages that failed: inside the actor's community or street."""
    if not actor.scopes(Role.COMMUNITY_WORKER, Role.SECRETARY, Role.STREET_OFFICER):
        return Message.objects.none()
    return (
        Message.objects.filter(case__in=Case.objects.filter(scope_q(actor)))
        .exclude(channel=Channel.IN_SITE)
        .select_related("case__estate__area", "case__area", "asker", "reply")
    )


TO_DO = (Message.State.TO_PRINT, Message.State.PRINTED, Message.State.TO_CALL, Message.State.FAILED)
