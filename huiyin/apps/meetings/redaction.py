"""What is redacted in the ledger leaves the agendas of the forums that repeat it."""

from __future__ import annotations

from django.db.models import Q

from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings.models import ForumItem

LONGEST_TITLE = 120


def replace_in_agendas(case: Case, old: str, new: str) -> None:
    """The title of a case or of one of its milestones, on every agenda; in the transaction of the redaction."""
    repeated = ForumItem.objects.filter(Q(case=case) | Q(milestone__case=case), title=old[:LONGEST_TITLE])
    repeated.update(title=new[:LONGEST_TITLE])
