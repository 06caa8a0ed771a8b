"""Taking a name out of records: masking misses some; the numbers stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from huiyin.apps.audit.services import erase_words
from huiyin.apps.audit.services import record as record_event
from huiyin.apps.upkeep.drafts import LONGEST_NOTE, LONGEST_PLACE, LONGEST_REASON, words
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.permissions import check_cover
from huiyin.apps.upkeep.services.records import locked
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

COVERED = "〔已遮盖〕"
LONGEST = {"place": LONGEST_PLACE, "note": LONGEST_NOTE, "reason": LONGEST_REASON}


@transaction.atomic
def cover_words(
    record: MaintenanceRecord, *, secret: str, reason: str, by: Actor, now: datetime | None = None
) -> int:
    """Cover words, e.g. a name, in every record of the engagement that has them; returns how many had.

    Of the events only what held the words is erased. Raises NotPermitted and RuleBroken.
    """
    now = now or clock()
    record.engagement = locked(record.engagement)
    check_cover(by, record)
    secret = words(secret, LONGEST_REASON, "secret")
    if len(secret) < 2:
        raise RuleBroken("请写要遮盖的字，至少两个。", code="cover.no_words", field="secret")
    reason = mask(words(reason, LONGEST_REASON, "reason"))
    if not reason or secret in reason:
        raise RuleBroken("请写明为什么遮盖，理由里不要再写这些字。", code="cover.reason", field="reason")
    holding = Q(*((f"{name}__contains", secret) for name in LONGEST), _connector=Q.OR)
    found = list(MaintenanceRecord.objects.filter(holding, engagement=record.engagement).order_by("pk"))
    if not found:
        raise RuleBroken("记录里没有找到这些字，请照记录里的写法填。", code="cover.not_found", field="secret")
    for each in found:
        for name in LONGEST:
            setattr(each, name, getattr(each, name).replace(secret, COVERED)[: LONGEST[name]])
    MaintenanceRecord.objects.bulk_update(found, list(LONGEST))
    erase_words([record.stream], secret, by=by, now=now)
    record_event(
        kind="upkeep.words_covered",
        stream=record.stream,
        by=by,
        now=now,
        public={"records": [each.pk for each in found]},
        texts={"reason": reason},
    )
    return len(found)
