"""Taking a name out of a demand list: masking misses some, and a list is public once it is confirmed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.models import EventSecret
from huiyin.apps.audit.services import erase_parts
from huiyin.apps.ledger.models import Case
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice
from huiyin.apps.reports.permissions import check_secretary_of
from huiyin.apps.reports.services.demands import LONGEST_TITLE
from huiyin.apps.reports.services.witness import fresh, locked_list, witness_list
from huiyin.apps.reports.services.wording import required
from huiyin.domain.access import Actor
from huiyin.web.now import now as clock

WHY = "请写明为什么遮盖，这个理由会公开。"
WHAT = "请写换上去的文字。整段都不该公开的，写“（已遮盖）”。"


@transaction.atomic
def redact_demand(
    demand: Demand, *, by: Actor, title: str, reason: str, now: datetime | None = None
) -> Demand:
    """The secretary replaces the words of a line, also of a confirmed or sent list; its counts stay."""
    now = now or clock()
    demand_list = locked_list(demand.demand_list)
    by = check_secretary_of(by, demand_list.estate)
    demand = fresh(demand)
    old, demand.title = demand.title, required(title, LONGEST_TITLE, "title", WHAT)
    demand.save(update_fields=["title"])
    reason = required(reason, 200, "reason", WHY)
    _forget(demand_list, old, by, now)
    witness_list(
        demand_list,
        "demand_redacted",
        by=by,
        now=now,
        public={"demand": demand.pk},
        texts={"title": demand.title, "reason": reason},
    )
    return demand


@transaction.atomic
def redact_voice(
    voice: DemandVoice, *, by: Actor, text: str, reason: str, now: datetime | None = None
) -> DemandVoice:
    """The secretary replaces what stands in one voice, which the company reads once the list was sent."""
    now = now or clock()
    demand_list = locked_list(voice.demand.demand_list)
    by = check_secretary_of(by, demand_list.estate)
    voice = DemandVoice.objects.get(pk=voice.pk)
    old, voice.text = voice.text, required(text, 1000, "text", WHAT)
    voice.save(update_fields=["text"])
    reason = required(reason, 200, "reason", WHY)
    _forget(demand_list, old, by, now)
    witness_list(
        demand_list,
        "voice_redacted",
        by=by,
        now=now,
        public={"voice": voice.pk},
        texts={"text": voice.text, "reason": reason},
    )
    return voice


def replace_in_demands(case: Case, old: str, new: str) -> None:
    """What is redacted in the ledger goes from the voices and lines that were filled from it too."""
    voices = DemandVoice.objects.filter(case=case)
    voices.filter(text=old).update(text=new)
    voices.filter(building=old).update(building=new[:40])
    if case.topic_id is not None:
        Demand.objects.filter(topic=case.topic_id, title=old).update(title=new[:LONGEST_TITLE])


def _forget(demand_list: DemandList, words: str, by: Actor, now: datetime) -> None:
    """Erase these words from the events of the list, and nothing else of them."""
    kept = EventSecret.objects.filter(event__stream=demand_list.stream, erased_at=None)
    parts = {
        secret.event_id: [f"text.{name}" for name, text in secret.texts.items() if text == words]
        for secret in kept
    }
    erase_parts(
        {event: names for event, names in parts.items() if names}, by=by, now=now, reason="text_redacted"
    )
