"""Durable reactions (mechanism 3): `on` declares one, `react` runs it, its effect in the database happening once."""

from __future__ import annotations

from django.db import connection, transaction

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.subscriptions import effect_of, on
from huiyin.web.now import now

__all__ = ["on", "react"]

_CLAIM = """
INSERT INTO audit_delivery (reaction, event_id, delivered_at) VALUES (%s, %s, %s)
ON CONFLICT (reaction, event_id) DO NOTHING
"""


@transaction.atomic
def react(reaction: str, event_id: int) -> bool:
    """Run a reaction for an event unless it has had its effect; False if it had.

    A second run at the same time waits at the unique row until the first has committed or rolled back.
    """
    effect = effect_of(reaction)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [reaction, event_id, now()])
        if not cursor.rowcount:
            return False
    effect(Event.objects.get(id=event_id))
    return True
