"""Messages repeat a case's title and lead: what is redacted there goes from kept and from waiting ones too."""

from __future__ import annotations

from huiyin.apps.ledger.models import Case
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.wording import shortened


def replace_in_messages(case: Case, old: str, new: str) -> None:
    """What was sent is sent; the kept body reads the new words. In the transaction of the redaction."""
    quoted = f"“{shortened(old)}”（{case.number}）"
    for message in Message.objects.filter(case=case).exclude(body="").order_by("pk"):
        body = message.body.replace(quoted, f"“{shortened(new)}”（{case.number}）")
        if message.kind == "ledger.case_assigned":
            body = body.replace(f"已交给{old}办理", f"已交给{new}办理")
        if body != message.body:
            message.body = body[:300]
            message.save(update_fields=["body"])
