"""What demand lists keep about a person: its voices. A forgotten one still counts; nothing leads to the person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_parts, erase_texts
from huiyin.apps.people.models import Person
from huiyin.apps.people.personal_data import Json, Section
from huiyin.apps.people.retention import Rule
from huiyin.apps.policies.retention import keep_days
from huiyin.apps.reports.models import DemandList, DemandVoice, DemandVoicePrivate
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.clocks import due_day

BATCH = 500


def export_voices(person: Person) -> Json:
    """Every voice with the words as written."""
    voices = DemandVoice.objects.filter(person=person).select_related(
        "demand__demand_list__estate", "private", "household"
    )
    return [
        {
            "estate": voice.demand.demand_list.estate.name,
            "demand": voice.demand.title,
            "text": voice.text,
            "text_as_written": voice.private.text if hasattr(voice, "private") else voice.text,
            "building_as_written": voice.private.building if hasattr(voice, "private") else voice.building,
            "nickname": voice.nickname,
            "household": str(voice.household) if voice.household else None,
            "source": voice.source,
            "said_at": voice.said_at.isoformat(),
        }
        for voice in voices
    ]


def erase_voices(person: Person, by: Actor, now: datetime) -> int:
    """Forget who spoke and the words as written. The masked words stay as a matter of the estate, as in the ledger."""
    mine = DemandVoice.objects.filter(person=person)
    lists = DemandList.objects.filter(demands__voices__in=mine).distinct().order_by("pk")
    list(
        DemandList.objects.filter(pk__in=lists.values("pk"))
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )
    spoken = list(mine.filter(case=None).values_list("pk", "demand__demand_list_id"))
    events = Event.objects.filter(
        kind="reports.voice_added",
        stream__in={f"demands/{list_id}" for _voice, list_id in spoken},
        public__voice__in=[voice for voice, _list in spoken],
    )
    event_ids = list(events.values_list("pk", flat=True))
    DemandVoicePrivate.objects.filter(voice__in=mine).delete()
    if event_ids:
        erase_texts(by=SYSTEM, now=now, reason="person_erased", event_ids=event_ids)
    return mine.update(person=None, household=None, nickname="")


def remove_old_words(now: datetime) -> int:
    """The words as written and whose they were, of lists handed over longer ago than contact data is kept.

    A list that was never handed over counts from its confirming, one that was never confirmed from the last day of
    collecting.
    """
    before = now - timedelta(days=keep_days("case_contact", now))
    lists = DemandList.objects.filter(
        Q(sent_at__lt=before)
        | Q(sent_at=None, confirmed_at__lt=before)
        | Q(sent_at=None, confirmed_at=None, opened_at__lt=before, collects_until__lt=due_day(before))
    )
    past = DemandVoice.objects.filter(demand__demand_list__in=lists)
    old = past.filter(
        Q(private__isnull=False) | Q(person__isnull=False) | Q(household__isnull=False) | Q(nickname__gt="")
    )
    voices = dict(old.order_by("pk").values_list("pk", "demand__demand_list_id")[:BATCH])
    spoken = Event.objects.filter(
        kind="reports.voice_added",
        stream__in={f"demands/{list_id}" for list_id in voices.values()},
        public__voice__in=list(voices),
    )
    DemandVoicePrivate.objects.filter(voice__in=voices).delete()
    DemandVoice.objects.filter(pk__in=voices).update(person=None, household=None, nickname="")
    parts = dict.fromkeys(spoken.values_list("pk", flat=True), ("private",))
    erase_parts(parts, by=SYSTEM, now=now, reason="retention")
    return len(voices)


SECTION = Section("reports", "诉求清单里的声音", export_voices, erase_voices)
RETENTION = Rule(
    "reports.voices", "诉求的原话、称呼和是哪一户说的", 365, remove_old_words, source="domain.md §9；本区规定"
)
