"""Comparing records with the events that witness them: each number, and the words that are not erased."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from huiyin.apps.audit.comparing import Difference
from huiyin.apps.audit.models import Event
from huiyin.apps.places.models import Engagement
from huiyin.apps.upkeep.models import MaintenanceRecord, stream_of
from huiyin.apps.upkeep.services.witness import digest_of, numbers_of, words_of

PREFIX = "upkeep/"
SINGLE = ("upkeep.record_added", "upkeep.record_corrected", "upkeep.record_voided")
MANY = "upkeep.records_imported"
BATCH = 50


def record_differences(stream: str) -> Iterator[Difference]:
    """Of the records of one engagement, or of all in the order of their keys."""
    engagements = Engagement.objects.order_by("pk")
    if stream:
        key = stream.removeprefix(PREFIX)
        is_ours = stream.startswith(PREFIX) and key.isdecimal()
        engagements = engagements.filter(pk=int(key)) if is_ours else engagements.none()
    pks = list(engagements.values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        yield from _of_engagements(pks[start : start + BATCH])


def _of_engagements(pks: Sequence[int]) -> Iterator[Difference]:
    records: defaultdict[int, dict[int, MaintenanceRecord]] = defaultdict(dict)
    for record in MaintenanceRecord.objects.filter(engagement__in=pks).order_by("pk"):
        records[record.engagement_id][record.pk] = record
    streams = {stream_of(pk): pk for pk in pks}
    events: defaultdict[int, list[Event]] = defaultdict(list)
    told = Event.objects.filter(stream__in=streams, kind__in=(*SINGLE, MANY)).select_related("secret")
    for event in told.order_by("number"):
        events[streams[event.stream]].append(event)
    for pk in pks:
        yield from _differ(stream_of(pk), records[pk], events[pk])


def _differ(
    stream: str, records: dict[int, MaintenanceRecord], events: Sequence[Event]
) -> Iterator[Difference]:
    unwitnessed = set(records)
    for event in events:
        keys = event.public["records"] if event.kind == MANY else [event.public["record"]]
        mine = [records[key] for key in keys if key in records]
        unwitnessed -= set(keys)
        if len(mine) < len(keys):
            yield Difference(stream, event.number, _("有一条保养记录不在了"))
        elif event.kind == MANY and digest_of(mine) != event.public["sha256"]:
            yield Difference(stream, event.number, _("导入的保养记录里的数字"))
        elif event.kind != MANY and numbers_of(mine[0]) != event.public:
            yield Difference(stream, event.number, _("保养记录的数字"))
        elif _words_differ(mine, event):
            yield Difference(stream, event.number, _("保养记录的地点或说明"))
    for _record in sorted(unwitnessed):
        yield Difference(stream, 0, _("有一条保养记录没有经过"))


def _words_differ(records: Sequence[MaintenanceRecord], event: Event) -> bool:
    """What an event still holds: covered words are erased from it, text by text."""
    secret = getattr(event, "secret", None)
    if secret is None or secret.erased_at is not None:
        return False
    if event.kind != MANY:
        spoken = words_of(records[0])
        return any(spoken.get(name, "") != text for name, text in secret.texts.items())
    if "words" not in secret.texts:
        return False
    shown = {str(each.pk): spoken for each in records if (spoken := words_of(each))}
    return bool(json.loads(secret.texts["words"]) != shown)
