"""What publishing does when the ledger changes: every asker is told."""

from __future__ import annotations

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.reactions import on
from huiyin.apps.publishing.services import messages_for
from huiyin.apps.publishing.wording import TOLD


@on(*TOLD, name="publishing.tell_askers")
def tell_askers(event: Event) -> None:
    if not event.told_by_file:
        messages_for(event)
