"""What publishing does when the ledger or a meeting changes: every asker is told."""

from __future__ import annotations

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.reactions import on
from huiyin.apps.publishing.question_outcomes import tell_outcome
from huiyin.apps.publishing.services import messages_for
from huiyin.apps.publishing.wording import TOLD


@on(*TOLD, name="publishing.tell_askers")
def tell_askers(event: Event) -> None:
    if not event.told_by_file:
        messages_for(event)


@on("meetings.question_recorded", name="publishing.tell_outcome_of_question")
def tell_outcome_of_question(event: Event) -> None:
    tell_outcome(event)
