"""Taking out of a public text what the masking missed; the chain still verifies because it holds digests only."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.services import erase_texts
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.permissions import check_secretary
from huiyin.apps.ledger.services.register import search_vector
from huiyin.apps.ledger.services.transition import locked, witness
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@transaction.atomic
def redact_case(
    case: Case, *, by: Actor, title: str, text: str, reason: str, now: datetime | None = None
) -> Case:
    """The secretary replaces the public title and text, e.g. to remove a name; the reason is public."""
    now = now or clock()
    case = locked(case)
    check_secretary(by, case)
    if not reason.strip():
        raise RuleBroken("请写明为什么遮盖，这个理由会公开。", code="redact.no_reason", field="reason")
    if not title.strip():
        raise RuleBroken("标题不能为空。", code="redact.no_title", field="title")
    erase_texts(stream=case.stream, by=by, now=now, reason="text_redacted")
    case.title = mask(title.strip())[:120]
    case.text = mask(text.strip())
    case.search = search_vector(case)
    case.save()
    witness(
        case,
        "text_redacted",
        by=by,
        now=now,
        texts={"title": case.title, "text": case.text, "reason": mask(reason.strip())},
    )
    return case
