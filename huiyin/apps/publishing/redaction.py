"""Messages repeat a case's title and lead: what is redacted there goes from kept and from waiting ones too."""

from __future__ import annotations

from django.db.models import Q

from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.wording import shortened


def replace_in_messages(case: Case, old: str, new: str) -> None:
    """What was sent is sent; the kept body reads the new words. In the transaction of the redaction.

    A message names the case whose title it quotes: where the case was merged into an answered one, it belongs to that.
    """
    named = f"（{case.number}）"
    askers = list(Asker.objects.filter(case=case).values_list("pk", flat=True))
    told = Message.objects.filter(Q(case=case) | Q(asker__in=askers), body__contains=named)
    for message in told.order_by("pk"):
        body = message.body.replace(f"“{shortened(old)}”{named}", f"“{shortened(new)}”{named}")
        if message.kind == "ledger.case_assigned":
            body = body.replace(f"已交给{old}办理", f"已交给{new}办理")
        if body != message.body:
            message.body = body[:300]
            message.save(update_fields=["body"])
